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
