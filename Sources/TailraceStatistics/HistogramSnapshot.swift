/// A finished histogram as a value: its non-empty buckets in ascending order.
///
/// It can be copied, compared and kept in arrays, and merged into a `Histogram`.
public struct HistogramSnapshot: BucketedSample, Equatable, Sendable {
  /// The map from values to buckets.
  public let buckets: LogBuckets

  /// The number of values recorded.
  public let count: UInt64

  /// The exact sum of the values recorded, in their unit.
  public let sum: UInt128

  /// The smallest value recorded, exactly; nil when empty.
  public let minimum: UInt64?

  /// The largest value recorded, exactly; nil when empty.
  public let maximum: UInt64?

  /// The indices of the non-empty buckets, ascending.
  public let indices: [Int]

  /// The counts of the non-empty buckets, in the order of `indices`.
  public let counts: [UInt64]

  /// Copies what a histogram holds; linear in its buckets in use.
  public init(_ histogram: borrowing Histogram) {
    var indices: [Int] = []
    var counts: [UInt64] = []
    histogram.forEachBucket { bucket in
      indices.append(bucket.index)
      counts.append(bucket.count)
    }
    self.buckets = histogram.buckets
    self.count = histogram.count
    self.sum = histogram.sum
    self.minimum = histogram.minimum
    self.maximum = histogram.maximum
    self.indices = indices
    self.counts = counts
  }

  /// A histogram that was recorded elsewhere: non-empty buckets in ascending order.
  public init(
    _ buckets: LogBuckets, indices: [Int], counts: [UInt64], sum: UInt128, minimum: UInt64?,
    maximum: UInt64?
  ) {
    precondition(indices.count == counts.count, "each bucket has a count")
    self.buckets = buckets
    self.indices = indices
    self.counts = counts
    count = counts.reduce(0, +)
    self.sum = sum
    self.minimum = count == 0 ? nil : minimum
    self.maximum = count == 0 ? nil : maximum
  }

  /// The first non-empty bucket whose index is at least the given one; logarithmic time.
  public func bucket(from index: Int) -> Bucket? {
    var low = 0
    var high = indices.count
    while low < high {
      let middle = low + (high - low) / 2
      if indices[middle] < index { low = middle + 1 } else { high = middle }
    }
    guard low < indices.count else { return nil }
    return Bucket(index: indices[low], count: counts[low], in: buckets)
  }
}
