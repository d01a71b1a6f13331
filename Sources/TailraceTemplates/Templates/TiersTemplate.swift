extension Template {
  static let tiers = Template(
    "tiers", "Three tiers with timeouts and retries, and a pause of the last.",
    """
    // Question: what do retries do when the database pauses for 2 s?
    //
    //   [users 300/s] --> [web 2] --> [app 3 x 32] --> [db 2 x 8]  paused from 15 s to 17 s
    //
    // Answer: without retries 5.1 % of all requests fail, and p99 of the others is 154 ms.
    // With two retries 2.3 % fail, but it takes 3.00 s until the system is well again, and p99
    // is 1.17 s: retries add load just when there is too little room. A retry budget of 20 %
    // lies between: 4.7 % fail, p99 is 180 ms.
    // Change: num_retries and per_try_timeout, the pause, and slots of "app", which wait with
    // the calls.
    // Try:
    //   tailrace compare FILE --variants no-retries,retries,budget
    //   tailrace run FILE -o out                                  timeseries.csv: how it goes
    {
      "tailrace": 1,
      "name": "tiers",
      "seed": 6,
      "run": { "duration": "45s", "warm_up": "5s", "interval": "1s" },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "300/s" },
          "steps": [{ "call": "web", "timeout": "2s" }],
        },
      },
      "network": { "default": { "latency": "250us" } },
      "services": {
        "web": {
          "replicas": 2,
          "concurrency": "unlimited",
          "handler": [{ "work": { "type": "exponential", "mean": "2ms" } }, { "call": "app" }],
        },
        "app": {
          "replicas": 3,
          "concurrency": 32,
          "handler": [
            { "work": { "type": "exponential", "mean": "5ms" } },
            {
              "call": "db",
              "retry_policy": {
                "retry_on": ["timeout"], "num_retries": 2, "per_try_timeout": "200ms",
              },
            },
          ],
        },
        "db": {
          "replicas": 2,
          "concurrency": 8,
          "cancel": "queued",
          "handler": [{ "work": { "type": "lognormal", "p50": "20ms", "p99": "150ms" } }],
        },
      },
      "faults": { "pause": { "at": "15s", "for": "2s", "service": "db", "pause": true } },
      "thresholds": { "errors{workload:users}": ["value < 5%"] },
      "variants": {
        "retries": {},
        "no-retries": { "services.app.handler.db.retry_policy.num_retries": 0 },
        "budget": { "services.db.circuit_breakers": { "retry_budget": { "budget_percent": 20 } } },
      },
    }

    """)
}
