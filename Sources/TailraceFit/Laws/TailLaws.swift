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

/// A power-law tail between two values.
struct BoundedParetoFit: ParametricLaw {
  static let name = "pareto with max"
  let least: Double
  let largest: Double
  let shape: Double

  /// The sample's ends, and the shape that is most likely given them (Aban, Meerschaert and
  /// Panorska, "Parameter Estimation for the Truncated Pareto Distribution", 2006).
  static func mostLikely(for sample: WeightedSample) -> [BoundedParetoFit] {
    guard !sample.hasZeros, !sample.isConstant else { return [] }
    let length = PortableMath.log(sample.largest / sample.least)
    let depth = sample.logMean - PortableMath.log(sample.least)
    // The mean depth of the law falls with its shape.
    func excess(_ shape: Double) -> Double {
      depth - 1 / shape - length / -PortableMath.expm1(shape * length)
    }
    guard excess(0.1) < 0 else { return [] }
    let shape = Search.root(between: 0.1, and: 100, of: excess)
    return [BoundedParetoFit(least: sample.least, largest: sample.largest, shape: shape)]
  }

  var parameterCount: Int { 3 }

  /// The share of an open tail that lies below the largest.
  private var kept: Double { -PortableMath.expm1(-shape * PortableMath.log(largest / least)) }
  private var excess: Double { PortableMath.exp(-shape * PortableMath.log(largest / least)) }

  func share(below x: Double) -> Double {
    if x >= largest { return 1 }
    return x > least ? -PortableMath.expm1(-shape * PortableMath.log(x / least)) / kept : 0
  }
  func share(above x: Double) -> Double {
    if x >= largest { return 0 }
    // excess times ((largest / x)^shape - 1), without a difference of neighbours.
    return x > least
      ? excess * PortableMath.expm1(shape * PortableMath.log(largest / x)) / kept : 1
  }
  func logDensity(at x: Double) -> Double {
    guard x >= least, x <= largest else { return -.infinity }
    return PortableMath.log(shape / x) - shape * PortableMath.log(x / least)
      - PortableMath.log(kept)
  }
  func quantile(_ level: Double) -> Double {
    least * PortableMath.exp(-PortableMath.log1p(-level * kept) / shape)
  }
  var mean: Double {
    TruncatedParetoLaw(minimum: least, maximum: largest, shape: shape).moments.mean
  }

  var coordinates: [Double] {
    [
      PortableMath.log(least), PortableMath.log(PortableMath.log(largest / least)),
      PortableMath.log(shape),
    ]
  }
  func moved(to place: [Double]) -> BoundedParetoFit? {
    let least = PortableMath.exp(place[0])
    let largest = least * PortableMath.exp(PortableMath.exp(place[1]))
    let shape = PortableMath.exp(place[2])
    guard (0.1...100).contains(shape), least > 0, largest > least, largest.isFinite else {
      return nil
    }
    return BoundedParetoFit(least: least, largest: largest, shape: shape)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    let shape = MeasuredQuantity.number(shape)
    guard let least = quantity.positiveLiteral(least),
      let largest = quantity.positiveLiteral(largest), largest.value > least.value,
      (0.1...100).contains(shape.value)
    else { return nil }
    return WrittenLaw(
      text: "{\"type\": \"pareto\", \"min\": \(least.text), \"shape\": \(shape.text), "
        + "\"max\": \(largest.text)}",
      law: BoundedParetoFit(least: least.value, largest: largest.value, shape: shape.value))
  }
}
