/// Calls and scatters: whom they ask, how long they wait, what they carry.
extension Knobs {
  private static let write = "name: 'put', call: 'leaf', op: 'write'"

  static let calls = [
    Knobs(
      "step call", in: .flaky, at: "services.api.handler.db",
      [
        .turn("call", "log", "db", raises: .latency),
        .turn("timeout", "5ms", "500ms", lowers: .errors),
        .words("luck", tellApart: .latency, with: ".retry_policy.per_try_timeout=20ms"),
        .turn("retry_policy", nil, "{retry_on: ['shed']}", raises: .errors),
        .turn("hedge_policy", nil, "{hedging_delay: '9ms'}", raises: .db("requests")),
        .turn(
          "propagate_deadline", "false", "true", lowers: .json("services.log.requests"),
          with: ".timeout=20ms"),
      ]),
    Knobs(
      "step call", in: .shop, at: "services.api.handler.db",
      with: ["services.db.network={bandwidth: '10MB/s'}"],
      [
        .turn("request_size", "1KB", "20KB", raises: .latency),
        .turn("response_size", "1KB", "20KB", raises: .latency),
      ]),
    Knobs(
      "step call", in: .shards, at: "services.root.handler.leaf",
      with: [
        "services.leaf.replicas=3",
        "services.root.handler=[{call: 'leaf'}, {\(write), when: {probability: 0.2}}]",
      ],
      [.words("op", tellApart: .leaf("stale_ratio"))]),
    Knobs(
      "step scatter", in: .shards, at: "services.root.handler.leaf",
      with: [
        "services.leaf.replicas=3",
        "services.root.handler=[{scatter: 'leaf', to: 'replicas'}, {\(write)}]",
      ],
      [.words("op", tellApart: .leaf("stale_ratio"))]),
    Knobs(
      "step scatter", in: .shards, at: "services.root.handler.leaf",
      with: ["services.root.handler=[{scatter: 'leaf'}]"],
      [
        .turn(
          "scatter", "leaf/get", "leaf/put", raises: .latency, with: "services.leaf.handler=null",
          "services.leaf.handlers={get: [{work: '1ms'}], put: [{work: '4ms'}]}"),
        .turn("fan_out", "1", "4", raises: .leaf("requests")),
        .turn("timeout", "5ms", "500ms", lowers: .errors),
        .turn("wait_for", "all", "{responses: 2}", lowers: .latency),
        .turn("deadline", "5ms", "500ms", lowers: .users("outcomes.degraded")),
        .turn("max_parallel", "1", "8", lowers: .latency),
        .turn("canary", nil, "1", raises: .latency),
        .words(
          "luck", tellApart: .latency,
          with: ".retry_policy={retry_on: ['timeout'], per_try_timeout: '9ms'}"),
        .turn(
          "retry_policy", nil, "{retry_on: ['timeout'], per_try_timeout: '9ms'}",
          raises: .leaf("requests")),
        .turn("hedge_policy", nil, "{hedging_delay: '9ms'}", raises: .leaf("requests")),
        .turn(
          "propagate_deadline", "false", "true", lowers: .json("services.disk.requests"),
          with: ".timeout=9ms", "services.disk={concurrency: 'unlimited', handler: []}",
          "services.leaf.handler=[{wait: {type: 'exponential', mean: '5ms'}}, {call: 'disk'}]"),
        .turn(
          "request_size", "1KB", "20KB", raises: .latency,
          with: "services.leaf.network={bandwidth: '10MB/s'}"),
        .turn(
          "response_size", "1KB", "20KB", raises: .latency,
          with: "services.leaf.network={bandwidth: '10MB/s'}"),
      ]),
    Knobs(
      "step scatter", in: .shards, at: "services.leaf.handlers.ask.leaf",
      with: [
        "services.leaf.shards=4", "services.leaf.replicas=3", "services.leaf.handler=null",
        "services.leaf.handlers={ask: [{scatter: 'leaf/tell'}], tell: [{work: '1ms'}]}",
        "services.root.handler=[{call: 'leaf/ask'}]",
      ],
      [.words("to", tellApart: .leaf("requests"))]),
  ]

  /// What happens to calls that come to nothing, or take long.
  static let attempts = [
    Knobs(
      "retry_policy", in: .flaky, at: "services.api.handler.db.retry_policy",
      [
        .words("retry_on", tellApart: .db("retries"), form: "['%']"),
        .turn("num_retries", "1", "5", raises: .db("retries")),
        .turn("per_try_timeout", "20ms", "500ms", lowers: .db("retries")),
        .turn("retry_back_off", "1ms", "50ms", raises: .latency),
        .turn(
          "retry_other_host", "false", "true", lowers: .errors,
          with: "services.db.lb_policy=RANDOM",
          "faults={bad: {service: 'db', replica: 0, at: '0s', fail: 1}}"),
      ]),
    Knobs(
      "retry_back_off", in: .flaky, at: "services.api.handler.db.retry_policy.retry_back_off",
      [
        .turn("base_interval", "5ms", "50ms", raises: .latency),
        .turn("max_interval", "25ms", "250ms", raises: .latency),
        .words("jitter", tellApart: .latency),
      ]),
    Knobs(
      "hedge_policy", in: .flaky, at: "services.api.handler.db.hedge_policy",
      with: ["services.api.handler.db.hedge_policy={hedging_delay: '30ms'}"],
      [
        .turn("hedging_delay", "10ms", "50ms", lowers: .db("hedges")),
        .turn("hedging_delay", "10ms", "{percentile: 99}", lowers: .db("hedges")),
        .turn("max_attempts", "2", "3", raises: .db("hedges")),
        .turn(
          "cancel_losers", "true", "false", raises: .db("utilization_ratio"),
          with: "services.db.cancel=running"),
        .words(
          "non_fatal", tellApart: .db("hedges"), form: "['%']",
          with: "services.api.handler.db.retry_policy=null"),
        .turn("budget_percent", "1", "50", raises: .db("hedges")),
        .turn(
          "tied", "false", "true", lowers: .db("utilization_ratio"),
          with: "services.db.concurrency=1", "services.db.cancel=queued"),
      ]),
    Knobs(
      "hedging_delay", in: .flaky, at: "services.api.handler.db.hedge_policy.hedging_delay",
      with: ["services.api.handler.db.hedge_policy={hedging_delay: {percentile: 50}}"],
      [.turn("percentile", "50", "99", lowers: .db("hedges"))]),
    Knobs(
      "circuit_breakers", in: .flaky, at: "services.db.circuit_breakers",
      [
        .turn(
          "retry_budget", nil, "{budget_percent: 1, min_retry_concurrency: 0}",
          lowers: .db("retries"))
      ]),
    Knobs(
      "retry_budget", in: .flaky, at: "services.db.circuit_breakers.retry_budget",
      [
        .words(
          "type", tellApart: .db("retries"),
          needs: [
            "RATE": [".min_retry_rate=1/s"], "QUOTA": [".max_tokens=50"],
            "THROTTLE": [".max_tokens=9", ".token_ratio=0.1"],
          ]),
        .turn(
          "budget_percent", "1", "90", raises: .db("retries"), with: ".min_retry_concurrency=0"),
        .turn(
          "min_retry_concurrency", "0", "2", raises: .db("retries"), with: ".budget_percent=1"),
        .turn("ttl", "1s", "30s", changes: .db("retries"), with: ".type=RATE"),
        .turn(
          "min_retry_rate", "1/s", "9/s", raises: .db("retries"), with: ".type=RATE",
          ".budget_percent=1"),
        .turn(
          "max_tokens", "5", "500", raises: .db("retries"), with: ".type=THROTTLE",
          ".token_ratio=0.1"),
        .turn("max_tokens", "50", "500", raises: .db("retries"), with: ".type=QUOTA"),
        .turn(
          "token_ratio", "0.01", "1", raises: .db("retries"), with: ".type=THROTTLE",
          ".max_tokens=9"),
        .turn("retry_cost", "1", "20", lowers: .db("retries"), with: ".type=QUOTA"),
        .turn(
          "timeout_cost", "1", "50", lowers: .db("retries"), with: ".type=QUOTA",
          ".max_tokens=100"),
      ]),
  ]
}
