import Foundation
import TailraceModel
import Testing

@testable import TailraceExperiment

/// What an interval says, it must keep: here against exact values, over many seeds.
///
/// The short form runs with all tests; `TAILRACE_LONG` runs what the figures in README rest on.
@Suite("Coverage of comparisons and of runs on demand") struct ComparisonCoverageTests {
  private static let isLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] != nil
  private static let seeds = isLong ? 1_000 : 120
  /// Of 1,000 intervals of 95 % between 92 and 98 % hold; of 120 a few more or less.
  private static let band = isLong ? 0.92...0.98 : 0.88...0.99

  private func holds(_ estimate: Estimate?, _ value: Double) throws -> Bool {
    let middle = try #require(estimate?.value)
    let width = try #require(estimate?.halfWidth)
    return abs(middle - value) <= width
  }

  private func seeded(
    _ design: (name: String, experiment: Experiment), _ seed: Int
  ) -> (name: String, experiment: Experiment) {
    var own = design
    own.experiment.seed = UInt64(7_000 + seed)
    own.experiment.jobs = 2
    return own
  }

  private func expect(_ hits: Int, _ what: String) {
    let share = Double(hits) / Double(Self.seeds)
    print("coverage over \(Self.seeds) seeds: \(what) \(share)")
    #expect(Self.band.contains(share), "\(what) is held in \(share) of the cases")
    if Self.isLong { expectOnPage(what, share) }
  }

  /// The page on validation has the figures of the long form.
  private func expectOnPage(_ what: String, _ share: Double) {
    let row = "| \(what) | \(ValidationPage.percent(share)) |"
    #expect((try? ValidationPage.words().contains(row)) == true, "the page lacks '\(row)'")
  }

  /// M/M/1 at 500/s: latency is exponential with a mean of 1 / (mu - lambda).
  @Test("Differences of mean, p50 and p99, paired and independent, hold the exact ones")
  func differences() throws {
    let slow = 1e9 / (1_000 - 500)
    let fast = 1e9 / (1e6 / 950 - 500)
    for isPaired in [true, false] {
      var hits = [0, 0, 0]
      for seed in 0..<Self.seeds {
        var comparison = Comparison([
          seeded(TwoDesigns.design("slow", mean: 1_000), seed),
          seeded(TwoDesigns.design("fast", mean: 950), seed),
        ])
        comparison.isPaired = isPaired
        comparison.jobs = 2
        let rows = try comparison.run().contrasts[0].rows.filter {
          $0.measure.name.metric == "latency" && $0.measure.isHeadline
        }
        // Mean, p50 and p99 in this order: quantiles of an exponential are multiples of its mean.
        for (place, factor) in [1, 0.6931471805599453, 4.605170185988091].enumerated() {
          let change = rows[place].change
          let middle = try #require(change.difference)
          if abs(middle - factor * (fast - slow)) <= (try #require(change.halfWidth)) {
            hits[place] += 1
          }
        }
      }
      let how = isPaired ? "paired" : "independent"
      for (place, what) in ["mean", "p50", "p99"].enumerated() {
        expect(hits[place], "\(how) difference of the \(what)")
      }
    }
  }

  @Test("Mean, p50, p99, throughput and hit ratio hold the exact ones")
  func values() throws {
    var hits = [0, 0, 0, 0, 0]
    for seed in 0..<Self.seeds {
      let users = try seeded(TwoDesigns.design("slow", mean: 1_000), seed).experiment.run()
        .workloads[0]
      if try holds(users.latencyMean, 2e6) { hits[0] += 1 }
      if try holds(users.quantiles[0].latency, 2e6 * 0.6931471805599453) { hits[1] += 1 }
      if try holds(users.quantiles[1].latency, 2e6 * 4.605170185988091) { hits[2] += 1 }
      if try holds(users.goodput, 500) { hits[3] += 1 }
      // Of 100 equally popular keys a full cache of 40 holds four in ten.
      if try holds(cached(seed).run().caches[0].hitRatio, 0.4) { hits[4] += 1 }
    }
    for (place, what) in ["mean", "p50", "p99", "throughput", "hit ratio"].enumerated() {
      expect(hits[place], what)
    }
  }

  private func cached(_ seed: Int) -> Experiment {
    var experiment = seeded(TwoDesigns.design("cached", mean: 100), seed).experiment
    experiment.topology.workloads[0].keys = [CarriedKeys(space: "key", law: .uniform(0...99))]
    experiment.topology.caches = [
      CacheSpec(name: "cache", key: "key", capacity: .entries(40))
    ]
    experiment.topology.workloads[0].steps = [
      StepSpec(.cache(CacheUse("cache", onMiss: [StepSpec(.call(CallSpec("server")))])))
    ]
    return experiment
  }

  @Test("Runs that end when their intervals are narrow still hold the exact mean")
  func onDemand() throws {
    var hits = 0
    var replications = 0
    for seed in 0..<Self.seeds {
      var experiment = seeded(TwoDesigns.design("slow", mean: 1_000), seed).experiment
      experiment.quantiles = [0.5]
      experiment.duration = 3_000_000_000
      experiment.precision = Precision(relative: 0.03)
      let result = try experiment.run()
      replications += result.replications
      if try holds(result.workloads[0].latencyMean, 2e6) { hits += 1 }
    }
    expect(hits, "mean of runs until ± 3 % (\(replications / Self.seeds) replications on average)")
  }

  @Test("Equal designs with luck of their own: at most 6.5 % of the rows call a difference")
  func falseAlarms() throws {
    let count = Self.isLong ? 2_000 : 200
    var alarms: [String: Int] = [:]
    for seed in 0..<count {
      let design = seeded(TwoDesigns.design("one", mean: 1_000), seed)
      var comparison = Comparison([design, ("other", design.experiment)])
      comparison.isPaired = false
      comparison.jobs = 2
      for place in 0..<2 {
        comparison.designs[place].experiment.duration = 4_000_000_000
      }
      for row in try comparison.run().contrasts[0].rows where row.measure.isHeadline {
        let name = "\(row.measure.name.metric) \(row.measure.name.statistic)"
        alarms[name, default: 0] += row.change.isClear ? 1 : 0
      }
    }
    for (name, found) in alarms.sorted(by: { $0.key < $1.key }) {
      let share = Double(found) / Double(count)
      print("false alarms in \(count) comparisons: \(name) \(share)")
      if Self.isLong, share > 0 { expectOnPage(name, share) }
      #expect(share <= (Self.isLong ? 0.065 : 0.1), "\(name) calls a difference in \(share)")
    }
  }
}
