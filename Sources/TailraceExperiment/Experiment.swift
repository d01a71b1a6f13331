import Dispatch
import Synchronization
import TailraceEngine
import TailraceModel
import TailraceStatistics

/// Runs one variant of a scenario: warm-up, replications in parallel, one merged result.
public struct Experiment: Sendable {
  public var scenario: String
  public var variant: String
  public var topology: Topology
  public var seed: UInt64 = 0
  /// Simulated time of a replication, in nanoseconds.
  public var duration: UInt64
  /// Start of the measured window, in nanoseconds; nil finds it by MSER-5.
  public var warmUp: UInt64?
  public var replications = 10
  public var quantiles = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]
  /// Most happenings of a replication.
  public var eventsMax = UInt64.max
  /// Length of the intervals of time series, in nanoseconds; nil keeps none.
  public var interval: UInt64?
  /// Whether to keep calls by caller and callee.
  public var keepsCalls = false
  /// Most requests of each replication to keep a record of, drawn evenly.
  public var requestsMax = 0
  /// What the run is held against.
  public var thresholds: [Threshold] = []
  /// Whether every departure is an event; changes no result of a whole run, only its time.
  var forcesEvents = false
  /// Threads; never changes a result.
  public var jobs = 1

  public init(scenario: String, variant: String, topology: Topology, duration: UInt64) {
    self.scenario = scenario
    self.variant = variant
    self.topology = topology
    self.duration = duration
  }

  /// A replication broke an invariant: the program is at fault, not the scenario.
  public struct Fault: Error, Sendable {
    public var seed: UInt64
    public var replication: Int
    public var violations: [String]
  }

  /// Number of the first pilot replication: pilots share no draw with what is reported.
  static let firstPilot: UInt64 = 1 << 32
  static let pilots = 3
  /// Joins of a scatter of which few replications keep all answers, together: half as many still
  /// support a p99.
  static let gatheredMin = 2_560
  static let pilotIntervals = 500

  /// Runs all replications and merges them in the order of their numbers.
  ///
  /// - Parameters:
  ///   - shouldStop: polled by every thread; the replications then done are kept.
  ///   - progress: called after each replication, from any thread.
  /// - Returns: the merged result; cut short if a replication was.
  /// - Throws: `Fault` if a replication broke an invariant.
  public func run(
    shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws(Fault) -> RunResult {
    let sharding = ShardFunctions(of: topology)
    var start = warmUp ?? 0
    var stopped = false
    if warmUp == nil {
      let (pilots, _) = replicate(
        Self.firstPilot..<(Self.firstPilot + UInt64(Self.pilots)), window: 0..<duration,
        sharding, seriesIntervals: Self.pilotIntervals, shouldStop: shouldStop, progress: { _ in })
      start = Self.truncation(pilots, duration: duration)
      stopped = pilots.count < Self.pilots || pilots.contains { $0.wasCutShort }
    }
    let total = replications
    var (finished, series) = replicate(
      0..<UInt64(total), window: start..<duration, sharding, seriesIntervals: 0,
      shouldStop: shouldStop, progress: { progress($0, total) })
    try check(finished)
    let interrupted = shouldStop()
    if finished.count < total { stopped = true }
    let isOvercrowded = finished.contains { $0.isOvercrowded }
    if let firstCut = finished.firstIndex(where: { $0.wasCutShort }) {
      // Whole replications only, unless not one was finished.
      stopped = true
      finished.removeSubrange(max(1, firstCut)...)
      if firstCut == 0 && finished[0].isAhead {
        (finished, series) = again(
          from: start, sharding, interrupted: interrupted, shouldStop)
      }
    }
    return Merge(experiment: self, warmUp: start, replications: finished, series: series)
      .result(
        cutShort: !stopped
          ? nil : interrupted ? .interrupted : isOvercrowded ? .overcrowded : .maxEvents)
  }

  /// Runs the first replication anew with every departure as an event.
  ///
  /// One that computes departures on arrival and is cut short knows more than has happened. After
  /// an interrupt it goes only as far as takes no time to speak of.
  private func again(
    from start: UInt64, _ sharding: ShardFunctions, interrupted: Bool,
    _ shouldStop: @escaping @Sendable () -> Bool
  ) -> ([Replication], SeriesOutcome?) {
    var first = self
    first.forcesEvents = true
    if interrupted { first.eventsMax = min(eventsMax, 3_000_000) }
    let goesOn: @Sendable () -> Bool = { false }
    return first.replicate(
      0..<1, window: start..<duration, sharding, seriesIntervals: 0,
      shouldStop: interrupted ? goesOn : shouldStop, progress: { _ in })
  }

  /// Refuses results of which one breaks an invariant.
  func check(_ replications: [Replication]) throws(Fault) {
    for (number, replication) in replications.enumerated()
    where !replication.violations.isEmpty {
      throw Fault(seed: seed, replication: number, violations: replication.violations)
    }
  }

  /// Where the mean latency settles: MSER-5 on the means of the pilots' intervals.
  static func truncation(_ pilots: [Replication], duration: UInt64) -> UInt64 {
    var means: [Double] = []
    let count = pilots.first?.series.count ?? 0
    for i in 0..<count {
      var sum = 0.0
      var requests = 0.0
      for pilot in pilots {
        sum += Double(pilot.series[i].sum)
        requests += Double(pilot.series[i].count)
      }
      // An interval without requests says nothing new.
      means.append(requests > 0 ? sum / requests : (means.last ?? 0))
    }
    guard count > 0 else { return 0 }
    return duration / UInt64(count) * UInt64(MSER5.truncation(of: means))
  }

  private func keepDetails(_ settings: inout Replication.Settings) {
    settings.interval = interval ?? 0
    settings.keepsCalls = keepsCalls
    settings.keepsRequests = requestsMax > 0
    settings.requestsMax = requestsMax
    settings.latenciesOf = thresholds.compactMap(\.serviceOfLatency)
  }

  private func replicate(
    _ numbers: Range<UInt64>, window: Range<UInt64>, _ sharding: ShardFunctions,
    seriesIntervals: Int, shouldStop: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Int) -> Void
  ) -> ([Replication], SeriesOutcome?) {
    let count = numbers.count
    let results = Mutex(Finished(count: count))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count))) { _ in
      while true {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        // One at least is begun, so that there is something to show.
        if i >= count || (i > 0 && shouldStop()) { return }
        var settings = Replication.Settings(
          seed: seed, number: numbers.lowerBound + UInt64(i), window: window)
        settings.eventsMax = eventsMax
        settings.gatheredMax = max(settings.gatheredMax, Self.gatheredMin / max(1, count))
        settings.forcesEvents = forcesEvents
        settings.seriesIntervals = seriesIntervals
        if seriesIntervals == 0 { keepDetails(&settings) }
        let result = Replication.run(
          topology, settings, sharding: sharding, shouldStop: shouldStop)
        progress(results.withLock { $0.put(result, at: i) })
      }
    }
    return results.withLock { ($0.prefix, $0.series) }
  }
}

/// Replications as they finish, in any order.
private struct Finished: Sendable {
  private var slots: [Replication?]
  private var done = 0
  private var folded = 0
  /// Time series of the whole replications from the first on; many would be large one by one.
  private(set) var series: SeriesOutcome?

  init(count: Int) { slots = Array(repeating: nil, count: count) }

  /// - Returns: how many are done.
  mutating func put(_ replication: Replication, at i: Int) -> Int {
    slots[i] = replication
    done += 1
    while folded < slots.count, let next = slots[folded], folded == 0 || !next.wasCutShort {
      if let own = next.intervals { series = series?.merging(own) ?? own }
      slots[folded]?.intervals = nil
      folded = next.wasCutShort ? slots.count : folded + 1
    }
    return done
  }

  /// Those before the first that is missing.
  var prefix: [Replication] { slots.prefix { $0 != nil }.compactMap { $0 } }
}
