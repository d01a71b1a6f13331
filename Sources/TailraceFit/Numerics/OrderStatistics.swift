import TailraceEngine
import TailraceStatistics

/// Quantiles of a sorted sample, with what chance does to them.
enum OrderStatistics {
  /// The ranks, from 1, between which a quantile lies with a probability of at least 95 %.
  ///
  /// The number of values below the true quantile is binomial, whatever the law of the values
  /// (David and Nagaraja, "Order Statistics", 7.1), as long as they are independent. An end that
  /// the sample does not reach is the sample's own.
  static func interval(of level: Double, among count: Int) -> (lower: Int, upper: Int) {
    let n = Double(count)
    // P(at least k of n below) = I_level(k, n - k + 1), which falls with k.
    func atLeast(_ k: Int) -> Double {
      if k <= 0 { return 1 }
      if k > count { return 0 }
      return GammaFunctions.incompleteBeta(Double(k), n - Double(k) + 1, at: level)
    }
    // The highest rank that is reached with at least 97.5 %.
    var (low, high) = (0, count + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if atLeast(middle) >= 0.975 { low = middle } else { high = middle }
    }
    let lower = max(1, low)
    // The lowest rank that is reached with at most 2.5 %.
    (low, high) = (0, count + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if atLeast(middle) > 0.025 { low = middle } else { high = middle }
    }
    return (lower, min(count, high))
  }

  /// A quantile by nearest rank; nil where fewer than 10 values lie beyond it.
  static func quantile(_ level: Double, of sorted: [Double]) -> MeasuredQuantile? {
    guard let rank = NearestRank.supportedRank(of: level, among: UInt64(sorted.count)) else {
      return nil
    }
    let ends = interval(of: level, among: sorted.count)
    return MeasuredQuantile(
      level: level, value: sorted[Int(rank) - 1], low: sorted[ends.lower - 1],
      high: sorted[ends.upper - 1])
  }
}

/// A quantile as it was measured, and how far the true one may lie from it.
public struct MeasuredQuantile: Equatable, Sendable {
  /// The share of values at or below it.
  public let level: Double
  /// The measured value.
  public let value: Double
  /// The lower end of what the measurement allows: of a 95 % interval, or of a bucket.
  public let low: Double
  /// The upper end.
  public let high: Double
}
