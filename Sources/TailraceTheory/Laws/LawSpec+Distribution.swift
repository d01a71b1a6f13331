import TailraceEngine
import TailraceModel

/// Why theory does not know something, as a part of a sentence without a full stop.
public struct Unknown: Error, Sendable, Equatable {
  public var why: String

  public init(_ why: String) { self.why = why }
}

/// What a law may refer to at the place where it stands.
struct LawContext: Sendable {
  /// The class of the request.
  var requestClass: String?
  /// One over the calls of the scatter that made the visit; nil where that is not one number.
  var share: Double? = 1
  /// Answers of the latest join; nil where that is not one number.
  var responses: Double?
}

extension LawSpec {
  /// The law as theory sees it.
  ///
  /// - Throws: what is not known, where draws hang together with something else.
  func distribution(_ context: LawContext) throws(Unknown) -> TimeDistribution {
    switch self {
    case .constant(let value): return .constant(value)
    case .exponential(let mean): return .exponential(mean: mean)
    case .uniform(let low, let high):
      if low == high { return .constant(low) }
      return made("uniform", UniformLaw(minimum: low, maximum: high).moments) {
        min(1, max(0, ($0 - low) / (high - low)))
      }
    case .erlang(let mean, let stages):
      if stages == 1 { return .exponential(mean: mean) }
      return Self.gamma("Erlang", mean: mean, shape: Double(stages))
    case .gamma(let mean, let variation):
      if variation == 0 { return .constant(mean) }
      if variation == 1 { return .exponential(mean: mean) }
      return Self.gamma("gamma", mean: mean, shape: 1 / (variation * variation))
    case .lognormal(let law):
      if law.logDeviation == 0 { return .constant(law.moments.mean) }
      return made("lognormal", law.moments) {
        $0 <= 0
          ? 0
          : PortableMath.normalProbability(
            below: (PortableMath.log($0) - law.logMean) / law.logDeviation)
      }
    case .normal(let mean, let variation):
      if variation == 0 { return .constant(mean) }
      let moments = NormalLaw(mean: mean, variation: variation).momentsClampedAtZero
      return made("normal", moments) {
        $0 < 0 ? 0 : PortableMath.normalProbability(below: ($0 - mean) / (mean * variation))
      }
    case .weibull(let mean, let shape): return Self.weibull(mean: mean, shape: shape)
    case .pareto(let least, let shape, let most): return Self.pareto(least, shape, most)
    case .geometric(let mean):
      let miss = 1 - 1 / mean
      return made("geometric", LawMoments(mean: mean, variance: mean * mean * miss)) {
        $0 < 1 ? 0 : 1 - PortableMath.pow(miss, $0.rounded(.down))
      }
    case .sequence: throw Unknown("given one by one")
    case .column: throw Unknown("a column of a trace")
    case .byClass(let laws):
      guard let name = context.requestClass, let law = laws[name] else {
        throw Unknown("one law for each class")
      }
      return try law.distribution(context)
    case .linear(let base, let terms): return try Self.linear(base, terms, context)
    case .mixture(let parts):
      var laws: [(weight: Double, law: TimeDistribution)] = []
      for part in parts where part.weight > 0 {
        laws.append((part.weight, try part.law.distribution(context)))
      }
      return .mixture(laws)
    case .discrete(let values):
      return Self.steps("discrete", values.map { ($0.value, $0.weight) })
    case .measured(let values): return Self.steps("measured", values.map { ($0, 1) })
    case .quantiles(let points): return Self.empirical(points.map { ($0.level, $0.value) })
    case .buckets(let buckets):
      let total = buckets.reduce(0) { $0 + $1.count }
      var points = [(level: 0.0, value: 0.0)]
      for bucket in buckets {
        points.append(((points.last?.level ?? 0) + bucket.count / total, bucket.upperBound))
      }
      return Self.empirical(points)
    }
  }

  private func made(
    _ name: String, _ moments: LawMoments, _ below: @escaping @Sendable (Double) -> Double
  ) -> TimeDistribution {
    TimeDistribution(.other(name), mean: moments.mean, variance: moments.variance, below: below)
  }

  private static func gamma(_ name: String, mean: Double, shape: Double) -> TimeDistribution {
    TimeDistribution(.other(name), mean: mean, variance: mean * mean / shape) {
      IncompleteGamma.lower(shape, $0 * shape / mean)
    }
  }

  private static func weibull(mean: Double, shape: Double) -> TimeDistribution {
    if shape == 1 { return .exponential(mean: mean) }
    let scale = mean / PortableMath.exp(PortableMath.logGamma(1 + 1 / shape))
    let square = scale * scale * PortableMath.exp(PortableMath.logGamma(1 + 2 / shape))
    return TimeDistribution(.other("Weibull"), mean: mean, variance: max(0, square - mean * mean)) {
      $0 <= 0 ? 0 : -PortableMath.expm1(-PortableMath.pow($0 / scale, shape))
    }
  }

  private static func pareto(
    _ least: Double, _ shape: Double, _ most: Double?
  ) -> TimeDistribution {
    let moments =
      most.map { TruncatedParetoLaw(minimum: least, maximum: $0, shape: shape).moments }
      ?? ParetoLaw(minimum: least, shape: shape).moments
    let all = most.map { 1 - PortableMath.pow(least / $0, shape) } ?? 1
    return TimeDistribution(
      .other("Pareto"), mean: moments.mean, variance: moments.variance
    ) {
      $0 <= least ? 0 : min(1, (1 - PortableMath.pow(least / $0, shape)) / all)
    }
  }

  /// A base and parts that are proportional to what is the same for every such visit.
  private static func linear(
    _ base: LawSpec, _ terms: [AttributeTerm], _ context: LawContext
  ) throws(Unknown) -> TimeDistribution {
    var parts = [try base.distribution(context)]
    for term in terms {
      let amount: Double? =
        switch VisitAttribute(rawValue: term.attribute) {
        case .share: context.share
        case .responses: context.responses
        default: nil
        }
      guard let amount else {
        throw Unknown("in proportion to '\(term.attribute)' of the request")
      }
      if amount > 0 { parts.append(try term.law.distribution(context).scaled(by: amount)) }
    }
    return .sum(of: parts)
  }

  private static func steps(
    _ name: String, _ values: [(value: Double, weight: Double)]
  ) -> TimeDistribution {
    let values = values.filter { $0.weight > 0 }.sorted { $0.value < $1.value }
    let total = values.reduce(0) { $0 + $1.weight }
    let moments = LawMoments.mixture(values.map { ($0.weight, .constant($0.value)) })
    if moments.variance == 0 { return .constant(moments.mean) }
    return TimeDistribution(.other(name), mean: moments.mean, variance: moments.variance) { time in
      values.reduce(0) { $1.value <= time ? $0 + $1.weight / total : $0 }
    }
  }

  /// Linear between points of the distribution function; the ends are held.
  private static func empirical(_ points: [(level: Double, value: Double)]) -> TimeDistribution {
    let first = points[0]
    let last = points[points.count - 1]
    var mean = first.level * first.value + (1 - last.level) * last.value
    var square =
      first.level * first.value * first.value + (1 - last.level) * last.value * last.value
    for (low, high) in zip(points, points.dropFirst()) {
      let weight = high.level - low.level
      mean += weight * (low.value + high.value) / 2
      square +=
        weight
        * (low.value * low.value + low.value * high.value + high.value * high.value) / 3
    }
    return TimeDistribution(
      .other("empirical"), mean: mean, variance: max(0, square - mean * mean)
    ) { time in
      if time >= last.value { return 1 }
      if time < first.value { return 0 }
      for (low, high) in zip(points, points.dropFirst()) where time < high.value {
        return low.level
          + (high.level - low.level) * (time - low.value) / (high.value - low.value)
      }
      return last.level
    }
  }
}
