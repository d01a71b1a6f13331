/// What a service is: its handlers, replicas, slots and queue.
extension Knobs {
  static let services = [
    Knobs(
      "service", in: .shop, at: "services.api",
      [
        .turn("handler", "[{work: '2ms'}]", "[{work: '6ms'}]", raises: .latency),
        .turn(
          "handlers", "{get: [{work: '2ms'}]}", "{get: [{work: '6ms'}], put: []}",
          raises: .latency, with: ".handler=null", "workloads.users.steps=[{call: 'api/get'}]"),
        .turn("replicas", "2", "8", lowers: .latency),
        .turn(
          "groups", "{slow: {replicas: 2}}", "{slow: {replicas: 2}, fast: {replicas: 2, speed: 9}}",
          lowers: .latency, with: ".replicas=null"),
        .turn("shards", "2", "8", lowers: .latency, with: ".shard_by={policy: 'JUMP'}"),
        .turn(
          "shard_by", "{policy: 'MODULO'}", "{policy: 'RANGE'}",
          raises: .api("hottest_shard.imbalance_ratio"), with: ".shards=4"),
        .turn("concurrency", "1", "4", lowers: .latency),
        .turn("concurrency", "4", "unlimited", lowers: .latency, with: ".replicas=1"),
        .words("concurrency_model", tellApart: .api("utilization_ratio")),
        .turn("cores", "1", "2", lowers: .latency),
        .turn("queue", "{}", "{max_length: 0}", raises: .api("shed"), with: ".replicas=2"),
        .words(
          "cancel", tellApart: .api("utilization_ratio"), with: ".replicas=2",
          "workloads.users.steps.api.timeout=15ms"),
        .turn("network", "{latency: '1ms'}", "{latency: '5ms'}", raises: .latency),
        .turn(
          "connection", "{}", "{handshake: {round_trips: 3}}", raises: .latency,
          with: ".network.latency=1ms"),
      ]),
    Knobs(
      "service", in: .flaky, at: "services.api",
      [
        .turn(
          "circuit_breakers", "{}", "{retry_budget: {budget_percent: 1}}", lowers: .db("requests"),
          path: "services.db.circuit_breakers"),
        .turn(
          "price", "{per_replica_hour: 1}", "{per_replica_hour: 2}", raises: .json("cost.per_hour")),
        .words(
          "preset", tellApart: .json("services"), orNone: true,
          with: "workloads.users.steps.api.timeout=150ms",
          ".replicas=2", ".concurrency=1000", ".cores=1",
          ".handler=[{work: '9ms'}, {call: 'db', retry_policy: {retry_on: ['5xx']}}]"),
      ]),
    Knobs(
      "price of a service", in: .shop, at: "services.api.price",
      [
        .turn("per_replica_hour", "1", "2", raises: .json("cost.per_hour")),
        .turn("per_million_requests", "1", "2", raises: .json("cost.per_hour")),
      ]),
    Knobs(
      "queue of a service", in: .shop, at: "services.api.queue",
      with: [
        "services.api.replicas=2", "classes={gold: {priority: 0}, free: {priority: 1}}",
      ],
      [
        .turn("max_length", "0", "9", lowers: .api("shed")),
        .turn("max_length", "9", "unlimited", lowers: .api("shed")),
        .turn("timeout", "1ms", "50ms", lowers: .api("shed")),
        .turn("max_length_by_class", "{}", "{free: 0}", raises: .api("shed")),
        .words("discipline", tellApart: .latency, needs: ["FAIR": [".key=item"]]),
        .turn("key", "item", "request", changes: .latency, with: ".discipline=FAIR"),
        .turn(
          "codel", "{}", "{target: '1us', interval: '1us'}", raises: .api("shed"),
          with: ".discipline=CODEL"),
        .turn("preemptive", "false", "true", changes: .latency, with: ".discipline=LIFO"),
        .turn(
          "drop_expired", "false", "true", lowers: .api("utilization_ratio"),
          with: "workloads.users.steps.api.timeout=15ms"),
      ]),
    Knobs(
      "group", in: .shop, at: "services.api.groups.fast",
      with: [
        "services.api.replicas=null",
        "services.api.groups={slow: {replicas: 2}, fast: {replicas: 2}}",
      ],
      [
        .turn("replicas", "1", "8", lowers: .latency),
        .turn("speed", "0.5", "4", lowers: .latency),
      ]),
    Knobs(
      "class", in: .shop, at: "classes.gold",
      with: [
        "services.api.replicas=2", "services.api.queue.discipline=PRIORITY",
        "classes={gold: {}, free: {priority: 5}}",
      ],
      [.turn("priority", "0", "9", changes: .latency)]),
  ]

  /// How callers choose among replicas.
  static let balancing = [
    Knobs(
      "service", in: .shop, at: "services.api",
      [
        .words(
          "lb_policy", tellApart: .latency,
          needs: [
            "RING_HASH": [".hash_by=item"], "MAGLEV": [".hash_by=item"],
            "RENDEZVOUS": [".hash_by=item"],
            "CLIENT_SIDE_WEIGHTED_ROUND_ROBIN": [
              ".client_side_weighted_round_robin_lb_config={blackout_period: '0s', "
                + "weight_update_period: '100ms'}"
            ],
          ]),
        .turn(
          "hash_by", "item", "hot", raises: .latency, with: ".lb_policy=MAGLEV",
          "keys.hot={count: 2}", "workloads.users.keys.hot=1"),
        .turn(
          "hash_balance_factor", "110", "400", raises: .api("affinity_ratio"),
          with: ".lb_policy=MAGLEV", ".hash_by=item"),
        .turn(
          "least_request_lb_config", "{}", "{full_scan: true}", lowers: .latency,
          with: ".lb_policy=LEAST_REQUEST"),
        .turn(
          "ring_hash_lb_config", "{minimum_ring_size: 1}", "{minimum_ring_size: 9999}",
          lowers: .latency, with: ".lb_policy=RING_HASH", ".hash_by=item"),
        .turn(
          "maglev_lb_config", "{}", "{table_size: 5}", raises: .latency,
          with: ".lb_policy=MAGLEV", ".hash_by=item"),
      ]),
    Knobs(
      "least_request_lb_config", in: .shop, at: "services.api.least_request_lb_config",
      with: ["services.api.lb_policy=LEAST_REQUEST", "services.api.concurrency=1"],
      [
        .turn("choice_count", "1", "8", lowers: .latency),
        .turn(
          "replacement", "true", "false", lowers: .latency, with: "services.api.replicas=2",
          "workloads.users.arrivals.rate=150/s"),
        .turn("full_scan", "false", "true", lowers: .latency),
        .words("tie_break", tellApart: .latency, with: ".full_scan=true"),
      ]),
    Knobs(
      "ring_hash_lb_config", in: .shards, at: "services.leaf.ring_hash_lb_config",
      with: ["services.leaf.shard_by.policy=RING_HASH", "keys.item.popularity={type: 'uniform'}"],
      [
        .turn(
          "minimum_ring_size", "8", "9999", lowers: .leaf("hottest_shard.imbalance_ratio")),
        .turn(
          "maximum_ring_size", "9", "9999", changes: .leaf("hottest_shard.imbalance_ratio"),
          with: ".minimum_ring_size=9"),
      ]),
    Knobs(
      "maglev_lb_config", in: .shards, at: "services.leaf.maglev_lb_config",
      with: ["services.leaf.shard_by.policy=MAGLEV", "keys.item.popularity={type: 'uniform'}"],
      [.turn("table_size", "11", "65537", lowers: .leaf("hottest_shard.imbalance_ratio"))]),
  ]
}
