import Tailrace
import TailraceModel
import Testing

/// Each word of a call's policy does something: changing it changes a named metric.
@Suite("Policies of calls in scenario files") struct CallPolicyTests {
  private static let text = """
    {
      tailrace: 1,
      run: { duration: "20s", warm_up: "0s", replications: 1 },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "100/s" },
          steps: [{
            call: "api", timeout: "200ms",
            retry_policy: {
              retry_on: ["application_error", "timeout"], num_retries: 2, per_try_timeout: "30ms",
              retry_back_off: { base_interval: "5ms" },
            },
            hedge_policy: { hedging_delay: "8ms", budget_percent: 20 },
          }],
        },
      },
      services: {
        api: {
          replicas: 3, cancel: "running", lb_policy: "RANDOM",
          handler: [
            { work: { type: "exponential", mean: "5ms" } },
            { fail: "application_error", when: { probability: 0.2 } },
            { call: "db" },
          ],
        },
        db: { concurrency: "unlimited", handler: [{ work: "5ms" }, { call: "log" }] },
        log: { concurrency: "unlimited", handler: [{ work: "1ms" }] },
      },
    }
    """
  private static let retry = "workloads.users.steps.api.retry_policy"
  private static let hedge = "workloads.users.steps.api.hedge_policy"
  private static let call = "workloads.users.steps.api"
  private static let breakers = "services.api.circuit_breakers"

  static let knobs: [(setting: String, metric: String)] = [
    ("\(retry).retry_on=['timeout']", "retries"), ("\(retry).num_retries=1", "retries"),
    ("\(retry).per_try_timeout='15ms'", "retries"),
    ("\(retry).retry_back_off='1ms'", "latency"),
    ("\(retry).retry_back_off={type: 'exponential', mean: '3ms'}", "latency"),
    ("\(retry).retry_back_off.base_interval='1ms'", "latency"),
    ("\(retry).retry_back_off.max_interval='5ms'", "latency"),
    ("\(retry).retry_back_off.jitter='equal'", "latency"),
    ("\(retry).retry_back_off.jitter='decorrelated'", "latency"),
    ("\(retry).retry_back_off.jitter='none'", "latency"),
    ("\(retry).retry_back_off.jitter='plus_minus_20_percent'", "latency"),
    ("\(retry).retry_other_host=true", "latency"),
    ("\(hedge).hedging_delay='2ms'", "latency"),
    ("\(hedge).hedging_delay={percentile: 50}", "latency"),
    ("\(hedge).max_attempts=3", "latency"), ("\(hedge).cancel_losers=false", "busy"),
    ("\(hedge).budget_percent=1", "hedges"), ("\(hedge).tied=true", "hedges"),
    ("\(hedge).non_fatal=[]", "latency"), ("\(hedge).non_fatal=['timeout']", "latency"),
    ("\(call).luck='request'", "latency"), ("\(call).timeout='40ms'", "timeouts"),
    ("services.api.handler.db.propagate_deadline=true", "log"),
    ("\(breakers)={retry_budget: {budget_percent: 1, min_retry_concurrency: 0}}", "retries"),
    (
      "\(breakers)={retry_budget: {type: 'RATE', budget_percent: 1, min_retry_rate: '1/s'}}",
      "retries"
    ),
    ("\(breakers)={retry_budget: {type: 'THROTTLE', max_tokens: 4, token_ratio: 0.1}}", "retries"),
    ("\(breakers)={retry_budget: {type: 'QUOTA', max_tokens: 40}}", "retries"),
  ]

  static let budgets: [(one: String, other: String)] = [
    (
      "budget_percent: 1, min_retry_concurrency: 0",
      "budget_percent: 60, min_retry_concurrency: 0"
    ),
    (
      "budget_percent: 1, min_retry_concurrency: 0", "budget_percent: 1, min_retry_concurrency: 2"
    ),
    (
      "type: 'RATE', budget_percent: 1, min_retry_rate: '1/s'",
      "type: 'RATE', budget_percent: 9, min_retry_rate: '1/s'"
    ),
    (
      "type: 'RATE', budget_percent: 1, min_retry_rate: '1/s'",
      "type: 'RATE', budget_percent: 1, min_retry_rate: '4/s'"
    ),
    (
      "type: 'RATE', budget_percent: 5, min_retry_rate: '1/s'",
      "type: 'RATE', budget_percent: 5, min_retry_rate: '1/s', ttl: '2s'"
    ),
    (
      "type: 'THROTTLE', max_tokens: 4, token_ratio: 0.1",
      "type: 'THROTTLE', max_tokens: 4, token_ratio: 1"
    ),
    (
      "type: 'THROTTLE', max_tokens: 4, token_ratio: 0.1",
      "type: 'THROTTLE', max_tokens: 40, token_ratio: 0.1"
    ),
    ("type: 'QUOTA', max_tokens: 20", "type: 'QUOTA', max_tokens: 60"),
    ("type: 'QUOTA', max_tokens: 20", "type: 'QUOTA', max_tokens: 20, retry_cost: 10"),
    ("type: 'QUOTA', max_tokens: 20", "type: 'QUOTA', max_tokens: 20, timeout_cost: 20"),
  ]

  private func metrics(_ settings: [String]) throws -> [String: UInt64] {
    let scenario = try Scenario.load(
      SourceText(name: "calls.jsonc", text: Self.text), settings: settings)
    let variant = try #require(scenario.variant(nil))
    let run = Replication.run(
      variant.topology, .init(seed: 1, number: 0, window: 0..<variant.duration))
    #expect(run.violations.isEmpty)
    let sum = run.services[0].rows.reduce(AttemptSum()) { $0 + ($1.attempts ?? AttemptSum()) }
    let outcomes = run.workloads[0].outcomes
    return [
      "retries": sum.retries, "hedges": sum.hedges,
      "latency": UInt64(run.workloads[0].latencies.sum),
      "timeouts": outcomes[Int(Outcome.timeout.rawValue)],
      "busy": run.services[0].rows.reduce(0) { $0 + $1.busyArea },
      "log": run.services[2].rows.reduce(0) { $0 + $1.requests },
    ]
  }

  @Test("A knob changes its metric", arguments: knobs)
  func knob(setting: String, metric: String) throws {
    let before = try metrics([])
    let after = try metrics([setting])
    #expect(before[metric] != after[metric], "\(setting): \(before)")
  }

  @Test("So does a queue that drops what is not waited for any more")
  func dropExpired() throws {
    let settings = [
      "services.api.cancel='none'", "\(Self.call).timeout='12ms'",
      "\(Self.retry).per_try_timeout='6ms'",
    ]
    let before = try metrics(settings)
    let after = try metrics(settings + ["services.api.queue.drop_expired=true"])
    #expect((after["busy"] ?? 0) * 10 < (before["busy"] ?? 0) * 9, "\(after) \(before)")
  }

  @Test("So does a knob of a budget", arguments: budgets)
  func budget(one: String, other: String) throws {
    let both = try [one, other].map { try metrics(["\(Self.breakers)={retry_budget: {\($0)}}"]) }
    #expect(both[0]["retries"] != both[1]["retries"], "\(one): \(both[0])")
  }

  @Test("Envoy's sets of outcomes are sets of ours")
  func sets() throws {
    for (words, outcomes) in [
      ("['5xx']", [Outcome.applicationError, .connectionFailure, .timeout, .shed]),
      ("['gateway-error', 'cancelled']", [.connectionFailure, .timeout, .shed, .cancelled]),
      ("['rejected']", [.rejected]),
    ] {
      let scenario = try Scenario.load(
        SourceText(name: "calls.jsonc", text: Self.text),
        settings: ["\(Self.retry).retry_on=\(words)"])
      let steps = try #require(scenario.variant(nil)?.topology.workloads[0].steps)
      guard case .call(let call) = steps[0].verb else { continue }
      #expect(call.retry?.outcomes == outcomes)
    }
  }
}
