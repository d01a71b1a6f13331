import TailraceEngine

/// Symmetric around the mean; what lies below zero becomes zero.
struct NormalFit: ParametricLaw {
  static let name = "normal"
  /// Before the cut at zero.
  let centre: Double
  let deviation: Double

  /// Estimated as if nothing were cut off, which is close where little is.
  static func mostLikely(for sample: WeightedSample) -> [NormalFit] {
    let deviation = sample.variance.squareRoot()
    guard sample.mean > 0, deviation > 0 else { return [] }
    return [NormalFit(centre: sample.mean, deviation: deviation)]
  }

  var parameterCount: Int { 2 }

  func share(below x: Double) -> Double {
    x < 0 ? 0 : NormalTail.below((x - centre) / deviation)
  }
  func share(above x: Double) -> Double {
    x < 0 ? 1 : NormalTail.above((x - centre) / deviation)
  }
  func logDensity(at x: Double) -> Double {
    if x < 0 { return -.infinity }
    if x == 0 { return PortableMath.log(NormalTail.below(-centre / deviation)) }
    let z = (x - centre) / deviation
    return -0.5 * z * z - NormalTail.halfLogTwoPi - PortableMath.log(deviation)
  }
  var mean: Double {
    NormalLaw(mean: centre, deviation: deviation).momentsClampedAtZero.mean
  }

  var coordinates: [Double] { [PortableMath.log(centre), PortableMath.log(deviation)] }
  func moved(to place: [Double]) -> NormalFit? {
    let (centre, deviation) = (PortableMath.exp(place[0]), PortableMath.exp(place[1]))
    guard centre > 0, deviation > 0, deviation / centre <= 100, centre.isFinite else { return nil }
    return NormalFit(centre: centre, deviation: deviation)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let mean = quantity.positiveLiteral(centre) else { return nil }
    let variation = MeasuredQuantity.number(deviation / centre)
    guard variation.value > 0, variation.value <= 100 else { return nil }
    return WrittenLaw(
      text: "{\"type\": \"normal\", \"mean\": \(mean.text), \"cv\": \(variation.text)}",
      law: NormalFit(centre: mean.value, deviation: mean.value * variation.value))
  }
}
