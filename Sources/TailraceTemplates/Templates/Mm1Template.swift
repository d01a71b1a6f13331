extension Template {
  static let mm1 = Template(
    "mm1", "The textbook queue, theory beside simulation.",
    """
    // Question: why does latency explode long before a server is full?
    //
    //   [users 800/s] --> [server, 1 slot of 1 ms]
    //
    // Answer: the mean is 1 ms / (1 - utilization): theory says 5 ms at 80 % and 10 ms at 90
    // %, the simulation 4.97 ms and 9.86 ms, and p99 is 23.3 ms and 45.6 ms. Work that is
    // always 1 ms halves the wait: 3.01 ms (M/D/1: 3 ms).
    // Change: the rate, towards 1,000/s; the law of the work.
    // Try:
    //   tailrace check FILE                                       theory beside simulation
    //   tailrace sweep FILE --variants 80-percent --param workloads.users.arrivals.rate=500/s,950/s
    {
      "tailrace": 1,
      "name": "mm1",
      "seed": 11,
      "run": { "duration": "220s", "warm_up": "20s" },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "800/s" },
          "steps": [{ "call": "server" }],
        },
      },
      "services": {
        "server": {
          "handler": [{ "name": "serve", "work": { "type": "exponential", "mean": "1ms" } }],
        },
      },
      "variants": {
        "80-percent": {},
        "90-percent": { "workloads.users.arrivals.rate": "900/s" },
        "even-work": { "services.server.handler.serve.work": "1ms" },
      },
    }

    """)
}
