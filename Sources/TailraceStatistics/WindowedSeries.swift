/// Totals of values by the interval of time into which they fall; a fixed number of intervals.
///
/// Everything is allocated when it is created. Times before the first interval and from the end of
/// the last one on are not counted.
@frozen
public struct WindowedSeries: ~Copyable, Sendable {
  /// The start of the first interval, in nanoseconds.
  public let start: UInt64

  /// The length of every interval, in nanoseconds, at least 1.
  public let intervalLength: UInt64

  @usableFromInline var totals: [IntervalTotals]

  /// Creates empty intervals, of which interval `i` begins at `start + i * intervalLength`.
  public init(start: UInt64, intervalLength: UInt64, intervalCount: Int) {
    precondition(intervalLength > 0, "an interval has a length")
    precondition(intervalCount >= 0, "the number of intervals is negative")
    self.start = start
    self.intervalLength = intervalLength
    self.totals = Array(repeating: IntervalTotals(), count: intervalCount)
  }

  /// The totals of each interval, in order of time.
  public var intervals: [IntervalTotals] { totals }

  /// Counts a value at a time in nanoseconds; constant time, one division.
  @inlinable
  @inline(__always)
  public mutating func record(_ value: UInt64, at time: UInt64) {
    guard time >= start else { return }
    let index = (time &- start) / intervalLength
    guard index < UInt64(totals.count) else { return }
    totals[Int(index)].record(value)
  }

  /// Adds the totals of another series with the same intervals; linear in their number.
  public mutating func merge(_ other: borrowing WindowedSeries) {
    precondition(
      start == other.start && intervalLength == other.intervalLength
        && intervals.count == other.intervals.count, "only equal intervals can be merged")
    for index in totals.indices { totals[index].merge(other.intervals[index]) }
  }
}
