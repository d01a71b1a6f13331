import TailraceEngine

extension TimeDistribution {
  /// When so many of several independent times have passed: an order statistic.
  ///
  /// The distribution function of the k-th of n different laws is a sum over how many have passed,
  /// O(n k) a value; of all n it is their product (David and Nagaraja, "Order Statistics", 2003).
  ///
  /// - Parameters:
  ///   - groups: laws, each with how many times are drawn from it.
  ///   - needed: how many must have passed, from 1 to their number.
  /// - Returns: the law of the time until then.
  public static func order(
    _ groups: [(law: TimeDistribution, count: Int)], needed: Int
  ) -> TimeDistribution {
    let total = groups.reduce(0) { $0 + $1.count }
    precondition(needed >= 1 && needed <= total, "so many must have passed as there are")
    if total == 1 { return groups.first { $0.count == 1 }?.law ?? groups[0].law }
    if groups.allSatisfy({ $0.law.shape == .constant }) {
      let all = groups.flatMap { Array(repeating: $0.law.mean, count: $0.count) }.sorted()
      return .constant(all[needed - 1])
    }
    let below: @Sendable (Double) -> Double = { time in
      if needed == total {
        return groups.reduce(1) { $0 * power($1.law.below(time), $1.count) }
      }
      return passed(groups.map { ($0.law.below(time), $0.count) }, needed: needed)
    }
    // Its moments ask for some hundred values. Who asks sees the cost and goes without.
    let cost = groups.reduce(Double(needed == total ? 0 : total * needed)) { $0 + 3 * $1.law.cost }
    let (mean, variance) =
      cost > costMax ? (.nan, .nan) : moments(below, scale: groups.map(\.law.mean).max() ?? 1)
    var order = TimeDistribution(
      .other("an order statistic"), mean: mean, variance: variance, below: below)
    order.cost = cost
    return order
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    if base <= 0 { return 0 }
    return exponent == 1 ? base : PortableMath.exp(Double(exponent) * PortableMath.log(base))
  }

  /// The probability that at least `needed` of independent events happen.
  static func passed(_ groups: [(probability: Double, count: Int)], needed: Int) -> Double {
    // chances[j]: that j have happened so far; the last entry gathers `needed` and more.
    var chances = Array(repeating: 0.0, count: needed + 1)
    chances[0] = 1
    for (probability, count) in groups {
      for _ in 0..<count {
        chances[needed] += chances[needed - 1] * probability
        for j in stride(from: needed - 1, to: 0, by: -1) {
          chances[j] = chances[j] * (1 - probability) + chances[j - 1] * probability
        }
        chances[0] *= 1 - probability
      }
    }
    return min(1, chances[needed])
  }

  /// Mean and variance from a distribution function: integrals of 1 - F and of 2 t (1 - F).
  ///
  /// Simpson's rule on intervals that double, from a sixteenth of the scale on, until nothing is left
  /// to speak of.
  static func moments(
    _ below: (Double) -> Double, scale: Double
  ) -> (mean: Double, variance: Double) {
    guard scale > 0, scale.isFinite else { return (scale, 0) }
    var mean = 0.0
    var square = 0.0
    var low = 0.0
    var length = scale / 16
    for _ in 0..<60 {
      let points = 64
      let step = length / Double(points)
      var area = 0.0
      var moment = 0.0
      for i in 0...points {
        let time = low + Double(i) * step
        let weight = i == 0 || i == points ? 1.0 : i.isMultiple(of: 2) ? 2 : 4
        let beyond = 1 - below(time)
        area += weight * beyond
        moment += weight * 2 * time * beyond
      }
      mean += area * step / 3
      square += moment * step / 3
      low += length
      if area * step / 3 < 1e-9 * mean { break }
      length = low
    }
    return (mean, max(0, square - mean * mean))
  }
}
