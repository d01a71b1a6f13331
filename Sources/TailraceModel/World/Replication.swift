import TailraceEngine
import TailraceStatistics

/// One independent run of a topology, and what it leaves behind.
public struct Replication: Sendable {
  /// When to count and when to stop.
  public struct Settings: Sendable {
    /// Seed of the scenario.
    public var seed: UInt64
    /// Number of the replication: part of every draw's name.
    public var number: UInt64
    /// Counted requests begin in this window, in nanoseconds.
    public var window: Range<UInt64>
    /// Most happenings to simulate; each branch of a scatter or parallel counts as one more.
    public var eventsMax = UInt64.max
    /// Whether to keep a record of every request.
    public var keepsRequests = false
    /// Whether to keep the means of this many intervals, to find the warm-up.
    public var seriesIntervals = 0

    public init(seed: UInt64, number: UInt64, window: Range<UInt64>) {
      self.seed = seed
      self.number = number
      self.window = window
    }
  }

  /// Whether it was cut short by a limit or by request.
  public var wasCutShort: Bool
  public var workloads: [WorkloadOutcome]
  public var services: [ServiceOutcome]
  /// Names of the blame components: services, then workloads.
  public var components: [String]
  /// Happenings simulated: arrivals and events.
  public var happenings: UInt64
  /// Violations of conservation; empty unless the program is at fault.
  public var violations: [String]
  public var requests: [RequestRecord]
  /// Names of the request classes.
  public var classes: [String]
  /// Latencies of answered requests by interval of intended start, where asked for.
  public var series: [IntervalTotals]

  /// Runs a topology once.
  ///
  /// - Parameters:
  ///   - topology: what is simulated; it has been checked.
  ///   - settings: when to count and when to stop.
  ///   - shouldStop: polled every 65,536 events.
  /// - Returns: what the run leaves behind.
  public static func run(
    _ topology: Topology, _ settings: Settings, shouldStop: () -> Bool = { false }
  ) -> Replication {
    let plan = PlanBuilder.build(
      topology, seed: StreamKey.run(seed: settings.seed, replication: settings.number),
      window: settings.window)
    var machine = Machine(plan)
    machine.keepsRequests = settings.keepsRequests
    if settings.seriesIntervals > 0 {
      let length = max(
        1,
        (settings.window.upperBound - settings.window.lowerBound)
          / UInt64(settings.seriesIntervals))
      machine.keepsSeries = true
      machine.series = WindowedSeries(
        start: settings.window.lowerBound, intervalLength: length,
        intervalCount: settings.seriesIntervals)
    }
    let cut = machine.run(eventsMax: settings.eventsMax, shouldStop: shouldStop)
    return machine.result(plan, wasCutShort: cut)
  }
}

/// What a workload's requests experienced in one replication.
public struct WorkloadOutcome: Sendable {
  public var name: String
  /// Whether requests came no matter how the last ones fared.
  public var isOpenLoop: Bool
  /// Counted requests by `Outcome`, unfinished ones included.
  public var outcomes: [UInt64]
  /// Latencies of answered requests, in nanoseconds.
  public var latencies: HistogramSnapshot
  /// Time in the system of all requests within the window, in nanoseconds.
  public var presentArea: UInt64
  /// Nanoseconds on critical paths by component and `Phase`.
  public var blame: [UInt64]
}

/// What a service's replicas did in one replication, within the window.
public struct ServiceOutcome: Sendable {
  public var name: String
  public var shards: Int
  public var replicas: Int
  public var slots: Int?
  /// One row per replica, shard by shard.
  public var rows: [StationOutcome]
  /// Waits of visits that started, 8 buckets per octave: one per replica, or one in all; each up
  /// to its last bucket that is not empty.
  public var waits: [[UInt64]]
  /// Buckets of a whole histogram of waits.
  public static let waitBuckets = WaitTable.cells
}

/// One replica's sums over the window.
public struct StationOutcome: Sendable, Equatable {
  public var requests: UInt64
  public var refused: UInt64
  public var aborted: UInt64
  public var starts: UInt64
  /// Time spent waiting by all, in nanoseconds.
  public var queueArea: UInt64
  /// Slot time used, in nanoseconds.
  public var busyArea: UInt64
}

/// One request as it went.
public struct RequestRecord: Sendable, Equatable {
  public var workload: Int
  public var number: UInt64
  public var began: UInt64
  public var ended: UInt64
  public var outcome: Outcome
  /// Index among `Replication.classes`.
  public var classIndex: Int
}

extension Machine {
  mutating func result(_ plan: Plan, wasCutShort: Bool) -> Replication {
    let end = max(time, window.lowerBound)
    var violations = wasCutShort ? [] : brokenConservation(plan)
    if tally.mismatches > 0 {
      violations.append("\(tally.mismatches) requests whose parts do not sum to their latency")
    }
    settleUnfinished(at: clipped(end))
    var workloads: [WorkloadOutcome] = []
    for s in 0..<sources.count { workloads.append(workload(s, plan)) }
    var services: [ServiceOutcome] = []
    for i in 0..<self.services.count { services.append(service(i, plan, end: clipped(end))) }
    return Replication(
      wasCutShort: wasCutShort, workloads: workloads, services: services,
      components: plan.components, happenings: handled &- sent, violations: violations,
      requests: requests, classes: plan.classNames, series: series.intervals)
  }

  /// Requests still in flight: counted as unfinished, and present until the end.
  private mutating func settleUnfinished(at end: UInt64) {
    for f in 0..<frameHigh
    where frames[f].parent == -1 && frames[f].state != .free {
      let s = Int(frames[f].source)
      tally.sums[s].present &+= max(end, clipped(frames[f].born)) &- clipped(frames[f].born)
      if frames[f].counted {
        let cell = s &* Tally.outcomeCount &+ Int(Outcome.unfinished.rawValue)
        tally.outcomes[cell] &+= 1
      }
    }
  }

  private mutating func workload(_ s: Int, _ plan: Plan) -> WorkloadOutcome {
    var indices: [Int] = []
    var counts: [UInt64] = []
    for i in 0..<Tally.latencyCells {
      let count = tally.latencies[s * Tally.latencyCells + i]
      if count > 0 {
        indices.append(i)
        counts.append(count)
      }
    }
    let sum = tally.sums[s]
    let cells = tally.components * Phase.allCases.count
    return WorkloadOutcome(
      name: plan.workloadNames[s], isOpenLoop: sources[s].kind != .closed,
      outcomes: (0..<Tally.outcomeCount).map { tally.outcomes[s * Tally.outcomeCount + $0] },
      latencies: HistogramSnapshot(
        .fine, indices: indices, counts: counts, sum: sum.total, minimum: sum.smallest,
        maximum: sum.largest),
      presentArea: sum.present,
      blame: (0..<cells).map { tally.blame[s * cells + $0] })
  }

  private mutating func service(_ i: Int, _ plan: Plan, end: UInt64) -> ServiceOutcome {
    let row = services[i]
    let count = Int(row.shards * row.replicas)
    var rows: [StationOutcome] = []
    for k in 0..<count {
      let account = accounts[row.firstStation + Int32(k)]
      rows.append(
        StationOutcome(
          requests: account.requests, refused: account.refused, aborted: account.aborted,
          starts: account.starts, queueArea: account.queueArea(end: end),
          busyArea: account.busyArea(end: end)))
    }
    let histograms = waitRows[i].isPerReplica ? count : 1
    let first = Int(waitRows[i].first)
    let slots = stations[row.firstStation].slots
    return ServiceOutcome(
      name: plan.serviceNames[i], shards: Int(row.shards), replicas: Int(row.replicas),
      slots: slots == .max ? nil : Int(slots), rows: rows,
      waits: (0..<histograms).map { waits.counts(first + $0) })
  }

  /// Conservation at every station and workload, as identities in integers.
  private mutating func brokenConservation(_ plan: Plan) -> [String] {
    var broken: [String] = []
    for s in 0..<stations.count {
      let account = accounts[s]
      let name = plan.serviceNames[Int(stations[s].service)]
      if account.entered != account.started &+ account.gaveUp &+ UInt64(stations[s].length) {
        broken.append("visits to \(name) do not balance in its queue")
      }
      if account.started != account.left &+ UInt64(stations[s].busy) {
        broken.append("visits to \(name) do not balance in its slots")
      }
      let most = UInt64(stations[s].slots) &* (window.upperBound - window.lowerBound)
      if stations[s].slots < 1 << 20, account.busyArea(end: clipped(time)) > most {
        broken.append("\(name) is used more than its slots allow")
      }
    }
    var live: UInt64 = 0
    for s in 0..<sources.count {
      var ended: UInt64 = 0
      for o in 0..<Tally.outcomeCount { ended += tally.outcomes[s * Tally.outcomeCount + o] }
      live += tally.sums[s].begun - ended
    }
    if live != countedLive { broken.append("requests begun, ended and in flight do not balance") }
    return broken
  }
}
