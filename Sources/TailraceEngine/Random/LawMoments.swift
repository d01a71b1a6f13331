/// The mean and the variance of a distribution, for reports and for theory.
///
/// In the unit of the law and its square; either may be infinite.
@frozen
public struct LawMoments: Equatable, BitwiseCopyable, Sendable {
  /// The expected value.
  public var mean: Double
  /// The expected squared distance from the mean.
  public var variance: Double

  /// Moments that are known.
  @inlinable
  public init(mean: Double, variance: Double) {
    self.mean = mean
    self.variance = variance
  }

  /// Moments from the mean and the expected square; a variance negative by rounding becomes zero.
  public init(mean: Double, meanSquare: Double) {
    self.mean = mean
    let variance = meanSquare - mean * mean
    self.variance = mean.isInfinite || meanSquare.isInfinite ? .infinity : max(0, variance)
  }

  /// A value without chance.
  public static func constant(_ value: Double) -> LawMoments {
    LawMoments(mean: value, variance: 0)
  }

  /// A choice among laws with given weights, such as a hyperexponential.
  ///
  /// Weights are not negative and need not sum to 1; at least one is positive.
  public static func mixture(_ parts: [(weight: Double, moments: LawMoments)]) -> LawMoments {
    var total = 0.0
    var mean = 0.0
    for part in parts where part.weight > 0 {
      total += part.weight
      mean += part.weight * part.moments.mean
    }
    precondition(total > 0, "a mixture needs a positive weight")
    mean /= total
    var variance = 0.0
    for part in parts where part.weight > 0 {
      let distance = part.moments.mean - mean
      variance += part.weight / total * (part.moments.variance + distance * distance)
    }
    return LawMoments(mean: mean, variance: mean.isInfinite ? .infinity : variance)
  }

  /// The square root of the variance.
  public var deviation: Double { variance.squareRoot() }

  /// The deviation divided by the mean, without unit.
  public var variation: Double { deviation / mean }

  /// The expected square, of use in the Pollaczek-Khinchine formula.
  public var meanSquare: Double { variance + mean * mean }

  /// The moments of the value times a constant.
  public func scaled(by factor: Double) -> LawMoments {
    LawMoments(mean: mean * factor, variance: variance * factor * factor)
  }
}
