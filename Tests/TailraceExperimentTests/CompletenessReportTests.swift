import TailraceModel
import Testing

@testable import TailraceExperiment

/// How complete answers were over several replications, and what thresholds make of it.
@Suite("Completeness of runs") struct CompletenessReportTests {
  private func result(
    deadline: UInt64? = nil, need: Join.Need = .all, shards: Int = 2, replications: Int = 3
  ) throws -> RunResult {
    var leaf = ServiceSpec(name: "leaf", handler: [.init(.work(.exponential(mean: 1e6)))])
    (leaf.shards, leaf.slots) = (shards, nil)
    var join = Join()
    (join.deadline, join.need) = (deadline, need)
    let topology = Topology(
      workloads: [
        WorkloadSpec(
          name: "w", arrivals: .poisson(ratePerSecond: 400),
          steps: [.init(.scatter(CallSpec("leaf"), .shards, join))])
      ], services: [leaf])
    var experiment = Experiment(
      scenario: "s", variant: "v", topology: topology, duration: 20_000_000_000)
    experiment.warmUp = 0
    experiment.replications = replications
    return try experiment.run()
  }

  private func measured(_ result: RunResult, _ statistic: ThresholdStatistic) throws -> Double? {
    let metric = try #require(ThresholdMetrics.all.first { $0.name == "completeness" })
    let threshold = Threshold(
      metric: metric, labels: [(.workload, "w")], statistic: statistic, comparison: .above,
      bound: 0.5, condition: "")
    return result.judged(threshold).measured
  }

  @Test("Two exponential answers of 1 ms within 0.5 ms: a closed form for the mean and the rest")
  func deadline() throws {
    let result = try result(deadline: 500_000)
    let report = try #require(result.completeness.first)
    // Each comes in time with p; both, one or none do.
    let p = 0.3934693
    let (both, one) = (p * p, 2 * p * (1 - p))
    #expect(report.joins == result.workloads[0].answered.reduce(0, +))
    #expect(abs(report.completeShare - both / (both + one)) < 0.015)
    let mean = try #require(report.mean.value)
    #expect(abs(mean - (both + one / 2) / (both + one)) < 0.01)
    #expect(report.mean.perReplication.count == 3 && report.mean.halfWidth ?? 1 < 0.02)
    #expect(report.shares.map(\.share) == [0.5, 1])
    #expect(report.shares.map(\.count) == [report.joins - report.complete, report.complete])
    #expect(report.least == 0.5 && report.quantile(0.01) == 0.5 && report.quantile(0.9) == 1)
    #expect(report.missing.reduce(0) { $0 + $1.count } == report.asked - report.answers)
    // For a threshold those without an answer have nothing: the mean is p.
    #expect(abs((try measured(result, .mean) ?? 0) - p) < 0.01)
    #expect(try measured(result, .min) == 0 && measured(result, .max) == 1)
    #expect(try measured(result, .quantile(0.3)) == 0)
    #expect(try measured(result, .quantile(0.5)) == 0.5)
    #expect(try measured(result, .quantile(0.9)) == 1)
  }

  @Test("One of two is always a half; a quantile needs ten joins on its outer side")
  func half() throws {
    let most = try result(need: .fraction(0.95), shards: 20, replications: 1)
    #expect(most.completeness.map(\.mean.value) == [0.95], "no 0.9499999999")
    #expect(try measured(most, .mean) == 0.95)
    let half = try result(need: .responses(1))
    #expect(half.completeness.map(\.mean.value) == [0.5])
    #expect(half.completeness[0].complete == 0)
    #expect(try measured(half, .quantile(0.01)) == 0.5)
    let shares = [CompletenessShare(0.5, 9), CompletenessShare(1, 990)]
    #expect(CompletenessShare.quantile(0.01, of: shares) == nil)
    #expect(CompletenessShare.quantile(0.01, of: shares + [CompletenessShare(1, 1)]) == 1)
    #expect(CompletenessShare.quantile(0.009, of: [CompletenessShare(0.5, 1_200)]) == 0.5)
    #expect(CompletenessShare.quantile(0.99, of: shares) == nil)
  }

  @Test("Where all joins wait for all there is no report, and every answer is complete")
  func whole() throws {
    let whole = try result(replications: 1)
    #expect(whole.completeness.isEmpty)
    #expect(try measured(whole, .mean) == 1 && measured(whole, .min) == 1)
  }
}
