import TailraceEngine

/// A sum of exponential waits, for any real number of them.
struct GammaFit: ParametricLaw {
  static let name = "gamma"
  let shape: Double
  let scale: Double

  /// Newton's method on log k - digamma(k) = log(mean) - mean log (Minka, "Estimating a Gamma
  /// distribution", 2002).
  static func mostLikely(for sample: WeightedSample) -> [GammaFit] {
    guard !sample.hasZeros, !sample.isConstant else { return [] }
    let gap = PortableMath.log(sample.mean) - sample.logMean
    guard gap > 0 else { return [] }
    var shape = (3 - gap + ((gap - 3) * (gap - 3) + 24 * gap).squareRoot()) / (12 * gap)
    for _ in 0..<50 {
      let slope = 1 / shape - GammaFunctions.trigamma(shape)
      let value = PortableMath.log(shape) - GammaFunctions.digamma(shape) - gap
      let next = 1 / (1 / shape + value / (shape * shape * slope))
      guard next > 0, next.isFinite else { break }
      let change = (next - shape).magnitude
      shape = next
      if change < 1e-12 * shape { break }
    }
    shape = min(max(shape, shapes.lowerBound), shapes.upperBound)
    return [GammaFit(shape: shape, scale: sample.mean / shape)]
  }

  /// From the language's limits of cv, 0.01 and 100.
  static let shapes = 1e-4...1e4

  var parameterCount: Int { 2 }

  func share(below x: Double) -> Double { GammaFunctions.incomplete(shape, x / scale).below }
  func share(above x: Double) -> Double { GammaFunctions.incomplete(shape, x / scale).above }
  func logDensity(at x: Double) -> Double {
    guard x > 0 else { return -.infinity }
    let y = x / scale
    return (shape - 1) * PortableMath.log(y) - y - PortableMath.logGamma(shape)
      - PortableMath.log(scale)
  }
  var mean: Double { shape * scale }

  var coordinates: [Double] { [PortableMath.log(mean), PortableMath.log(shape)] }
  func moved(to place: [Double]) -> GammaFit? {
    let (mean, shape) = (PortableMath.exp(place[0]), PortableMath.exp(place[1]))
    guard Self.shapes.contains(shape), mean > 0, mean.isFinite else { return nil }
    return GammaFit(shape: shape, scale: mean / shape)
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let mean = quantity.positiveLiteral(mean) else { return nil }
    let variation = MeasuredQuantity.number(1 / shape.squareRoot())
    guard (0.01...100).contains(variation.value) else { return nil }
    let law = GammaLaw(mean: mean.value, variation: variation.value)
    return WrittenLaw(
      text: "{\"type\": \"gamma\", \"mean\": \(mean.text), \"cv\": \(variation.text)}",
      law: GammaFit(shape: law.shape, scale: law.scale))
  }
}
