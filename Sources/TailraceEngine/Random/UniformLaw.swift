/// Every value between two bounds alike.
@frozen
public struct UniformLaw: Law {
  /// The least value.
  public let minimum: Double
  /// The length of the range.
  public let width: Double

  /// Values in [minimum, maximum); finite bounds, minimum <= maximum.
  public init(minimum: Double, maximum: Double) {
    precondition(minimum <= maximum, "bounds in the wrong order")
    precondition((maximum - minimum).isFinite, "bounds must be finite")
    self.minimum = minimum
    self.width = maximum - minimum
  }

  /// Draws one value by inversion, with one word.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    minimum + width * source.unit()
  }

  /// The middle, and the squared width over 12.
  public var moments: LawMoments {
    LawMoments(mean: minimum + width / 2, variance: width * width / 12)
  }
}
