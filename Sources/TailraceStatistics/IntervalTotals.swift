/// Count, sum and maximum of the values that fell into one interval of time.
@frozen
public struct IntervalTotals: Equatable, Sendable, BitwiseCopyable {
  /// The number of values.
  public var count: UInt64 = 0

  /// The exact sum of the values, in their unit.
  public var sum: UInt128 = 0

  /// The largest value; 0 when there is none.
  public var maximum: UInt64 = 0

  /// Creates the totals of no value.
  @inlinable
  public init() {}

  /// The exact sum over the count, rounded to `Double`; nil when there is no value.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

  @inlinable
  @inline(__always)
  mutating func record(_ value: UInt64) {
    count += 1
    // The count was checked: 2^64 values below 2^64 fit in 128 bits.
    sum &+= UInt128(value)
    if value > maximum { maximum = value }
  }

  mutating func merge(_ other: IntervalTotals) {
    count += other.count
    sum += other.sum
    maximum = Swift.max(maximum, other.maximum)
  }
}
