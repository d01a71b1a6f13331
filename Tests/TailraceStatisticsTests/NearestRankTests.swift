import Testing

@testable import TailraceStatistics

@Suite("Nearest rank")
struct NearestRankTests {
  @Test("Decimal quantiles have the rank of integer arithmetic", arguments: [100, 1_000, 100_000])
  func decimal(_ parts: UInt64) {
    var mistakes = 0
    for seed in 0..<50_000 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let part = random.below(parts + 1)
      let count = 1 + (random.below(2) == 0 ? random.below(1_000_000_000) : random.below(1_000))
      let expected = max(1, (part * count + parts - 1) / parts)
      let quantile = Double(part) / Double(parts)
      if NearestRank.rank(of: quantile, among: count) != expected { mistakes += 1 }
    }
    #expect(mistakes == 0)
  }

  @Test("Rounding does not push a rank up: 0.07 of 100 is 7")
  func rounding() {
    #expect(0.07 * 100 > 7)
    #expect(NearestRank.rank(of: 0.07, among: 100) == 7)
    #expect(NearestRank.rank(of: 0.0701, among: 100) == 8)
    #expect(NearestRank.rank(of: 0, among: 5) == 1)
    #expect(NearestRank.rank(of: 1, among: 5) == 5)
  }
}
