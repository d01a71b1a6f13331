import Testing

@testable import TailraceExperiment

/// Intervals end where the numbers do that they are about.
@Suite("Intervals of judged thresholds") struct JudgedIntervalTests {
  private func interval(
    _ metric: String, _ value: Double?, _ width: Double?, isShareAbove: Bool = false
  ) throws -> ClosedRange<Double>? {
    let threshold = Threshold(
      metric: try #require(ThresholdMetrics.all.first { $0.name == metric }), labels: [],
      statistic: .value, comparison: .below, bound: 1, condition: "")
    return JudgedThreshold(
      threshold: threshold,
      measured: Estimate(value: value, halfWidth: width, perReplication: []), bound: 1,
      isShareAbove: isShareAbove, judgement: .unclear
    ).interval
  }

  @Test("A share of requests lies between none and all of them")
  func shares() throws {
    #expect(try interval("latency", 0.75, 0.5, isShareAbove: true) == 0.25...1)
    #expect(try interval("errors", 0.25, 0.5) == 0...0.75)
    #expect(try interval("errors", 0.5, 0.25) == 0.25...0.75)
  }

  @Test("Repeated calls may be more than first ones, times and rates have no end above")
  func others() throws {
    #expect(try interval("extra_load", 1.5, 1) == 0.5...2.5)
    #expect(try interval("latency", 2e6, 3e6) == 0...5e6)
    #expect(try interval("goodput", 100, 10) == 90...110)
  }

  @Test("Without a value or replications there is none")
  func none() throws {
    #expect(try interval("errors", nil, nil) == nil)
    #expect(try interval("errors", 0.5, nil) == nil)
    #expect(try interval("latency", .infinity, 1) == nil)
  }
}
