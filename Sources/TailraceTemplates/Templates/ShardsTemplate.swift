extension Template {
  static let shards = Template(
    "shards", "A store in shards by key, of which some keys are hot.",
    """
    // Question: how much hotter is the hottest shard than the others?
    //
    //   [users 1,500/s] --> [store, 8 shards x 4 slots]  shard = jump hash of the user
    //
    // Answer: with skewed users the hottest shard is 65.7 % busy, and 49.5 % if all users are
    // alike; the mean of all is 46.8 %. More replicas of each shard help against slow nodes,
    // not here: two of two slots each are no better (p99 53.2 ms against 48.5 ms).
    // Change: the exponent of the users' popularity, the number of shards, shard_by.
    // Try:
    //   tailrace run FILE -v                                      every shard
    //   tailrace sweep FILE --param services.store.shards=4,8,16,32
    {
      "tailrace": 1,
      "name": "shards",
      "seed": 3,
      "run": { "duration": "25s", "warm_up": "5s" },
      "keys": { "user": { "count": 10000, "popularity": { "type": "zipf", "exponent": 0.9 } } },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "1500/s" },
          "keys": { "user": 1 },
          "steps": [{ "call": "store" }],
        },
      },
      "services": {
        "store": {
          "shards": 8,
          "shard_by": { "key": "user", "policy": "JUMP" },
          "concurrency": 4,
          "handler": [{ "work": { "type": "exponential", "mean": "10ms" } }],
        },
      },
      "thresholds": { "utilization{service:store}": ["max < 80%"] },
      "variants": {
        "skewed": {},
        "even": { "keys.user.popularity": { "type": "uniform" } },
        "two-replicas": { "services.store.replicas": 2, "services.store.concurrency": 2 },
      },
    }

    """)
}
