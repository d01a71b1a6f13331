extension Template {
  static let closedLoop = Template(
    "closed-loop", "Clients that wait for their answers.",
    """
    // Question: how many clients can one server carry, and how do they differ from arrivals?
    //
    //   [40 clients, thinking 2 s] <--> [server, 2 slots of 100 ms]
    //
    // Answer: forty clients make 17.5/s and wait 278 ms each. Twice as many make 20.0/s, which
    // is all that the server can do, and wait 1.99 s: more clients only wait longer. As many
    // requests from users who do not wait for each other take 422 ms: who measures with
    // clients that wait sees too little of the queue.
    // Change: clients and think_time, work and concurrency of the server.
    // Try:
    //   tailrace run FILE                                         theory beside it: M/M/2//40
    //   tailrace sweep FILE --variants forty --param workloads.operators.closed.clients=10,20,40
    {
      "tailrace": 1,
      "name": "closed-loop",
      "seed": 8,
      "run": { "duration": "650s", "warm_up": "50s" },
      "workloads": {
        "operators": {
          "closed": { "clients": 40, "think_time": { "type": "exponential", "mean": "2s" } },
          "steps": [{ "call": "server" }],
        },
      },
      "services": {
        "server": {
          "concurrency": 2,
          "handler": [{ "work": { "type": "exponential", "mean": "100ms" } }],
        },
      },
      "variants": {
        "forty": {},
        "eighty": { "workloads.operators.closed.clients": 80 },
        "open": {
          "workloads.operators.closed": null,
          "workloads.operators.arrivals": { "type": "poisson", "rate": "17.5/s" },
        },
      },
    }

    """)
}
