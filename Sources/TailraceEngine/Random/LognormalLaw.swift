/// A value whose logarithm is normal: many small causes that multiply.
@frozen
public struct LognormalLaw: Law {
  /// The mean of the logarithm, which is the logarithm of the median.
  public let logMean: Double
  /// The deviation of the logarithm.
  public let logDeviation: Double

  /// A law given by its logarithm's mean and deviation; finite, the deviation not negative.
  public init(logMean: Double, logDeviation: Double) {
    precondition(logMean.isFinite, "the logarithm's mean must be finite")
    precondition(logDeviation >= 0 && logDeviation.isFinite, "the deviation must not be negative")
    self.logMean = logMean
    self.logDeviation = logDeviation
  }

  /// The law with a given median and 99th percentile; 0 < median <= percentile99.
  public init(median: Double, percentile99: Double) {
    precondition(median > 0, "the median must be positive")
    precondition(percentile99 >= median, "the 99th percentile lies below the median")
    let spread = PortableMath.log(percentile99 / median)
    // The normal law's own 99th percentile.
    self.init(
      logMean: PortableMath.log(median), logDeviation: spread / 2.3263478740408411009)
  }

  /// The law with a given mean and coefficient of variation; mean > 0, variation >= 0.
  public init(mean: Double, variation: Double) {
    precondition(mean > 0, "the mean must be positive")
    precondition(variation >= 0, "the variation must not be negative")
    let square = PortableMath.log1p(variation * variation)
    self.init(logMean: PortableMath.log(mean) - square / 2, logDeviation: square.squareRoot())
  }

  /// Draws one value: the exponential of a normal number.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    PortableMath.exp(logMean + logDeviation * source.normal(tables))
  }

  /// The moments, from the closed form.
  public var moments: LawMoments {
    let square = logDeviation * logDeviation
    let mean = PortableMath.exp(logMean + square / 2)
    return LawMoments(mean: mean, variance: mean * mean * PortableMath.expm1(square))
  }
}
