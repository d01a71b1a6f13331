import TailraceEngine

/// Two lognormal laws: requests of two kinds, such as hits and misses of a cache.
struct LognormalMixtureFit: ParametricLaw {
  static let name = "2 lognormals"
  /// The share of the first.
  let weight: Double
  let first: LognormalFit
  let second: LognormalFit

  /// Expectation and maximisation from two splits; neither deviation goes below a fiftieth of the
  /// whole sample's, where the likelihood has peaks at single values.
  static func mostLikely(for sample: WeightedSample) -> [LognormalMixtureFit] {
    guard !sample.hasZeros, sample.logVariance > 0, sample.values.count >= 10 else { return [] }
    let logs = sample.values.map { PortableMath.log($0) }
    let floor = sample.logVariance.squareRoot() / 50
    var best: (law: LognormalMixtureFit, likelihood: Double)?
    for split in [0.5, 0.9] {
      let cut = PortableMath.log(sample.quantile(split))
      // Each value begins as certain of its side.
      let shares = logs.map { $0 <= cut ? 0.999 : 0.001 }
      let law = climb(logs, sample, shares, floor)
      guard let law else { continue }
      let likelihood = law.logLikelihood(of: sample)
      if likelihood > (best?.likelihood ?? -.infinity) { best = (law, likelihood) }
    }
    return best.map { [$0.law] } ?? []
  }

  private static func climb(
    _ logs: [Double], _ sample: WeightedSample, _ start: [Double], _ floor: Double
  ) -> LognormalMixtureFit? {
    var shares = start
    var law: LognormalMixtureFit?
    var before = -Double.infinity
    for _ in 0..<400 {
      var (sum, mean1, mean2) = (0.0, 0.0, 0.0)
      for i in logs.indices {
        let part = sample.weights[i] * shares[i]
        sum += part
        mean1 += part * logs[i]
        mean2 += (sample.weights[i] - part) * logs[i]
      }
      let rest = sample.total - sum
      // A member of less than ten values explains nothing.
      guard sum >= 10, rest >= 10 else { return law }
      mean1 /= sum
      mean2 /= rest
      var (square1, square2) = (0.0, 0.0)
      for i in logs.indices {
        let part = sample.weights[i] * shares[i]
        square1 += part * (logs[i] - mean1) * (logs[i] - mean1)
        square2 += (sample.weights[i] - part) * (logs[i] - mean2) * (logs[i] - mean2)
      }
      let first = LognormalFit(
        logMean: mean1, logDeviation: max(floor, (square1 / sum).squareRoot()))
      let second = LognormalFit(
        logMean: mean2, logDeviation: max(floor, (square2 / rest).squareRoot()))
      let weight = sum / sample.total
      law = LognormalMixtureFit(weight: weight, first: first, second: second)
      var likelihood = 0.0
      for i in logs.indices {
        let z1 = (logs[i] - mean1) / first.logDeviation
        let z2 = (logs[i] - mean2) / second.logDeviation
        let one = weight / first.logDeviation * PortableMath.exp(-0.5 * z1 * z1)
        let two = (1 - weight) / second.logDeviation * PortableMath.exp(-0.5 * z2 * z2)
        shares[i] = one + two > 0 ? one / (one + two) : (z1.magnitude < z2.magnitude ? 1 : 0)
        likelihood += sample.weights[i] * PortableMath.log(max(one + two, 1e-300))
      }
      // The rest of the climb is some hundred times the last step: too little to change BIC.
      if likelihood - before < 1e-3 { break }
      before = likelihood
    }
    return law
  }

  var parameterCount: Int { 5 }

  func share(below x: Double) -> Double {
    weight * first.share(below: x) + (1 - weight) * second.share(below: x)
  }
  func share(above x: Double) -> Double {
    weight * first.share(above: x) + (1 - weight) * second.share(above: x)
  }
  func logDensity(at x: Double) -> Double {
    let (a, b) = (first.logDensity(at: x), second.logDensity(at: x))
    let top = max(a, b)
    guard top > -.infinity else { return top }
    return top
      + PortableMath.log(
        weight * PortableMath.exp(a - top) + (1 - weight) * PortableMath.exp(b - top))
  }
  var mean: Double { weight * first.mean + (1 - weight) * second.mean }

  var coordinates: [Double] {
    [PortableMath.log(weight / (1 - weight))] + first.coordinates + second.coordinates
  }
  func moved(to place: [Double]) -> LognormalMixtureFit? {
    let weight = 1 / (1 + PortableMath.exp(-place[0]))
    guard weight > 1e-6, weight < 1 - 1e-6,
      let first = first.moved(to: Array(place[1...2])),
      let second = second.moved(to: Array(place[3...4]))
    else { return nil }
    return LognormalMixtureFit(weight: weight, first: first, second: second)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let one = first.written(in: quantity), let two = second.written(in: quantity),
      let first = one.law as? LognormalFit, let second = two.law as? LognormalFit
    else { return nil }
    let share = MeasuredQuantity.number(weight)
    let rest = MeasuredQuantity.number(1 - share.value)
    guard share.value > 0, rest.value > 0 else { return nil }
    return WrittenLaw(
      text: MixtureText.of([(share.text, one.text), (rest.text, two.text)]),
      law: LognormalMixtureFit(
        weight: share.value / (share.value + rest.value), first: first, second: second))
  }
}
