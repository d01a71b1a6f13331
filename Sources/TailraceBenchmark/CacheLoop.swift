import TailraceEngine
import TailraceStatistics

/// What a hand-written simulator of a cache before a database costs.
///
/// As `ReferenceLoop`; the cache is a list over dense key numbers in raw tables, without a hash.
struct CacheLoop: ~Copyable {
  /// A request; free and queued slots are chained through `next`.
  struct Slot: BitwiseCopyable {
    var start: UInt64 = 0
    var next: Int32 = -1
    var key: Int32 = 0
  }

  static let keys = 1_000_000
  static let entries = 100_000
  static let exponent = 0.99
  static let databaseSlots = 20
  static let hitTime: UInt64 = 200_000
  static let fetchMean = 5e6

  private var agenda = Agenda()
  private var slots = Table(repeating: Slot(), count: 1 << 10)
  private var freeSlot: Int32 = -1
  private var slotsUsed: Int32 = 0
  private var busy = 0
  private var head: Int32 = -1
  private var tail: Int32 = -1
  private(set) var histogram = Histogram(.fine)
  private let tables = ZigguratTables.shared
  private let gap: ExponentialLaw
  private let work = ExponentialLaw(mean: fetchMean)
  private let popularity = ZipfLaw(count: UInt64(keys), exponent: exponent)
  private var arrivals: SequentialRandom
  private var services: SequentialRandom
  private var choices: SequentialRandom
  private var time: UInt64 = 0
  /// By key, its entry; 0 where it has none. Entry 0 is both ends of the list.
  private let entryOf = Table(repeating: Int32(0), count: keys)
  private let keyOf = Table(repeating: Int32(0), count: entries + 1)
  private let newer = Table(repeating: Int32(0), count: entries + 1)
  private let older = Table(repeating: Int32(0), count: entries + 1)

  init(ratePerSecond: Double, seed: UInt64) {
    gap = ExponentialLaw(mean: 1e9 / ratePerSecond)
    arrivals = StreamKey(seed: seed, name: 1).sequence()
    services = StreamKey(seed: seed, name: 2).sequence()
    choices = StreamKey(seed: seed, name: 3).sequence()
    // Warm: the most popular keys, the first of them used last.
    for entry in 1...Int32(Self.entries) {
      let key = Int32(Self.entries) - entry
      keyOf[entry] = key
      entryOf[key] = entry
      link(entry)
    }
  }

  mutating func run(requests: Int) {
    var left = requests
    planArrival()
    while let event = agenda.pop(notAfter: .never) {
      time = event.key.nanoseconds
      if event.word == Self.arrival {
        left -= 1
        if left > 0 { planArrival() }
        lookUp(takeSlot())
      } else {
        let slot = Int32(truncatingIfNeeded: event.word)
        if event.word & Self.fetched != 0 { leave(slot) }
        record(slot)
      }
    }
  }

  private static var arrival: UInt64 { 1 << 60 }
  private static var fetched: UInt64 { 1 << 59 }

  @inline(__always) private mutating func lookUp(_ slot: Int32) {
    let key = Int32(truncatingIfNeeded: popularity.drawRank(from: &choices))
    let entry = unsafe entryOf.pointer[Int(key)]
    if entry != 0 {
      unlink(entry)
      link(entry)
      agenda.push(EventKey(time &+ Self.hitTime, .completion), UInt64(UInt32(bitPattern: slot)))
      return
    }
    unsafe slots.pointer[Int(slot)].key = key
    if busy < Self.databaseSlots {
      busy += 1
      begin(slot)
      return
    }
    unsafe slots.pointer[Int(slot)].next = -1
    if tail < 0 { head = slot } else { unsafe slots.pointer[Int(tail)].next = slot }
    tail = slot
  }

  @inline(__always) private mutating func begin(_ slot: Int32) {
    let length = max(1, nanoseconds(work.draw(from: &services, using: tables)))
    agenda.push(
      EventKey(time &+ length, .completion), UInt64(UInt32(bitPattern: slot)) | Self.fetched)
  }

  @inline(__always) private mutating func leave(_ slot: Int32) {
    if head < 0 {
      busy -= 1
    } else {
      let first = head
      head = unsafe slots.pointer[Int(first)].next
      if head < 0 { tail = -1 }
      begin(first)
    }
    let key = unsafe slots.pointer[Int(slot)].key
    var entry = unsafe entryOf.pointer[Int(key)]
    if entry == 0 {
      entry = unsafe newer.pointer[0]
      unsafe entryOf.pointer[Int(keyOf.pointer[Int(entry)])] = 0
      unsafe keyOf.pointer[Int(entry)] = key
      unsafe entryOf.pointer[Int(key)] = entry
    }
    unlink(entry)
    link(entry)
  }

  // MARK: The list: older[0] is the newest entry, newer[0] the oldest

  @inline(__always) private func link(_ entry: Int32) {
    let newest = unsafe older.pointer[0]
    unsafe older.pointer[Int(entry)] = newest
    unsafe newer.pointer[Int(entry)] = 0
    unsafe newer.pointer[Int(newest)] = entry
    unsafe older.pointer[0] = entry
  }

  @inline(__always) private func unlink(_ entry: Int32) {
    let (before, behind) = unsafe (newer.pointer[Int(entry)], older.pointer[Int(entry)])
    unsafe older.pointer[Int(before)] = behind
    unsafe newer.pointer[Int(behind)] = before
  }

  // MARK: Pieces

  @inline(__always) private func nanoseconds(_ value: Double) -> UInt64 {
    (value + 0x1p52).bitPattern & 0xf_ffff_ffff_ffff
  }

  @inline(__always) private mutating func planArrival() {
    let next = time &+ nanoseconds(gap.draw(from: &arrivals, using: tables))
    agenda.push(EventKey(next, .arrival), Self.arrival)
  }

  @inline(__always) private mutating func takeSlot() -> Int32 {
    var slot = freeSlot
    if slot >= 0 {
      freeSlot = unsafe slots.pointer[Int(slot)].next
    } else {
      slot = slotsUsed
      slotsUsed &+= 1
      if Int(slot) == slots.count { slots.grow(to: slots.count * 2, with: Slot()) }
    }
    unsafe slots.pointer[Int(slot)].start = time
    return slot
  }

  @inline(__always) private mutating func record(_ slot: Int32) {
    histogram.record(time &- (unsafe slots.pointer[Int(slot)].start))
    unsafe slots.pointer[Int(slot)].next = freeSlot
    freeSlot = slot
  }
}
