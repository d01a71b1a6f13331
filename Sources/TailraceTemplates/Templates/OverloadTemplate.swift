extension Template {
  static let overload = Template(
    "overload", "More load than the server can carry.",
    """
    // Question: what is a queue good for when half as much again comes as can be served?
    //
    //   [users 600/s, patient for 1 s] --> [api, 40 slots of 100 ms: 400/s]
    //
    // Answer: an endless queue is the worst: every visit waits longer than its caller, so
    // 100.0 % of the requests fail while the server works all the time. With room for 40 it
    // turns 33.8 % away, the unavoidable third, and the others take 196 ms. Last come, first
    // served answers as many, faster: 118 ms, but p99 is 564 ms.
    // Change: max_length, discipline and drop_expired of the queue, the timeout.
    // Try:
    //   tailrace compare FILE --variants short-queue,endless-queue,lifo
    //   tailrace sweep FILE --variants short-queue --param services.api.queue.max_length=0,20,80
    {
      "tailrace": 1,
      "name": "overload",
      "seed": 12,
      "run": { "duration": "30s", "warm_up": "5s", "interval": "1s" },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "600/s" },
          "steps": [{ "call": "api", "timeout": "1s" }],
        },
      },
      "services": {
        // Forty slots of 100 ms each: 400 requests a second and no more.
        "api": {
          "concurrency": 40,
          "queue": { "max_length": 40 },
          "handler": [{ "work": { "type": "exponential", "mean": "100ms" } }],
        },
      },
      "variants": {
        "short-queue": {},
        "endless-queue": { "services.api.queue.max_length": null },
        "lifo": { "services.api.queue": { "discipline": "LIFO", "max_length": 400 } },
      },
    }

    """)
}
