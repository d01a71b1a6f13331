/// A power tail above a least value: a few requests carry most of the work.
@frozen
public struct ParetoLaw: Law {
  /// The least value.
  public let minimum: Double
  /// One over the exponent of the tail.
  public let inverseShape: Double

  /// A law with P(X > x) = (minimum / x)^shape; minimum >= 0, shape > 0.
  public init(minimum: Double, shape: Double) {
    precondition(minimum >= 0 && minimum.isFinite, "the minimum must not be negative")
    precondition(shape > 0 && (1 / shape).isFinite, "the shape must be positive")
    self.minimum = minimum
    inverseShape = 1 / shape
  }

  /// The law with a given mean and shape; shape > 1, or there is no mean.
  public init(mean: Double, shape: Double) {
    precondition(shape > 1, "a Pareto law has a mean for shapes above 1 only")
    self.init(minimum: mean * (shape - 1) / shape, shape: shape)
  }

  /// The law with a given mean and coefficient of variation, whose shape is above 2.
  public init(mean: Double, variation: Double) {
    precondition(variation > 0, "the variation must be positive")
    self.init(mean: mean, shape: 1 + (1 + 1 / (variation * variation)).squareRoot())
  }

  /// Draws one value: the logarithm over the minimum is exponential.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    minimum * PortableMath.exp(inverseShape * source.exponential(tables))
  }

  /// The moments; infinite for shapes up to 1 (mean) and 2 (variance).
  public var moments: LawMoments {
    let shape = 1 / inverseShape
    if shape <= 1 { return LawMoments(mean: .infinity, variance: .infinity) }
    let mean = minimum * shape / (shape - 1)
    if shape <= 2 { return LawMoments(mean: mean, variance: .infinity) }
    return LawMoments(mean: mean, variance: mean * mean / (shape * (shape - 2)))
  }
}
