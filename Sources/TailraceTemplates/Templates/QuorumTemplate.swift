extension Template {
  static let quorum = Template(
    "quorum", "Reads from several replicas, one of them slow.",
    """
    // Question: how many answers should a read wait for if one replica in three is slow?
    //
    //   [readers 300/s] ==3==> [store, 4 shards x 3 replicas]  replica 0 is five times as slow
    //
    // Answer: p99 is 21.0 ms with the first answer, 44.3 ms with two of three and 233 ms with
    // all three: two answers hide one slow replica, three never do.
    // Change: wait_for, the number of replicas, slow_down.
    // Try:
    //   tailrace compare FILE --variants two-of-three,one-of-three,all-three
    {
      "tailrace": 1,
      "name": "quorum",
      "seed": 9,
      "run": { "duration": "45s", "warm_up": "5s" },
      "keys": { "row": { "count": 10000 } },
      "workloads": {
        "readers": {
          "arrivals": { "type": "poisson", "rate": "300/s" },
          "keys": { "row": 1 },
          "steps": [{ "scatter": "store", "to": "replicas", "wait_for": { "responses": 2 } }],
        },
      },
      "services": {
        "store": {
          "shards": 4,
          "replicas": 3,
          "shard_by": { "policy": "RENDEZVOUS" },
          "concurrency": 8,
          "handler": [{ "work": { "type": "exponential", "mean": "10ms" } }],
        },
      },
      "faults": {
        "slow": { "at": "0s", "service": "store", "replica": 0, "slow_down": 5 },
      },
      "thresholds": { "latency{workload:readers}": ["p(99) < 100ms"] },
      "variants": {
        "two-of-three": {},
        "one-of-three": { "workloads.readers.steps.store.wait_for": { "responses": 1 } },
        "all-three": { "workloads.readers.steps.store.wait_for": { "responses": 3 } },
      },
    }

    """)
}
