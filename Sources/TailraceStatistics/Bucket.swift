/// A non-empty bucket: its place, the values that it covers, and how many were recorded.
@frozen
public struct Bucket: Equatable, Sendable, BitwiseCopyable {
  /// The index among the buckets of its `LogBuckets`.
  public let index: Int

  /// The smallest value that it covers.
  public let low: UInt64

  /// The largest value that it covers.
  public let high: UInt64

  /// How many values were recorded in it, at least 1.
  public let count: UInt64

  init(index: Int, count: UInt64, in buckets: LogBuckets) {
    self.index = index
    self.low = buckets.lowerBound(of: index)
    self.high = buckets.upperBound(of: index)
    self.count = count
  }
}
