import TailraceModel
import TailraceStatistics
import Testing

@testable import TailraceExperiment

/// Two servers of the same requests: the second is faster by a known factor.
enum TwoDesigns {
  /// M/M/1 at `rate` per second with exponential work of a mean in microseconds.
  static func design(_ name: String, mean: Double, rate: Double = 500, slots: Int = 1)
    -> (name: String, experiment: Experiment)
  {
    var server = ServiceSpec(
      name: "server", handler: [StepSpec(.work(.exponential(mean: mean * 1e3)))])
    server.slots = slots
    let users = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: rate),
      steps: [StepSpec(.call(CallSpec("server")))])
    var experiment = Experiment(
      scenario: "two", variant: name,
      topology: Topology(workloads: [users], services: [server]), duration: 11_000_000_000)
    experiment.warmUp = 1_000_000_000
    experiment.quantiles = [0.5, 0.99]
    return (name, experiment)
  }
}

@Suite("Comparisons") struct ComparisonTests {
  private func row(
    _ result: ComparisonResult, _ metric: String, _ statistic: Measure.Statistic
  ) throws -> ContrastRow {
    try #require(
      result.contrasts[0].rows.first {
        $0.measure.name.metric == metric && $0.measure.name.statistic == statistic
      })
  }

  @Test("A change in per cent ends at -100 %, however far the interval of the difference reaches")
  func floor() {
    let base = Estimate(value: 4, halfWidth: nil, perReplication: [1, 1, 10])
    let none = Estimate(value: 0, halfWidth: nil, perReplication: [0, 0, 0])
    let change = Change(base, none, better: .lower, isPaired: true)
    #expect(change.ratio == -1 && change.ratioLow == -1)
    // -4 with a half-width of 4.303 x 3.
    #expect((change.low ?? 0) < -16 && (change.ratioHigh ?? 0) > 2)
  }

  @Test("Work of one design is 1 % shorter: seen at once on the same luck, not on luck of its own")
  func smallDifference() throws {
    var comparison = Comparison([
      TwoDesigns.design("slow", mean: 1_000), TwoDesigns.design("fast", mean: 990),
    ])
    let paired = try row(try comparison.run(), "latency", .mean)
    comparison.isPaired = false
    let apart = try row(try comparison.run(), "latency", .mean)
    // M/M/1: 1 / (1000 - 500) = 2 ms, 1 / (1010.1 - 500) = 1.96 ms.
    #expect(paired.change.verdict == .better)
    #expect(abs(try #require(paired.change.ratio) + 0.0198) < 0.002)
    #expect(apart.change.verdict == .unclear)
    #expect(try #require(paired.change.widthRatio) < 0.05)
    #expect(try #require(paired.change.correlation) > 0.99)
    #expect(try #require(apart.change.correlation) < 0.9)
  }

  @Test("Every request has less work and less to wait for: none gets slower")
  func eachRequest() throws {
    let result = try Comparison([
      TwoDesigns.design("slow", mean: 1_000), TwoDesigns.design("fast", mean: 990),
    ]).run()
    let pairs = try #require(result.contrasts[0].requests.first)
    #expect(pairs.slower == 0)
    #expect(pairs.faster + 100 > pairs.count, "work of a few nanoseconds stays the same")
    let difference = try row(result, "latency", .mean)
    // All requests are served by both: one and the same difference.
    let (one, other) = (
      try #require(pairs.difference.value), try #require(difference.change.difference)
    )
    #expect(abs(one - other) < 1e-6)
    #expect(pairs.onlyBase.count == 0 && pairs.onlyAgainst.count == 0)
    #expect(pairs.parts.map(\.phase) == ["queue", "work"])
  }

  @Test("A bounded queue serves fewer: the others are told apart, with their latency")
  func lossy() throws {
    var bounded = TwoDesigns.design("bounded", mean: 1_000, rate: 900)
    bounded.experiment.topology.services[0].queueLimit = 2
    let result = try Comparison([
      TwoDesigns.design("endless", mean: 1_000, rate: 900), bounded,
    ]).run()
    let pairs = try #require(result.contrasts[0].requests.first)
    #expect(pairs.onlyBase.count > 10_000)
    #expect(pairs.onlyAgainst.count == 0)
    #expect(try #require(pairs.onlyBase.mean) > 2 * pairs.againstMean)
    let parts = pairs.parts.reduce(UInt128(0)) { $0 + $1.baseSum }
    #expect(parts == pairs.baseSum)
    #expect(try row(result, "errors", .value).change.verdict == .worse)
    #expect(try row(result, "goodput", .value).change.verdict == .worse)
  }

  @Test("One replication has no interval, and a number that is the same is still identical")
  func oneReplication() throws {
    var slow = TwoDesigns.design("slow", mean: 1_000)
    slow.experiment.replications = 1
    let result = try Comparison([slow, TwoDesigns.design("fast", mean: 900)]).run()
    #expect(try row(result, "latency", .mean).change.verdict == .noInterval)
    #expect(try row(result, "latency", .mean).change.p == nil)
    #expect(try row(result, "errors", .value).change.verdict == .identical)
  }

  @Test("Warm-up is one cut for all designs: the longest that any of them gives")
  func warmUp() throws {
    var late = TwoDesigns.design("late", mean: 1_000)
    late.experiment.warmUp = 3_000_000_000
    let result = try Comparison([TwoDesigns.design("early", mean: 1_000), late]).run()
    #expect(result.designs.map(\.warmUp) == [3_000_000_000, 3_000_000_000])
  }

  @Test("The same bytes for one and for four threads")
  func threads() throws {
    var comparison = Comparison([
      TwoDesigns.design("slow", mean: 1_000), TwoDesigns.design("fast", mean: 900),
    ])
    let one = try comparison.run()
    comparison.jobs = 4
    let four = try comparison.run()
    #expect(one.designs.map(\.digest) == four.designs.map(\.digest))
    #expect(
      one.contrasts[0].rows.map(\.change.halfWidth)
        == four.contrasts[0].rows.map(\.change.halfWidth))
  }

  // MARK: Limits

  private func limit(
    _ statistic: ThresholdStatistic, _ comparison: ThresholdComparison,
    _ bound: ChangeLimit.Bound, metric: String = "latency"
  ) throws -> ChangeLimit {
    let metric = try #require(ThresholdMetrics.all.first { $0.name == metric })
    return ChangeLimit(
      subject: Threshold(
        metric: metric, labels: [], statistic: statistic, comparison: comparison, bound: 0,
        condition: ""), bound: bound, text: "")
  }

  @Test("A limit fails where the change is beyond it and its interval holds no zero")
  func limits() throws {
    var comparison = Comparison([
      TwoDesigns.design("fast", mean: 990), TwoDesigns.design("slow", mean: 1_000),
    ])
    comparison.limits = try [
      limit(.mean, .above, .ratio(0.01)),  // + 2 %
      limit(.mean, .above, .ratio(0.05)),
      limit(.mean, .above, .difference(10_000)),  // + 40 us
      limit(.mean, .above, .difference(100_000)),
      limit(.value, .below, .ratio(-0.01), metric: "goodput"),
    ]
    let paired = try comparison.run()
    #expect(paired.contrasts[0].limits.map(\.status) == [.fail, .pass, .fail, .pass, .pass])
    #expect(paired.failedLimits == 2)
  }

  @Test("A change beyond the limit that may be chance passes")
  func chance() throws {
    let most = try limit(.mean, .above, .ratio(0.05))
    func result(_ values: [Double]) -> ThresholdResult {
      var result = ThresholdResult(most.subject, measured: values.reduce(0, +) / 3)
      result.perReplication = values
      return result
    }
    let base = result([10, 20, 30])
    #expect(
      ChangeLimitResult(most, base: base, against: result([12, 19, 35]), isPaired: true).status
        == .pass)
    #expect(
      ChangeLimitResult(most, base: base, against: result([12, 22, 32]), isPaired: true).status
        == .fail)
    #expect(
      ChangeLimitResult(most, base: base, against: result([12, 22, 32]), isPaired: false).status
        == .pass)
  }

  @Test("A request without an answer is later than every bound: a dead design fails each limit")
  func deadDesign() throws {
    var dead = TwoDesigns.design("dead", mean: 1_000)
    dead.experiment.topology.workloads[0].steps = [StepSpec(.fail(.applicationError))]
    var comparison = Comparison([TwoDesigns.design("alive", mean: 1_000), dead])
    comparison.limits = try [
      limit(.quantile(0.99), .above, .ratio(1_000)), limit(.quantile(0.99), .below, .ratio(-0.5)),
    ]
    let result = try comparison.run()
    #expect(result.contrasts[0].limits.map(\.status) == [.fail, .pass])
    #expect(result.contrasts[0].limits[0].isBeyondAll)
    comparison.designs.reverse()
    #expect(try comparison.run().contrasts[0].limits.map(\.status) == [.noData, .noData])
  }
}
