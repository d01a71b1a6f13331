import Tailrace

/// Scenario files drawn from a seed that use the words of resilience together.
struct RandomScenario {
  private var random: Generator

  init(seed: UInt64) { random = Generator(state: seed) }

  private mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &random) }

  private mutating func oneOf(_ words: String...) -> String { words[below(words.count)] }

  private mutating func time() -> String { "\"\(1 + below(20))ms\"" }

  /// A file of so many services in a row of tiers.
  mutating func file(services count: Int) -> String {
    var services = ""
    for i in 0..<count { services += "s\(i): {\(service(i, calls: i))}, " }
    var workloads = ""
    for i in 0..<3 {
      workloads += """
        w\(i): { arrivals: { type: "poisson", rate: "\(100 + below(300))/s" },
          keys: { item: 1 }, class: { gold: 1, tin: 2 },
          steps: [\(steps(calls: count, isWorkload: true))] },
        """
    }
    return """
      {
        tailrace: 1, name: "random", seed: \(below(1_000)),
        run: { duration: "1s", warm_up: "100ms", replications: 1 },
        keys: { item: { count: 40 } },
        classes: { gold: { priority: 0 }, tin: { priority: 1 } },
        rate_limits: {
          burst: { type: "token_bucket", max_tokens: \(5 + below(20)), fill_interval: "2ms" },
          each: { type: "sliding_window", limit: \(5 + below(20)), window: "100ms" },
        },
        pools: { permits: { size: \(1 + below(9)), placement: "shared", max_waiting: 5 } },
        workloads: { \(workloads) },
        services: { \(services) },
        faults: { \(faults(services: count)) },
      }
      """
  }

  private mutating func service(_ i: Int, calls: Int) -> String {
    var words = [
      "replicas: \(2 + below(4))", "concurrency: \(1 + below(4))",
      "handler: [\(steps(calls: calls, isWorkload: false))]",
      "lb_policy: \"\(oneOf("ROUND_ROBIN", "LEAST_REQUEST", "PEAK_EWMA", "RANDOM"))\"",
    ]
    let more = [
      "queue: { max_length: \(below(6)), timeout: \(time()) }",
      "queue: { discipline: \"CODEL\", codel: { target: \"2ms\", interval: \"20ms\" } }",
      "outlier_detection: { consecutive_5xx: \(1 + below(3)), interval: \"50ms\", "
        + "base_ejection_time: \"100ms\", max_ejection_percent: 50 }",
      "readiness_probe: { period: \"50ms\", timeout: \"20ms\", failure_threshold: 1 }",
      "circuit_breakers: { max_requests: \(4 + below(30)), retry_budget: { type: \"CONCURRENCY\" } }",
      "session_affinity: { by: \"item\" }",
      "subset: { size: \(1 + below(2)) }",
      "balancers: \(1 + below(3))",
      "admission_control: { type: \"FIXED\", limit: \(2 + below(8)) }",
      "network: { latency: \(time()) }",
      "start_up: \(time())",
    ]
    var named: Set<Substring> = []
    for word in more where below(3) > 0 {
      if named.insert(word.prefix { $0 != ":" }).inserted { words.append(word) }
    }
    return words.joined(separator: ", ")
  }

  private mutating func steps(calls: Int, isWorkload: Bool) -> String {
    var steps = isWorkload ? [] : ["{ work: \(time()) }"]
    if calls > 0 {
      for _ in 0..<(1 + below(3)) { steps.append(step(calls: calls)) }
      if below(3) == 0 { steps.append("{ rate_limit: \"\(oneOf("burst", "each"))\" }") }
      if below(3) == 0 { steps.append("{ hold: \"permits\", steps: [\(step(calls: calls))] }") }
    }
    return steps.joined(separator: ", ")
  }

  private mutating func step(calls: Int) -> String {
    let call = "call: \"s\(below(calls))\""
    switch below(5) {
    case 0:
      return "{ parallel: [[{ \(call) }], [{ call: \"s\(below(calls))\", timeout: \(time()) }]] }"
    case 1: return "{ \(call), timeout: \(time()), on_error: \"ignore\" }"
    case 2:
      return "{ \(call), timeout: \"100ms\", retry_policy: { retry_on: [\"timeout\", \"shed\"], "
        + "num_retries: \(1 + below(3)), per_try_timeout: \(time()) } }"
    case 3: return "{ \(call), breaker: { minimum_calls: \(1 + below(5)) } }"
    default: return "{ \(call) }"
    }
  }

  private mutating func faults(services count: Int) -> String {
    var faults = ""
    for i in 0..<(count + 2) {
      let verb = oneOf(
        "crash: true", "pause: true", "slow_down: 4", "fail: 0.8", "loss: 0.5", "load: \"70%\"")
      faults += """
        f\(i): { service: "s\(below(count))", replica: \(below(2)), at: "\(100 * (1 + below(8)))ms",
          for: "\(50 * (1 + below(8)))ms", \(verb) },
        """
    }
    return faults
  }
}
