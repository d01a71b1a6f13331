/// A mean with the half-width of its two-sided Student t interval.
///
/// For independent, identically distributed samples, such as one value per replication.
public struct ConfidenceInterval: Equatable, Sendable {
  /// The arithmetic mean of the samples, in their unit.
  public let mean: Double

  /// Half the width of the interval, in the unit of the samples.
  public let halfWidth: Double

  /// The number of samples, at least 2.
  public let count: Int

  /// The probability, between 0 and 1, that such an interval covers the true mean.
  public let level: Double

  /// The lower end of the interval.
  public var low: Double { mean - halfWidth }

  /// The upper end of the interval.
  public var high: Double { mean + halfWidth }

  /// The interval of the mean of finite samples; nil for fewer than two.
  ///
  /// Two passes in the order of the samples, which therefore can change the last bit. Linear time.
  public init?(of samples: [Double], level: Double = 0.95) {
    guard samples.count >= 2 else { return nil }
    let count = Double(samples.count)
    var sum = 0.0
    for sample in samples { sum += sample }
    let mean = sum / count
    var squares = 0.0
    for sample in samples { squares += (sample - mean) * (sample - mean) }
    let deviation = ElementaryFunctions.squareRoot(squares / (count - 1) / count)
    self.mean = mean
    self.halfWidth =
      deviation * StudentT.quantile(twoSided: level, degreesOfFreedom: count - 1)
    self.count = samples.count
    self.level = level
  }
}
