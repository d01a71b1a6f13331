extension Template {
  static let shardedCache = Template(
    "sharded-cache", "A cache spread over nodes, and the loss of one.",
    """
    // Question: what happens when one of four cache nodes is lost?
    //
    //   [users 1,000/s] --> [web 2] --> (items on 4 nodes) --miss--> [db 1 x 8]
    //
    // Answer: all nodes together hit 89.4 % and keep the database 26.3 % busy. While one is
    // down for 5 of 20 s, and until it is full again, only 80.9 % are hits over all, the
    // database is 47.6 % busy and p99 is 60.6 ms instead of 47.1 ms.
    // Change: the number of shards and max_entries, how long the node is away, the database's
    // slots.
    // Try:
    //   tailrace compare FILE
    //   tailrace sweep FILE --variants node-lost --param services.nodes.shards=2,4,8
    {
      "tailrace": 1,
      "name": "sharded-cache",
      "seed": 4,
      "run": { "duration": "25s", "warm_up": "5s", "interval": "1s" },
      "keys": { "item": { "count": 50000, "popularity": { "type": "zipf", "exponent": 1 } } },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "1000/s" },
          "keys": { "item": 1 },
          "steps": [{ "call": "web" }],
        },
      },
      "services": {
        "web": {
          "replicas": 2,
          "concurrency": "unlimited",
          "handler": [{ "cache": "items", "on_miss": [{ "call": "db" }] }],
        },
        "nodes": {
          "shards": 4,
          "shard_by": { "policy": "RING_HASH" },
          "concurrency": 4,
          "handler": [{ "work": { "type": "exponential", "mean": "200us" } }],
        },
        "db": {
          "concurrency": 8,
          "queue": { "max_length": 64 },
          "handler": [{ "work": { "type": "exponential", "mean": "20ms" } }],
        },
      },
      "caches": { "items": { "service": "nodes", "max_entries": 4000, "start": "warm" } },
      "variants": {
        "whole": {},
        "node-lost": {
          "faults.loss": { "at": "10s", "for": "5s", "service": "nodes", "shard": 1, "crash": true },
        },
      },
    }

    """)
}
