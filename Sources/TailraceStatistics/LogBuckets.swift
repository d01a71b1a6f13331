/// A map from 64-bit values to buckets of constant relative width.
///
/// Every power of two is cut into `2^subBucketBits` equal buckets; the values below
/// `2^(subBucketBits + 1)` have one bucket each and are exact. All of `UInt64` has a bucket, and
/// indices grow with values. The scheme is that of HdrHistogram (Tene, 2012).
@frozen
public struct LogBuckets: Equatable, Sendable, BitwiseCopyable {
  /// The binary logarithm of the number of buckets per octave, from 1 to 16.
  public let subBucketBits: Int

  /// Creates a map with `2^subBucketBits` buckets per octave.
  @inlinable
  public init(subBucketBits: Int) {
    precondition(1 <= subBucketBits && subBucketBits <= 16, "subBucketBits must be 1 to 16")
    self.subBucketBits = subBucketBits
  }

  /// 512 buckets per octave: representatives are within 0.098 % (headline latencies).
  @inlinable
  public static var fine: LogBuckets { LogBuckets(subBucketBits: 9) }

  /// 64 buckets per octave: representatives are within 0.78 % (histograms for other programs).
  @inlinable
  public static var plotted: LogBuckets { LogBuckets(subBucketBits: 6) }

  /// 32 buckets per octave: representatives are within 1.6 % (per replica, and tail blame).
  @inlinable
  public static var medium: LogBuckets { LogBuckets(subBucketBits: 5) }

  /// 8 buckets per octave: representatives are within 6.25 % (pictures).
  @inlinable
  public static var coarse: LogBuckets { LogBuckets(subBucketBits: 3) }

  /// The largest relative distance of a value from its bucket's representative.
  @inlinable
  public var relativeErrorMax: Double { 1 / Double(2 << subBucketBits) }

  /// The number of buckets that cover all of `UInt64`.
  @inlinable
  public var bucketCount: Int { (65 - subBucketBits) << subBucketBits }

  /// The index of the bucket that holds a value; constant time, without a branch.
  @inlinable
  @inline(__always)
  public func index(of value: UInt64) -> Int {
    // Setting this bit gives small values the shift 0 and changes no other value's leading bit.
    let leading = value | (1 &<< UInt64(truncatingIfNeeded: subBucketBits))
    // The leading bit is at subBucketBits or above it, so that the shift is 0 to 63.
    let shift = 63 &- leading.leadingZeroBitCount &- subBucketBits
    return (shift &<< subBucketBits) &+ Int(truncatingIfNeeded: value &>> UInt64(shift))
  }

  /// The smallest value in a bucket.
  @inlinable
  public func lowerBound(of index: Int) -> UInt64 {
    precondition(0 <= index && index < bucketCount, "no such bucket")
    let shift = shift(of: index)
    return UInt64(index - (shift << subBucketBits)) << UInt64(shift)
  }

  /// The largest value in a bucket, which belongs to it.
  @inlinable
  public func upperBound(of index: Int) -> UInt64 {
    lowerBound(of: index) + ((1 << UInt64(shift(of: index))) - 1)
  }

  /// The value that stands for all in a bucket: its middle, within `relativeErrorMax` of each.
  @inlinable
  public func representative(of index: Int) -> UInt64 {
    lowerBound(of: index) + ((1 << UInt64(shift(of: index))) >> 1)
  }

  /// The binary logarithm of a bucket's width.
  @inlinable
  func shift(of index: Int) -> Int {
    let octave = index >> subBucketBits
    return octave == 0 ? 0 : octave - 1
  }
}
