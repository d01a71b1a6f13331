import TailraceEngine

/// Every value between the least and the largest alike.
struct UniformFit: ParametricLaw {
  static let name = "uniform"
  let least: Double
  let largest: Double

  static func mostLikely(for sample: WeightedSample) -> [UniformFit] {
    sample.isConstant ? [] : [UniformFit(least: sample.least, largest: sample.largest)]
  }

  var parameterCount: Int { 2 }
  private var width: Double { largest - least }

  func share(below x: Double) -> Double { min(1, max(0, (x - least) / width)) }
  func share(above x: Double) -> Double { min(1, max(0, (largest - x) / width)) }
  func logDensity(at x: Double) -> Double {
    least <= x && x <= largest ? -PortableMath.log(width) : -.infinity
  }
  func quantile(_ level: Double) -> Double { least + level * width }
  var mean: Double { (least + largest) / 2 }

  var coordinates: [Double] { [PortableMath.log(largest), PortableMath.log(width)] }
  func moved(to place: [Double]) -> UniformFit? {
    let largest = PortableMath.exp(place[0])
    let least = max(0, largest - PortableMath.exp(place[1]))
    return largest.isFinite && least < largest ? UniformFit(least: least, largest: largest) : nil
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let high = quantity.positiveLiteral(largest) else { return nil }
    let low = quantity.literal(least)
    guard low.value < high.value else { return nil }
    return WrittenLaw(
      text: "{\"type\": \"uniform\", \"min\": \(low.text), \"max\": \(high.text)}",
      law: UniformFit(least: low.value, largest: high.value))
  }
}

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
