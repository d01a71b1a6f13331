/// What balancers do beside choosing among all replicas.
extension Knobs {
  static let balancers = [
    Knobs(
      "service", in: .shop, at: "services.api",
      [
        .turn(
          "round_robin_lb_config", "{}", "{scheduler: 'SMOOTH'}", changes: .latency,
          with: "services.api.replicas=null",
          "services.api.groups={a: {replicas: 2, weight: 3}, b: {replicas: 2}}"),
        .turn(
          "peak_ewma_lb_config", "{}", "{default_rtt: '0s'}", changes: .latency,
          with: ".lb_policy=PEAK_EWMA"),
        .turn(
          "prequal_lb_config", "{}", "{q_rif: 0}", changes: .latency, with: ".lb_policy=PREQUAL"),
        .turn(
          "client_side_weighted_round_robin_lb_config", "{}",
          "{blackout_period: '0s', weight_update_period: '100ms'}", changes: .latency,
          with: ".lb_policy=CLIENT_SIDE_WEIGHTED_ROUND_ROBIN"),
        .turn(
          "balancers", "shared", "4", raises: .latency, with: ".lb_policy=LEAST_REQUEST",
          ".least_request_lb_config.full_scan=true", ".concurrency=1"),
        .turn(
          "balancers", "per_caller", "4", raises: .latency, with: ".lb_policy=LEAST_REQUEST",
          ".least_request_lb_config.full_scan=true", ".concurrency=1"),
        .turn(
          "balance_per", "request", "connection", raises: .latency,
          with: ".connection={max_streams: 100}"),
        .turn("session_affinity", nil, "{by: 'item'}", raises: .latency),
        .turn(
          "load_report_delay", "1ms", "200ms", raises: .latency, with: ".lb_policy=LEAST_REQUEST"),
        .turn("subset", "{size: 2}", "{size: 4}", lowers: .latency),
        .turn(
          "slow_start_config", nil, "{slow_start_window: '10s'}", changes: .latency,
          with: ".readiness_probe={period: '50ms', timeout: '20ms', failure_threshold: 1}",
          "faults.dead={at: '300ms', for: '600ms', service: 'api', replica: 1, crash: true}"),
        .turn(
          "healthy_panic_threshold", "0", "100", raises: .errors,
          with: ".readiness_probe={period: '50ms', timeout: '20ms', failure_threshold: 1}",
          "faults.dead={at: '300ms', for: '600ms', service: 'api', replica: 1, crash: true}"),
        .turn(
          "outlier_detection", nil, "{consecutive_5xx: 1}", lowers: .errors,
          with: "faults.bad={at: '0s', service: 'api', replica: 1, fail: 0.9}"),
        .turn(
          "readiness_probe", nil, "{period: '50ms', timeout: '20ms'}", lowers: .errors,
          with: "faults.dead={at: '300ms', for: '600ms', service: 'api', replica: 1, crash: true}"),
        .turn(
          "liveness_probe", nil, "{period: '100ms', timeout: '50ms'}", lowers: .errors,
          with: "faults.stuck={at: '300ms', service: 'api', replica: 1, pause: true}",
          "workloads.users.steps.api.timeout=100ms"),
      ]),
    Knobs(
      "queue of a service", in: .shop, at: "services.api.queue",
      [
        .turn("at", "replica", "balancer", lowers: .latency)
      ]),
    Knobs(
      "group", in: .shop, at: "services.api.groups.fast",
      with: [
        "services.api.replicas=null",
        "services.api.groups={slow: {replicas: 2}, fast: {replicas: 2, speed: 3}}",
      ],
      [
        .turn("weight", "0.1", "3", lowers: .latency),
        .turn("priority", "0", "5", raises: .latency),
      ]),
    Knobs(
      "least_request_lb_config", in: .shop, at: "services.api.least_request_lb_config",
      with: [
        "services.api.lb_policy=LEAST_REQUEST", "services.api.replicas=null",
        "services.api.groups={a: {replicas: 2, weight: 3}, b: {replicas: 2}}",
      ],
      [
        .turn("active_request_bias", "0", "2", changes: .latency)
      ]),
    Knobs(
      "round_robin_lb_config", in: .shop, at: "services.api.round_robin_lb_config",
      with: [
        "services.api.replicas=null",
        "services.api.groups={a: {replicas: 2, weight: 3}, b: {replicas: 2}}",
      ],
      [
        .turn("scheduler", "EDF", "SMOOTH", changes: .latency)
      ]),
    Knobs(
      "peak_ewma_lb_config", in: .shop, at: "services.api.peak_ewma_lb_config",
      with: ["services.api.lb_policy=PEAK_EWMA"],
      [
        .turn("decay_time", "1ms", "10s", changes: .latency),
        .turn("default_rtt", "0s", "1s", changes: .latency),
        .turn(
          "failure_penalty", "0s", "5s", lowers: .errors,
          with: "faults.bad={at: '0s', service: 'api', replica: 1, fail: 0.9}"),
      ]),
    Knobs(
      "prequal_lb_config", in: .shop, at: "services.api.prequal_lb_config",
      with: ["services.api.lb_policy=PREQUAL"],
      [
        .turn("pool", "2", "16", changes: .latency),
        .turn("probes", "1", "4", changes: .latency),
        .turn("q_rif", "0", "1", changes: .latency),
        .turn("max_age", "1ms", "10s", changes: .latency),
      ]),
    Knobs(
      "client_side_weighted_round_robin_lb_config", in: .shop,
      at: "services.api.client_side_weighted_round_robin_lb_config",
      with: [
        "services.api.lb_policy=CLIENT_SIDE_WEIGHTED_ROUND_ROBIN", "services.api.replicas=null",
        "services.api.groups={a: {replicas: 2, speed: 3}, b: {replicas: 2}}",
        "services.api.client_side_weighted_round_robin_lb_config={blackout_period: '0s', weight_update_period: '100ms'}",
      ],
      [
        .turn("blackout_period", "0s", "1s", changes: .latency),
        .turn(
          "weight_expiration_period", "1ms", "10s", changes: .latency,
          with: "workloads.users.arrivals.rate=20/s", "run.duration=20s"),
        .turn("weight_update_period", "100ms", "1s", changes: .latency),
        .turn(
          "error_utilization_penalty", "0", "100", changes: .errors,
          with: "faults.bad={at: '0s', service: 'api', replica: 1, fail: 0.5}"),
      ]),
    Knobs(
      "session_affinity", in: .shop, at: "services.api.session_affinity",
      with: ["services.api.session_affinity={by: 'item'}"],
      [
        .turn("by", "request", "item", raises: .latency),
        .turn("ttl", "1ms", "10s", raises: .latency),
      ]),
    Knobs(
      "subset", in: .shop, at: "services.api.subset", with: ["services.api.subset={size: 2}"],
      [
        .turn("size", "1", "4", lowers: .latency),
        .turn("key", nil, "item", lowers: .latency),
        .turn(
          "deterministic", "false", "true", changes: .api("utilization_ratio"),
          with: "services.api.balancers=2"),
      ]),
    Knobs(
      "slow_start_config", in: .shop, at: "services.api.slow_start_config",
      with: [
        "services.api.readiness_probe={period: '50ms', timeout: '20ms', failure_threshold: 1}",
        "faults.dead={at: '300ms', for: '600ms', service: 'api', replica: 1, crash: true}",
        "services.api.slow_start_config={slow_start_window: '2s'}",
      ],
      [
        .turn("slow_start_window", "1ms", "10s", changes: .latency),
        .turn("aggression", "0.5", "9", changes: .latency),
        .turn("min_weight_percent", "1", "100", changes: .latency),
      ]),
    Knobs(
      "outlier_detection", in: .shop, at: "services.api.outlier_detection",
      with: [
        "faults.bad={at: '0s', service: 'api', replica: 1, fail: 0.9}",
        "services.api.outlier_detection={consecutive_5xx: 1, base_ejection_time: '300ms', interval: '100ms'}",
      ],
      [
        .turn("consecutive_5xx", "1", "9", raises: .errors),
        .turn("interval", "10ms", "5s", changes: .errors),
        .turn("base_ejection_time", "50ms", "900ms", lowers: .errors),
        .turn("max_ejection_time", "300ms", "9s", lowers: .errors),
        .turn(
          "max_ejection_percent", "10", "75", lowers: .errors,
          with: "faults.bad={at: '0s', service: 'api', fraction: 0.5, fail: 0.9}"),
        .turn(
          "success_rate_stdev_factor", "0", "1", lowers: .errors, with: ".consecutive_5xx=0",
          ".request_volume=2", ".minimum_hosts=2"),
        .turn(
          "failure_percentage_threshold", nil, "50", lowers: .errors, with: ".consecutive_5xx=0",
          ".success_rate_stdev_factor=0", ".request_volume=2", ".minimum_hosts=2"),
        .turn(
          "request_volume", "2", "1000", raises: .errors, with: ".consecutive_5xx=0",
          ".success_rate_stdev_factor=1", ".minimum_hosts=2"),
        .turn(
          "minimum_hosts", "2", "9", raises: .errors, with: ".consecutive_5xx=0",
          ".success_rate_stdev_factor=1", ".request_volume=2"),
        .turn(
          "count_shed", "true", "false", lowers: .api("ejections"),
          with: "services.api.queue.max_length=0", "services.api.replicas=2", "faults=null"),
      ]),
    Knobs(
      "readiness_probe", in: .shop, at: "services.api.readiness_probe",
      with: [
        "faults.dead={at: '300ms', for: '600ms', service: 'api', replica: 1, crash: true}",
        "services.api.readiness_probe={period: '50ms', timeout: '20ms'}",
      ],
      [
        .turn("initial_delay", "0s", "600ms", changes: .latency),
        .turn("period", "50ms", "200ms", raises: .errors),
        .turn(
          "timeout", "5ms", "45ms", raises: .errors, with: "faults.dead.connections=dropped",
          "workloads.users.steps.api.timeout=100ms"),
        .turn("success_threshold", "1", "9", changes: .latency),
        .turn("failure_threshold", "1", "6", raises: .errors),
        .turn("propagation_delay", "0s", "200ms", raises: .errors),
      ]),
    Knobs(
      "liveness_probe", in: .shop, at: "services.api.liveness_probe",
      with: [
        "faults.stuck={at: '300ms', service: 'api', replica: 1, pause: true}",
        "workloads.users.steps.api.timeout=100ms",
        "services.api.liveness_probe={period: '100ms', timeout: '50ms'}",
      ],
      [
        .turn(
          "initial_delay", "0s", "300ms", lowers: .api("restarts"),
          with: "services.api.start_up=400ms"),
        .turn("period", "100ms", "400ms", raises: .errors),
        .turn("timeout", "20ms", "90ms", raises: .errors),
        .turn("failure_threshold", "2", "9", raises: .errors),
      ]),
    Knobs(
      "circuit_breakers", in: .shop, at: "services.api.circuit_breakers",
      [
        .turn("max_requests", "2", "50", lowers: .errors),
        .turn("max_connections", "2", "50", lowers: .latency),
        .turn("max_pending_requests", "0", "50", lowers: .errors, with: ".max_connections=3"),
      ]),
    Knobs(
      "service", in: .shop, at: "services.api",
      with: [
        "zones=['east', 'west']", "network.cross_zone={latency: '5ms'}",
        "services.api.zones={east: 1, west: 1}",
      ],
      [
        .turn("zone_aware", "false", "true", lowers: .latency)
      ]),
    Knobs(
      "service", in: .shop, at: "services.api",
      with: [
        "services.api.replicas=null",
        "services.api.groups={near: {replicas: 4}, far: {replicas: 4, priority: 1}}",
        "services.api.readiness_probe={period: '50ms', timeout: '20ms', failure_threshold: 1}",
        "faults.dead={at: '300ms', for: '600ms', service: 'api', group: 'near', fraction: 0.5, crash: true}",
      ],
      [
        .turn("overprovisioning_factor", "1", "9", raises: .latency)
      ]),
    Knobs(
      "circuit_breakers", in: .flaky, at: "services.db.circuit_breakers",
      [
        .turn("max_retries", "0", "9", lowers: .errors)
      ]),
  ]
}
