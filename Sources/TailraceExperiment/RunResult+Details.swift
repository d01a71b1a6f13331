import TailraceModel
import TailraceStatistics

/// What a run keeps where asked for: time series, calls by edge, records of requests.
public struct RunDetails: Sendable {
  /// Time series over the replications; nil where none were asked for.
  public var series: TimeSeries?
  /// Calls by caller, callee and replication.
  public var calls: [CallRow] = []
  /// Requests by replication, workload and intended start.
  public var requests: [RequestRow] = []

  public init() {}
}

/// Levels, rates and latencies interval by interval, merged over the replications.
public struct TimeSeries: Sendable {
  /// Start of each interval and the end of the last, in nanoseconds; warm-up included.
  public var bounds: [UInt64]
  /// Workloads, then services, by name, then caches that are used.
  public var entities: [SeriesEntity]
  /// Replicas of services with few, by service, shard and replica.
  public var replicas: [ReplicaSeries] = []
  /// Latencies of answered requests by the interval of their intended start, by workload.
  public var latencies: [LatencySeries] = []

  public init(bounds: [UInt64], entities: [SeriesEntity]) {
    self.bounds = bounds
    self.entities = entities
  }
}

extension TimeSeries {
  /// Most intervals times workloads and services.
  public static let cellsMax: UInt64 = 100_000

  /// Why an interval does not suit a run, with the arithmetic.
  ///
  /// - Parameters:
  ///   - interval: its length in nanoseconds, at least 1.
  ///   - duration: the run's, in nanoseconds.
  ///   - entities: workloads and services together.
  /// - Returns: the refusal; nil if it suits.
  public static func refusal(interval: UInt64, duration: UInt64, entities: Int) -> String? {
    if interval > duration { return "'interval' must not be longer than 'duration'" }
    let count = (duration - 1) / interval + 1
    let (cells, overflow) = count.multipliedReportingOverflow(by: UInt64(entities))
    if !overflow, cells <= cellsMax { return nil }
    let product = overflow ? "" : " = \(cells)"
    return "'interval' makes \(count) intervals x \(entities) workloads and services\(product); "
      + "at most \(cellsMax)"
  }

  /// The interval where none is given: a hundredth of the run, or longer where there are over
  /// 1,000 workloads and services; nil where there are more than `cellsMax`.
  public static func standardInterval(duration: UInt64, entities: Int) -> UInt64? {
    let count = min(100, cellsMax / UInt64(max(1, entities)))
    return count == 0 ? nil : max(1, (duration - 1) / count + 1)
  }
}

/// The series of one workload or service.
public struct SeriesEntity: Sendable {
  /// `workload`, `service` or `cache`.
  public var kind: String
  public var name: String
  public var tracks: [SeriesTrack]

  public init(kind: String, name: String, tracks: [SeriesTrack]) {
    self.kind = kind
    self.name = name
    self.tracks = tracks
  }
}

/// One metric of an entity over time.
public struct SeriesTrack: Sendable {
  /// What is measured.
  public enum Metric: Sendable, Equatable {
    /// Requests whose intended start lies in the interval, and those of them answered well, per
    /// second; and those that ended in it, whenever they began.
    case offered, goodput, throughput
    /// Failed requests over those that began in the interval.
    case errors
    /// Mean number of requests in flight.
    case inFlight
    /// Latency by intended start, in nanoseconds, within 1.6 % for quantiles.
    case latencyMean, latencyMax
    case latency(quantile: Double)
    /// Used slots over all slots, mean number waiting, refusals per second.
    case utilization, queueLength, shed
    /// Lookups of a cache per second, and the share of them that hit.
    case lookups, hitRatio
  }

  public var metric: Metric
  /// By interval; nil where the sample cannot support a value.
  public var values: [Double?]

  public init(_ metric: Metric, _ values: [Double?]) {
    self.metric = metric
    self.values = values
  }
}

/// One replica over time, mean over the replications.
public struct ReplicaSeries: Sendable {
  public var service: String
  public var shard: Int
  public var replica: Int
  /// By interval: used slots over all slots; nil where slots are unlimited.
  public var utilization: [Double?]
  /// By interval: mean number of used slots, and of visits that wait.
  public var busy: [Double]
  public var queue: [Double]

  public init(
    service: String, shard: Int, replica: Int, utilization: [Double?], busy: [Double],
    queue: [Double]
  ) {
    self.service = service
    self.shard = shard
    self.replica = replica
    self.utilization = utilization
    self.busy = busy
    self.queue = queue
  }
}

/// Latencies of one workload over time, in wide buckets.
public struct LatencySeries: Sendable {
  /// Four buckets an octave: each at most 25 % wide, right for a picture.
  public static let buckets = LogBuckets(subBucketBits: 2)

  public var workload: String
  /// By interval: buckets that are not empty, ascending, summed over the replications.
  public var intervals: [[HistogramRow]]

  public init(workload: String, intervals: [[HistogramRow]]) {
    self.workload = workload
    self.intervals = intervals
  }
}

/// Calls of one component to a service in one replication.
public struct CallRow: Sendable {
  public var replication: Int
  /// The caller: a workload or a service.
  public var from: String
  public var to: String
  /// Calls begun in the window.
  public var calls: UInt64
  public var timeouts: UInt64
  /// Calls that ended without an answer, timeouts among them; not those the caller gave up.
  public var errors: UInt64
  /// Of answered calls as the caller saw them, in nanoseconds, within 1.6 %.
  public var latencyP50: UInt64?
  public var latencyP99: UInt64?
  /// Their attempts; nil where each call is one.
  public var attempts: AttemptSum?

  public init(
    replication: Int, from: String, to: String, calls: UInt64, timeouts: UInt64, errors: UInt64,
    latencyP50: UInt64?, latencyP99: UInt64?
  ) {
    self.replication = replication
    self.from = from
    self.to = to
    self.calls = calls
    self.timeouts = timeouts
    self.errors = errors
    self.latencyP50 = latencyP50
    self.latencyP99 = latencyP99
  }
}

/// One request; times are in nanoseconds.
public struct RequestRow: Sendable {
  public var replication: Int
  public var workload: String
  /// Its number at its workload; `client-turn` in a closed loop.
  public var id: String
  public var arrived: UInt64
  /// Nil where the run ended first.
  public var finished: UInt64?
  public var outcome: Outcome
  /// Parts of its critical path.
  public var queue: UInt64
  public var work: UInt64
  public var network: UInt64
  /// The service where its critical path spent most.
  public var criticalService: String?

  public init(
    replication: Int, workload: String, id: String, arrived: UInt64, finished: UInt64?,
    outcome: Outcome, queue: UInt64, work: UInt64, network: UInt64, criticalService: String?
  ) {
    self.replication = replication
    self.workload = workload
    self.id = id
    self.arrived = arrived
    self.finished = finished
    self.outcome = outcome
    self.queue = queue
    self.work = work
    self.network = network
    self.criticalService = criticalService
  }
}
