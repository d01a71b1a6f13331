extension Template {
  static let capacity = Template(
    "capacity", "How many replicas does a load need?",
    """
    // Question: how many replicas does a load need, and how much load do they carry?
    //
    //   [users 1,000/s] --> [api 10 x 4]  22 ms in the mean, 110 ms for one in a hundred
    //
    // Answer: ten replicas are 54.2 % busy and keep p99 at 112 ms, well below the 150 ms of
    // the threshold. 'plan' finds the least number that meets the thresholds, and the largest
    // load that ten meet, with what gives way first.
    // Change: the thresholds first: they say what enough is. Then work and rate to those you
    // measured ('tailrace fit' makes a law of a file of times).
    // Try:
    //   tailrace plan FILE --find-min services.api.replicas
    //   tailrace plan FILE --find-max workloads.users.arrivals.rate
    {
      "tailrace": 1,
      "name": "capacity",
      "seed": 10,
      "run": { "duration": "25s", "warm_up": "5s" },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "1000/s" },
          "steps": [{ "call": "api" }],
        },
      },
      "services": {
        "api": {
          "replicas": 10,
          "concurrency": 4,
          "lb_policy": "LEAST_REQUEST",
          "handler": [{ "work": { "type": "lognormal", "p50": "15ms", "p99": "110ms" } }],
        },
      },
      "thresholds": {
        "latency{workload:users}": ["p(99) < 150ms"], "errors{workload:users}": ["value < 0.1%"],
      },
    }

    """)
}
