extension Template {
  static let scatter = Template(
    "scatter", "One request asks all leaves and waits for the slowest.",
    """
    // Question: what do rare slow answers do to a request that needs all of them?
    //
    //   [searches 50/s] --> [root] ==50==> [leaf, 50 shards]  one answer in a hundred is slow
    //
    // Answer: each leaf is slow once in a hundred times, so 1 - 0.99^50 = 39.5 % of all
    // requests are: p50 is 24.0 ms, p90 231 ms, p99 449 ms. Going on with 48 of 50 answers
    // makes p99 85.0 ms; a deadline of 60 ms makes it 61.0 ms, with fewer answers in 38.8 % of
    // the requests.
    // Change: the number of shards, the weights of the mixture, wait_for and deadline of the
    // scatter.
    // Try:
    //   tailrace compare FILE
    //   tailrace sweep FILE --variants all --param services.leaf.shards=1,10,50,100
    {
      "tailrace": 1,
      "name": "scatter",
      "seed": 5,
      "run": { "duration": "45s", "warm_up": "5s" },
      "workloads": {
        "searches": {
          "arrivals": { "type": "poisson", "rate": "50/s" },
          "steps": [{ "call": "root" }],
        },
      },
      "services": {
        "root": {
          "concurrency": "unlimited",
          "handler": [{ "scatter": "leaf" }, { "name": "merge", "work": "1ms" }],
        },
        "leaf": {
          "shards": 50,
          "concurrency": 8,
          // One answer in a hundred is slow, wherever it comes from.
          "handler": [
            {
              "work": {
                "type": "mixture",
                "of": [
                  { "weight": 99, "type": "lognormal", "p50": "8ms", "p99": "20ms" },
                  { "weight": 1, "type": "lognormal", "p50": "150ms", "p99": "500ms" },
                ],
              },
            },
          ],
        },
      },
      "thresholds": {
        "latency{workload:searches}": ["p(50) < 100ms"], "completeness": ["mean > 95%"],
      },
      "variants": {
        "all": {},
        "48-of-50": { "services.root.handler.leaf.wait_for": { "responses": 48 } },
        "deadline": { "services.root.handler.leaf.deadline": "60ms" },
      },
    }

    """)
}
