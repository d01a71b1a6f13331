import TailraceEngine

/// Many small causes that multiply.
struct LognormalFit: ParametricLaw {
  static let name = "lognormal"
  let logMean: Double
  let logDeviation: Double

  static func mostLikely(for sample: WeightedSample) -> [LognormalFit] {
    guard !sample.hasZeros, sample.logVariance > 0 else { return [] }
    return [
      LognormalFit(logMean: sample.logMean, logDeviation: sample.logVariance.squareRoot())
    ]
  }

  var parameterCount: Int { 2 }

  private func place(_ x: Double) -> Double { (PortableMath.log(x) - logMean) / logDeviation }
  func share(below x: Double) -> Double { x > 0 ? NormalTail.below(place(x)) : 0 }
  func share(above x: Double) -> Double { x > 0 ? NormalTail.above(place(x)) : 1 }
  func logDensity(at x: Double) -> Double {
    guard x > 0 else { return -.infinity }
    let logX = PortableMath.log(x)
    let z = (logX - logMean) / logDeviation
    return -0.5 * z * z - NormalTail.halfLogTwoPi - PortableMath.log(logDeviation) - logX
  }
  var mean: Double { PortableMath.exp(logMean + logDeviation * logDeviation / 2) }

  var coordinates: [Double] { [logMean, PortableMath.log(logDeviation)] }
  func moved(to place: [Double]) -> LognormalFit? {
    let deviation = PortableMath.exp(place[1])
    guard deviation > 0, deviation.isFinite, place[0].isFinite else { return nil }
    return LognormalFit(logMean: place[0], logDeviation: deviation)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    // The normal law's own 99th percentile, as `LognormalLaw` has it.
    let high = PortableMath.exp(logMean + 2.3263478740408411 * logDeviation)
    guard let p50 = quantity.positiveLiteral(PortableMath.exp(logMean)),
      let p99 = quantity.positiveLiteral(high), p99.value > p50.value
    else { return nil }
    let law = LognormalLaw(median: p50.value, percentile99: p99.value)
    return WrittenLaw(
      text: "{\"type\": \"lognormal\", \"p50\": \(p50.text), \"p99\": \(p99.text)}",
      law: LognormalFit(logMean: law.logMean, logDeviation: law.logDeviation))
  }
}
