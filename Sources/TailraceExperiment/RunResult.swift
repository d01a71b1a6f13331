import TailraceModel

/// How a request or an attempt ended.
public typealias Outcome = TailraceModel.Outcome

/// What one variant of a scenario did, merged over its independent replications.
///
/// Text, JSON, CSV and every later view are made from this one value, so they cannot disagree.
/// Rows stand in the order of their names; times are in nanoseconds unless a name says otherwise.
public struct RunResult: Sendable {
  /// The scenario's `name`.
  public var scenario: String
  /// The variant that ran; `base` where the file declares none.
  public var variant: String
  /// The seed that repeats the run.
  public var seed: UInt64
  /// Replications finished, in order of their numbers.
  public var replications: Int
  /// Replications asked for; more than `replications` only where the run was cut short.
  public var replicationsPlanned: Int
  /// Simulated time of a replication, in nanoseconds: arrivals are counted until then.
  public var duration: UInt64
  /// Start of the measured window, in nanoseconds: arrivals before it are not counted.
  public var warmUp: UInt64
  /// How the warm-up was found.
  public var warmUpRule: WarmUpRule
  /// Why the run ended early, if it did.
  public var cutShort: CutShort?
  /// Workloads by name.
  public var workloads: [WorkloadResult]
  /// Services by name.
  public var services: [ServiceResult]
  /// Caches by name; those that no step uses have no instance.
  public var caches: [CacheResult] = []
  /// Who answered last, by workload and scatter; empty where nothing is scattered.
  public var stragglers: [StragglerReport] = []
  /// How complete answers were; empty where every join waits for all.
  public var completeness: [CompletenessReport] = []
  /// Ports to links, by link, service and direction; empty where no link has a bandwidth.
  public var ports: [PortResult] = []
  /// Rate limits and pools by name; breakers by caller and callee.
  public var rateLimits: [RateLimitResult] = []
  public var pools: [PoolResult] = []
  public var breakers: [BreakerResult] = []
  /// How it came back after faults that ended; empty without such, or without time series.
  public var recoveries: [RecoveryResult] = []
  /// The faults that strike, in the order of the scenario.
  public var faults: [FaultTime] = []
  /// What the design costs; nil where nothing has a price.
  public var costs: CostReport?
  /// What was kept beyond the summary, where asked for.
  public var details = RunDetails()
  /// Simulated time of all replications' windows together, in nanoseconds.
  public var measuredTime: UInt64 = 0
  /// Whether pilots found the warm-up's end well before the run's; true where it was given.
  public var isSettled = true
  /// What became of the wish for narrow intervals; nil where there was none.
  public var precision: PrecisionReport?
  /// Latencies at the known means of arrivals and work, where precision is asked for.
  var controls: ControlReport?
  /// Where one replication has intervals; nil where replications give them, or nothing does.
  public var batches: BatchMeans?
  /// Whether there was a steady state.
  public var steadiness = Steadiness.steady
  /// Every number of the run with its names, in the order of its rows.
  public var measures: [Measure] { completeMeasures ?? Measure.all(of: self) }
  /// The same with each replication's own value of every ratio; nil where nobody merged them.
  var completeMeasures: [Measure]?
  /// What became of the thresholds, in the order of the file.
  public var thresholds: [ThresholdResult] = []
  /// What was measured as thresholds are, in the order asked for; their status means nothing.
  public var probes: [ThresholdResult] = []
  /// A 64-bit digest of every count and bucket: equal runs have equal digests.
  public var digest: UInt64

  public init(
    scenario: String, variant: String, seed: UInt64, replications: Int, replicationsPlanned: Int,
    duration: UInt64, warmUp: UInt64, warmUpRule: WarmUpRule, cutShort: CutShort?,
    workloads: [WorkloadResult], services: [ServiceResult], digest: UInt64
  ) {
    self.scenario = scenario
    self.variant = variant
    self.seed = seed
    self.replications = replications
    self.replicationsPlanned = replicationsPlanned
    self.duration = duration
    self.warmUp = warmUp
    self.warmUpRule = warmUpRule
    self.cutShort = cutShort
    self.workloads = workloads
    self.services = services
    self.digest = digest
  }
}

/// How the measured window's start was found.
public enum WarmUpRule: String, Sendable { case given, mser5 = "mser-5" }

/// Why a run ended before its planned end.
public enum CutShort: String, Sendable {
  case maxEvents = "max-events"
  case interrupted
  /// The time on the clock was up; decides only how much there is.
  case maxWall = "max-wall"
  /// More requests were in flight than memory is made for.
  case overcrowded = "in-flight"
}

/// A merged value with the half-width of its 95 % interval and the replications' own values.
public struct Estimate: Sendable {
  /// The value over all replications; nil where the sample cannot support it.
  public var value: Double?
  /// Half-width of the 95 % Student t interval; nil with one replication or where one lacks it.
  public var halfWidth: Double?
  /// Each replication's own value, in order.
  public var perReplication: [Double?]

  public init(value: Double?, halfWidth: Double?, perReplication: [Double?]) {
    self.value = value
    self.halfWidth = halfWidth
    self.perReplication = perReplication
  }
}

/// A quantile of the headline latency, in nanoseconds.
public struct QuantileEstimate: Sendable {
  /// The quantile, above 0 and below 1.
  public var quantile: Double
  /// Its estimate, in nanoseconds.
  public var latency: Estimate

  public init(quantile: Double, latency: Estimate) {
    self.quantile = quantile
    self.latency = latency
  }
}

/// A part of the mean latency along the critical path.
public struct BreakdownRow: Sendable {
  /// `queue`, `work`, `network`, `wait`, `back_off`, ...: the words of `Phase`.
  public var phase: String
  /// The service (or call) it was spent at.
  public var entity: String
  /// Its mean over all covered requests, in nanoseconds.
  public var mean: Double
  /// Its share of the mean latency, from 0 to 1.
  public var share: Double

  public init(phase: String, entity: String, mean: Double, share: Double) {
    self.phase = phase
    self.entity = entity
    self.mean = mean
    self.share = share
  }
}

/// What a workload's users saw.
public struct WorkloadResult: Sendable {
  public var name: String
  /// Whether arrivals are independent of answers.
  public var isOpenLoop: Bool
  /// Counted requests by outcome, in the order of `Outcome.allCases`; the counts sum to `requests`.
  public var outcomes: [UInt64]
  /// Counted requests: those whose intended start lies in the window.
  public var requests: UInt64
  /// Latency of success and degraded, in nanoseconds.
  public var latencyMean: Estimate
  /// Requests that the latency covers in each replication.
  public var answered: [UInt64]
  public var quantiles: [QuantileEstimate]
  public var latencyMax: UInt64?
  /// Requests offered and answered well, per second.
  public var offered: Estimate
  public var goodput: Estimate
  /// Mean number in flight over the window.
  public var inFlight: Estimate
  /// Non-empty buckets of the latency of success and degraded, 512 an octave.
  public var histogram: [HistogramRow]
  /// Parts of the mean latency; they sum to it.
  public var breakdown: [BreakdownRow]
  /// The same above quantiles of the latency, where the sample supports them.
  public var bands: [BreakdownBand] = []
  /// Latencies of each replication, to count those above a bound.
  var above: [RequestCounts] = []

  public init(
    name: String, isOpenLoop: Bool, outcomes: [UInt64], requests: UInt64, latencyMean: Estimate,
    answered: [UInt64], quantiles: [QuantileEstimate], latencyMax: UInt64?, offered: Estimate,
    goodput: Estimate, inFlight: Estimate, histogram: [HistogramRow], breakdown: [BreakdownRow]
  ) {
    self.name = name
    self.isOpenLoop = isOpenLoop
    self.outcomes = outcomes
    self.requests = requests
    self.latencyMean = latencyMean
    self.answered = answered
    self.quantiles = quantiles
    self.latencyMax = latencyMax
    self.offered = offered
    self.goodput = goodput
    self.inFlight = inFlight
    self.histogram = histogram
    self.breakdown = breakdown
  }
}

/// What a service did in the measured window.
public struct ServiceResult: Sendable {
  public var name: String
  public var shards: Int
  public var replicas: Int
  /// Slots of a replica; nil where unlimited.
  public var slots: Int?
  /// Busy slots over all slots; nil where slots are unlimited.
  public var utilization: Estimate
  /// Time of used slots over the requests of all workloads, in nanoseconds; no value without
  /// requests, or where slots are unlimited.
  public var slotTime = Estimate(value: nil, halfWidth: nil, perReplication: [])
  /// Mean number waiting, over all replicas together.
  public var queueMean: Estimate
  /// The most that waited at one replica, as those saw it who joined its queue in the window.
  public var queueMax: UInt64
  /// p99 of the waiting time of visits that started, in nanoseconds.
  public var waitP99: Estimate
  public var waitMean: Estimate
  public var requests: UInt64
  /// Visits that failed, those shed among them.
  public var errors: UInt64
  public var shed: UInt64
  /// Time that replicas were down after a crash over the time of all; from 0 to 1.
  public var down: Estimate
  /// Each replica of each shard; per shard where there are over 1,000 replicas.
  public var rows: [ReplicaRow]
  /// Why the ends of its visits were events, as a part of a sentence; nil where they were computed on
  /// arrival. Changes no number, only the time that a run takes.
  public var eventReason: String?
  /// The hottest shard; nil where no key decides about the shard.
  public var shardLoad: ShardLoad?
  /// Attempts sent to it; nil where no caller retries or hedges.
  public var attempts: AttemptSum?
  /// What became of visits that nobody waited for any more; nil where nobody gives up.
  public var givenUp: GivenUpWork?
  /// Connections to it; nil where it says nothing of them.
  public var connections: ConnectionSum?
  /// What its admission control did; nil where it has none.
  public var admission: AdmissionSum?
  /// How its callers' balancers met the keys' own replicas; nil where they hash no key.
  public var affinity: AffinitySum?
  /// What its balancers did beside choosing; nil where they do no more.
  public var balancing: ClusterSum?
  /// What reads and writes of its keys came to; nil where nobody writes them.
  public var versions: VersionSum?
  /// Calls to it that were rejected before they were sent, since `max_depth` calls stood around
  /// them; nil where calls to it cannot stand too deep.
  public var tooDeep: UInt64?
  /// What the change of its number of shards moves; nil where that stays.
  public var reshard: ReshardOutcome?
  /// Waits of visits that started.
  public var waits = Waits()
  /// How long visits took, by shard; empty where neither a key chooses the shard nor a threshold
  /// asks for it.
  public var latencies: [VisitLatency] = []

  public init(
    name: String, shards: Int, replicas: Int, slots: Int?, utilization: Estimate,
    queueMean: Estimate, queueMax: UInt64, waitP99: Estimate, waitMean: Estimate,
    requests: UInt64, errors: UInt64, shed: UInt64, down: Estimate, rows: [ReplicaRow]
  ) {
    self.name = name
    self.shards = shards
    self.replicas = replicas
    self.slots = slots
    self.utilization = utilization
    self.queueMean = queueMean
    self.queueMax = queueMax
    self.waitP99 = waitP99
    self.waitMean = waitMean
    self.requests = requests
    self.errors = errors
    self.shed = shed
    self.down = down
    self.rows = rows
  }
}

/// One replica (or one shard, where there are too many replicas) in one replication.
public struct ReplicaRow: Sendable {
  /// The replication it belongs to.
  public var replication: Int
  public var shard: Int
  /// Nil for a row that sums a whole shard.
  public var replica: Int?
  public var requests: UInt64
  /// Visits that failed, those shed among them.
  public var errors: UInt64
  public var shed: UInt64
  public var utilization: Double?
  public var queueMean: Double
  /// The most that waited at once, at one replica.
  public var queueMax: UInt64
  public var waitMean: Double?
  public var waitP99: Double?
  /// Slot time used, in nanoseconds.
  public var busy: UInt64
  /// Time it was down after a crash, in nanoseconds; of a shard, the sum over its replicas.
  public var downTime: UInt64
  /// The same over the simulated window of all it sums, from 0 to 1; nil if that is empty.
  public var down: Double?
  /// Attempts sent to it; nil where no caller retries or hedges.
  public var attempts: AttemptSum?
  /// What became of visits that nobody waited for any more; nil where nobody gives up.
  public var givenUp: GivenUpWork?

  public init(
    replication: Int, shard: Int, replica: Int?, requests: UInt64, errors: UInt64, shed: UInt64,
    utilization: Double?, queueMean: Double, queueMax: UInt64, waitMean: Double?,
    waitP99: Double?, busy: UInt64, downTime: UInt64, down: Double?
  ) {
    self.replication = replication
    self.shard = shard
    self.replica = replica
    self.requests = requests
    self.errors = errors
    self.shed = shed
    self.utilization = utilization
    self.queueMean = queueMean
    self.queueMax = queueMax
    self.waitMean = waitMean
    self.waitP99 = waitP99
    self.busy = busy
    self.downTime = downTime
    self.down = down
  }
}
