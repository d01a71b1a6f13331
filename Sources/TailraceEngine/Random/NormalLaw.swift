/// The bell curve. Values may be negative: the caller who needs a duration takes max(0, x).
@frozen
public struct NormalLaw: Law {
  /// The expected value.
  public let mean: Double
  /// The standard deviation.
  public let deviation: Double

  /// A law with a finite mean and a finite deviation that is not negative.
  public init(mean: Double, deviation: Double) {
    precondition(mean.isFinite, "the mean must be finite")
    precondition(deviation >= 0 && deviation.isFinite, "the deviation must not be negative")
    self.mean = mean
    self.deviation = deviation
  }

  /// A law whose deviation is `variation` times the mean.
  public init(mean: Double, variation: Double) {
    self.init(mean: mean, deviation: mean.magnitude * variation)
  }

  /// Draws one value by the ziggurat method.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    mean + deviation * source.normal(tables)
  }

  /// The moments of the law itself, negative values included.
  public var moments: LawMoments { LawMoments(mean: mean, variance: deviation * deviation) }

  /// The moments of max(0, x), for the use of the law as a duration or a size.
  public var momentsClampedAtZero: LawMoments {
    if deviation == 0 { return .constant(max(0, mean)) }
    let place = mean / deviation
    let above = PortableMath.normalProbability(below: place)
    let density = 0.3989422804014327 * PortableMath.exp(-0.5 * place * place)
    let clamped = deviation * (place * above + density)
    let square = deviation * deviation * ((1 + place * place) * above + place * density)
    return LawMoments(mean: max(0, clamped), meanSquare: max(0, square))
  }
}
