/// A time on the clock at which work has to stop; it decides how much is done, never what comes out
/// of it.
public struct WallLimit: Sendable {
  private let end: UInt64?

  /// A limit so many nanoseconds from now; none without a number.
  public init(after nanoseconds: UInt64? = nil) {
    end = nanoseconds.map { length in
      let (end, overflow) = ProgressLine.monotonicTime().addingReportingOverflow(length)
      return overflow ? .max : end
    }
  }

  /// Whether the time is up; cheap enough to ask often.
  public var isReached: Bool {
    guard let end else { return false }
    return ProgressLine.monotonicTime() >= end
  }
}
