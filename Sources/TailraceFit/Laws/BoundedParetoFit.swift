import TailraceEngine

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
