import Tailrace
import TailraceModel
import Testing

@testable import TailraceScenario

/// What is asked for in a file is what is judged, and nobody passes by being dead.
@Suite("Thresholds") struct ThresholdTests {
  private static let text = """
    {
      tailrace: 1, seed: 3,
      run: { duration: "20s", warm_up: "2s", replications: 2 },
      keys: { page: { count: 100, popularity: { type: "zipf", exponent: 1 } } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "100/s" }, keys: { page: 1 },
          steps: [{ call: "web" }],
        },
        robots: {
          arrivals: { type: "poisson", rate: "20/s" }, keys: { page: 1 },
          steps: [
            {
              call: "web",
              retry_policy: { retry_on: ["application_error"], retry_back_off: "0s" },
            },
          ],
        },
      },
      services: {
        web: {
          replicas: 3, concurrency: 2, queue: { max_length: 4 }, price: { per_replica_hour: 2 },
          handler: [
            { work: { type: "exponential", mean: "8ms" } },
            { fail: "application_error", when: { probability: 0.01 } },
            { cache: "pages", on_miss: [{ call: "db" }] },
          ],
        },
        db: {
          shards: 4, shard_by: { policy: "MODULO" }, concurrency: 4,
          handler: [{ work: { type: "exponential", mean: "5ms" } }],
        },
      },
      faults: { stall: { service: "db", at: "5s", for: "100ms", pause: true } },
      caches: { pages: { max_entries: 20, price: { per_million_requests: 3 } } },
    }
    """

  private func run(_ thresholds: [String], _ settings: [String] = []) throws -> RunResult {
    let scenario = try Scenario.load(
      SourceText(name: "asked.jsonc", text: Self.text), settings: settings, thresholds: thresholds)
    return try #require(scenario.variant(nil)).experiment(of: scenario).run()
  }

  private func measured(_ threshold: String, _ settings: [String] = []) throws -> Double? {
    try run([threshold], settings).thresholds[0].measured
  }

  @Test("Every metric has a number in a run that has what it is about")
  func everyMetric() throws {
    let asked = ThresholdMetrics.all.flatMap { metric in
      metric.scopes.flatMap { scope -> [String] in
        let name = [
          ThresholdLabel.workload: "robots", .service: "web", .cache: "pages", .fault: "stall",
          .pool: "permits", .rateLimit: "quota",
        ][scope[0], default: "web"]
        let bound =
          switch metric.unit {
          case .time: "1s"
          case .share: "50%"
          case .perSecond: "5/s"
          case .number: "1"
          }
        return metric.statistics.map {
          let statistic = $0 == "p(q)" ? "p(50)" : $0
          return "\(metric.name){\(scope[0].rawValue):\(name)}: \(statistic) < \(bound)"
        }
      }
    }
    let result = try run(
      asked,
      [
        "services.web.lb_policy=RING_HASH", "services.web.hash_by=page",
        "pools={permits: {size: 3}}",
        "rate_limits={quota: {type: 'fixed_window', limit: 90, window: '1s'}}",
        "services.db.handler=[{rate_limit: 'quota', on_error: 'ignore'}, "
          + "{hold: 'permits', steps: [{work: '5ms'}]}]",
        "services.web.connection={}", "workloads.users.steps.web.timeout=1s",
        "services.web.outlier_detection={}",
        "services.web.admission_control={type: 'FIXED', limit: 9}",
        "workloads.robots.steps=[{call: 'web', op: 'write', retry_policy: "
          + "{retry_on: ['application_error']}}, {call: 'db', op: 'write'}]",
      ])
    #expect(result.thresholds.count == asked.count && asked.count > 60)
    for row in result.thresholds {
      // Keys have no sizes here, so there are no bytes; nothing scatters; the shards stay as many.
      let isMissing = [
        "byte_hit_ratio", "completeness", "moved_keys",
      ].contains(row.threshold.metric.name)
      #expect(
        (row.measured == nil) == isMissing, "\(row.threshold.name) \(row.threshold.condition)")
      #expect((row.status == .noData) == isMissing)
    }
  }

  @Test("The measured number is the one that the summary prints")
  func sameAsSummary() throws {
    let result = try run(
      [
        "latency{workload:users}: p(90) < 1s", "goodput{workload:users}: value > 1/s",
        "utilization{service:web}: value < 1%", "hit_ratio{cache:pages}: value > 1%",
        "imbalance{service:db}: value < 9",
        "wait{service:web}: p(99) < 1s", "wait{service:web}: mean < 1s",
        "in_flight{workload:users}: value < 1",
        "queue_length{service:web}: value < 1", "queue_length{service:web}: max < 9",
      ], ["services.web.handler.fail.when.probability=0", "services.web.queue.max_length=90"])
    let users = try #require(result.workloads.last)
    let web = try #require(result.services.last)
    let numbers = [
      users.quantiles.first { $0.quantile == 0.9 }?.latency.value, users.goodput.value,
      web.utilization.value, result.caches[0].hitRatio.value,
      result.services[0].shardLoad?.imbalance.value, web.waitP99.value, web.waitMean.value,
      users.inFlight.value, web.queueMean.value, Double(web.queueMax),
    ]
    for (row, number) in zip(result.thresholds, numbers) {
      #expect(row.measured == number, "\(row.threshold.name) \(row.threshold.condition)")
    }
  }

  @Test("Visits to a service, or to one shard of it, have a latency; one that failed is late")
  func visits() throws {
    let result = try run([
      "latency{service:db}: mean < 1s", "latency{service:db,shard:2}: mean < 1s",
      "latency{service:db,shard:2}: min < 1s", "latency{service:db,shard:2}: p(90) < 1s",
      "latency{service:db,shard:2}: max < 1s", "latency{service:web}: p(50) < 1s",
      "latency{service:web}: p(99.5) < 1s", "latency{service:web}: mean < 1s",
    ])
    let numbers = try result.thresholds.map { try #require($0.measured) }
    let shards = result.services[0].latencies
    let mean = shards.reduce(0) { $0 + ($1.mean ?? 0) * Double($1.answered) }
    let all = Double(shards.reduce(0) { $0 + $1.answered })
    #expect(abs(numbers[0] - mean / all) < 1e-6 * numbers[0])
    #expect(numbers[1] == shards[2].mean && numbers[1] != shards[1].mean)
    #expect(numbers[1] == result.services[0].shardLoad?.shards[2].latencyMean)
    #expect(numbers[2] == shards[2].least.map { Double($0) })
    #expect(numbers[2] < numbers[1] && numbers[1] < numbers[3] && numbers[3] < numbers[4])
    #expect(numbers[4] == shards[2].most.map { Double($0) })
    // A visit to `web` waits for `db`; one in a hundred fails.
    #expect(numbers[5] > 8e6 / 2 && numbers[5] < 1e9)
    #expect(numbers[6] == .infinity && numbers[7] == .infinity)
    // Without a key or a question nothing is kept.
    #expect(try run([]).services[1].latencies.isEmpty)
  }

  @Test("A request that failed is later than every bound")
  func failedIsLate() throws {
    // One request in a hundred fails; the rest take some 20 ms.
    #expect(try measured("latency{workload:users}: p(90) < 1s") ?? .infinity < 1e9)
    #expect(try measured("latency{workload:users}: p(99.5) < 1h") == .infinity)
    #expect(try measured("latency{workload:users}: max < 1h") == .infinity)
    #expect(try measured("latency{workload:users}: mean < 1h") == .infinity)
    // All robots fail: a dead system does not pass.
    let dead = try run(
      ["latency: p(50) < 26d", "errors: value < 99%", "goodput: value > 0.1/s"],
      ["services.web.handler.fail.when.probability=1"])
    #expect(dead.thresholds.map(\.status) == [.fail, .fail, .fail])
    #expect(dead.failedThresholds == 3)
  }

  @Test("Where the sample cannot tell, there is no data, and that fails")
  func noData() throws {
    let result = try run(
      [
        "latency{workload:users}: p(99.99) < 26d", "latency{workload:users}: p(99.99) > 0s",
        "hit_ratio{cache:pages}: value > 0%",
      ], ["services.web.handler.pages.enabled=false"])
    #expect(result.thresholds.map(\.status) == [.noData, .noData, .noData])
  }

  @Test("No label is everything, two labels are both, and they add up")
  func labels() throws {
    let result = try run([
      "goodput: value > 1/s", "goodput: max > 1/s", "goodput: min > 1/s",
      "goodput{workload:users}: value > 1/s", "goodput{workload:robots}: value > 1/s",
      "utilization{service:db}: max < 1%", "utilization{service:db,shard:0}: value < 1%",
      "utilization{service:db, shard:3, replica:0}: value < 1%",
      "errors{service:web}: value < 5%", "errors{workload:users}: value < 5%",
    ])
    let numbers = try result.thresholds.map { try #require($0.measured) }
    #expect(abs(numbers[0] - numbers[3] - numbers[4]) < 1e-9)
    // Single intervals spread wider than the whole.
    #expect(numbers[1] > numbers[3] && numbers[2] < numbers[4])
    // No shard is busier than the busiest, and no two are alike.
    #expect(numbers[5] >= numbers[6] && numbers[5] >= numbers[7] && numbers[6] != numbers[7])
    #expect(numbers[8] > 0.005 && numbers[9] > 0.005)
  }

  @Test("Variants and --set change thresholds by path; null removes them")
  func paths() throws {
    let given =
      String(Self.text.dropLast())
        + """
          thresholds: { "latency{workload:users}": ["p(50) < 1s"], goodput: ["value > 1/s"] },
          variants: {
            base: {}, strict: { "thresholds.latency{workload:users}": ["p(50) < 1us", "p(9)<1s"] },
            none: { "thresholds": null }, one: { "thresholds.goodput": null },
          },
        }
        """
    let scenario = try Scenario.load(SourceText(name: "asked.jsonc", text: given))
    func conditions(_ variant: String) -> [String]? {
      scenario.variant(variant)?.thresholds.map { "\($0.name): \($0.condition)" }
    }
    #expect(
      conditions("base") == ["latency{workload:users}: p(50) < 1s", "goodput: value > 1/s"])
    #expect(
      conditions("strict") == [
        "latency{workload:users}: p(50) < 1us", "latency{workload:users}: p(9)<1s",
        "goodput: value > 1/s",
      ])
    #expect(conditions("none") == [])
    #expect(conditions("one") == ["latency{workload:users}: p(50) < 1s"])
    let set = try Scenario.load(
      SourceText(name: "asked.jsonc", text: given),
      settings: ["thresholds.errors=['value < 3%']"])
    #expect(set.variant("none")?.thresholds.map(\.name) == ["errors"])
  }
}
