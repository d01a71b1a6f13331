/// Rate limits, pools of permits, and what callers reject themselves.
extension Knobs {
  static let limits = [
    Knobs(
      "rate_limit", in: .shop, at: "rate_limits.quota", with: [quota, gate],
      [
        .words(
          "type", tellApart: .json("rate_limits.quota"),
          needs: [
            "token_bucket": [".max_tokens=10", ".fill_interval=5ms"],
            "fixed_window": windows, "sliding_window": windows, "sliding_log": windows,
          ], with: "rate_limits={quota: {}}"),
        .turn("max_tokens", "5", "50", lowers: refused),
        .turn("tokens_per_fill", "1", "3", lowers: refused),
        .turn("fill_interval", "5ms", "20ms", raises: refused),
        .words(
          "refill", tellApart: refused, with: ".fill_interval=50ms", ".tokens_per_fill=10"),
        .turn(
          "limit", "10", "30", lowers: refused,
          with: "rate_limits={quota: {type: 'fixed_window', window: '100ms'}}"),
        .turn(
          "window", "50ms", "200ms", raises: refused,
          with: "rate_limits={quota: {type: 'fixed_window', limit: 10}}"),
        .turn("key", nil, "item", lowers: refused),
        .words("placement", tellApart: refused),
        .words("on_limit", tellApart: refused, needs: ["delay": [".max_delay=50ms"]]),
        .turn("max_delay", "10ms", "200ms", lowers: refused, with: ".on_limit=delay"),
        .turn("enabled", "false", "true", raises: shed),
      ]),
    Knobs(
      "step rate_limit", in: .shop, at: "services.api.handler.gate", with: [quota, gate],
      [
        .turn("rate_limit", "quota", "small", raises: shed),
        .turn("tokens", "1", "3", raises: shed),
      ]),
    Knobs(
      "pool", in: .shop, at: "pools.permits", with: [permits, part],
      [
        .turn("size", "2", "4", lowers: .latency),
        .words("placement", tellApart: .latency),
        .turn("key", nil, "item", changes: .latency),
        .words("discipline", tellApart: .users("latency_ms")),
        .turn("max_waiting", "0", "5", lowers: rejected),
        .turn("max_waiting", "0", "unlimited", lowers: rejected),
        .turn("enabled", "false", "true", raises: .latency),
      ]),
    Knobs(
      "step hold", in: .shop, at: "services.api.handler.part", with: [permits, part],
      [
        .turn("hold", "permits", "few", raises: .latency),
        .turn("steps", "[{wait: '2ms'}]", "[{wait: '9ms'}]", raises: .latency),
        .turn("timeout", "1ms", "50ms", lowers: rejected),
      ]),
    Knobs(
      "scenario", in: .shop, at: "", with: [gate],
      [
        .turn(
          "rate_limits", "{quota: {type: 'fixed_window', limit: 30, window: '100ms'}}",
          "{quota: {type: 'fixed_window', limit: 20, window: '100ms'}}", raises: shed)
      ]),
    Knobs(
      "scenario", in: .shop, at: "", with: [part],
      [.turn("pools", "{permits: {size: 3}}", "{permits: {size: 1}}", raises: .latency)]),
    Knobs(
      "breaker", in: .flaky, at: "\(call).breaker", with: ["\(call).breaker={}"],
      [
        .turn("failure_rate_threshold", "10", "80", lowers: byBreaker),
        .turn(
          "slow_call_duration", "30ms", "10s", lowers: byBreaker,
          with: ".failure_rate_threshold=60"),
        .turn(
          "minimum_calls", "5", "500", lowers: byBreaker, with: ".failure_rate_threshold=20"),
        .turn(
          "sliding_window", "1s", "60s", lowers: byBreaker, with: ".minimum_calls=5",
          ".failure_rate_threshold=45"),
        .turn(
          "sliding_window", "10", "500", lowers: byBreaker, with: ".minimum_calls=10",
          ".failure_rate_threshold=50"),
        .turn(
          "wait_duration_open", "1s", "20s", raises: byBreaker, with: ".failure_rate_threshold=20"),
        .turn(
          "permitted_half_open", "1", "20", changes: byBreaker, with: ".failure_rate_threshold=20"),
      ]),
    Knobs(
      "adaptive_throttling", in: .flaky, at: "\(call).adaptive_throttling",
      with: ["\(call).adaptive_throttling={k: 1}"],
      [
        .turn("k", "1", "2", lowers: .json("breakers.0.rejected_by_throttle")),
        .turn("window", "1s", "100s", changes: .json("breakers.0.rejected_by_throttle")),
      ]),
    Knobs(
      "step call", in: .flaky, at: call,
      [
        .turn("breaker", nil, "{failure_rate_threshold: 10}", raises: rejected),
        .turn("adaptive_throttling", nil, "{k: 1}", raises: rejected),
      ]),
    Knobs(
      "step scatter", in: .shards, at: "services.root.handler.leaf", with: [failing],
      [
        .turn("breaker", nil, "{failure_rate_threshold: 10}", lowers: .leaf("requests")),
        .turn("adaptive_throttling", nil, "{k: 1}", lowers: .leaf("requests")),
      ]),
    Knobs(
      "defaults of calls", in: .flaky, at: "defaults.call",
      with: ["services.api.handler=[{call: 'db'}]"],
      [
        .turn("breaker", nil, "{failure_rate_threshold: 10}", lowers: .db("requests")),
        .turn("adaptive_throttling", nil, "{k: 1}", lowers: .db("requests")),
      ]),
    Knobs(
      "defaults", in: .shop, at: "defaults", with: [quota, gate],
      [.turn("rate_limit", "{}", "{tokens_per_fill: 3}", lowers: refused)]),
    Knobs(
      "defaults", in: .shop, at: "defaults", with: [permits, part],
      [.turn("pool", "{}", "{max_waiting: 0}", raises: rejected)]),
    Knobs(
      "retry_policy", in: .flaky, at: "\(call).retry_policy",
      with: [
        "rate_limits={quota: {type: 'token_bucket', max_tokens: 1, fill_interval: '100ms'}}",
        "services.db.handler=[{rate_limit: 'quota'}]",
      ],
      [.turn("respect_retry_after", "false", "true", raises: .latency)]),
  ]

  private static let call = "services.api.handler.db"
  private static let refused = Fact.json("rate_limits.quota.refused")
  private static let shed = Fact.users("outcomes.shed")
  private static let rejected = Fact.users("outcomes.rejected")
  private static let byBreaker = Fact.json("breakers.0.rejected_by_breaker")
  private static let windows = [".limit=20", ".window=100ms"]
  private static let quota =
    "rate_limits={quota: {type: 'token_bucket', max_tokens: 10, fill_interval: '5ms'}, "
    + "small: {type: 'fixed_window', limit: 1, window: '100ms'}}"
  private static let gate =
    "services.api.handler=[{name: 'gate', rate_limit: 'quota'}, {work: '2ms'}]"
  private static let permits = "pools={permits: {size: 2}, few: {size: 1}}"
  private static let part =
    "services.api={replicas: 4, concurrency: 'unlimited', handler: [{name: 'part', hold: 'permits', "
    + "steps: [{wait: {type: 'exponential', mean: '10ms'}}]}]}"
  private static let failing =
    "services.leaf.handler=[{fail: 'shed', when: {probability: 0.5}}, {work: '1ms'}]"
}
