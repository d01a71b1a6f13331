/// Equal intervals of time from 0 to a horizon; the last may be shorter.
///
/// Finding the interval of a time costs a multiplication and no division.
@frozen
public struct IntervalGrid: Equatable, Sendable, BitwiseCopyable {
  /// The length of every interval but perhaps the last, in nanoseconds, at least 1.
  public let length: UInt64

  /// Where the last interval ends, in nanoseconds, below 2^60.
  public let horizon: UInt64

  /// How many intervals there are.
  public let count: Int

  @usableFromInline let reciprocal: UInt64

  /// Cuts the time from 0 to the horizon; neither may be 0.
  public init(length: UInt64, horizon: UInt64) {
    precondition(length > 0, "an interval has a length")
    precondition(0 < horizon && horizon < 1 << 60, "the horizon is too far")
    self.length = length
    self.horizon = horizon
    count = Int((horizon - 1) / length + 1)
    reciprocal = UInt64.max / length
  }

  /// The interval that holds a time; nil from the horizon on. Constant time.
  @inlinable
  @inline(__always)
  public func index(of time: UInt64) -> Int? {
    guard time < horizon else { return nil }
    // Times below 2^60 make the quotient at most 1 too small.
    var quotient = time.multipliedFullWidth(by: reciprocal).high
    if time &- quotient &* length >= length { quotient &+= 1 }
    return Int(truncatingIfNeeded: quotient)
  }

  /// The start of an interval.
  @inlinable
  public func start(of index: Int) -> UInt64 { UInt64(index) * length }

  /// The end of an interval.
  @inlinable
  @inline(__always)
  public func end(of index: Int) -> UInt64 {
    min(UInt64(truncatingIfNeeded: index &+ 1) &* length, horizon)
  }
}
