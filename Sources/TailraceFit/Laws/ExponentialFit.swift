import TailraceEngine

/// Memoryless.
struct ExponentialFit: ParametricLaw {
  static let name = "exponential"
  let mean: Double

  static func mostLikely(for sample: WeightedSample) -> [ExponentialFit] {
    sample.mean > 0 ? [ExponentialFit(mean: sample.mean)] : []
  }

  var parameterCount: Int { 1 }

  func share(below x: Double) -> Double { x > 0 ? -PortableMath.expm1(-x / mean) : 0 }
  func share(above x: Double) -> Double { x > 0 ? PortableMath.exp(-x / mean) : 1 }
  func logDensity(at x: Double) -> Double {
    x >= 0 ? -x / mean - PortableMath.log(mean) : -.infinity
  }
  func quantile(_ level: Double) -> Double { -mean * PortableMath.log1p(-level) }

  var coordinates: [Double] { [PortableMath.log(mean)] }
  func moved(to place: [Double]) -> ExponentialFit? {
    let mean = PortableMath.exp(place[0])
    return mean > 0 && mean.isFinite ? ExponentialFit(mean: mean) : nil
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let mean = quantity.positiveLiteral(mean) else { return nil }
    return WrittenLaw(
      text: "{\"type\": \"exponential\", \"mean\": \(mean.text)}",
      law: ExponentialFit(mean: mean.value))
  }
}
