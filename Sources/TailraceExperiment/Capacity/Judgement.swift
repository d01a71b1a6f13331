import TailraceModel
import TailraceStatistics

/// Whether a design meets its thresholds, as far as its replications can tell.
public enum Judgement: String, Sendable {
  /// Every threshold is met beyond doubt.
  case meets
  /// One of them is missed beyond doubt.
  case fails
  /// More replications would have to tell.
  case unclear
}

/// A threshold held against the replications of a run, with what chance leaves open.
public struct JudgedThreshold: Sendable {
  public var threshold: Threshold
  /// What is compared, over all replications: the metric, or for a quantile of a latency the share of
  /// requests that took longer than the bound, with its interval.
  public var measured: Estimate
  public var bound: Double
  /// Whether `measured` is the share of requests above the threshold's bound.
  public var isShareAbove = false
  public var judgement: Judgement

  /// The interval as far as the number can reach: nothing measured is below 0, and no part of a
  /// whole above 1; nil where there is none.
  public var interval: ClosedRange<Double>? {
    guard let value = measured.value, let width = measured.halfWidth, value.isFinite
    else { return nil }
    let most = isShareAbove || threshold.metric.isPart ? max(1, value) : .infinity
    return min(value, max(0, value - width))...min(most, value + width)
  }
}

extension RunResult {
  /// Holds a threshold against each replication.
  ///
  /// A quantile below a bound means that at most so many are above it. The share above is counted in
  /// every replication, failed and unfinished requests among it: that number has no bias, exists
  /// where a quantile is not supported, and needs no rule for requests without an answer.
  ///
  /// - Parameters:
  ///   - index: of the threshold.
  ///   - level: of the interval that must lie on one side of the bound.
  /// - Returns: what was measured, and what it says.
  func judge(_ index: Int, level: Double) -> JudgedThreshold {
    let result = thresholds[index]
    let threshold = result.threshold
    var values = result.perReplication
    var whole = result.measured
    var bound = threshold.bound
    var comparison = threshold.comparison
    var isShareAbove = false
    if let shares = exceeding(threshold) {
      guard case .quantile(let q) = threshold.statistic else { preconditionFailure() }
      values = shares.each
      whole = shares.all
      bound = 1 - q
      isShareAbove = true
      // At most so many above: "p(99) < x" is "share above x < 1 %".
      comparison =
        threshold.comparison == .above || threshold.comparison == .atLeast
        ? .above : .atMost
    }
    let known = values.compactMap { $0 }
    var estimate = Estimate(value: whole, halfWidth: nil, perReplication: values)
    guard known.count == values.count, let whole, !known.isEmpty else {
      return JudgedThreshold(
        threshold: threshold, measured: estimate, bound: bound, isShareAbove: isShareAbove,
        judgement: .fails)
    }
    if !known.allSatisfy(\.isFinite) {
      // Some replications have no answer where others do: that is no matter of chance alone.
      let isMet = known.filter(\.isFinite).isEmpty && comparison.holds(whole, bound)
      return JudgedThreshold(
        threshold: threshold, measured: estimate, bound: bound,
        judgement: isMet ? .meets : .fails)
    }
    let interval = ConfidenceInterval(of: known, level: level)
    estimate.halfWidth = interval?.halfWidth
    let judgement: Judgement
    if let width = interval?.halfWidth {
      let low = comparison.holds(whole - width, bound)
      let high = comparison.holds(whole + width, bound)
      judgement = low && high ? .meets : !low && !high ? .fails : .unclear
    } else {
      judgement = .unclear
    }
    return JudgedThreshold(
      threshold: threshold, measured: estimate, bound: bound, isShareAbove: isShareAbove,
      judgement: judgement)
  }

  /// The share of requests above a quantile's bound, of all and in each replication; nil where the
  /// threshold is about something else.
  private func exceeding(_ threshold: Threshold) -> (all: Double?, each: [Double?])? {
    guard threshold.metric.name == "latency", case .quantile = threshold.statistic,
      !threshold.labels.contains(where: { $0.label == .service })
    else { return nil }
    let selection = ThresholdSelection(self, threshold.labels)
    let workloads = selection.workloads
    guard !workloads.isEmpty, workloads.allSatisfy({ !$0.above.isEmpty }) else { return nil }
    let bound = UInt64(threshold.bound)
    var sums = [(above: UInt64, all: UInt64)](repeating: (0, 0), count: replications)
    for workload in workloads {
      for (r, counts) in workload.above.enumerated() where r < sums.count {
        sums[r].above += counts.count(above: bound)
        sums[r].all += counts.requests
      }
    }
    func share(_ sum: (above: UInt64, all: UInt64)) -> Double? {
      sum.all == 0 ? nil : Double(sum.above) / Double(sum.all)
    }
    let total = sums.reduce((above: UInt64(0), all: UInt64(0))) {
      ($0.above + $1.above, $0.all + $1.all)
    }
    return (share(total), sums.map(share))
  }

  /// Whether all thresholds are met, at a level shared among them; a run without a steady state fails.
  func judged(level: Double) -> (judgement: Judgement, thresholds: [JudgedThreshold]) {
    let judged = thresholds.indices.map { judge($0, level: level) }
    if !isSteady { return (.fails, judged) }
    // A part of a run decides nothing.
    if cutShort != nil { return (.unclear, judged) }
    if judged.contains(where: { $0.judgement == .fails }) { return (.fails, judged) }
    return (judged.allSatisfy { $0.judgement == .meets } ? .meets : .unclear, judged)
  }

  private var isSteady: Bool { steadiness == .steady && cutShort != .overcrowded }
}

/// The latencies of one replication, to count how many requests took longer than a bound.
public struct RequestCounts: Sendable {
  /// Counted requests, whatever became of them.
  var requests: UInt64
  var latencies: HistogramSnapshot

  /// Requests that took longer, or have no answer.
  func count(above bound: UInt64) -> UInt64 {
    latencies.count(above: bound) + (requests - latencies.count)
  }
}
