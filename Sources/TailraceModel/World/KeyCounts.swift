import TailraceEngine

/// Counts the hottest keys of each sharded service in fixed memory (Misra and Gries 1982).
///
/// A count is never too high, and too low by at most `cut`, which stays below total / 768: a key
/// with a larger share than that is surely there. A key costs a look into a small table; when that
/// is full, every count falls by the median, and who has none left goes, and with it the work that
/// it has cost: of a key that comes back only the work since then is known.
struct KeyCounts: ~Copyable {
  /// Places of a service's table; at most three quarters of them are taken.
  static let places: Int32 = 1 << 11
  static let keysMax = places / 4 * 3
  /// Bytes of a service's table.
  static let bytes = Int(places) * MemoryLayout<Counter>.stride

  struct Counter: BitwiseCopyable {
    var key: UInt64 = 0
    /// 0 where the place is free.
    var count: UInt64 = 0
    /// Nanoseconds of work.
    var work: UInt64 = 0
    /// Cuts before it was counted.
    var epoch: UInt32 = 0
  }

  struct State: BitwiseCopyable {
    var used: Int32 = 0
    var total: UInt64 = 0
    var cut: UInt64 = 0
    var work: UInt64 = 0
    var epoch: UInt32 = 0
  }

  private let counters: Table<Counter>
  private let kept: Table<Counter>
  private let states: Table<State>

  init(services: Int) {
    counters = Table(repeating: Counter(), count: services * Int(Self.places))
    kept = Table(repeating: Counter(), count: services == 0 ? 0 : Int(Self.keysMax))
    states = Table(repeating: State(), count: services)
  }

  /// Counts a key of a service; constant time on average.
  @inline(__always) mutating func note(_ key: UInt64, of service: Int32) {
    let state = states.row(service)
    state.total &+= 1
    let counter = counters.row(place(of: key, service))
    counter.count &+= 1
    if counter.count == 1 {
      counter.key = key
      counter.epoch = state.epoch
      state.used &+= 1
      if state.used == Self.keysMax { cut(service) }
    }
  }

  /// How often the counts of a service have been cut.
  func epoch(_ service: Int32) -> UInt32 { states[service].epoch }

  /// Adds the work of a visit to what its key has cost, in nanoseconds, where that has been counted
  /// ever since the visit was called; constant time on average.
  ///
  /// So it does not matter whether the visit's end is computed ahead.
  mutating func noteWork(_ work: UInt64, on visit: VisitKey, of service: Int32) {
    states[service].work &+= work
    let counter = counters.row(place(of: visit.key, service))
    if counter.count > 0 && counter.epoch <= visit.epoch { counter.work &+= work }
  }

  /// Where a key is counted, or the free place where it would be.
  @inline(__always) private func place(of key: UInt64, _ service: Int32) -> Int32 {
    // 2^64 over the golden ratio spreads keys that follow each other.
    var i = Int32(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) &>> 53)
    while true {
      let place = service &* Self.places &+ i
      if counters[place].count == 0 || counters[place].key == key { return place }
      i = (i &+ 1) & (Self.places &- 1)
    }
  }

  /// Takes the median off every count.
  @inline(never) private mutating func cut(_ service: Int32) {
    let first = service &* Self.places
    // The least count that half of all do not exceed. It is small: doubled until it is passed, then
    // found by halving.
    var (low, high): (UInt64, UInt64) = (1, 1)
    while !isMedian(high, service) {
      low = high &+ 1
      high &*= 2
    }
    while low < high {
      let middle = low &+ (high &- low) / 2
      if isMedian(middle, service) { high = middle } else { low = middle &+ 1 }
    }
    var left: Int32 = 0
    for i in 0..<Self.places {
      var counter = counters[first &+ i]
      counters[first &+ i] = Counter()
      guard counter.count > low else { continue }
      counter.count &-= low
      kept[left] = counter
      left &+= 1
    }
    states[service].used = left
    states[service].cut &+= low
    states[service].epoch &+= 1
    for i in 0..<left { counters[place(of: kept[i].key, service)] = kept[i] }
  }

  /// Whether at least half of all counts are not above a number.
  private func isMedian(_ number: UInt64, _ service: Int32) -> Bool {
    let first = service &* Self.places
    var small: Int32 = 0
    // A free place wraps around and so is above every number.
    for i in 0..<Self.places where counters[first &+ i].count &- 1 < number { small &+= 1 }
    return small &* 2 >= states[service].used
  }

  /// What has been counted of a service, its shards still unnamed; the hottest first, among alike
  /// the lowest key.
  mutating func sketch(_ service: Int32) -> KeySketch {
    var keys: [KeySketch.Counted] = []
    for i in 0..<Self.places {
      let counter = counters[service &* Self.places &+ i]
      guard counter.count > 0 else { continue }
      keys.append(.init(key: counter.key, shard: 0, count: counter.count, work: counter.work))
    }
    keys.sort { ($1.count, $0.key) < ($0.count, $1.key) }
    let state = states[service]
    return KeySketch(total: state.total, cut: state.cut, work: state.work, keys: keys)
  }
}

/// The hottest keys that a service was called with in the window.
public struct KeySketch: Sendable {
  /// A key with the number of calls that surely had it.
  public struct Counted: Sendable, Equatable {
    public var key: UInt64
    /// The shard that owns it.
    public var shard: Int
    /// Too low by at most `cut`.
    public var count: UInt64
    /// Nanoseconds of work that its visits were, of those called and ended in the window; never too
    /// high.
    public var work: UInt64 = 0
  }

  /// Calls by key.
  public var total: UInt64
  /// What every count may lack; less than `total` / 768.
  public var cut: UInt64
  /// Nanoseconds of work that all visits by key were, of those called and ended in the window.
  public var work: UInt64
  /// The hottest first.
  public var keys: [Counted]
}
