import TailraceEngine

/// A law of times of which theory knows the mean, the variance and the distribution function.
///
/// In any unit of time that its user keeps to; variances may be infinite.
public struct TimeDistribution: Sendable {
  /// What formulas ask of a law beside its moments.
  public enum Shape: Sendable, Equatable {
    case constant, exponential
    case other(String)

    /// What sentences call it.
    public var word: String {
      switch self {
      case .constant: "constant"
      case .exponential: "exponential"
      case .other(let name): name
      }
    }

    /// Whether the mean and the variance leave nothing open.
    var isSetByMoments: Bool {
      if case .other(let name) = self { TimeDistribution.families.contains(name) } else { true }
    }
  }

  /// Laws of which two with one mean and one variance are one.
  fileprivate static let families: Set<String> = [
    "lognormal", "uniform", "Erlang", "gamma", "normal", "Weibull", "geometric",
  ]

  public var shape: Shape
  public var mean: Double
  public var variance: Double
  /// The probability of a time of at most so much; a function that never falls.
  public var below: @Sendable (Double) -> Double
  /// About how many operations `below` takes.
  var cost = 1.0
  /// What is too long to compute: some hundred values of it take a second.
  static let costMax = 2e6

  public init(
    _ shape: Shape, mean: Double, variance: Double, below: @escaping @Sendable (Double) -> Double
  ) {
    self.shape = shape
    self.mean = mean
    self.variance = variance
    self.below = below
  }

  /// The expected square.
  public var meanSquare: Double { variance + mean * mean }

  /// The variance over the square of the mean; 0 where both are 0.
  public var squaredVariation: Double { variance == 0 ? 0 : variance / (mean * mean) }

  /// The same time each time.
  public static func constant(_ value: Double) -> TimeDistribution {
    TimeDistribution(.constant, mean: value, variance: 0) { $0 >= value ? 1 : 0 }
  }

  /// A time without memory.
  public static func exponential(mean: Double) -> TimeDistribution {
    TimeDistribution(.exponential, mean: mean, variance: mean * mean) {
      $0 <= 0 ? 0 : -PortableMath.expm1(-$0 / mean)
    }
  }

  /// The least time that a share of all, from 0 to below 1, does not exceed.
  ///
  /// Halves an interval 100 times at most.
  public func quantile(_ share: Double) -> Double {
    if shape == .constant { return mean }
    var low = 0.0
    if below(0) >= share { return 0 }
    var high = mean > 0 && mean.isFinite ? mean : 1
    var doublings = 0
    while below(high) < share, doublings < 200 {
      low = high
      high *= 2
      doublings += 1
    }
    for _ in 0..<100 where high - low > 1e-10 * high {
      let middle = low + (high - low) / 2
      if below(middle) < share { low = middle } else { high = middle }
    }
    return high
  }

  /// The time multiplied by a factor above 0.
  public func scaled(by factor: Double) -> TimeDistribution {
    if factor == 1 { return self }
    var copy = self
    (copy.mean, copy.variance) = (mean * factor, variance * factor * factor)
    copy.below = { [below] in below($0 / factor) }
    return copy
  }

  /// The time and a constant; a shifted law is no longer exponential.
  public func shifted(by constant: Double) -> TimeDistribution {
    if constant == 0 { return self }
    if shape == .constant { return .constant(mean + constant) }
    var copy = self
    copy.shape = .other("\(shape.word) and a constant")
    copy.mean = mean + constant
    copy.below = { [below] in below($0 - constant) }
    return copy
  }

  /// One of several, each with its weight; at least one weight is positive.
  public static func mixture(_ parts: [(weight: Double, law: TimeDistribution)]) -> TimeDistribution
  {
    let parts = parts.filter { $0.weight > 0 }
    let first = parts[0].law
    // Equal laws stay what they are: two handlers of one exponential law are one.
    if first.shape.isSetByMoments,
      parts.allSatisfy({
        $0.law.shape == first.shape && $0.law.mean == first.mean
          && $0.law.variance == first.variance
      })
    {
      return first
    }
    let total = parts.reduce(0) { $0 + $1.weight }
    let moments = LawMoments.mixture(
      parts.map { ($0.weight, LawMoments(mean: $0.law.mean, variance: $0.law.variance)) })
    var mixture = TimeDistribution(
      .other("a mixture"), mean: moments.mean, variance: moments.variance
    ) { time in
      parts.reduce(0) { $0 + $1.weight / total * $1.law.below(time) }
    }
    mixture.cost = parts.reduce(0) { $0 + $1.law.cost }
    return mixture
  }
}
