extension LawSpec {
  /// The largest value that can be drawn; nil where there is none, or none known beforehand.
  var largest: Double? {
    switch self {
    case .constant(let value): return value
    case .uniform(_, let high): return high
    case .pareto(_, _, let maximum): return maximum
    case .discrete(let values): return values.map(\.value).max()
    case .quantiles(let points): return points.last?.value
    case .buckets(let buckets): return buckets.last?.upperBound
    case .mixture(let parts): return Self.largest(of: parts.map(\.law))
    case .byClass(let laws): return Self.largest(of: Array(laws.values))
    case .sequence(let values): return values.max().map { Double($0) }
    case .measured(let values): return values.last
    case .exponential, .erlang, .gamma, .lognormal, .normal, .weibull, .geometric: return nil
    case .column, .linear: return nil
    }
  }

  private static func largest(of laws: [LawSpec]) -> Double? {
    var most = 0.0
    for law in laws {
      guard let value = law.largest else { return nil }
      most = max(most, value)
    }
    return most
  }
}
