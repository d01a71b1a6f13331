/// Recorded values of which only the bucket is known, and sum, minimum and maximum exactly.
///
/// `Histogram` (recording) and `HistogramSnapshot` (results) answer the same questions.
public protocol BucketedSample: ~Copyable {
  /// The map from values to buckets.
  var buckets: LogBuckets { get }

  /// The number of values recorded.
  var count: UInt64 { get }

  /// The exact sum of the values recorded, in their unit.
  var sum: UInt128 { get }

  /// The smallest value recorded, exactly; nil when empty.
  var minimum: UInt64? { get }

  /// The largest value recorded, exactly; nil when empty.
  var maximum: UInt64? { get }

  /// The first non-empty bucket whose index is at least the given one; nil when there is none.
  func bucket(from index: Int) -> Bucket?
}

extension BucketedSample where Self: ~Copyable {
  /// The exact sum over the count, rounded to `Double`; nil when empty.
  public var mean: Double? {
    count == 0 ? nil : Double(sum) / Double(count)
  }

  /// Calls the body with each non-empty bucket in ascending order; linear in the buckets in use.
  public func forEachBucket(_ body: (Bucket) -> Void) {
    var next = bucket(from: 0)
    while let bucket = next {
      body(bucket)
      next = self.bucket(from: bucket.index + 1)
    }
  }

  /// How many values lie in buckets above that of the given value.
  ///
  /// Exact where the value is the largest of its bucket, below the minimum or from the maximum on;
  /// elsewhere the values that share its bucket are not counted. Linear in the buckets in use.
  public func count(above value: UInt64) -> UInt64 {
    if let minimum, value < minimum { return count }
    var above: UInt64 = 0
    var next = bucket(from: buckets.index(of: value) + 1)
    while let bucket = next {
      above += bucket.count
      next = self.bucket(from: bucket.index + 1)
    }
    return above
  }

  /// The value at a rank from 1 (the minimum) to `count` (the maximum) in ascending order.
  ///
  /// The representative of the bucket that holds the rank, never below the minimum nor above the
  /// maximum; within `buckets.relativeErrorMax`, and exact where buckets are one value wide and at
  /// the two ends. Linear in the buckets in use.
  public func value(atRank rank: UInt64) -> UInt64 {
    guard let minimum, let maximum, 1 <= rank, rank <= count else {
      preconditionFailure("a rank lies between 1 and the count")
    }
    if rank == 1 { return minimum }
    if rank == count { return maximum }
    var below: UInt64 = 0
    var next = bucket(from: 0)
    while let bucket = next {
      below += bucket.count
      if rank <= below {
        return Swift.min(Swift.max(buckets.representative(of: bucket.index), minimum), maximum)
      }
      next = self.bucket(from: bucket.index + 1)
    }
    preconditionFailure("bucket counts do not sum to the count")
  }

  /// Whether at least 10 samples lie beyond a quantile, which itself is a recorded value.
  ///
  /// `unfinished` requests took longer than every recorded value: they enter the rank and count as
  /// beyond, and a quantile that would fall on one of them is not supported.
  public func supports(quantile: Double, unfinished: UInt64 = 0) -> Bool {
    supportedRank(of: quantile, unfinished: unfinished) != nil
  }

  /// The quantile by nearest rank, `sorted[ceil(p n) - 1]`; nil where not supported.
  ///
  /// Here `n` is `count + unfinished`; see `supports(quantile:unfinished:)` and `value(atRank:)`.
  public func quantile(_ quantile: Double, unfinished: UInt64 = 0) -> UInt64? {
    guard let rank = supportedRank(of: quantile, unfinished: unfinished) else { return nil }
    return value(atRank: rank)
  }

  private func supportedRank(of quantile: Double, unfinished: UInt64) -> UInt64? {
    let total = count + unfinished
    guard total >= NearestRank.samplesBeyondMin else { return nil }
    let rank = NearestRank.rank(of: quantile, among: total)
    guard rank <= count, total - rank >= NearestRank.samplesBeyondMin else { return nil }
    return rank
  }
}
