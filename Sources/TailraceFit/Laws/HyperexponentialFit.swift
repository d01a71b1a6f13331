import TailraceEngine

/// One of several exponential laws, drawn by weight: more variable than one of them.
struct HyperexponentialFit: ParametricLaw {
  static let name = "hyperexponential"
  let weights: [Double]
  let means: [Double]

  /// Of two and of three exponential laws, by expectation and maximisation.
  static func mostLikely(for sample: WeightedSample) -> [HyperexponentialFit] {
    // A mixture of exponential laws is at least as variable as one.
    guard sample.mean > 0, sample.variance > sample.mean * sample.mean else { return [] }
    return [2, 3].compactMap { climb(sample, members: $0) }
  }

  private static func climb(_ sample: WeightedSample, members: Int) -> HyperexponentialFit? {
    var weights = [Double](repeating: 1 / Double(members), count: members)
    // Means a factor of eight apart, around the sample's.
    var means = (0..<members).map { member in
      var mean = sample.mean
      for _ in 0..<member { mean *= 8 }
      for _ in 0..<(members - 1) { mean /= 4 }
      return mean
    }
    var before = -Double.infinity
    for _ in 0..<400 {
      var counts = [Double](repeating: 0, count: members)
      var sums = counts
      var likelihood = 0.0
      let heights = zip(weights, means).map { $0 / $1 }
      let rates = means.map { 1 / $0 }
      var densities = counts
      for i in sample.values.indices {
        let x = sample.values[i]
        var density = 0.0
        for member in 0..<members {
          densities[member] = heights[member] * PortableMath.exp(-x * rates[member])
          density += densities[member]
        }
        // What no member reaches belongs to the widest.
        if density < 1e-300 {
          densities[members - 1] = 1e-300
          density = 1e-300
        }
        likelihood += sample.weights[i] * PortableMath.log(density)
        let factor = sample.weights[i] / density
        for member in 0..<members {
          counts[member] += densities[member] * factor
          sums[member] += densities[member] * factor * x
        }
      }
      for member in 0..<members {
        guard counts[member] >= 1e-9 * sample.total, sums[member] > 0 else { return nil }
        weights[member] = counts[member] / sample.total
        means[member] = sums[member] / counts[member]
      }
      // The rest of the climb is some hundred times the last step: too little to change BIC.
      if likelihood - before < 1e-3 { break }
      before = likelihood
    }
    return HyperexponentialFit(weights: weights, means: means)
  }

  var title: String { "\(means.count) exponentials" }
  var parameterCount: Int { 2 * means.count - 1 }

  private func sum(_ function: (Double) -> Double) -> Double {
    var sum = 0.0
    for (weight, mean) in zip(weights, means) { sum += weight * function(mean) }
    return sum
  }
  func share(below x: Double) -> Double {
    x > 0 ? sum { -PortableMath.expm1(-x / $0) } : 0
  }
  func share(above x: Double) -> Double { x > 0 ? sum { PortableMath.exp(-x / $0) } : 1 }
  func logDensity(at x: Double) -> Double {
    guard x >= 0 else { return -.infinity }
    let density = sum { PortableMath.exp(-x / $0) / $0 }
    if density > 0 { return PortableMath.log(density) }
    // Below the least number only the widest is left.
    let widest = means.max() ?? 1
    return -x / widest - PortableMath.log(widest)
  }
  var mean: Double { sum { $0 } }

  /// Means, then weights over the first's.
  var coordinates: [Double] {
    means.map { PortableMath.log($0) }
      + weights.dropFirst().map { PortableMath.log($0 / weights[0]) }
  }
  func moved(to place: [Double]) -> HyperexponentialFit? {
    let means = place.prefix(means.count).map { PortableMath.exp($0) }
    let ratios = [1] + place.dropFirst(means.count).map { PortableMath.exp($0) }
    var sum = 0.0
    for ratio in ratios { sum += ratio }
    guard sum.isFinite, means.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let weights = ratios.map { $0 / sum }
    guard weights.allSatisfy({ $0 > 1e-9 }) else { return nil }
    return HyperexponentialFit(weights: weights, means: means)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    var members: [(weight: String, law: String)] = []
    var (weights, means): ([Double], [Double]) = ([], [])
    for (weight, mean) in zip(self.weights, self.means) {
      let share = MeasuredQuantity.number(weight)
      guard share.value > 0, let written = ExponentialFit(mean: mean).written(in: quantity),
        let law = written.law as? ExponentialFit
      else { return nil }
      members.append((share.text, written.text))
      weights.append(share.value)
      means.append(law.mean)
    }
    var sum = 0.0
    for weight in weights { sum += weight }
    return WrittenLaw(
      text: MixtureText.of(members),
      law: HyperexponentialFit(weights: weights.map { $0 / sum }, means: means))
  }
}
