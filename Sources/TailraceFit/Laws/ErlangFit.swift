import TailraceEngine

/// A sum of a whole number of exponential waits.
struct ErlangFit: ParametricLaw {
  static let name = "erlang"
  let stages: Int
  let mean: Double

  /// The likelihood is concave in the shape, so the best whole one is next to the best real one.
  static func mostLikely(for sample: WeightedSample) -> [ErlangFit] {
    guard let gamma = GammaFit.mostLikely(for: sample).first else { return [] }
    // One stage is an exponential law, which has a line of its own.
    let below = Int(min(max(gamma.shape, 1), 1_000))
    let stages = [below, below + 1].filter { (2...1_000).contains($0) }
    let laws = stages.map { ErlangFit(stages: $0, mean: sample.mean) }
    let ranked = laws.map { (law: $0, likelihood: $0.logLikelihood(of: sample)) }
    let best = ranked.reduce(ranked.first) { best, next in
      next.likelihood > (best?.likelihood ?? -.infinity) ? next : best
    }
    return best.map { [$0.law] } ?? []
  }

  var parameterCount: Int { 2 }
  private var gamma: GammaFit { GammaFit(shape: Double(stages), scale: mean / Double(stages)) }

  func share(below x: Double) -> Double { gamma.share(below: x) }
  func share(above x: Double) -> Double { gamma.share(above: x) }
  func logDensity(at x: Double) -> Double { gamma.logDensity(at: x) }

  var coordinates: [Double] { [PortableMath.log(mean)] }
  func moved(to place: [Double]) -> ErlangFit? {
    let mean = PortableMath.exp(place[0])
    return mean > 0 && mean.isFinite ? ErlangFit(stages: stages, mean: mean) : nil
  }

  func written(in quantity: MeasuredQuantity) -> WrittenLaw? {
    guard let mean = quantity.positiveLiteral(mean) else { return nil }
    return WrittenLaw(
      text: "{\"type\": \"erlang\", \"mean\": \(mean.text), \"k\": \(stages)}",
      law: ErlangFit(stages: stages, mean: mean.value))
  }
}
