import Testing

@testable import TailraceStatistics

@Suite("Confidence interval")
struct ConfidenceIntervalTests {
  @Test("A sample worked by hand: 1, 2, 3, 4, 5")
  func byHand() throws {
    let interval = try #require(ConfidenceInterval(of: [1, 2, 3, 4, 5]))
    #expect(interval.mean == 3)
    // The standard error is sqrt(2.5 / 5), and t is 2.7764451052 at 4 degrees of freedom.
    #expect(agree(interval.halfWidth, 2.7764451051977987 * 0.5.squareRoot(), within: 1e-12))
    #expect(interval.count == 5)
    #expect(interval.level == 0.95)
    #expect(interval.low == interval.mean - interval.halfWidth)
    #expect(interval.high == interval.mean + interval.halfWidth)
  }

  @Test("There is none below two samples, and equal samples give a width of 0")
  func degenerate() {
    #expect(ConfidenceInterval(of: []) == nil)
    #expect(ConfidenceInterval(of: [1]) == nil)
    #expect(ConfidenceInterval(of: [4, 4])?.halfWidth == 0)
  }

  @Test("A large common offset does not drown the spread")
  func offset() throws {
    let plain = try #require(ConfidenceInterval(of: [1, 2, 3, 4, 5]))
    let shifted = try #require(ConfidenceInterval(of: [1, 2, 3, 4, 5].map { $0 + 1e12 }))
    #expect(plain.halfWidth == shifted.halfWidth)
    #expect(plain.mean + 1e12 == shifted.mean)
  }

  @Test("It covers the mean of normal samples as often as its level says", arguments: [0.8, 0.95])
  func coverage(_ level: Double) {
    // Four standard errors of the share; the normal quantile in place of t would cover 7 % less.
    let trials = 4_000
    let tolerance = 4 * (level * (1 - level) / Double(trials)).squareRoot()
    var random = SplitMix(seed: 2_026)
    for size in [3, 5] {
      var covered = 0
      for _ in 0..<trials {
        let samples = (0..<size).map { _ in 7 + 2 * Normal.quantile(random.unit()) }
        let interval = ConfidenceInterval(of: samples, level: level)!
        if interval.low <= 7 && 7 <= interval.high { covered += 1 }
      }
      #expect((Double(covered) / Double(trials) - level).magnitude < tolerance, "\(size) samples")
    }
  }
}
