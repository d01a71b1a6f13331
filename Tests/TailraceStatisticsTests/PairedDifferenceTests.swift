import Testing

@testable import TailraceStatistics

/// Expected values: SciPy 1.17.1, `ttest_rel` and `ttest_ind(equal_var=False)`.
@Suite("Differences of two designs") struct PairedDifferenceTests {
  let x = [30.02, 29.99, 30.11, 29.97, 30.01, 29.99]
  let y = [29.89, 29.93, 29.72, 29.98, 30.02, 29.98]

  private func isNear(_ value: Double?, _ expected: Double, within error: Double = 1e-9) -> Bool {
    value.map { abs($0 - expected) <= error * max(1, abs(expected)) } ?? false
  }

  @Test("Paired: the mean of the differences with its Student t interval")
  func paired() throws {
    let difference = try #require(PairedDifference(x, y))
    #expect(isNear(difference.mean, -0.095))
    #expect(isNear(difference.halfWidth, 0.16172889384473824))
    #expect(isNear(difference.p, 0.19143688433660136))
    #expect(isNear(difference.correlation, -0.8989221284880003))
  }

  @Test("Independent: Welch's interval, which does not ask for equal variances")
  func independent() throws {
    let difference = try #require(PairedDifference(x, y, isPaired: false))
    #expect(isNear(difference.mean, -0.095))
    #expect(isNear(difference.halfWidth, 0.11456908964604251))
    #expect(isNear(difference.p, 0.09077332428566112))
    #expect(difference.widthRatio == 1)
  }

  @Test("Luck that both share cancels: the interval is that of what is left")
  func commonLuck() throws {
    let luck = [3.0, -7, 11, 0.5, -2, 8]
    let noise = [0.01, -0.02, 0.015, 0, -0.01, 0.005]
    let base = luck.map { 100 + $0 }
    let faster = zip(luck, noise).map { 99 + $0 + $1 }
    let difference = try #require(PairedDifference(base, faster))
    #expect(isNear(difference.mean, -1, within: 0.01))
    #expect(difference.halfWidth < 0.02)
    #expect(try #require(difference.widthRatio) < 0.01)
    #expect(try #require(difference.correlation) > 0.999)
    let apart = try #require(PairedDifference(base, faster, isPaired: false))
    #expect(apart.halfWidth > 5)
  }

  @Test("Without spread there is no doubt: equal samples, and samples a constant apart")
  func noSpread() throws {
    let same = try #require(PairedDifference(x, x))
    #expect(same.mean == 0 && same.halfWidth == 0 && same.p == 1)
    let apart = try #require(PairedDifference([1, 1, 1], [3, 3, 3]))
    #expect(apart.mean == 2 && apart.halfWidth == 0 && apart.p == 0)
    #expect(apart.correlation == nil && apart.widthRatio == nil)
    #expect(PairedDifference([1], [2]) == nil)
  }

  @Test("Holm: the smallest is multiplied by all, the next by one less, and none falls below")
  func holm() {
    let adjusted = MultipleComparisons.holm([0.01, 0.04, 0.03, 0.005])
    let expected = [0.03, 0.06, 0.06, 0.02]
    #expect(zip(adjusted, expected).allSatisfy { isNear($0, $1) }, "\(adjusted)")
    #expect(MultipleComparisons.holm([0.6, 0.9]) == [1, 1])
    #expect(MultipleComparisons.holm([]).isEmpty)
  }
}
