import TailraceEngine

@testable import TailraceModel

final class NoEvictionTwin: TwinStore, QueueTwin {
  var queue = Order()
  func victim() -> UInt64? { nil }
}

/// Entries on seats: one is drawn, and the last moves to where it sat.
final class RandomTwin: TwinStore, QueueTwin {
  var queue = Order()
  func victim() -> UInt64? {
    // The queue's newest stands first: seats count from the other end.
    queue.keys.reversed()[Int(random.below(UInt64(queue.keys.count)))]
  }
  func forget(_ key: UInt64) { queue.leaveSeat(key) }
}

extension Order {
  mutating func leaveSeat(_ key: UInt64) {
    guard let i = keys.firstIndex(of: key) else { return }
    keys[i] = keys[0]
    keys.removeFirst()
    charges[key] = nil
  }
}

/// Redis' eviction: `idleness` says who goes.
protocol SampledTwin: Twin {
  var seats: Order { get set }
  var pool: [(idle: UInt64, key: UInt64)] { get set }
  /// Whether only entries that expire may go.
  var isVolatile: Bool { get }
  func idleness(_ key: UInt64) -> UInt64
  /// An entry has been stored.
  func start(_ key: UInt64)
}

extension SampledTwin {
  var isVolatile: Bool { false }
  func start(_ key: UInt64) {}
  func admit(_ key: UInt64, _ charge: Int) -> Bool {
    while used + charge > limit {
      if seats.keys.isEmpty { return false }
      let keys = Array(seats.keys.reversed())
      let samples = Int(tuning.samples)
      let drawn =
        keys.count <= samples
        ? keys : (0..<samples).map { _ in keys[Int(random.below(UInt64(keys.count)))] }
      for key in drawn { offer(key) }
      while let candidate = pool.popLast() {
        if seats.contains(candidate.key) {
          evict(candidate.key)
          break
        }
      }
    }
    if !isVolatile || pending.expires != Cache.never { seats.push(key, charge) }
    start(key)
    return true
  }
  private func offer(_ key: UInt64) {
    let idle = idleness(key)
    let place = pool.firstIndex { $0.idle >= idle } ?? pool.count
    if pool.count == 16 && place == 0 { return }
    pool.insert((idle, key), at: place)
    if pool.count > 16 { pool.removeFirst() }
  }
  func forget(_ key: UInt64) { seats.leaveSeat(key) }
  func clear() {
    values = [:]
    (seats, pool) = (Order(), [])
  }
}

class SampledLRUTwin: TwinStore, SampledTwin {
  var seats = Order()
  var pool: [(idle: UInt64, key: UInt64)] = []
  var isVolatile: Bool { false }
  /// Whole seconds of the last use.
  var uses: [UInt64: UInt64] = [:]
  func use(_ key: UInt64) { uses[key] = now / 1_000_000_000 }
  func start(_ key: UInt64) { use(key) }
  func idleness(_ key: UInt64) -> UInt64 { now / 1_000_000_000 - uses[key]! }
}

final class VolatileLRUTwin: SampledLRUTwin {
  override var isVolatile: Bool { true }
}

final class SampledLFUTwin: TwinStore, SampledTwin {
  var seats = Order()
  var pool: [(idle: UInt64, key: UInt64)] = []
  /// Counters, and the minute (or what stands for it) of their last use.
  var counters: [UInt64: (count: Int, minute: UInt64)] = [:]
  private var minute: UInt64 { tuning.decayTime == 0 ? 0 : now / tuning.decayTime }
  private func decayed(_ key: UInt64) -> Int {
    let (count, minute) = counters[key]!
    return max(0, count - Int(self.minute - minute))
  }
  func use(_ key: UInt64) {
    var count = decayed(key)
    if count < 255 {
      let chance = 1 / (Double(max(0, count - 5)) * tuning.logFactor + 1)
      if random.unit() < chance { count += 1 }
    }
    counters[key] = (count, minute)
  }
  func start(_ key: UInt64) { counters[key] = (5, minute) }
  func idleness(_ key: UInt64) -> UInt64 { UInt64(255 - decayed(key)) }
}

final class VolatileTTLTwin: TwinStore, SampledTwin {
  var seats = Order()
  var pool: [(idle: UInt64, key: UInt64)] = []
  var isVolatile: Bool { true }
  func idleness(_ key: UInt64) -> UInt64 { .max - values[key]!.expires }
}
