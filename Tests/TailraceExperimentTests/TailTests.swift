import TailraceStatistics
import Testing

@testable import TailraceExperiment
@testable import TailraceModel

/// Tails and stragglers of several replications, merged.
@Suite("Merged tails") struct TailTests {
  private var topology: Topology {
    var leaf = ServiceSpec(name: "leaf", handler: [.init(.work(.exponential(mean: 1e6)))])
    leaf.shards = 8
    let root = ServiceSpec(
      name: "root",
      handler: [
        .init(.scatter(CallSpec("leaf"), .shards, Join())), .init(.work(.constant(200_000))),
      ])
    return Topology(
      workloads: [
        WorkloadSpec(
          name: "w", arrivals: .poisson(ratePerSecond: 400), steps: [.init(.call(CallSpec("root")))]
        )
      ], services: [leaf, root])
  }

  private func result(_ replications: Int) throws -> RunResult {
    var experiment = Experiment(
      scenario: "s", variant: "v", topology: topology, duration: 20_000_000_000)
    experiment.warmUp = 0
    experiment.replications = replications
    return try experiment.run()
  }

  @Test("Each band's parts sum to its mean, and bands rise with their quantiles")
  func bands() throws {
    let workload = try result(2).workloads[0]
    #expect(workload.bands.map(\.quantile) == [0.5, 0.9, 0.99, 0.999])
    var before = workload.latencyMean.value ?? 0
    for band in workload.bands {
      #expect(abs(band.rows.reduce(0) { $0 + $1.mean } / band.mean - 1) < 1e-12)
      #expect(abs(band.rows.reduce(0) { $0 + $1.share } - 1) < 1e-9)
      #expect(band.mean > before)
      before = band.mean
      let row = try #require(workload.quantiles.first { $0.quantile == band.quantile })
      let quantile = try #require(row.latency.value)
      // The band starts at the bucket that holds the quantile: 1/32 wide.
      #expect(Double(band.start) <= quantile && quantile < Double(band.start) * (1 + 1 / 31.0))
      let counts = workload.histogram.filter { $0.low >= band.start }.map(\.count)
      #expect(band.requests == counts.reduce(0, +))
    }
  }

  @Test("A band with fewer than 10 requests beyond its quantile is missing")
  func support() throws {
    var experiment = Experiment(
      scenario: "s", variant: "v", topology: topology, duration: 250_000_000)
    experiment.warmUp = 0
    experiment.replications = 1
    let workload = try experiment.run().workloads[0]
    #expect((50..<900).contains(workload.requests))
    #expect(workload.bands.map(\.quantile).contains(0.5))
    #expect(!workload.bands.map(\.quantile).contains(0.99))
  }

  @Test("Two replications merged are the sum of each alone")
  func merged() throws {
    var parts: [UInt64] = []
    var counts: [UInt64] = []
    for number in 0..<2 as Range<UInt64> {
      let run = Replication.run(
        topology, .init(seed: 0, number: number, window: 0..<20_000_000_000))
      #expect(run.violations == [])
      let sums = run.workloads[0].tail.sums()
      parts = parts.isEmpty ? sums : zip(parts, sums).map { $0 + $1 }
      let own = run.stragglers[0].parts
      let perMember = (0..<8).map { member in
        own.filter { $0.member == member }.reduce(0) { $0 + $1.count }
      }
      counts = counts.isEmpty ? perMember : zip(counts, perMember).map { $0 + $1 }
      #expect((100...256).contains(run.stragglers[0].joins.count))
    }
    let result = try result(2)
    let answered = Double(result.workloads[0].answered.reduce(0, +))
    let rows = result.workloads[0].breakdown
    let sums = parts.filter { $0 > 0 }.map { Double($0) }
    #expect(rows.map { ($0.mean * answered).rounded() } == sums)
    let report = result.stragglers[0]
    #expect(report.from == "root" && report.to == "leaf" && report.workload == "w")
    #expect(report.joins == counts.reduce(0, +))
    #expect(report.ranking.sorted { $0.member < $1.member }.map(\.count) == counts)
    #expect(report.causes.reduce(0) { $0 + $1.count } == report.joins)
    #expect(report.fairShare == 0.125)
    // Of 8,000 joins each keeps 1,280 at most, and about half of that at least.
    #expect((1_100...2 * 1_280).contains(report.gathered))
    // All answers take longer than 99 % of them, and those longer than 95 %.
    let means = report.times.compactMap(\.mean)
    #expect(means.count == 3 && means.sorted(by: >=) == means)
    #expect(report.times.allSatisfy { $0.p99 != nil })
    // The mean of eight is 2.718 ms; 99 % and 95 % of them are all of them.
    #expect(abs(means[0] / 2.72e6 - 1) < 0.15 && means[1] == means[0] && means[2] == means[0])
  }

  @Test("The last is never less over the median than over the second last, of all and of each row")
  func distances() throws {
    for replications in 1...3 {
      let report = try result(replications).stragglers[0]
      #expect(try #require(report.overMedian) >= report.overSecond)
      for row in report.rows {
        if let overMedian = row.overMedian { #expect(overMedian >= row.overSecond) }
      }
    }
  }

  @Test("Replications that have thinned out differently are merged at one rate")
  func oneRate() {
    func outcome(_ lots: [UInt8], least: UInt8) -> StragglerOutcome {
      var outcome = StragglerOutcome(
        workload: nil, from: 0, to: 0, members: 2, isByReplica: false, tellsMembers: true,
        joins: lots.map { lot in
          var join = GatheredJoin()
          join.lot = lot
          return join
        }, leastLot: least)
      outcome.parts = [StragglerPart(member: 0, cause: 0, count: UInt64(lots.count))]
      return outcome
    }
    let merged = Merge.sample([outcome([0, 1, 0, 2], least: 0), outcome([1, 2, 3], least: 1)])
    #expect(merged.map(\.lot) == [1, 2, 1, 2, 3])
  }
}
