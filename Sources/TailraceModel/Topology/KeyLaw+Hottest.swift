import TailraceEngine

extension KeyLaw {
  /// The most popular keys, the hottest first, among alike the lowest; nil where only a trace knows.
  ///
  /// Of a popularity that shifts, those with which it begins.
  /// Of a mixture, keys that are among the most popular of at least one member are compared.
  public func hottest(_ count: Int) -> [UInt64]? {
    guard let candidates = candidates(count) else { return nil }
    let ranked = Set(candidates).map { (key: $0, share: share(of: $0)) }
      .sorted { ($1.share, $0.key) < ($0.share, $1.key) }
    return ranked.prefix(count).map(\.key)
  }

  private func candidates(_ count: Int) -> [UInt64]? {
    switch self {
    case .shifting(let law, _, _): return law.candidates(count)
    case .uniform(let range), .zipf(let range, _), .scan(let range):
      let last = min(UInt64(count) - 1, range.upperBound - range.lowerBound)
      return Array(range.lowerBound...(range.lowerBound + last))
    case .list(let keys): return keys.map(\.key)
    case .mixture(let parts):
      let known = parts.map { $0.law.candidates(count) }
      return known.contains { $0 == nil } ? nil : known.flatMap { $0 ?? [] }
    case .given, .column: return nil
    }
  }

  /// How often a key is drawn.
  private func share(of key: UInt64) -> Double {
    switch self {
    case .shifting(let law, _, _): return law.share(of: key)
    case .uniform(let range), .scan(let range):
      return range.contains(key) ? 1 / (Double(range.upperBound - range.lowerBound) + 1) : 0
    case .zipf(let range, let exponent):
      guard range.contains(key) else { return 0 }
      let count = range.upperBound - range.lowerBound + 1
      let weight = PortableMath.pow(Double(key - range.lowerBound + 1), -exponent)
      return weight / PortableMath.harmonic(count, exponent: exponent)
    case .list(let keys):
      let all = keys.reduce(0) { $0 + $1.weight }
      return keys.reduce(0) { $0 + ($1.key == key ? $1.weight : 0) } / all
    case .mixture(let parts):
      let all = parts.reduce(0) { $0 + $1.weight }
      return parts.reduce(0) { $0 + $1.weight / all * $1.law.share(of: key) }
    case .given, .column: return 0
    }
  }
}
