import TailraceEngine

/// A power-law tail from a least value on.
struct ParetoFit: ParametricLaw {
  static let name = "pareto"
  let least: Double
  let shape: Double

  static func mostLikely(for sample: WeightedSample) -> [ParetoFit] {
    guard !sample.hasZeros, !sample.isConstant else { return [] }
    let depth = sample.logMean - PortableMath.log(sample.least)
    guard depth > 0 else { return [] }
    return [ParetoFit(least: sample.least, shape: min(max(1 / depth, 0.1), 100))]
  }

  var parameterCount: Int { 2 }

  func share(below x: Double) -> Double {
    x > least ? -PortableMath.expm1(-shape * PortableMath.log(x / least)) : 0
  }
  func share(above x: Double) -> Double {
    x > least ? PortableMath.exp(-shape * PortableMath.log(x / least)) : 1
  }
  func logDensity(at x: Double) -> Double {
    guard x >= least else { return -.infinity }
    return PortableMath.log(shape / x) - shape * PortableMath.log(x / least)
  }
  func quantile(_ level: Double) -> Double {
    least * PortableMath.exp(-PortableMath.log1p(-level) / shape)
  }
  var mean: Double { shape > 1 ? least * shape / (shape - 1) : .infinity }

  var coordinates: [Double] { [PortableMath.log(least), PortableMath.log(shape)] }
  func moved(to place: [Double]) -> ParetoFit? {
    let (least, shape) = (PortableMath.exp(place[0]), PortableMath.exp(place[1]))
    guard (0.1...100).contains(shape), least > 0, least.isFinite else { return nil }
    return ParetoFit(least: least, shape: shape)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let least = quantity.positiveLiteral(least) else { return nil }
    let shape = MeasuredQuantity.number(shape)
    guard (0.1...100).contains(shape.value) else { return nil }
    return WrittenLaw(
      text: "{\"type\": \"pareto\", \"min\": \(least.text), \"shape\": \(shape.text)}",
      law: ParetoFit(least: least.value, shape: shape.value))
  }
}
