/// The exact area, mean and maximum of a step function within a window of time.
///
/// Times are nanoseconds and never go back; all sums are integers, so that nothing is rounded.
@frozen
public struct TimeWeighted: Equatable, Sendable {
  /// The window, in nanoseconds: what lies outside is not counted.
  public let window: Range<UInt64>

  @usableFromInline var presentLevel: UInt64
  @usableFromInline var presentTime: UInt64 = 0
  @usableFromInline var areaSoFar: UInt128 = 0
  @usableFromInline var highest: UInt64 = 0

  /// Starts at time 0 with a level; the window must not be empty.
  public init(window: Range<UInt64>, level: UInt64 = 0) {
    precondition(!window.isEmpty, "the window is empty")
    self.window = window
    self.presentLevel = level
  }

  /// Accounts for the time up to now, then sets the level; constant time.
  @inlinable
  @inline(__always)
  public mutating func set(_ level: UInt64, at now: UInt64) {
    advance(to: now)
    presentLevel = level
  }

  /// Accounts for the time up to now at the present level; constant time.
  @inlinable
  @inline(__always)
  public mutating func advance(to now: UInt64) {
    precondition(now >= presentTime, "time goes back")
    let from = Swift.max(presentTime, window.lowerBound)
    let to = Swift.min(now, window.upperBound)
    if from < to {
      // Levels below 2^64 over less than 2^64 ns in all: the area fits in 128 bits.
      let (high, low) = presentLevel.multipliedFullWidth(by: to &- from)
      areaSoFar &+= UInt128(high) &<< 64 | UInt128(low)
      if presentLevel > highest { highest = presentLevel }
    }
    presentTime = now
  }

  /// The present level.
  public var level: UInt64 { presentLevel }

  /// The time up to which the level is accounted for, in nanoseconds.
  public var time: UInt64 { presentTime }

  /// The area under the level so far within the window, in level times nanoseconds.
  public var area: UInt128 { areaSoFar }

  /// The highest level held so far within the window, for 1 ns or more.
  ///
  /// A level that is left at the instant when it is reached does not count.
  public var maximum: UInt64 { highest }

  /// The area over the length of the window; meaningful once advanced to its end.
  public var mean: Double {
    Double(area) / Double(window.upperBound - window.lowerBound)
  }
}
