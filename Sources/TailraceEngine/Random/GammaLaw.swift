/// A sum of exponential waits, for any real number of them.
@frozen
public struct GammaLaw: Law {
  /// The number of waits, not necessarily whole.
  public let shape: Double
  /// The mean of each wait.
  public let scale: Double
  @usableFromInline let third: Double
  @usableFromInline let slope: Double

  /// A law with mean shape * scale; both finite, shape > 0 and scale >= 0.
  public init(shape: Double, scale: Double) {
    precondition(shape > 0 && shape.isFinite, "the shape must be positive")
    precondition(scale >= 0 && scale.isFinite, "the scale must not be negative")
    self.shape = shape
    self.scale = scale
    third = (shape < 1 ? shape + 1 : shape) - 1.0 / 3
    slope = 1 / (9 * third).squareRoot()
  }

  /// The law with a given mean and coefficient of variation; mean >= 0, variation > 0.
  public init(mean: Double, variation: Double) {
    let square = variation * variation
    self.init(shape: 1 / square, scale: mean * square)
  }

  /// Draws one value; a shape below 1 costs an exponential number more.
  ///
  /// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000: a cubed normal
  /// number, rejected now and then. A shape below 1 scales the draw of shape + 1 by u^(1 / shape).
  @inlinable
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    let value = scale * standard(from: &source, using: tables)
    if shape >= 1 { return value }
    return value * PortableMath.exp(-source.exponential(tables) / shape)
  }

  @inlinable @inline(__always)
  func standard<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    while true {
      let normal = source.normal(tables)
      let root = 1 + slope * normal
      if root <= 0 { continue }
      let cube = root * root * root
      let square = normal * normal
      let level = source.openUnit()
      // The squeeze accepts most candidates without a logarithm.
      if level < 1 - 0.0331 * square * square { return third * cube }
      let bound = 0.5 * square + third * (1 - cube + PortableMath.log(cube))
      if PortableMath.log(level) < bound { return third * cube }
    }
  }

  /// The shape times the scale, and times the scale again.
  public var moments: LawMoments {
    LawMoments(mean: shape * scale, variance: shape * scale * scale)
  }
}
