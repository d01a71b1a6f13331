import Foundation
import Testing

@testable import TailraceExperiment
@testable import TailraceModel

/// Intervals from what is known beside the replications: sums with known means, parts of one run.
@Suite("Narrower intervals") struct NarrowerTests {
  private static let isLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] != nil

  /// M/M/1 at 60 % load: the mean is 1 / (1000 - 600) = 2.5 ms, p99 is ln(100) times that.
  private func run(seed: UInt64, _ change: (inout Experiment) -> Void) throws -> RunResult {
    var experiment = TwoDesigns.design("base", mean: 1_000, rate: 600).experiment
    experiment.seed = seed
    experiment.jobs = 2
    change(&experiment)
    return try experiment.run()
  }

  @Test("Known means of arrivals and work: the exact mean and p99 are held, in narrower intervals")
  func controls() throws {
    let seeds = Self.isLong ? 500 : 60
    let exact = [2.5e6, 2.5e6 * 0.6931471805599453, 2.5e6 * 4.605170185988091]
    var hits = [0, 0, 0]
    var gains = [0.0, 0.0, 0.0]
    for seed in 0..<seeds {
      // Never reached, so that each seed has 30 replications.
      let result = try run(seed: UInt64(7_000 + seed)) {
        $0.replications = 30
        $0.precision = Precision(relative: 1e-6, replicationsMax: 30)
      }
      let controls = try #require(result.precision?.controls)
      #expect(controls.controls == ["arrivals", "work of server"])
      for (i, statistic) in [
        Measure.Statistic.mean, .quantile(0.5), .quantile(0.99),
      ].enumerated() {
        let row = try #require(controls.rows.first { $0.name.statistic == statistic })
        if abs(row.controlled.mean - exact[i]) <= row.controlled.halfWidth { hits[i] += 1 }
        gains[i] += row.gain / Double(seeds)
      }
    }
    print("control variates: \(hits) of \(seeds), worth \(gains) times the replications")
    for hits in hits { #expect(Double(hits) >= 0.87 * Double(seeds)) }
    // What makes the median is the load; what makes the tail is luck that no sum knows of.
    #expect(gains[0] > 1.5 && gains[1] > 2.5 && gains[2] > 0.9)
  }

  @Test("One long replication: the means of its parts hold the exact ones")
  func batches() throws {
    let seeds = Self.isLong ? 500 : 60
    var hits = [0, 0, 0]
    var known = [0, 0, 0]
    for seed in 0..<seeds {
      let result = try run(seed: UInt64(9_000 + seed)) {
        $0.replications = 1
        $0.duration = 101_000_000_000
        $0.interval = 500_000_000
        $0.hasBatches = true
      }
      #expect(result.batches?.length == 5_000_000_000)
      let users = result.workloads[0]
      let all = [
        (users.latencyMean, 2.5e6), (users.quantiles[1].latency, 2.5e6 * 4.605170185988091),
        (result.services[0].utilization, 0.6),
      ]
      for (i, (estimate, exact)) in all.enumerated() {
        guard let value = estimate.value, let width = estimate.halfWidth else { continue }
        known[i] += 1
        if abs(value - exact) <= width { hits[i] += 1 }
      }
    }
    print("batch means: \(hits) of \(known), of \(seeds) runs")
    for i in 0..<3 {
      #expect(known[i] * 10 >= seeds * 8)
      #expect(Double(hits[i]) >= 0.86 * Double(known[i]))
    }
  }

  @Test("Parts that remember each other give no interval: a queue near its capacity")
  func dependent() throws {
    var dependent = 0
    for seed in 0..<20 {
      let result = try run(seed: UInt64(seed)) {
        $0.topology.workloads[0].arrivals = .poisson(ratePerSecond: 995)
        $0.replications = 1
        $0.interval = 50_000_000
        $0.hasBatches = true
      }
      if result.workloads[0].latencyMean.halfWidth == nil {
        dependent += 1
        #expect(try #require(result.batches).dependent > 0)
      }
    }
    #expect(dependent >= 14, "\(dependent) of 20")
  }

  @Test("A run that nobody cuts into parts keeps no series for it")
  func off() throws {
    let result = try run(seed: 3) { $0.replications = 1 }
    #expect(result.batches == nil && result.workloads[0].latencyMean.halfWidth == nil)
  }
}
