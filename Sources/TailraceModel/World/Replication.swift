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
    /// Whether every departure is an event, even where it could be computed on arrival.
    ///
    /// Changes no result, only the time it takes; for tests and measurements.
    public var forcesEvents = false
    /// Most joins of a scatter and a workload of which all answers are kept; of more requests an
    /// even part is drawn.
    public var gatheredMax = 256
    /// Whether to keep a record of every request.
    public var keepsRequests = false
    /// Most records; more requests than that are drawn from evenly.
    public var requestsMax = Int.max
    /// Most latencies of single requests to keep of each workload; 0 keeps none.
    public var latenciesMax = 0
    /// Most of its slowest answered requests to name; 0 names none.
    public var slowestMax = 0
    /// The workload whose requests they are; nil is any.
    public var slowestOf: String?
    /// By workload, requests of which parts of latencies are summed apart; empty is none.
    public var within: [RequestLatencies?] = []
    /// Length of the intervals of time series, in nanoseconds; 0 keeps none.
    public var interval: UInt64 = 0
    /// Whether to keep calls by caller and callee.
    public var keepsCalls = false
    /// Services of which latencies are kept even where no key chooses the shard.
    public var latenciesOf: [String] = []
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
  /// Whether its figures hold what has not happened yet: it was cut short, and departures were
  /// computed on arrival.
  public var isAhead: Bool
  /// Whether it was cut short since more was in flight than memory is made for.
  public var isOvercrowded: Bool
  public var workloads: [WorkloadOutcome]
  public var services: [ServiceOutcome]
  public var caches: [CacheOutcome]
  /// Who was last in scatters, by caller, callee and workload.
  public var stragglers: [StragglerOutcome]
  /// How complete the answers were of scatters that may go on without some of them.
  public var completeness: [CompletenessOutcome]
  /// Ports to links of limited bandwidth, by link, service and direction.
  public var ports: [PortOutcome]
  /// Rate limits and pools by name, and breakers by caller and callee.
  public var limits: [LimitOutcome] = []
  public var pools: [PermitOutcome] = []
  public var guards: [GuardOutcome] = []
  /// Names of the blame components: services, then workloads.
  public var components: [String]
  /// Happenings simulated: arrivals and events.
  public var happenings: UInt64
  /// Violations of conservation; empty unless the program is at fault.
  public var violations: [String]
  /// In the order of their starts.
  public var requests: [RequestRecord]
  /// The slowest answered ones, the slowest first, where asked for.
  public var slowest: [SlowRequest] = []
  /// Names of the request classes.
  public var classes: [String]
  /// Latencies of answered requests by interval of intended start, where asked for.
  public var series: [IntervalTotals]
  /// Time series from time 0 on, warm-up included, where asked for.
  public var intervals: SeriesOutcome?
  /// How it came back after faults; empty where no time series were asked for.
  public var recoveries: [RecoveryOutcome] = []
  /// Calls by caller and callee, where asked for.
  public var calls: [CallOutcome]
  /// Counted requests in flight at the end of the window.
  public var inFlightAtEnd: UInt64
  /// The part of the window that was simulated; less than the window only if cut short.
  public var measured: Range<UInt64>
  /// The end of the simulated time up to which time series are complete.
  public var simulatedUntil: UInt64

  /// Runs a topology once.
  ///
  /// - Parameters:
  ///   - topology: what is simulated; it has been checked.
  ///   - settings: when to count and when to stop.
  ///   - sharding: the topology's functions; nil builds them.
  ///   - shouldStop: polled every 65,536 events.
  /// - Returns: what the run leaves behind.
  public static func run(
    _ topology: Topology, _ settings: Settings, sharding: ShardFunctions? = nil,
    shouldStop: () -> Bool = { false }
  ) -> Replication {
    var plan = PlanBuilder.build(
      topology, seed: StreamKey.run(seed: settings.seed, replication: settings.number),
      window: settings.window, sharding: sharding ?? ShardFunctions(),
      forcesEvents: settings.forcesEvents, keepsCalls: settings.keepsCalls,
      latenciesOf: settings.latenciesOf)
    plan.sumsApart = !settings.within.isEmpty
    var result = run(plan, settings, shouldStop: shouldStop)
    if let series = result.intervals, !result.wasCutShort, !topology.faults.isEmpty {
      result.recoveries = RecoveryOutcome.all(of: topology.faults, series, settings.window)
    }
    return result
  }

  /// Runs a compiled topology once.
  static func run(_ plan: Plan, _ settings: Settings, shouldStop: () -> Bool) -> Replication {
    var machine = prepared(plan, settings)
    let cut = machine.run(eventsMax: settings.eventsMax, shouldStop: shouldStop)
    return machine.result(plan, wasCutShort: cut)
  }

  /// A machine that keeps what is asked for.
  static func prepared(_ plan: Plan, _ settings: Settings) -> Machine {
    var machine = Machine(plan)
    machine.slowest = SlowestRequests(
      most: settings.slowestMax,
      workload: settings.slowestOf.map { plan.workloadNames.firstIndex(of: $0) ?? -1 })
    machine.stragglers.samples.keep(most: settings.gatheredMax)
    machine.keepsRequests = settings.keepsRequests
    machine.sample = RequestSample(most: settings.requestsMax)
    if settings.latenciesMax > 0 {
      machine.latencies = plan.sources.map { _ in RequestLatencies(most: settings.latenciesMax) }
    }
    machine.within = settings.within
    machine.keepsCalls = settings.keepsCalls
    if settings.keepsCalls { machine.callLatencies = HistogramPile(count: plan.edges.count) }
    if settings.interval > 0 {
      machine.keepsIntervals = true
      machine.intervals = SeriesTable(
        IntervalGrid(length: settings.interval, horizon: settings.window.upperBound),
        workloads: plan.sources.count,
        stations: plan.services.map { Int($0.shards * $0.replicas) },
        caches: plan.cacheNames.count)
    }
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
    return machine
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
  /// The same by bucket of latency.
  public var tail: TailBlame
  /// Its answered requests one by one, where asked for.
  public var requests: RequestLatencies?
  /// `blame` of the requests of the set that was given; nil where there was none.
  public var blameWithin: [UInt64]?
}

/// What a service's replicas did in one replication, within the window.
public struct ServiceOutcome: Sendable {
  public var name: String
  public var shards: Int
  public var replicas: Int
  public var slots: Int?
  /// Whether calls find their shard by a key.
  public var isKeyed: Bool
  /// One row per replica, shard by shard.
  public var rows: [StationOutcome]
  /// Waits of visits that started, 8 buckets per octave: one per replica, or one in all; each up
  /// to its last bucket that is not empty.
  public var waits: [[UInt64]]
  /// From a call to its answer, network included, by shard, of visits that were answered in the
  /// window; empty where none is kept. Each attempt is one, whether or not anybody still waited.
  public var latencies: [HistogramSnapshot]
  /// Visits that waited for a slot at the end of the window; 0 where the run did not get there.
  public var waitingAtEnd: UInt64
  /// Why its departures are events, as a part of a sentence; nil where they are computed on arrival.
  public var eventReason: String?
  /// The keys that it was called with; nil where no key decides about the shard.
  public var hotKeys: KeySketch?
  /// How its callers' balancers met the keys' own replicas; nil where they hash no key.
  public var affinity: AffinitySum?
  /// What its balancers did beside choosing; nil where they do no more.
  public var balancing: ClusterSum?
  /// What the admission control of each replica did; empty where there is none.
  public var admissions: [AdmissionSum] = []
  /// What reads and writes of its keys came to; nil where nobody writes them.
  public var versions: VersionSum?
  /// Calls to it that were not sent, since too many stood around them; nil where none go in circles.
  public var tooDeep: UInt64?
  /// What the change of its number of shards moves; nil where that stays.
  public var reshard: ReshardOutcome?
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
  /// Time it was down, in nanoseconds.
  public var downTime: UInt64 = 0
  /// Visits that failed, refused ones included.
  public var failed: UInt64 = 0
  /// The most that waited at once, as those saw it who joined the queue in the window.
  public var longest: UInt64 = 0
  /// Attempts sent to it; nil where no caller retries or hedges.
  public var attempts: AttemptSum?
  /// Connections to it; nil where its service says nothing of them.
  public var connections: ConnectionSum?
  /// Visits that a crash ended; they are among the aborted.
  public var lost: UInt64 = 0
  /// Visits dropped in the queue since nobody waited for them any more, which are among the aborted;
  /// nil where its service drops none.
  public var expired: UInt64?
  /// Work done, and how much of it by visits that nobody waited for when they ended, in nanoseconds;
  /// nil where nobody gives up.
  public var worked: UInt64?
  public var wasted: UInt64?
}

extension Machine {
  mutating func result(_ plan: Plan, wasCutShort: Bool) -> Replication {
    endHits(until: time)
    foldForeseen()
    let end = max(time, window.lowerBound)
    settleLines()
    var violations = brokenConservation(plan)
    if tally.mismatches > 0 {
      violations.append("\(tally.mismatches) requests whose parts do not sum to their latency")
    }
    if let fault = traces.fault { violations.append(fault) }
    settleUnfinished(at: clipped(end))
    violations += brokenIdentities(plan, end: clipped(end))
    violations += brokenCaches(plan)
    violations += brokenPermits(plan)
    violations += brokenConnections()
    violations += brokenGates(plan)
    violations += brokenBalancers(plan)
    violations += brokenPorts(plan, end: clipped(end))
    var workloads: [WorkloadOutcome] = []
    for s in 0..<sources.count { workloads.append(workload(s, plan)) }
    var services: [ServiceOutcome] = []
    let work = workDone(end: clipped(end))
    for i in 0..<self.services.count {
      services.append(service(i, plan, end: clipped(end), work))
    }
    var result = Replication(
      wasCutShort: wasCutShort, isAhead: wasCutShort && (bookings.count > 0 || foreseesHits),
      isOvercrowded: isOvercrowded, workloads: workloads,
      services: services, caches: cacheOutcomes(plan, end: clipped(end)),
      stragglers: stragglerOutcomes(plan), completeness: completenessOutcomes(plan),
      ports: portOutcomes(plan, end: clipped(end)),
      components: plan.components, happenings: handled &- sent, violations: violations,
      requests: sample.records.sorted(by: RequestRecord.startsBefore),
      slowest: slowest.ordered, classes: plan.classNames,
      series: series.intervals,
      intervals: seriesOutcome(), calls: callOutcomes(plan),
      inFlightAtEnd: liveAtEnd,
      measured: window.lowerBound..<(wasCutShort ? clipped(end) : window.upperBound),
      simulatedUntil: wasCutShort ? min(time, window.upperBound) : window.upperBound)
    result.limits = limitOutcomes(plan)
    result.pools = permitOutcomes(plan, end: clipped(end))
    result.guards = guardOutcomes(plan, end: clipped(end))
    return result
  }

  private mutating func seriesOutcome() -> SeriesOutcome? {
    guard keepsIntervals else { return nil }
    let services = (0..<services.count).map { intervals.service($0) }
    return SeriesOutcome(
      grid: intervals.grid, workloads: (0..<sources.count).map { intervals.workload($0) },
      services: services.map(\.all), stations: services.map(\.each),
      caches: (0..<cacheRows.count).map { intervals.cache($0) })
  }

  /// Requests still in flight: counted as unfinished, and present until the end.
  private mutating func settleUnfinished(at end: UInt64) {
    for f in 0..<frameHigh
    where frames[f].isRoot && frames[f].state != .free {
      let s = Int(frames[f].source)
      tally.sums[s].present &+= max(end, clipped(frames[f].born)) &- clipped(frames[f].born)
      if frames[f].counted {
        let cell = s &* Tally.outcomeCount &+ Int(Outcome.unfinished.rawValue)
        tally.outcomes[cell] &+= 1
        if keepsRequests { keep(f, outcome: .unfinished, at: time) }
      }
    }
    for (hit, born) in hitsInFlight() {
      let s = Int(hit.source)
      tally.sums[s].present &+= max(end, clipped(born)) &- clipped(born)
      if hit.counted {
        tally.outcomes[s &* Tally.outcomeCount &+ Int(Outcome.unfinished.rawValue)] &+= 1
      }
    }
  }

  /// Counts who waits where, at the end of the window.
  @inline(never) mutating func countWaiting() {
    waitingAtEnd = Array(repeating: 0, count: services.count)
    for s in 0..<stations.count {
      var waiting = UInt64(stations[s].length)
      if bookings.count > 0 {
        bookings[s].starts.drop(through: window.upperBound)
        waiting &+= UInt64(bookings[s].starts.count)
      }
      waitingAtEnd[Int(stations[s].service)] &+= waiting
    }
    if !clusters.isUsed { return }
    for f in 0..<frameHigh where frames[f].state == .inLine {
      waitingAtEnd[Int(stations[frames[f].station].service)] &+= 1
    }
  }

  /// All that a station has seen.
  private mutating func account(_ s: Int32) -> Account {
    var account = accounts[s]
    if bookings.count > 0 { account.add(bookings[s]) }
    return account
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
    let tail = wholeTail(of: s)
    return WorkloadOutcome(
      name: plan.workloadNames[s], isOpenLoop: sources[s].kind != .closed,
      outcomes: (0..<Tally.outcomeCount).map { tally.outcomes[s * Tally.outcomeCount + $0] },
      latencies: HistogramSnapshot(
        .fine, indices: indices, counts: counts, sum: sum.total, minimum: sum.smallest,
        maximum: sum.largest),
      presentArea: sum.present,
      blame: tail.sums(), tail: tail, requests: requestLatencies(of: s),
      blameWithin: s < within.count && within[s] != nil
        ? tally.blame.tail(of: s + sources.count).sums() : nil)
  }

  /// Where the time of all of a workload's answered requests went.
  mutating func wholeTail(of s: Int) -> TailBlame {
    let tail = tally.blame.tail(of: s)
    return within.isEmpty ? tail : tail.adding(tally.blame.tail(of: s + sources.count))
  }

  private mutating func requestLatencies(of s: Int) -> RequestLatencies? {
    guard s < latencies.count else { return nil }
    var ordered = latencies[s]
    ordered.finish()
    return ordered
  }

  private mutating func service(
    _ i: Int, _ plan: Plan, end: UInt64, _ work: [UInt64]
  ) -> ServiceOutcome {
    let row = services[i]
    let count = Int(row.shards * row.replicas)
    var rows: [StationOutcome] = []
    let isRepeated = plan.edges.contains { $0.service == Int32(i) && $0.policy >= 0 }
    let isConnected = plan.pools.contains { stations[$0.station].service == Int32(i) }
    for k in 0..<count {
      let s = row.firstStation + Int32(k)
      let account = account(s)
      rows.append(
        StationOutcome(
          requests: account.requests, refused: account.refused, aborted: account.aborted,
          starts: account.starts, queueArea: account.queueArea(end: end),
          busyArea: account.busyArea(end: end), downTime: downTime(of: s, end: end),
          failed: account.failed, longest: account.longest,
          attempts: isRepeated ? stationAttempts[s] : nil,
          connections: isConnected ? fabric.sums[s] : nil, lost: queueRow(s)?.lost ?? 0,
          expired: queueRow(s).flatMap { $0.plan.dropsExpired ? $0.expired : nil },
          worked: plan.endsEarly ? work[Int(s)] : nil,
          wasted: plan.endsEarly ? wastedWork[s] : nil))
    }
    let histograms = waitRows[i].stride > 0 ? count : 1
    let first = Int(waitRows[i].first)
    let slots = stations[row.firstStation].slots
    return ServiceOutcome(
      name: plan.serviceNames[i], shards: Int(row.shards), replicas: Int(row.replicas),
      slots: slots == .max ? nil : Int(slots),
      isKeyed: plan.edges.contains { $0.service == Int32(i) && $0.route >= 0 }, rows: rows,
      waits: (0..<histograms).map { waits.counts(first + $0) }, latencies: visitLatencies(row),
      waitingAtEnd: waitingAtEnd.isEmpty ? 0 : waitingAtEnd[i],
      eventReason: plan.eventReasons[i], hotKeys: keySketch(plan.serviceNames[i], plan),
      affinity: affinity(plan.serviceNames[i], plan),
      balancing: row.cluster < 0 ? nil : clusters.sums[row.cluster],
      admissions: gates.isUsed
        ? (0..<count).compactMap { admissionSum(row.firstStation + Int32($0), end: end) } : [],
      versions: versionSum(i, plan),
      tooDeep: plan.checksDepth(ofCallsTo: i) ? tooDeep[i] : nil,
      reshard: plan.sharding.reshardOutcomes[plan.serviceNames[i]])
  }

  /// What a station has that is not plain first-in-first-out; nil of any other.
  private mutating func queueRow(_ s: Int32) -> QueueRow? {
    stations[s].queue < 0 ? nil : queues[stations[s].queue]
  }

  private mutating func downTime(of s: Int32, end: UInt64) -> UInt64 {
    let q = stations[s].queue
    if q < 0 { return 0 }
    return queues[q].downTime &+ (queues[q].downs > 0 ? end : 0)
  }

  /// Conservation at every station and workload, as identities in integers.
  private mutating func brokenConservation(_ plan: Plan) -> [String] {
    var broken: [String] = []
    for s in 0..<stations.count {
      let account = account(Int32(s))
      let name = plan.serviceNames[Int(stations[s].service)]
      if account.entered != account.started &+ account.gaveUp &+ UInt64(stations[s].length) {
        broken.append("visits to \(name) do not balance in its queue")
      }
      if account.started != account.left &+ UInt64(stations[s].busy) {
        broken.append("visits to \(name) do not balance in its slots")
      }
      let most = UInt64(stations[s].slots) &* (window.upperBound - window.lowerBound)
      if stations[s].slots < 1 << 20, account.busyArea(end: cutTime) > most {
        broken.append("\(name) is used more than its slots allow")
      }
    }
    var live: UInt64 = 0
    for s in 0..<sources.count {
      var ended: UInt64 = 0
      for o in 0..<Tally.outcomeCount { ended &+= tally.outcomes[s * Tally.outcomeCount + o] }
      live &+= tally.sums[s].begun &- ended
    }
    if live != countedLive { broken.append("requests begun, ended and in flight do not balance") }
    return broken
  }
}
