extension Cache {
  /// The numbers of policies that production systems let one change.
  public struct Tuning: BitwiseCopyable, Sendable {
    /// Reference counts of CLOCK go up to this; one bit gives 1.
    public var clockMax: UInt32 = 1

    public init() {}
  }
}
