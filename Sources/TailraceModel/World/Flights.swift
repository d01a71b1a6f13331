import TailraceEngine

/// A fetch in progress of one key for one cache, and who waits for it.
struct Flight: BitwiseCopyable {
  var key: UInt64 = 0
  var instance: Int32 = -1
  /// The frame that fetches.
  var leader: Int32 = -1
  /// Frames that wait, chained by `next` in the order of their lookups.
  var first: Int32 = -1
  var last: Int32 = -1
  /// The next one of the same leader, or the next free row.
  var next: Int32 = -1
  /// Whether it renews a value that is served meanwhile.
  var isRefresh = false
  /// Whether its key was written since it began: what it brings may be old and is not stored.
  var isVoid = false
}

/// The fetches in progress, found by cache and key or by the frame that fetches.
struct Flights: ~Copyable {
  private var index = KeyIndex()
  private var rows = Rows<Flight>()
  private var free: Int32 = -1
  private var used: Int32 = 0
  /// By frame, the first flight it leads.
  private var led = Rows<Int32>()

  /// With so much room that what is looked for is met at once, or an empty place: there are few.
  init() { index.reserve(slots: 256) }

  /// How many there are.
  var count: Int { index.count }

  deinit {
    var (index, rows, led) = (index, rows, led)
    index.deallocate()
    rows.deallocate()
    led.deallocate()
  }

  subscript(_ row: Int32) -> Flight {
    get { rows[row] }
    set { rows[row] = newValue }
  }

  private static func word(_ instance: Int32, _ key: UInt64) -> UInt64 {
    Luck.child(key, UInt64(UInt32(bitPattern: instance)))
  }

  /// The fetch of a key for an instance, or -1.
  func find(_ instance: Int32, _ key: UInt64) -> Int32 {
    index.row(of: Self.word(instance, key)) {
      rows[$0].key == key && rows[$0].instance == instance
    }
  }

  /// A frame begins to fetch a key that nobody fetches.
  mutating func begin(_ instance: Int32, _ key: UInt64, leader: Int32, isRefresh: Bool) {
    var row = free
    if row >= 0 {
      free = rows[row].next
    } else {
      row = used
      if Int(row) == rows.count { rows.grow(to: max(16, rows.count * 2), with: Flight()) }
      used &+= 1
    }
    rows[row] = Flight(key: key, instance: instance, isRefresh: isRefresh)
    index.insert(Self.word(instance, key), row: row)
    lead(row, leader)
  }

  /// A frame fetches from now on.
  mutating func lead(_ row: Int32, _ leader: Int32) {
    if Int(leader) >= led.count { led.grow(to: max(64, Int(leader) * 2), with: -1) }
    rows[row].leader = leader
    rows[row].next = led[leader]
    led[leader] = row
  }

  /// Takes a fetch away from its leader.
  mutating func leave(_ row: Int32) {
    let leader = rows[row].leader
    if led[leader] == row {
      led[leader] = rows[row].next
    } else {
      var before = led[leader]
      while rows[before].next != row { before = rows[before].next }
      rows[before].next = rows[row].next
    }
    rows[row].leader = -1
  }

  /// A fetch is over; its leader has left it and nobody waits for it any more.
  mutating func end(_ row: Int32) {
    index.remove(Self.word(rows[row].instance, rows[row].key), row: row)
    rows[row].next = free
    free = row
  }

  /// A fetch that a frame leads, or -1.
  func led(by frame: Int32) -> Int32 { Int(frame) < led.count ? led[frame] : -1 }
}
