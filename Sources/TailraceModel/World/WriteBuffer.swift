import TailraceEngine

/// A written value that an instance of a cache has not stored for good yet.
struct BufferedWrite: BitwiseCopyable {
  var key: UInt64 = 0
  var instance: Int32 = -1
  /// The frame that stores it; -1 if none does.
  var frame: Int32 = -1
  /// Writes that wait for the next store: one carries them all.
  var waiting: UInt64 = 0
  /// Writes that the store in progress carries.
  var carried: UInt64 = 0
  /// Neighbours in its instance's line, or the next free row.
  var next: Int32 = -1
  var previous: Int32 = -1
  var isInLine = false
  // Who wrote last, and how it is to be stored.
  var root = Root(number: 0, serial: 0, source: 0, counted: false)
  var station: Int32 = -1
  var edge: Int32 = -1
  var pc: Int32 = -1
}

/// The values that one instance has to store, in the order of their first writes.
struct WriteLine: BitwiseCopyable {
  var first: Int32 = -1
  var last: Int32 = -1
  var count: Int32 = 0
  /// Whether the instant at which it stores them has been planned.
  var isDue = false
}

/// Writes that caches have answered and not stored yet, found by instance and key.
struct WriteBuffer: ~Copyable {
  private var index = KeyIndex()
  private var rows = Rows<BufferedWrite>()
  private var free: Int32 = -1
  private var used: Int32 = 0
  /// By row, the keys that its writer had been called for.
  private var ownKeys = Rows<Int32>()
  private let keyColumns: Int
  /// By instance; none where no cache keeps writes.
  let lines: Table<WriteLine>
  // Over the whole run.
  private(set) var accepted: UInt64 = 0
  private(set) var stored: UInt64 = 0
  private(set) var lost: UInt64 = 0

  init(_ plan: Plan) {
    let isUsed = plan.cacheRows.contains(where: \.writesBack)
    lines = Table(repeating: WriteLine(), count: isUsed ? plan.cacheSums.count : 0)
    keyColumns = Int(plan.keyColumns)
  }

  deinit {
    var (index, rows, ownKeys) = (index, rows, ownKeys)
    index.deallocate()
    rows.deallocate()
    ownKeys.deallocate()
  }

  /// Rows for so many values: their number doubles.
  private static func rows(for count: Int) -> Int {
    var rows = 16
    while rows < count { rows *= 2 }
    return rows
  }

  /// Bytes of a buffer that has held `count` values at once; the instances' lines come on top.
  static func bytes(writes count: Int, keyColumns: Int) -> Int {
    if count == 0 { return 0 }
    let bytesPerRow = MemoryLayout<BufferedWrite>.stride + 4 * keyColumns
    return rows(for: count) * bytesPerRow + KeyIndex.bytes(keys: count)
  }

  /// Bytes of the rows that there are.
  var bytesOfRows: Int { rows.count * MemoryLayout<BufferedWrite>.stride + ownKeys.count * 4 }

  /// How many values are not stored.
  var count: Int { index.count }

  /// One past the last row that was ever used.
  var rowsUsed: Int32 { used }

  subscript(_ w: Int32) -> BufferedWrite {
    get { rows[w] }
    set { rows[w] = newValue }
  }

  private static func word(_ instance: Int32, _ key: UInt64) -> UInt64 {
    Luck.child(key, UInt64(UInt32(bitPattern: instance)))
  }

  /// The row of a key at an instance, or -1.
  func find(_ instance: Int32, _ key: UInt64) -> Int32 {
    index.row(of: Self.word(instance, key)) {
      rows[$0].key == key && rows[$0].instance == instance
    }
  }

  /// The row of a key at an instance, which is made if there is none.
  mutating func row(_ instance: Int32, _ key: UInt64) -> Int32 {
    let known = find(instance, key)
    if known >= 0 { return known }
    var w = free
    if w >= 0 {
      free = rows[w].next
    } else {
      w = used
      if Int(w) == rows.count {
        let count = Self.rows(for: rows.count + 1)
        rows.grow(to: count, with: BufferedWrite())
        if keyColumns > 0 { ownKeys.grow(to: count * keyColumns, with: -1) }
      }
      used &+= 1
    }
    rows[w] = BufferedWrite(key: key, instance: instance)
    index.insert(Self.word(instance, key), row: w)
    return w
  }

  /// Which of its request's keys the writer had been called for, by column.
  func ownKey(_ w: Int32, _ column: Int) -> Int32 { ownKeys[Int(w) &* keyColumns &+ column] }

  mutating func setOwnKey(_ w: Int32, _ column: Int, _ key: Int32) {
    ownKeys[Int(w) &* keyColumns &+ column] = key
  }

  /// One more write of a value.
  mutating func accept(_ w: Int32) {
    accepted &+= 1
    rows[w].waiting &+= 1
    join(w)
  }

  /// Puts a value at the end of its instance's line, unless it stands there.
  mutating func join(_ w: Int32) {
    if rows[w].isInLine { return }
    let i = rows[w].instance
    let last = lines[i].last
    rows[w].isInLine = true
    rows[w].next = -1
    rows[w].previous = last
    if last < 0 { lines[i].first = w } else { rows[last].next = w }
    lines[i].last = w
    lines[i].count &+= 1
  }

  mutating func leave(_ w: Int32) {
    if !rows[w].isInLine { return }
    let i = rows[w].instance
    let (before, after) = (rows[w].previous, rows[w].next)
    if before < 0 { lines[i].first = after } else { rows[before].next = after }
    if after < 0 { lines[i].last = before } else { rows[after].previous = before }
    lines[i].count &-= 1
    rows[w].isInLine = false
  }

  /// A frame begins to store a value.
  mutating func begin(_ w: Int32, by f: Int32) {
    leave(w)
    rows[w].frame = f
    rows[w].carried = rows[w].waiting
    rows[w].waiting = 0
  }

  /// The store in progress is over; what it carried waits again if it has failed.
  mutating func end(_ w: Int32, hasFailed: Bool) {
    if hasFailed {
      rows[w].waiting &+= rows[w].carried
      join(w)
    } else {
      stored &+= rows[w].carried
    }
    rows[w].carried = 0
    rows[w].frame = -1
  }

  /// What waits goes with a newer write elsewhere.
  mutating func move(_ w: Int32, to other: Int32) {
    rows[other].waiting &+= rows[w].waiting
    rows[w].waiting = 0
    leave(w)
  }

  /// What waits is lost.
  ///
  /// - Returns: how many writes that were.
  mutating func lose(_ w: Int32) -> UInt64 {
    let count = rows[w].waiting
    lost &+= count
    rows[w].waiting = 0
    leave(w)
    return count
  }

  /// Whether nothing is left of a row to store.
  func isDone(_ w: Int32) -> Bool { rows[w].waiting == 0 && rows[w].frame < 0 }

  mutating func remove(_ w: Int32) {
    index.remove(Self.word(rows[w].instance, rows[w].key), row: w)
    rows[w].instance = -1
    rows[w].next = free
    free = w
  }

  /// Whether every write answered has been stored or lost, or is to be stored.
  var isBalanced: Bool {
    var left: UInt64 = 0
    for w in 0..<used where rows[w].instance >= 0 { left &+= rows[w].waiting &+ rows[w].carried }
    return accepted == stored &+ lost &+ left
  }
}
