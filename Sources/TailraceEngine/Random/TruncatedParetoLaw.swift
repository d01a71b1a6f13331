/// A power tail between two bounds: a Pareto law on the condition of staying below a maximum.
@frozen
public struct TruncatedParetoLaw: Law {
  /// The least value.
  public let minimum: Double
  /// The greatest value.
  public let maximum: Double
  /// One over the exponent of the tail.
  public let inverseShape: Double
  /// The untruncated law's probability of exceeding the maximum.
  @usableFromInline let excess: Double
  /// 1 - excess, accurate when small.
  @usableFromInline let kept: Double

  /// A law on [minimum, maximum]; 0 < minimum < maximum, both finite, shape > 0.
  public init(minimum: Double, maximum: Double, shape: Double) {
    precondition(minimum > 0, "the minimum must be positive")
    precondition(maximum > minimum && maximum.isFinite, "the maximum must exceed the minimum")
    precondition(shape > 0 && (1 / shape).isFinite, "the shape must be positive")
    self.minimum = minimum
    self.maximum = maximum
    inverseShape = 1 / shape
    let depth = -shape * PortableMath.log(maximum / minimum)
    excess = PortableMath.exp(depth)
    kept = -PortableMath.expm1(depth)
  }

  /// Draws one value by inversion, with one word.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    let survival = excess + kept * source.openUnit()
    let value = minimum * PortableMath.exp(-inverseShape * PortableMath.log(survival))
    return value < minimum ? minimum : value > maximum ? maximum : value
  }

  /// The moments, finite for every shape, also where the integral is a logarithm.
  public var moments: LawMoments {
    LawMoments(mean: moment(1), meanSquare: moment(2))
  }

  /// shape minimum^order / kept times the integral of y^(order - shape - 1) from 1 to the ratio.
  private func moment(_ order: Double) -> Double {
    let shape = 1 / inverseShape
    let length = PortableMath.log(maximum / minimum)
    let power = order - shape
    let integral =
      power.magnitude < 1e-300 ? length : PortableMath.expm1(power * length) / power
    let factor = order == 1 ? minimum : minimum * minimum
    return shape * factor * integral / kept
  }
}
