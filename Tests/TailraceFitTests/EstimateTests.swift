import TailraceEngine
import Testing

@testable import TailraceFit

@Suite("Estimates") struct EstimateTests {
  /// 200 values without a law: (7919 i² + 104729 i mod 10007 + 1) / 1000.
  private static let values: [Double] = (1...200).map { (i: Int) -> Double in
    let number = (i * i * 7_919 + i * 104_729) % 10_007 + 1
    return Double(number) / 1_000
  }
  private static let sample = WeightedSample(sorted: values.sorted())

  /// SciPy 1.17.1: `fit`, or Nelder-Mead on `logpdf`, of the same 200 values.
  @Test("The most likely parameters of one sample, against SciPy")
  func mostLikely() {
    let gamma = GammaFit.mostLikely(for: Self.sample)[0]
    #expect(isClose(gamma.shape, 1.6045611145787948, within: 1e-6))
    #expect(isClose(gamma.scale, 3.0719210101847128, within: 1e-6))
    #expect(isClose(gamma.logLikelihood(of: Self.sample), -507.25804181360087, within: 1e-9))
    let weibull = WeibullFit.mostLikely(for: Self.sample)[0]
    #expect(isClose(weibull.shape, 1.5335416, within: 1e-6))
    #expect(isClose(weibull.scale, 5.40190101, within: 1e-6))
    #expect(isClose(weibull.logLikelihood(of: Self.sample), -498.1981593697958, within: 1e-9))
    let lognormal = LognormalFit.mostLikely(for: Self.sample)[0]
    #expect(isClose(lognormal.logDeviation, 1.0491755013786586, within: 1e-6))
    #expect(isClose(PortableMath.exp(lognormal.logMean), 3.4982353658378913, within: 1e-6))
  }

  /// SciPy: kstest's statistic; A² from the definition with logcdf and logsf.
  @Test("Distances of one sample, against SciPy")
  func distances() {
    let evidence = ValueEvidence(Self.values)
    let law = ExponentialFit.mostLikely(for: Self.sample)[0]
    #expect(isClose(evidence.distance(to: law), 0.1761932538310591, within: 1e-9))
    #expect(isClose(evidence.andersonDarling(of: law) ?? 0, 11.330029265471069, within: 1e-9))
  }

  @Test("A law that ends among the values has no A²")
  func infinite() {
    let evidence = ValueEvidence([1, 2, 3, 4])
    #expect(evidence.andersonDarling(of: UniformFit(least: 1, largest: 5)) == nil)
    #expect(evidence.andersonDarling(of: UniformFit(least: 0.5, largest: 5)) != nil)
  }

  @Test("Where values are equal, the distance is that of its definition")
  func ties() {
    let values = (0..<300).map { Double($0 * $0 % 23) + 1 }
    let law = ExponentialFit(mean: 9)
    var largest = 0.0
    for x in values {
      let share = law.share(below: x)
      let below = Double(values.count { $0 < x }) / 300
      let upTo = Double(values.count { $0 <= x }) / 300
      largest = max(largest, share - below, upTo - share)
    }
    #expect(isClose(ValueEvidence(values).distance(to: law), largest, within: 1e-12))
  }

  /// SciPy: Nelder-Mead on the same likelihood of intervals.
  @Test("The most likely laws of counts in buckets, against SciPy")
  func buckets() throws {
    let buckets = CountedBuckets(
      bounds: [1, 2, 5, 10, 20, 50], counts: [10, 50, 300, 900, 700, 200], overflow: 3)
    let evidence = BucketEvidence(buckets)
    let start = try #require(LognormalFit.mostLikely(for: evidence.sample).first)
    let lognormal = try #require(evidence.refined(start) as? LognormalFit)
    #expect(isClose(lognormal.logMean, 2.163930178476172, within: 1e-5))
    #expect(isClose(lognormal.logDeviation, 0.6587239716430119, within: 1e-5))
    #expect(
      isClose(evidence.logLikelihood(of: lognormal) ?? 0, -2952.148888824392, within: 1e-9)
    )
    let gamma = try #require(
      evidence.refined(GammaFit.mostLikely(for: evidence.sample)[0]) as? GammaFit)
    #expect(isClose(gamma.shape, 2.72959115209526, within: 1e-4))
    #expect(isClose(gamma.scale, 3.8586156116752255, within: 1e-4))
  }

  @Test("No neighbour of an estimate is more likely")
  func maxima() throws {
    for family in LawFamilies.all {
      for law in family.mostLikely(for: Self.sample) {
        let best = law.logLikelihood(of: Self.sample)
        // The normal law's is that of values not cut at zero; ends of a range are the sample's.
        if law is NormalFit || law is UniformFit || law is ParetoFit || law is BoundedParetoFit {
          continue
        }
        for axis in law.coordinates.indices {
          for step in [-0.02, 0.02] {
            var place = law.coordinates
            place[axis] += step
            guard let near = law.moved(to: place) else { continue }
            #expect(near.logLikelihood(of: Self.sample) < best + 0.02, "\(law.title) \(axis)")
          }
        }
      }
    }
  }

  @Test("Grouped values give the estimates of the values themselves")
  func grouping() throws {
    let values = draws(GammaLaw(shape: 2.5, scale: 4e6), 50_000, seed: 9).sorted()
    let grouped = WeightedSample(sorted: values)
    let exact = WeightedSample(points: values.map { ($0, 1) })
    #expect(grouped.values.count < 10_000 && exact.values.count == 50_000)
    for family in LawFamilies.all {
      for (a, b) in zip(family.mostLikely(for: grouped), family.mostLikely(for: exact)) {
        #expect(isClose(a.quantile(0.99), b.quantile(0.99), within: 1e-4), "\(a.title)")
        let difference = a.logLikelihood(of: grouped) - b.logLikelihood(of: exact)
        #expect(difference.magnitude < 1, "\(a.title): \(difference)")
      }
    }
  }

  // MARK: Samples of known laws

  /// Of 200 samples of 2,000 values: how often the interval of the estimate holds the truth, and
  /// how far the estimates' mean is from it.
  private func recovery(
    _ law: some Law, _ truth: Double, error: Double, _ estimate: (WeightedSample) -> Double?
  ) throws -> (coverage: Double, bias: Double) {
    var (covered, sum) = (0, 0.0)
    for seed in 0..<200 {
      let sample = WeightedSample(sorted: draws(law, 2_000, seed: UInt64(seed)).sorted())
      let found = try #require(estimate(sample))
      sum += found
      if (found - truth).magnitude <= 1.96 * error { covered += 1 }
    }
    return (Double(covered) / 200, sum / 200 / truth - 1)
  }

  /// Standard errors: the inverse of Fisher's information at 2,000 values, known in closed form.
  @Test("Intervals of 200 samples hold the truth about 95 times in 100, without bias")
  func coverage() throws {
    let root = 2_000.0.squareRoot()
    let exponential = try recovery(ExponentialLaw(mean: 5), 5, error: 5 / root) {
      ExponentialFit.mostLikely(for: $0).first?.mean
    }
    let lognormal = try recovery(
      LognormalLaw(logMean: 2, logDeviation: 0.9), 0.9, error: 0.9 / (2.0.squareRoot() * root)
    ) { LognormalFit.mostLikely(for: $0).first?.logDeviation }
    let weibull = try recovery(
      WeibullLaw(scale: 3, shape: 0.7), 0.7, error: 0.7 * 0.7797 / root
    ) { WeibullFit.mostLikely(for: $0).first?.shape }
    // 1 / (n (trigamma(k) - 1/k)) at k = 2.5.
    let information = GammaFunctions.trigamma(2.5) - 1 / 2.5
    let gamma = try recovery(
      GammaLaw(shape: 2.5, scale: 4), 2.5, error: 1 / (root * information.squareRoot())
    ) { GammaFit.mostLikely(for: $0).first?.shape }
    let pareto = try recovery(ParetoLaw(minimum: 2, shape: 1.8), 1.8, error: 1.8 / root) {
      ParetoFit.mostLikely(for: $0).first?.shape
    }
    let normal = try recovery(
      NormalLaw(mean: 50, deviation: 7), 7, error: 7 / (2.0.squareRoot() * root)
    ) { NormalFit.mostLikely(for: $0).first?.deviation }
    let all = [exponential, lognormal, weibull, gamma, pareto, normal]
    print("coverage and bias of exponential, lognormal, weibull, gamma, pareto, normal: \(all)")
    for found in all {
      // Three standard errors of a share of 200 are 4.6 %.
      #expect(found.coverage > 0.90 && found.coverage <= 0.995, "\(found)")
      #expect(found.bias.magnitude < 0.01, "\(found)")
    }
  }

  @Test("The stages of an Erlang law are found")
  func stages() {
    for seed in 0..<20 {
      let sample = WeightedSample(
        sorted: draws(ErlangLaw(mean: 8, stages: 4), 5_000, seed: UInt64(seed)).sorted())
      #expect(ErlangFit.mostLikely(for: sample).first?.stages == 4)
    }
  }

  @Test("Both members of a mixture are found")
  func mixture() throws {
    let fast = draws(LognormalLaw(logMean: 2, logDeviation: 0.3), 9_500, seed: 1)
    let slow = draws(LognormalLaw(logMean: 5, logDeviation: 0.4), 500, seed: 2)
    let sample = WeightedSample(sorted: (fast + slow).sorted())
    let found = try #require(LognormalMixtureFit.mostLikely(for: sample).first)
    #expect(isClose(found.weight, 0.95, within: 0.01))
    #expect(isClose(found.first.logMean, 2, within: 0.01))
    #expect(isClose(found.second.logMean, 5, within: 0.02))
    #expect(isClose(found.second.logDeviation, 0.4, within: 0.15))

    let short = draws(ExponentialLaw(mean: 2), 8_000, seed: 3)
    let long = draws(ExponentialLaw(mean: 40), 2_000, seed: 4)
    let two = try #require(
      HyperexponentialFit.mostLikely(for: WeightedSample(sorted: (short + long).sorted())).first)
    #expect(isClose(two.means[0], 2, within: 0.1) && isClose(two.means[1], 40, within: 0.1))
    #expect(isClose(two.weights[0], 0.8, within: 0.05))
  }

  @Test("The truncation of a Pareto law is its sample's, its shape the truth's")
  func boundedPareto() throws {
    let law = TruncatedParetoLaw(minimum: 2, maximum: 50, shape: 1.3)
    var sum = 0.0
    for seed in 0..<50 {
      let sample = WeightedSample(sorted: draws(law, 4_000, seed: UInt64(seed)).sorted())
      sum += try #require(BoundedParetoFit.mostLikely(for: sample).first).shape
    }
    #expect(isClose(sum / 50, 1.3, within: 0.01))
  }

  @Test("A quantile table of a law gives the law back")
  func points() throws {
    for law in [
      LognormalFit(logMean: 16, logDeviation: 0.8) as any ParametricLaw,
      WeibullFit(scale: 5e6, shape: 0.6), GammaFit(shape: 3, scale: 1e6),
    ] {
      let points = [0.5, 0.9, 0.95, 0.99, 0.999].map {
        QuantilePoint(level: $0, value: law.quantile($0))
      }
      let evidence = PointEvidence(points)
      let start = try #require(type(of: law).mostLikely(for: evidence.sample).first)
      let found = evidence.refined(start)
      for point in points {
        #expect(isClose(found.quantile(point.level), point.value, within: 1e-4), "\(law.title)")
      }
    }
  }
}
