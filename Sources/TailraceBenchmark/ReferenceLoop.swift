import TailraceEngine
import TailraceStatistics

/// What a hand-written simulator of one workload costs: the yardstick of the model.
///
/// Raw tables and the engine's agenda as event queue, arrivals and departures as events, ziggurat
/// variates from sequential generators, one log histogram; no accounts, no blame, no checks.
struct ReferenceLoop: ~Copyable {
  /// A request or one branch of it; free and queued slots are chained through `next`.
  struct Slot: BitwiseCopyable {
    var start: UInt64 = 0
    var next: Int32 = -1
    var parent: Int32 = -1
    var pending: Int32 = 0
    var server: Int32 = 0
  }

  /// A one-slot server with a queue of slots.
  struct Server: BitwiseCopyable {
    var head: Int32 = -1
    var tail: Int32 = -1
    var isBusy = false
  }

  private var agenda = Agenda()
  private let servers: Table<Server>
  /// Requests at each server, dense: all that a balancer reads.
  private let loads: Table<Int32>
  private var slots = Table(repeating: Slot(), count: 1 << 10)
  private var freeSlot: Int32 = -1
  private var slotsUsed: Int32 = 0
  private(set) var histogram = Histogram(.fine)
  private let tables = ZigguratTables.shared
  private let gap: ExponentialLaw
  private var arrivals: SequentialRandom
  private var services: SequentialRandom
  private var choices: SequentialRandom
  private var time: UInt64 = 0

  init(servers count: Int, ratePerSecond: Double, seed: UInt64) {
    servers = Table(repeating: Server(), count: count)
    loads = Table(repeating: 0, count: count)
    gap = ExponentialLaw(mean: 1e9 / ratePerSecond)
    arrivals = StreamKey(seed: seed, name: 1).sequence()
    services = StreamKey(seed: seed, name: 2).sequence()
    choices = StreamKey(seed: seed, name: 3).sequence()
  }

  /// One server, exponential times.
  mutating func runOneServer(requests: Int) {
    let law = ExponentialLaw(mean: 1e6)
    var left = requests
    planArrival()
    while let event = agenda.pop(notAfter: .never) {
      time = event.key.nanoseconds
      if event.word == Self.arrival {
        left -= 1
        if left > 0 { planArrival() }
        enter(takeSlot(), 0, law)
      } else {
        let slot = Int32(truncatingIfNeeded: event.word)
        leave(slot, law)
        record(slot)
      }
    }
  }

  /// The shorter queue of two drawn at random, exponential times.
  mutating func runTwoChoices(requests: Int) {
    let law = ExponentialLaw(mean: 1e6)
    let count = UInt64(servers.count)
    var left = requests
    planArrival()
    while let event = agenda.pop(notAfter: .never) {
      time = event.key.nanoseconds
      if event.word == Self.arrival {
        left -= 1
        if left > 0 { planArrival() }
        let one = Int32(truncatingIfNeeded: choices.below(count))
        let two = Int32(truncatingIfNeeded: choices.below(count))
        let isSecond = unsafe loads.pointer[Int(two)] < loads.pointer[Int(one)]
        let server = isSecond ? two : one
        unsafe loads.pointer[Int(server)] &+= 1
        enter(takeSlot(), server, law)
      } else {
        let slot = Int32(truncatingIfNeeded: event.word)
        unsafe loads.pointer[Int(slots.pointer[Int(slot)].server)] &-= 1
        leave(slot, law)
        record(slot)
      }
    }
  }

  /// A branch to every server, waiting for all; lognormal times.
  mutating func runScatter(requests: Int, _ law: LognormalLaw) {
    let count = Int32(servers.count)
    var left = requests
    planArrival()
    while let event = agenda.pop(notAfter: .never) {
      time = event.key.nanoseconds
      if event.word == Self.arrival {
        left -= 1
        if left > 0 { planArrival() }
        let root = takeSlot()
        unsafe slots.pointer[Int(root)].pending = count
        for server in 0..<count {
          let branch = takeSlot()
          unsafe slots.pointer[Int(branch)].parent = root
          enter(branch, server, law)
        }
      } else {
        let branch = Int32(truncatingIfNeeded: event.word)
        leave(branch, law)
        let root = unsafe slots.pointer[Int(branch)].parent
        free(branch)
        unsafe slots.pointer[Int(root)].pending &-= 1
        if unsafe slots.pointer[Int(root)].pending == 0 { record(root) }
      }
    }
  }

  // MARK: Pieces

  private static var arrival: UInt64 { 1 << 60 }

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

  @inline(__always) private mutating func free(_ slot: Int32) {
    unsafe slots.pointer[Int(slot)].next = freeSlot
    freeSlot = slot
  }

  @inline(__always) private mutating func enter(_ slot: Int32, _ server: Int32, _ law: some Law) {
    unsafe slots.pointer[Int(slot)].server = server
    let s = Int(server)
    if unsafe !servers.pointer[s].isBusy {
      unsafe servers.pointer[s].isBusy = true
      begin(slot, law)
      return
    }
    unsafe slots.pointer[Int(slot)].next = -1
    let tail = unsafe servers.pointer[s].tail
    if tail < 0 {
      unsafe servers.pointer[s].head = slot
    } else {
      unsafe slots.pointer[Int(tail)].next = slot
    }
    unsafe servers.pointer[s].tail = slot
  }

  @inline(__always) private mutating func begin(_ slot: Int32, _ law: some Law) {
    let work = max(1, nanoseconds(law.draw(from: &services, using: tables)))
    agenda.push(EventKey(time &+ work, .completion), UInt64(UInt32(bitPattern: slot)))
  }

  @inline(__always) private mutating func leave(_ slot: Int32, _ law: some Law) {
    let s = Int(unsafe slots.pointer[Int(slot)].server)
    let first = unsafe servers.pointer[s].head
    if first < 0 {
      unsafe servers.pointer[s].isBusy = false
      return
    }
    unsafe servers.pointer[s].head = unsafe slots.pointer[Int(first)].next
    if unsafe servers.pointer[s].head < 0 { unsafe servers.pointer[s].tail = -1 }
    begin(first, law)
  }

  @inline(__always) private mutating func record(_ slot: Int32) {
    histogram.record(time &- (unsafe slots.pointer[Int(slot)].start))
    free(slot)
  }
}
