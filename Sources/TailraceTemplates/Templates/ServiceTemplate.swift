extension Template {
  static let service = Template(
    "service", "Replicas behind a load balancer: which policy, and how many replicas?",
    """
    // Question: which balancing policy keeps the tail short?
    //
    //   [users 1,200/s] --> [api 8 x 4]  15 ms typical, 80 ms for one in a hundred
    //
    // Answer: p99 is 81.3 ms if the less busy of two replicas gets each request, 84.0 ms in
    // turn and 97.5 ms at random. The slots are 72.6 % busy in all three: who waits decides,
    // not how much work there is.
    // Change: replicas, concurrency and work of "api" to those you measured; the arrivals'
    // rate.
    // Try:
    //   tailrace compare FILE                                     all three policies, with intervals
    //   tailrace sweep FILE --param services.api.replicas=6..10
    {
      "tailrace": 1,
      "name": "service",
      "seed": 1,
      "run": { "duration": "25s", "warm_up": "5s" },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "1200/s" },
          "steps": [{ "call": "api", "timeout": "1s" }],
        },
      },
      "services": {
        "api": {
          "replicas": 8,
          "concurrency": 4,
          "lb_policy": "LEAST_REQUEST",
          "handler": [{ "work": { "type": "lognormal", "p50": "15ms", "p99": "80ms" } }],
        },
      },
      "thresholds": { "latency{workload:users}": ["p(99) < 150ms"] },
      "variants": {
        "least-request": {},
        "round-robin": { "services.api.lb_policy": "ROUND_ROBIN" },
        "random": { "services.api.lb_policy": "RANDOM" },
      },
    }

    """)
}
