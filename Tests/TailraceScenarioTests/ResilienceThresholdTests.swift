import Tailrace
import Testing

@testable import TailraceScenario

/// What thresholds say of balancers, limits and doors, where it can be counted by hand.
@Suite("Thresholds on balancers, limits and doors") struct ResilienceThresholdTests {
  /// A request each 10 ms, from 10 ms on to 20 s: 1,999 of them, each of 15 ms.
  private static let text = """
    {
      tailrace: 1, seed: 3,
      run: { duration: "20s", warm_up: "0s", replications: 2 },
      workloads: {
        users: {
          arrivals: { type: "renewal", interval: "10ms" },
          steps: [{ call: "web" }],
        },
      },
      services: { web: { concurrency: "unlimited", handler: [{ work: "15ms" }] } },
    }
    """

  private func measured(_ thresholds: [String], _ settings: [String]) throws -> [Double] {
    let scenario = try Scenario.load(
      SourceText(name: "asked.jsonc", text: Self.text), settings: settings, thresholds: thresholds)
    let result = try #require(scenario.variant(nil)).experiment(of: scenario).run()
    return try result.thresholds.map { try #require($0.measured) }
  }

  private static let health = [
    "services.web.replicas=4",
    "services.web.readiness_probe={period: '1s', timeout: '100ms', failure_threshold: 1}",
  ]

  @Test("A cap of one keeps back every second call of those that come while one is out")
  func capped() throws {
    let found = try measured(
      ["capped: value < 1%", "capped{service:web}: max < 1%", "hostless: value < 1%"],
      ["services.web.circuit_breakers={max_requests: 1}"])
    #expect(found == [999.0 / 1_999, 999.0 / 1_999, 0])
  }

  @Test(
    "While a replica is known to be down all calls are in panic; with none they are rejected",
    arguments: [false, true])
  func panic(binds: Bool) throws {
    let late = binds ? ["services.web.queue={at: 'balancer'}", "services.web.concurrency=9"] : []
    let asked = ["panicked: value < 1%", "hostless: value < 1%"]
    let panicking = try measured(
      asked,
      Self.health + late + [
        "services.web.healthy_panic_threshold=100",
        "faults={dead: {at: '5s', service: 'web', replica: 1, crash: true}}",
      ])
    // A check each second, which a crash answers at once: at 6 s at the latest all know.
    #expect(panicking[0] > 0.695 && panicking[0] <= 0.7505 && panicking[1] == 0)
    if binds { return }
    let alone = try measured(
      asked,
      Self.health + [
        "services.web.healthy_panic_threshold=0",
        "faults={dead: {at: '5s', service: 'web', crash: true}}",
      ])
    #expect(alone[1] > 0.69 && alone[1] <= 0.7505 && alone[0] == 0)
  }

  @Test("Each of four balancers leaves out the one that always fails once, in each replication")
  func ejections() throws {
    let settings = [
      "services.web.replicas=20",
      "services.web.outlier_detection={consecutive_5xx: 5, base_ejection_time: '300s'}",
      "faults={bad: {at: '0s', service: 'web', replica: 1, fail: 1}}",
    ]
    let asked = ["ejections: value < 1", "ejections{service:web}: max < 1"]
    #expect(try measured(asked, settings) == [1, 1])
    #expect(try measured(asked, settings + ["services.web.balancers=4"]) == [4, 4])
  }

  @Test("A fixed limit is in force all the time; one that moves stays within its bounds")
  func limits() throws {
    let asked = ["limit: value < 1", "limit: min < 1", "limit{service:web}: max < 1"]
    #expect(
      try measured(asked, ["services.web.admission_control={type: 'FIXED', limit: 3}"])
        == [3, 3, 3])
    let moving = try measured(
      asked,
      ["services.web.admission_control={type: 'AIMD', target: '5ms', min_limit: 2, max_limit: 50}"])
    // Every visit is later than the target, so that the limit falls from 20 to the least.
    #expect(moving[1] == 2 && moving[2] == 20 && moving[0] > 2 && moving[0] < 2.2)
  }

  @Test("Ten of a hundred in each second pass a window of ten")
  func rateLimited() throws {
    let found = try measured(
      ["rate_limited: value < 1%", "rate_limited{rate_limit:quota}: max < 1%"],
      [
        "rate_limits={quota: {type: 'fixed_window', limit: 10, window: '1s'}}",
        "services.web.handler=[{rate_limit: 'quota'}]",
      ])
    #expect(found == [1_799.0 / 1_999, 1_799.0 / 1_999])
  }
}
