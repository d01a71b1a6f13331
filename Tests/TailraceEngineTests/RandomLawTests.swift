import Foundation
import Testing

@testable import TailraceEngine

@Suite("Laws")
struct RandomLawTests {
  static let tables = ZigguratTables.shared

  static func sample(_ law: some Law, _ count: Int = 100_000, seed: UInt64 = 1) -> [Double] {
    // Keyed, as the simulator draws: a generator for each request.
    let base = Luck.base(seed: seed, source: 2)
    return (0..<UInt64(count)).map {
      var random = Luck.draw(Luck.root(base: base, request: $0), salt: 3)
      return law.draw(from: &random, using: tables)
    }
  }

  /// Compares the sample with a distribution function and the mean with the law's moments.
  func check(_ law: some Law, _ name: String, _ distribution: (Double) -> Double) {
    let sample = Self.sample(law)
    // Kolmogorov's law exceeds 2.23 with a chance of 1e-4.
    #expect(RandomFit.distance(sample, distribution) < 2.23, "\(name)")
    checkMean(sample, law.moments, name)
  }

  func checkMean(_ sample: [Double], _ moments: LawMoments, _ name: String) {
    guard moments.variance.isFinite else { return }
    let mean = sample.reduce(0, +) / Double(sample.count)
    let bound = 4 * moments.deviation / Double(sample.count).squareRoot()
    #expect(abs(mean - moments.mean) <= bound + 1e-12 * abs(moments.mean), "mean of \(name)")
    let square = sample.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sample.count)
    let quartic = sample.reduce(0.0) { $0 + pow($1 - mean, 4) } / Double(sample.count)
    let error = ((quartic - square * square) / Double(sample.count)).squareRoot()
    #expect(abs(square - moments.variance) <= 6 * error + 1e-9, "variance of \(name)")
  }

  @Test("Exponential, normal, uniform")
  func basic() {
    check(ExponentialLaw(mean: 3), "exponential") { -Foundation.expm1(-$0 / 3) }
    check(NormalLaw(mean: 5, deviation: 2), "normal") { 0.5 * erfc(-($0 - 5) / 8.0.squareRoot()) }
    check(UniformLaw(minimum: -2, maximum: 6), "uniform") { ($0 + 2) / 8 }
  }

  @Test("The ziggurats' tails")
  func tails() {
    // Only draws beyond the start of the tail, where the tables end.
    var random = SequentialRandom(seed: 12)
    var exponential: [Double] = []
    var normal: [Double] = []
    for _ in 0..<20_000 {
      exponential.append(random.exponentialBeyondFit(~0 << 11, Self.tables))
      normal.append(random.normalBeyondFit(~0 << 12, Self.tables))
    }
    let start = ZigguratShape.normalTailStart
    #expect(
      RandomFit.distance(exponential) { 1 - exp(ZigguratShape.exponentialTailStart - $0) } < 2.23)
    #expect(
      RandomFit.distance(normal) {
        1 - erfc($0 / 2.0.squareRoot()) / erfc(start / 2.0.squareRoot())
      } < 2.23)
  }

  @Test("Lognormal, from each pair of parameters")
  func lognormal() {
    let law = LognormalLaw(median: 10, percentile99: 80)
    check(law, "lognormal") {
      0.5 * erfc(-(log($0) - law.logMean) / law.logDeviation / 2.0.squareRoot())
    }
    #expect(abs(exp(law.logMean) - 10) < 1e-12)
    let other = LognormalLaw(mean: 4, variation: 1.5).moments
    #expect(abs(other.mean - 4) < 1e-12 && abs(other.variation - 1.5) < 1e-12)
    #expect(Self.sample(LognormalLaw(mean: 4, variation: 0), 10).allSatisfy { abs($0 - 4) < 1e-12 })
  }

  @Test("Gamma of any shape", arguments: [0.05, 0.5, 1, 1.7, 4, 100])
  func gamma(shape: Double) {
    check(GammaLaw(shape: shape, scale: 2), "gamma \(shape)") {
      $0 == 0 ? 0 : RandomFit.gammaProbability(shape, below: $0 / 2)
    }
    let law = GammaLaw(mean: 3, variation: 1 / shape.squareRoot())
    #expect(abs(law.shape / shape - 1) < 1e-12 && abs(law.moments.mean - 3) < 1e-12)
  }

  @Test("Erlang by sums and by gamma", arguments: [1, 2, 3, 4, 9])
  func erlang(stages: Int) {
    check(ErlangLaw(mean: 6, stages: stages), "erlang \(stages)") {
      RandomFit.gammaProbability(Double(stages), below: $0 * Double(stages) / 6)
    }
  }

  @Test("Weibull", arguments: [0.5, 1, 2.5])
  func weibull(shape: Double) {
    check(WeibullLaw(scale: 3, shape: shape), "weibull") { -Foundation.expm1(-pow($0 / 3, shape)) }
    #expect(abs(WeibullLaw(mean: 7, shape: shape).moments.mean - 7) < 1e-12)
  }

  @Test("Pareto, with and without a maximum", arguments: [0.8, 1, 2, 3.5, 9])
  func pareto(shape: Double) {
    check(ParetoLaw(minimum: 2, shape: shape), "pareto") { 1 - pow(2 / $0, shape) }
    let whole = 1 - pow(2 / 50.0, shape)
    let law = TruncatedParetoLaw(minimum: 2, maximum: 50, shape: shape)
    check(law, "truncated pareto") { (1 - pow(2 / $0, shape)) / whole }
    #expect(Self.sample(law).allSatisfy { $0 >= 2 && $0 <= 50 })
    if shape > 1 {
      #expect(abs(ParetoLaw(mean: 6, shape: shape).moments.mean - 6) < 1e-12)
    }
    #expect(abs(ParetoLaw(mean: 6, variation: shape).moments.variation - shape) < 1e-9)
  }

  @Test("Geometric counts", arguments: [1, 1.25, 5, 1000])
  func geometric(mean: Double) {
    let sample = Self.sample(GeometricLaw(mean: mean))
    checkMean(sample, GeometricLaw(mean: mean).moments, "geometric \(mean)")
    #expect(sample.allSatisfy { $0 >= 1 })
    guard mean > 1 else { return }
    var counts = [Int](repeating: 0, count: 60)
    for value in sample { counts[min(Int(value), 60) - 1] += 1 }
    let rest = 1 - 1 / mean
    let probabilities = (0..<60).map { $0 == 59 ? pow(rest, 59) : pow(rest, Double($0)) / mean }
    #expect(RandomFit.matches(counts, probabilities))
  }

  @Test("Moments: mixtures, scaling, values clamped at zero")
  func moments() {
    let slow = ExponentialLaw(mean: 10).moments
    let mixture = LawMoments.mixture([(0.9, ExponentialLaw(mean: 1).moments), (0.1, slow)])
    #expect(abs(mixture.mean - 1.9) < 1e-12)
    #expect(abs(mixture.meanSquare - (0.9 * 2 + 0.1 * 200)) < 1e-12)
    #expect(slow.scaled(by: 2) == ExponentialLaw(mean: 20).moments)
    for (mean, deviation) in [(1.0, 1.0), (-1, 2), (5, 1), (0, 0)] {
      let law = NormalLaw(mean: mean, deviation: deviation)
      checkMean(Self.sample(law).map { max(0, $0) }, law.momentsClampedAtZero, "clamped \(mean)")
    }
  }
}
