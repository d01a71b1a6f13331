import TailraceEngine
import Testing

@testable import TailraceFit

/// Reference numbers: SciPy 1.17.1, scipy.stats' `ppf`, `sf`, `logpdf` and `mean`.
@Suite("Shapes of fitted laws against SciPy") struct LawShapeTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var law: any ParametricLaw
    /// At levels 0.05, 0.5, 0.99 and 0.9999.
    var quantiles: [Double]
    /// A value far out and the share above it.
    var tail: (value: Double, share: Double)
    /// A value and the logarithm of the density there.
    var density: (value: Double, log: Double)
    var mean: Double
    var testDescription: String { law.title }
  }

  static let shapes = [
    Shape(
      law: UniformFit(least: 2, largest: 10), quantiles: [2.4, 6, 9.92, 9.9992],
      tail: (9.5, 0.0625), density: (4.4, -2.0794415416798357), mean: 6),
    Shape(
      law: ExponentialFit(mean: 3),
      quantiles: [0.1538798831626516, 2.0794415416798357, 13.815510557964274, 27.63102111592888],
      tail: (27.63102111592888 * 1.01, 9.120108393558072e-05),
      density: (1.0700248318161973, -1.4552872326068422), mean: 3),
    Shape(
      law: ErlangFit(stages: 4, mean: 10),
      quantiles: [3.4157959918745773, 9.180151872127242, 25.112793787079042, 39.784535001578234],
      tail: (39.784535001578234 * 1.01, 8.770005745097887e-05),
      density: (6.909277606531621, -2.4220381719747115), mean: 10),
    Shape(
      law: GammaFit(shape: 0.7, scale: 5),
      quantiles: [
        0.060815997162041974, 2.0371187423822064, 19.378693386200805, 41.415049716304054,
      ],
      tail: (41.415049716304054 * 1.01, 9.180270330853725e-05),
      density: (0.862599001668042, -1.515651979932783), mean: 3.5),
    Shape(
      law: LognormalFit(logMean: PortableMath.log(8), logDeviation: 0.9),
      quantiles: [1.820430983950734, 8, 64.91992765774982, 227.3649370034769],
      tail: (227.3649370034769 * 1.01, 9.571237506078893e-05),
      density: (4.990225405781873, -2.5585570466536733), mean: 11.994420000454136),
    Shape(
      law: NormalFit(centre: 10, deviation: 3),
      quantiles: [5.065439119145582, 10, 16.97904362212252, 21.157049456367126],
      tail: (21.157049456367126 * 1.01, 7.546325905127725e-05),
      // The cut at zero adds a ten-thousandth to the mean.
      density: (8.426798461875878, -2.1550487707370105), mean: 10.00027),
    Shape(
      law: WeibullFit(scale: 6, shape: 1.7),
      quantiles: [1.045594677902251, 4.836366103115525, 14.733155431913557, 22.149923908634477],
      tail: (22.149923908634477 * 1.01, 8.545987184758925e-05),
      density: (3.2717656805886364, -2.0423069286993853), mean: 5.353467014995944),
    Shape(
      law: ParetoFit(least: 3, shape: 2.2),
      quantiles: [3.0707671687450255, 4.111052954160371, 24.3339249236906, 197.37996739728027],
      tail: (197.37996739728027 * 1.01, 9.783471352789206e-05),
      density: (3.528021609211428, -0.8289548467601776), mean: 5.5),
    Shape(
      law: BoundedParetoFit(least: 2, largest: 50, shape: 1.3),
      quantiles: [2.079208390431349, 3.3693196313862943, 34.06883498053762, 49.75270960468417],
      tail: (49.75270960468417, 1e-4),
      density: (2.6182553779099553, -1.0349668958257867), mean: 5.449999138162026),
  ]

  @Test("Quantiles, tails, densities and means", arguments: shapes)
  func reference(_ shape: Shape) {
    let law = shape.law
    for (level, value) in zip([0.05, 0.5, 0.99, 0.9999], shape.quantiles) {
      #expect(isClose(law.quantile(level), value, within: 1e-9), "\(level): \(law.quantile(level))")
    }
    #expect(isClose(law.share(above: shape.tail.value), shape.tail.share, within: 1e-6))
    #expect(isClose(law.logDensity(at: shape.density.value), shape.density.log, within: 1e-9))
    #expect(isClose(law.mean, shape.mean, within: 2e-5))
  }

  static let mixtures: [any ParametricLaw] = [
    HyperexponentialFit(weights: [0.7, 0.3], means: [2, 40]),
    LognormalMixtureFit(
      weight: 0.9, first: LognormalFit(logMean: 1, logDeviation: 0.4),
      second: LognormalFit(logMean: 4, logDeviation: 0.3)),
  ]

  @Test(
    "Both shares add up to one, quantiles undo them, the density is their slope",
    arguments: (0..<shapes.count + mixtures.count))
  func consistency(_ index: Int) {
    let law = (Self.shapes.map(\.law) + Self.mixtures)[index]
    for level in [0.01, 0.2, 0.5, 0.8, 0.97, 0.9995] {
      let x = law.quantile(level)
      #expect(isClose(law.share(below: x), level, within: 1e-8))
      #expect(isClose(law.share(below: x) + law.share(above: x), 1, within: 1e-12))
      let step = x * 1e-5
      let slope = law.share(from: x - step, to: x + step) / (2 * step)
      #expect(isClose(PortableMath.exp(law.logDensity(at: x)), slope, within: 1e-5), "\(level)")
    }
    #expect(law.share(below: 0) == 0 || law is NormalFit)
    // Coordinates lead back to the law.
    let back = law.moved(to: law.coordinates)
    #expect(isClose(back?.quantile(0.9) ?? 0, law.quantile(0.9), within: 1e-9))
  }

  @Test("What is written means what was fitted, within the digits that are written")
  func written() throws {
    for law in Self.shapes.map(\.law) + Self.mixtures {
      let large = try #require(law.moved(to: law.coordinates))
      let text = try #require(large.written(in: .count))
      for level in [0.5, 0.99] {
        #expect(
          isClose(text.law.quantile(level), law.quantile(level), within: 2e-3), "\(text.text)")
      }
    }
    #expect(
      ExponentialFit(mean: 8_123_456).written(in: .duration(unit: 1))?.text
        == "{\"type\": \"exponential\", \"mean\": \"8.1235ms\"}")
    // Below half a nanosecond there is nothing to write.
    #expect(ExponentialFit(mean: 0.4).written(in: .duration(unit: 1)) == nil)
    #expect(UniformFit(least: 0, largest: 1e300).written(in: .duration(unit: 1)) == nil)
  }
}
