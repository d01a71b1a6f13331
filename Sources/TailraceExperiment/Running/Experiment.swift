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
  /// What its parts cost.
  public var prices = Prices()
  /// What the run is held against.
  public var thresholds: [Threshold] = []
  /// How narrow intervals have to be before the run ends; nil runs `replications`.
  public var precision: Precision?
  /// Whether a single replication has intervals of its own parts' means; needs `interval`.
  public var hasBatches = false
  /// What else is measured as thresholds are, without a verdict.
  public var probes: [Threshold] = []
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

  /// Whether its single replication is cut into parts.
  var usesBatches: Bool { hasBatches && replications == 1 && precision == nil }

  /// Keeps neither calls nor time series, where nobody writes them; series stay where a threshold
  /// looks at single intervals, a fault's end shows whether the system comes back, or a single
  /// replication is cut into parts.
  public mutating func keepOnlyTotals() {
    keepsCalls = false
    let hasEnd = topology.faults.contains { $0.end.map { $0 < duration } ?? false }
    let isNeeded = hasEnd || usesBatches || thresholds.contains(where: \.needsIntervals)
    if !isNeeded { interval = nil }
  }

  /// A replication broke an invariant: the program is at fault, not the scenario.
  public struct Fault: Error, Sendable {
    public var seed: UInt64
    public var replication: Int
    public var violations: [String]
  }

  /// Joins of a scatter of which few replications keep all answers, together: half as many still
  /// support a p99.
  static let gatheredMin = 2_560

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
    guard let precision else {
      return try run(shouldStop: shouldStop, progress: progress) { _ in nil }
    }
    var first = self
    first.replications = precision.firstCount(replications)
    var looks = 0
    return try first.run(shouldStop: shouldStop, progress: progress) { result in
      looks += 1
      let controls = result.controls
      let report = precision.report(
        widest: result.widestHeadline(controls), replications: result.replications, looks: looks,
        controls: controls)
      result.precision = report
      return report.isReached
        ? nil : precision.nextCount(after: result.replications, widest: report.widest?.relative)
    }
  }

  /// Runs replications, and further ones behind them as long as somebody wants more.
  ///
  /// After each look at the result so far `more` says how many replications there should be in all;
  /// nil, or no more than there are, ends the run.
  func run(
    shouldStop: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void,
    more: (inout RunResult) -> Int?
  ) throws(Fault) -> RunResult {
    let sharding = ShardFunctions(of: topology)
    let warmUp = Self.commonWarmUp(of: [self], [sharding], jobs: jobs, shouldStop: shouldStop)
    var finished = Finished(count: 0)
    var planned = self
    while true {
      let total = planned.replications
      finished = replicate(
        finished, to: total, window: warmUp.start..<duration, sharding, shouldStop: shouldStop,
        progress: { progress($0, total) })
      try check(finished.prefix)
      var result = planned.concluded(
        finished.prefix, finished.series, warmUp, sharding, shouldStop)
      let next = more(&result)
      guard let next, next > total, result.cutShort == nil else { return result }
      planned.replications = next
    }
  }

  /// Merges what there is: whole replications only, unless not one was finished.
  func concluded(
    _ all: [Replication], _ allSeries: SeriesOutcome?, _ warmUp: WarmUp,
    _ sharding: ShardFunctions, _ shouldStop: @escaping @Sendable () -> Bool
  ) -> RunResult {
    var (finished, series) = (all, allSeries)
    var stopped = !warmUp.isWhole || finished.count < replications
    let interrupted = shouldStop()
    let isOvercrowded = finished.contains { $0.isOvercrowded }
    if let firstCut = finished.firstIndex(where: { $0.wasCutShort }) {
      stopped = true
      finished.removeSubrange(max(1, firstCut)...)
      if firstCut == 0 && finished[0].isAhead {
        (finished, series) = again(
          from: warmUp.start, sharding, interrupted: interrupted, shouldStop)
      }
    }
    var result = Merge(
      experiment: self, warmUp: warmUp.start, replications: finished, series: series
    )
    .result(
      cutShort: !stopped
        ? nil : interrupted ? .interrupted : isOvercrowded ? .overcrowded : .maxEvents)
    result.isSettled = warmUp.isSettled
    return result
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
    first.replications = 1
    if interrupted { first.eventsMax = min(eventsMax, 3_000_000) }
    let goesOn: @Sendable () -> Bool = { false }
    let finished = first.replicate(
      Finished(count: 0), to: 1, window: start..<duration, sharding,
      shouldStop: interrupted ? goesOn : shouldStop, progress: { _ in })
    return (finished.prefix, finished.series)
  }

  /// Refuses results of which one breaks an invariant.
  func check(_ replications: [Replication]) throws(Fault) {
    for (number, replication) in replications.enumerated()
    where !replication.violations.isEmpty {
      throw Fault(seed: seed, replication: number, violations: replication.violations)
    }
  }

  /// The settings of a replication whose figures are reported.
  func settings(_ number: UInt64, window: Range<UInt64>) -> Replication.Settings {
    var settings = Replication.Settings(seed: seed, number: number, window: window)
    settings.eventsMax = eventsMax
    settings.gatheredMax = max(
      settings.gatheredMax, Self.gatheredMin / max(1, replications))
    settings.forcesEvents = forcesEvents
    settings.interval = interval ?? 0
    settings.keepsCalls = keepsCalls
    settings.keepsRequests = requestsMax > 0
    settings.requestsMax = requestsMax
    settings.latenciesOf = (thresholds + probes).compactMap(\.serviceOfLatency)
    return settings
  }

  /// Runs whole replications on all cores behind those that there are, folding their time series as
  /// they come.
  private func replicate(
    _ earlier: Finished, to count: Int, window: Range<UInt64>, _ sharding: ShardFunctions,
    shouldStop: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (Int) -> Void
  ) -> Finished {
    let first = earlier.count
    let results = Mutex(earlier.extended(to: count))
    _ = WorkPool.map(
      count - first, jobs: jobs, shouldStop: shouldStop, finished: { progress(first + $0) }
    ) { i in
      let result = Replication.run(
        topology, settings(UInt64(first + i), window: window), sharding: sharding,
        shouldStop: shouldStop)
      results.withLock { $0.put(result, at: first + i) }
    }
    return results.withLock { $0 }
  }
}

/// Replications as they finish, in any order.
struct Finished: Sendable {
  private var slots: [Replication?]
  private var folded = 0
  /// Time series of the whole replications from the first on; many would be large one by one.
  private(set) var series: SeriesOutcome?

  init(count: Int) { slots = Array(repeating: nil, count: count) }

  /// How many there will be.
  var count: Int { slots.count }

  /// The same with room for more.
  func extended(to count: Int) -> Finished {
    var longer = self
    longer.slots += Array(repeating: nil, count: max(0, count - slots.count))
    return longer
  }

  mutating func put(_ replication: Replication, at i: Int) {
    slots[i] = replication
    while folded < slots.count, let next = slots[folded], folded == 0 || !next.wasCutShort {
      if let own = next.intervals { series = series?.merging(own) ?? own }
      slots[folded]?.intervals = nil
      folded = next.wasCutShort ? slots.count : folded + 1
    }
  }

  /// Those before the first that is missing.
  var prefix: [Replication] { slots.prefix { $0 != nil }.compactMap { $0 } }
}
