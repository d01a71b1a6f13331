import TailraceEngine

/// A pool as it is compiled.
struct PermitPoolRow: BitwiseCopyable, Sendable {
  var size: Int32
  var maxWaiting: Int32
  var isKeyed: Bool
  var isLIFO: Bool
}

/// A step that holds a permit.
struct HoldUseRow: BitwiseCopyable, Sendable {
  var pool: Int32
  /// Its instance; a replica's own is that many further as the replica is from `firstStation`.
  var firstInstance: Int32
  var firstStation: Int32 = -1
  var route: Int32 = -1
  /// Longest wait, in nanoseconds.
  var timeout = never
}

/// What an instance of a pool did in the window.
public struct PermitSum: BitwiseCopyable, Sendable, Equatable {
  /// Permits given, and those of them for which somebody waited.
  public var granted: UInt64 = 0
  public var waited: UInt64 = 0
  /// Steps that found as many waiting as may.
  public var refused: UInt64 = 0
  /// Steps that waited as long as they may.
  public var timedOut: UInt64 = 0
  /// Nanoseconds that permits were waited for, by those who got one.
  public var waitTime: UInt64 = 0
  /// Permits held times nanoseconds; while it runs it wraps.
  public var heldArea: UInt64 = 0
  /// The most that waited at once.
  public var longest: UInt64 = 0

  public init() {}

  public static func += (sum: inout PermitSum, part: PermitSum) {
    sum.granted += part.granted
    sum.waited += part.waited
    sum.refused += part.refused
    sum.timedOut += part.timedOut
    sum.waitTime += part.waitTime
    sum.heldArea += part.heldArea
    sum.longest = max(sum.longest, part.longest)
  }
}

/// Permits that are held or waited for, found by pool, instance and key or by who holds them.
struct PermitDesk: ~Copyable {
  /// The permits of an instance, or of one key of it.
  struct Lock: BitwiseCopyable {
    var key: UInt64 = 0
    var instance: Int32
    var pool: Int32
    var held: Int32 = 0
    /// Who waits, the first the next to get a permit.
    var line = FrameLine()
  }

  private struct Holding: BitwiseCopyable, Sendable {
    var lock: Int32
    var next: Int32
  }

  let rows: Table<PermitPoolRow>
  let uses: Table<HoldUseRow>
  /// By instance.
  let sums: Table<PermitSum>
  /// Times that permits were waited for, by pool.
  var waits: WaitTable
  private var locks = RowStore<Lock>()
  private var index = KeyIndex()
  private var holdings = RowStore<Holding>()
  /// By frame the permit that it took last; -1 if it has none.
  private var heldBy = Table<Int32>(repeating: -1, count: 0)
  /// Permits held, and steps that wait for one.
  private(set) var held = 0
  private(set) var waiting = 0

  init(_ plan: Plan) {
    rows = Table(plan.permitPools)
    uses = Table(plan.holdUses)
    sums = Table(repeating: PermitSum(), count: plan.permitInstances.count)
    waits = WaitTable(count: plan.permitPools.count)
    // Instances without a key are the first rows.
    for (i, pool) in plan.permitInstances.enumerated() {
      _ = locks.add(Lock(instance: Int32(i), pool: pool))
    }
  }

  deinit {
    var index = index
    index.deallocate()
  }

  subscript(_ lock: Int32) -> Lock {
    get { locks[lock] }
    set { locks[lock] = newValue }
  }

  private static func word(_ instance: Int32, _ key: UInt64) -> UInt64 {
    Luck.child(key, UInt64(UInt32(bitPattern: instance)))
  }

  /// The permits of an instance and a key; those of a key are made when somebody comes for them.
  mutating func lock(_ use: HoldUseRow, _ instance: Int32, key: UInt64) -> Int32 {
    if !rows[use.pool].isKeyed { return instance }
    let known = known(instance, key)
    if known >= 0 { return known }
    let row = locks.add(Lock(key: key, instance: instance, pool: use.pool))
    index.insert(Self.word(instance, key), row: row)
    return row
  }

  private func known(_ instance: Int32, _ key: UInt64) -> Int32 {
    index.row(of: Self.word(instance, key)) {
      locks[$0].key == key && locks[$0].instance == instance
    }
  }

  /// A frame has one more permit.
  mutating func give(_ lock: Int32, to f: Int32, frames count: Int) {
    if heldBy.count < count { heldBy.grow(to: max(count, heldBy.count * 2), with: -1) }
    heldBy[f] = holdings.add(Holding(lock: lock, next: heldBy[f]))
    locks[lock].held &+= 1
    held &+= 1
  }

  /// Takes back the permit that a frame took last.
  ///
  /// - Returns: what it is of; -1 if the frame has none.
  mutating func takeBack(from f: Int32) -> Int32 {
    guard Int(f) < heldBy.count, heldBy[f] >= 0 else { return -1 }
    let holding = heldBy[f]
    let lock = holdings[holding].lock
    heldBy[f] = holdings[holding].next
    holdings.remove(holding)
    locks[lock].held &-= 1
    held &-= 1
    return lock
  }

  /// What a frame's permits are of, the latest first.
  func locksHeld(by f: Int32) -> [Int32] {
    guard Int(f) < heldBy.count else { return [] }
    var found: [Int32] = []
    var holding = heldBy[f]
    while holding >= 0 {
      found.append(holdings[holding].lock)
      holding = holdings[holding].next
    }
    return found
  }

  /// A frame waits, behind the others or before them.
  mutating func add(_ f: Int32, to lock: Int32, _ frames: borrowing Slab<Frame>) {
    waiting &+= 1
    if rows[locks[lock].pool].isLIFO {
      locks[lock].line.prepend(f, frames)
    } else {
      locks[lock].line.append(f, frames)
    }
  }

  /// Whoever waits leaves.
  mutating func remove(_ f: Int32, from lock: Int32, _ frames: borrowing Slab<Frame>) {
    waiting &-= 1
    locks[lock].line.remove(f, frames)
  }

  /// The permits of a key that nobody holds or waits for need not be remembered.
  mutating func settle(_ lock: Int32) {
    let row = locks[lock]
    guard rows[row.pool].isKeyed, row.held == 0, row.line.length == 0 else { return }
    index.remove(Self.word(row.instance, row.key), row: lock)
    locks.remove(lock)
  }
}
