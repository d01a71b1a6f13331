/// The time until something that is as likely at any moment as at another.
@frozen
public struct ExponentialLaw: Law {
  /// The expected value.
  public let mean: Double

  /// A law with a finite mean that is not negative.
  public init(mean: Double) {
    precondition(mean >= 0 && mean.isFinite, "the mean must be finite and not negative")
    self.mean = mean
  }

  /// Draws one value by the ziggurat method.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    mean * source.exponential(tables)
  }

  /// The mean and its square.
  public var moments: LawMoments { LawMoments(mean: mean, variance: mean * mean) }
}
