import TailraceEngine
import TailraceReports
import Testing

@testable import TailraceFit

@Suite("Verdicts") struct VerdictTests {
  @Test("The law that values were drawn from is recommended, or one that comes as near")
  func family() {
    var right = 0
    for seed in 0..<20 {
      let values = draws(LognormalLaw(logMean: 16, logDeviation: 0.9), 20_000, seed: UInt64(seed))
      let found = report(values)
      if found.fits[0].name == "lognormal" { right += 1 }
      #expect(found.recommended.worstError <= 0.1 || found.recommended.name == "empirical")
    }
    // BIC takes a mixture instead about once in hundreds of samples.
    #expect(right >= 19)
  }

  @Test("No law is recommended that misses a supported quantile by more than the tolerance")
  func tolerance() {
    var (parametric, empirical) = (0, 0)
    for seed in 0..<60 {
      let count = [300, 1_000, 5_000][seed % 3]
      let heavy = draws(ParetoLaw(minimum: 1e6, shape: 1.5), count, seed: UInt64(seed))
      let light = draws(
        LognormalLaw(logMean: 15, logDeviation: 0.5), count, seed: UInt64(seed + 99))
      let mixed = zip(heavy, light).enumerated().map { $0 % 4 < seed % 5 ? $1.0 : $1.1 }
      for tolerance in [0.02, 0.1, 0.3] {
        let found = report(mixed, tolerance: tolerance)
        let chosen = found.recommended
        if chosen.name == "empirical" {
          empirical += 1
          #expect(found.fits.allSatisfy { $0.worstError > tolerance })
        } else {
          parametric += 1
          #expect(chosen.checks.allSatisfy { $0.error.magnitude <= tolerance })
          #expect((chosen.meanError ?? 1).magnitude <= tolerance)
        }
      }
    }
    #expect(parametric > 20 && empirical > 20)
  }

  @Test("The empirical law is within 2 % of every quantile and of the mean")
  func empirical() {
    let samples = [
      draws(LognormalLaw(logMean: 16, logDeviation: 1.2), 20_000, seed: 5),
      draws(ExponentialLaw(mean: 4e6), 20_000, seed: 6),
      draws(UniformLaw(minimum: 1e6, maximum: 9e6), 20_000, seed: 7),
    ]
    for values in samples {
      let found = report(values).empirical
      #expect(found.worstError < 0.02, "\(found.worstError)")
      #expect(found.parameterCount <= 49)
    }
    // A third of equal values stays a third.
    let equal = [Double](repeating: 5e9, count: 500)
    let half = report(equal + (1...1_000).map { Double($0) * 1e7 })
    #expect(isClose(half.empirical.quantile(0.35), 5e9, within: 0.001))
    #expect(isClose(half.empirical.quantile(0.65), 5e9, within: 0.001))
    #expect(isClose(half.empirical.quantile(0.9), 8.5e9, within: 0.01))
  }

  @Test("Sentences say what is right up to where, and what is wrong by how much")
  func sentences() {
    // Three kinds of answers, each of almost one length: nothing smooth fits.
    let quick = (0..<600).map { 5e6 + Double($0) * 1e3 }
    let slow = (0..<300).map { 1e8 + Double($0) * 1e3 }
    let values = quick + slow + (0..<150).map { 3e9 + Double($0) * 1e3 }
    let found = report(values)
    #expect(found.recommended.name == "empirical")
    let text = Verdict.sentences(found)
    #expect(text.count == 2)
    #expect(text[0].hasPrefix("no law stays within 10 %; the closest is "))
    #expect((text.last ?? "").hasPrefix("use the empirical quantiles: they are "))

    let few = report((0..<12).map { 1e6 + Double($0) })
    #expect(few.quantiles.isEmpty && few.recommended.name == "empirical")
    #expect(
      Verdict.sentences(few) == [
        "too few values to choose a law: a quantile needs 10 beyond it, the median 20 in all"
      ])
    #expect(
      Verdict.sentences(report([7e6, 7e6, 7e6])) == [
        "all values are the same: no law is needed"
      ])
  }

  @Test("Errors are called by their size")
  func words() {
    #expect(Verdict.percent(0.0312) == "3.1 %")
    #expect(Verdict.percent(0.4) == "40 %")
    #expect(Verdict.percent(0.00001) == "0.1 %")
    #expect(Verdict.percent(25) == "a factor of 26")
    #expect(Verdict.name(0.999) == "p99.9")
    #expect(Verdict.signed(-0.123) == "-12 %")
  }

  @Test("Two points leave the law open, and the verdict says so")
  func twoPoints() {
    let found = LawReport(
      .points([QuantilePoint(level: 0.5, value: 8e6), QuantilePoint(level: 0.99, value: 6e7)]),
      in: .duration(unit: 1), tolerance: 0.1)
    #expect(
      found.recommended.text
        == "{\"type\": \"lognormal\", \"p50\": \"8ms\", \"p99\": \"60ms\"}")
    let text = Verdict.sentences(found)
    #expect((text.last ?? "").hasPrefix("so few points leave open whether it is "))
    #expect((text.last ?? "").contains("weibull"))
    // Laws of three parameters and more could be anything.
    #expect(found.fits.allSatisfy { $0.parameterCount <= 2 })
  }

  // MARK: Predictions

  @Test("Halves of one law: chance explains the errors about 95 times in 100")
  func chance() {
    var (inside, all) = (0, 0)
    for seed in 0..<150 {
      let values = draws(GammaLaw(shape: 2, scale: 3e6), 2_000, seed: UInt64(seed))
      let first = Array(values[..<1_000])
      let laws = LawReport(.values(first), in: .duration(unit: 1), tolerance: 0.1)
      let prediction = Prediction(laws, 1_000, rest: Array(values[1_000...]))
      for row in prediction.rows {
        // The quantile of the first half itself: what the intervals are made for.
        guard let own = laws.quantiles.first(where: { $0.level == row.measured.level }) else {
          continue
        }
        all += 1
        if row.chance.contains(own.value) { inside += 1 }
      }
    }
    let share = Double(inside) / Double(all)
    print("predictions inside the range of chance: \(share) of \(all)")
    #expect(all >= 500 && share > 0.93 && share < 0.99)
  }

  @Test("A change between the halves is not chance")
  func change() {
    let before = draws(ExponentialLaw(mean: 4e6), 3_000, seed: 1)
    let after = draws(ExponentialLaw(mean: 6e6), 3_000, seed: 2)
    let laws = LawReport(.values(before), in: .duration(unit: 1), tolerance: 0.1)
    let prediction = Prediction(laws, 3_000, rest: after)
    #expect(prediction.rows.allSatisfy { !$0.chance.contains($0.predicted[0]) })
    #expect(
      Verdict.sentences(prediction)[0].contains("chance does not explain p50, p90, p95 and p99"))
  }
}
