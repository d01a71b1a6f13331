import TailraceEngine

/// A hazard that grows or falls with age as a power.
struct WeibullFit: ParametricLaw {
  static let name = "weibull"
  let scale: Double
  let shape: Double

  /// The likelihood's one root in the shape, by bisection (Rinne, "The Weibull Distribution",
  /// section 11.2).
  static func mostLikely(for sample: WeightedSample) -> [WeibullFit] {
    guard !sample.hasZeros, !sample.isConstant else { return [] }
    // Relative to the largest, so that no power overflows.
    let logs = sample.values.map { PortableMath.log($0 / sample.largest) }
    let meanLog = sample.logMean - PortableMath.log(sample.largest)
    func sums(_ shape: Double) -> (powers: Double, products: Double) {
      var (powers, products) = (0.0, 0.0)
      for i in logs.indices {
        let power = sample.weights[i] * PortableMath.exp(shape * logs[i])
        powers += power
        products += power * logs[i]
      }
      return (powers, products)
    }
    let logShape = Search.root(
      between: PortableMath.log(shapes.lowerBound), and: PortableMath.log(shapes.upperBound)
    ) { place in
      let shape = PortableMath.exp(place)
      let (powers, products) = sums(shape)
      return products / powers - 1 / shape - meanLog
    }
    let shape = PortableMath.exp(logShape)
    let power = sums(shape).powers / sample.total
    let scale = sample.largest * PortableMath.exp(PortableMath.log(power) / shape)
    return scale > 0 && scale.isFinite ? [WeibullFit(scale: scale, shape: shape)] : []
  }

  /// The language's limits.
  static let shapes = 0.1...100.0

  var parameterCount: Int { 2 }

  private func depth(_ x: Double) -> Double { PortableMath.pow(x / scale, shape) }
  func share(below x: Double) -> Double { x > 0 ? -PortableMath.expm1(-depth(x)) : 0 }
  func share(above x: Double) -> Double { x > 0 ? PortableMath.exp(-depth(x)) : 1 }
  func logDensity(at x: Double) -> Double {
    guard x > 0 else { return -.infinity }
    let ratio = PortableMath.log(x / scale)
    return PortableMath.log(shape / scale) + (shape - 1) * ratio - PortableMath.exp(shape * ratio)
  }
  func quantile(_ level: Double) -> Double {
    scale * PortableMath.pow(-PortableMath.log1p(-level), 1 / shape)
  }
  var mean: Double { scale * PortableMath.exp(PortableMath.logGamma(1 + 1 / shape)) }

  var coordinates: [Double] { [PortableMath.log(scale), PortableMath.log(shape)] }
  func moved(to place: [Double]) -> WeibullFit? {
    let (scale, shape) = (PortableMath.exp(place[0]), PortableMath.exp(place[1]))
    guard Self.shapes.contains(shape), scale > 0, scale.isFinite else { return nil }
    return WeibullFit(scale: scale, shape: shape)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let mean = quantity.positiveLiteral(mean) else { return nil }
    let shape = MeasuredQuantity.number(shape)
    guard Self.shapes.contains(shape.value) else { return nil }
    let law = WeibullLaw(mean: mean.value, shape: shape.value)
    return WrittenLaw(
      text: "{\"type\": \"weibull\", \"mean\": \(mean.text), \"shape\": \(shape.text)}",
      law: WeibullFit(scale: law.scale, shape: shape.value))
  }
}
