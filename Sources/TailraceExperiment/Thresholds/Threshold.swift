/// A condition on a metric of a whole run, such as `latency{workload:users}: p(99) < 400ms`.
public struct Threshold: Sendable {
  public var metric: ThresholdMetric
  /// What it is about; all must hold, none is everything.
  public var labels: [(label: ThresholdLabel, value: String)]
  public var statistic: ThresholdStatistic
  public var comparison: ThresholdComparison
  /// Nanoseconds, a ratio, a number per second or a number: the metric's unit.
  public var bound: Double
  /// The condition as it was written.
  public var condition: String

  public init(
    metric: ThresholdMetric, labels: [(label: ThresholdLabel, value: String)],
    statistic: ThresholdStatistic, comparison: ThresholdComparison, bound: Double,
    condition: String
  ) {
    self.metric = metric
    self.labels = labels
    self.statistic = statistic
    self.comparison = comparison
    self.bound = bound
    self.condition = condition
  }

  /// The labels as they are written, without braces; empty where there are none.
  public var selector: String {
    labels.map { "\($0.label.rawValue):\($0.value)" }.joined(separator: ",")
  }

  /// The metric with its labels.
  public var name: String { labels.isEmpty ? metric.name : "\(metric.name){\(selector)}" }

  /// The service of whose visits it asks how long they took; nil if of none.
  var serviceOfLatency: String? {
    guard metric.name == "latency" else { return nil }
    return labels.first { $0.label == .service }?.value
  }

  /// Whether it looks at single intervals, for which a time series must be kept.
  public var needsIntervals: Bool {
    switch statistic {
    case .min, .max: metric.track != nil
    case .value, .mean, .quantile: false
    }
  }
}

/// Kinds of things that a threshold can name.
public enum ThresholdLabel: String, CaseIterable, Sendable {
  case workload, service, shard, replica, cache, fault, pool
  case rateLimit = "rate_limit"
}

/// Which number of a metric is meant.
public enum ThresholdStatistic: Sendable, Equatable {
  /// Over the whole run.
  case value
  case min, max, mean
  /// From 0 to 1, both excluded.
  case quantile(Double)
}

/// How the measured number and the bound must stand to each other.
public enum ThresholdComparison: String, CaseIterable, Sendable {
  case atMost = "<="
  case atLeast = ">="
  case below = "<"
  case above = ">"

  func holds(_ value: Double, _ bound: Double) -> Bool {
    switch self {
    case .atMost: value <= bound
    case .atLeast: value >= bound
    case .below: value < bound
    case .above: value > bound
    }
  }
}

/// What became of a threshold.
public struct ThresholdResult: Sendable {
  public enum Status: String, Sendable {
    case pass, fail
    /// The run cannot tell; that is no pass.
    case noData = "no-data"
  }

  public var threshold: Threshold
  /// In the metric's unit; infinite where it falls on a request without an answer; nil without
  /// data.
  public var measured: Double?
  /// The same of each replication alone; empty where single intervals are meant.
  public var perReplication: [Double?] = []
  public var status: Status

  public init(_ threshold: Threshold, measured: Double?) {
    self.threshold = threshold
    self.measured = measured
    status =
      measured.map { threshold.comparison.holds($0, threshold.bound) ? .pass : .fail } ?? .noData
  }
}

extension RunResult {
  /// A threshold held against this run; linear in the rows that it is about.
  public func judged(_ threshold: Threshold) -> ThresholdResult {
    ThresholdResult(threshold, measured: measured(threshold))
  }

  /// The number that a threshold is about; see `ThresholdResult.measured`.
  func measured(_ threshold: Threshold) -> Double? {
    threshold.metric.measure(ThresholdSelection(self, threshold.labels), threshold.statistic)
  }

  /// Thresholds that did not pass.
  public var failedThresholds: Int { thresholds.count { $0.status != .pass } }
}
