extension LawSpec {
  /// A bound that no draw exceeds; infinite where none is known.
  public var largest: Double {
    switch self {
    case .constant(let value): value
    case .uniform(_, let high): high
    case .pareto(_, _, let maximum): maximum ?? .infinity
    case .sequence(let values): values.max().map { Double($0) } ?? 0
    case .mixture(let parts):
      parts.lazy.filter { $0.weight > 0 }.map(\.law.largest).max() ?? 0
    case .discrete(let values):
      values.lazy.filter { $0.weight > 0 }.map(\.value).max() ?? 0
    case .quantiles(let points): points.last?.value ?? 0
    case .buckets(let buckets): buckets.last?.upperBound ?? 0
    case .byClass(let laws): laws.values.map(\.largest).max() ?? 0
    case .measured(let values): values.last ?? 0
    default: .infinity
    }
  }
}
