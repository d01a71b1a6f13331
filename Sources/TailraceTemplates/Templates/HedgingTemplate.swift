extension Template {
  static let hedging = Template(
    "hedging", "A second copy of slow calls.",
    """
    // Question: is a second copy worth its load?
    //
    //   [users 500/s] --> [store 6 x 8]  two answers in a hundred take 200 ms and more
    //
    // Answer: a copy of each call that has not come back within 30 ms brings p99 from 198 ms
    // to 38.1 ms and p99.9 from 524 ms to 46.8 ms, for 2.0 % more calls. After 12 ms already
    // p99 is 21.2 ms, but that takes 16.9 % more.
    // Change: hedging_delay (a percentile such as { "percentile": 95 } too), the weights of
    // the mixture.
    // Try:
    //   tailrace compare FILE --variants plain,hedged,sooner
    //   tailrace run FILE --set workloads.users.steps.store.hedge_policy.hedging_delay=20ms
    {
      "tailrace": 1,
      "name": "hedging",
      "seed": 7,
      "run": { "duration": "65s", "warm_up": "5s" },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "500/s" },
          "steps": [
            {
              "call": "store",
              "hedge_policy": { "hedging_delay": "30ms", "max_attempts": 2 },
            },
          ],
        },
      },
      "services": {
        "store": {
          "replicas": 6,
          "concurrency": 8,
          "lb_policy": "LEAST_REQUEST",
          "cancel": "running",
          "handler": [
            {
              "work": {
                "type": "mixture",
                "of": [
                  { "weight": 98, "type": "lognormal", "p50": "8ms", "p99": "20ms" },
                  { "weight": 2, "type": "lognormal", "p50": "200ms", "p99": "800ms" },
                ],
              },
            },
          ],
        },
      },
      "thresholds": {
        "latency{workload:users}": ["p(99) < 60ms"], "extra_load{service:store}": ["value < 5%"],
      },
      "variants": {
        "hedged": {},
        "plain": {
          "workloads.users.steps.store.hedge_policy": null,
          "thresholds.extra_load{service:store}": null,
        },
        "sooner": { "workloads.users.steps.store.hedge_policy.hedging_delay": "12ms" },
      },
    }

    """)
}
