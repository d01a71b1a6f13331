/// The time until a failure whose likelihood grows or falls with age as a power.
@frozen
public struct WeibullLaw: Law {
  /// The 63rd percentile.
  public let scale: Double
  /// One over the shape: below 1 for wear, above 1 for a heavy tail.
  public let inverseShape: Double

  /// A law with a finite scale >= 0 and a finite shape > 0.
  public init(scale: Double, shape: Double) {
    precondition(scale >= 0 && scale.isFinite, "the scale must not be negative")
    precondition(shape > 0 && (1 / shape).isFinite, "the shape must be positive")
    self.scale = scale
    inverseShape = 1 / shape
  }

  /// The law with a given mean and shape; mean >= 0, shape > 0.
  public init(mean: Double, shape: Double) {
    precondition(shape > 0, "the shape must be positive")
    let factor = PortableMath.exp(PortableMath.logGamma(1 + 1 / shape))
    self.init(scale: mean / factor, shape: shape)
  }

  /// Draws one value: an exponential number to the power of one over the shape.
  @inlinable
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    let wait = source.exponential(tables)
    return scale * PortableMath.exp(inverseShape * PortableMath.log(wait))
  }

  /// The moments, from gamma functions of 1 + 1/shape and 1 + 2/shape.
  public var moments: LawMoments {
    let first = PortableMath.logGamma(1 + inverseShape)
    let second = PortableMath.logGamma(1 + 2 * inverseShape)
    let mean = scale * PortableMath.exp(first)
    return LawMoments(mean: mean, variance: mean * mean * PortableMath.expm1(second - 2 * first))
  }
}
