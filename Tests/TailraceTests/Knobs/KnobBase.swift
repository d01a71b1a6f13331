/// The scenarios that the knobs are tried in; each runs in milliseconds.
enum KnobBase: CaseIterable, Sendable {
  /// users -> api (a queue at half load) -> db, log.
  case shop
  /// users -> api -> db, which fails in every way, and once in a while takes 70 s.
  case flaky
  /// users -> web, a cache before db; now and then a write.
  case store
  /// users -> root -> eight shards of leaf.
  case shards
  /// users replays a file -> api.
  case replay

  var text: String {
    switch self {
    case .shop: Self.shopText
    case .flaky: Self.flakyText
    case .store: Self.storeText
    case .shards: Self.shardsText
    case .replay: Self.replayText
    }
  }

  private static let shopText = """
    {
      tailrace: 1, seed: 3,
      run: { duration: "2s", warm_up: "0s", replications: 1 },
      keys: { item: { count: 200, popularity: { type: "zipf", exponent: 1 }, size: "1KB" } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "400/s" }, keys: { item: 1 },
          class: { gold: 1, free: 3 }, attributes: { lines: { type: "geometric", mean: 3 } },
          steps: [{ call: "api" }],
        },
      },
      services: {
        api: {
          replicas: 4, concurrency: 2,
          handler: [
            { work: { type: "exponential", mean: "5ms" } },
            { call: "db" },
            { call: "log", when: { probability: 0.5 } },
          ],
        },
        db: { replicas: 2, concurrency: 2, handler: [{ work: "4ms" }] },
        log: { concurrency: "unlimited", handler: [{ wait: "1ms" }] },
      },
    }
    """

  private static let flakyText = """
    {
      tailrace: 1, seed: 5,
      run: { duration: "100s", warm_up: "0s", replications: 1 },
      keys: { item: { count: 50, popularity: { type: "zipf", exponent: 1 } } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "20/s" }, keys: { item: 1 },
          steps: [{ call: "api" }],
        },
      },
      services: {
        api: {
          concurrency: "unlimited",
          handler: [{
            call: "db", luck: "attempt",
            retry_policy: { retry_on: ["5xx"], num_retries: 2 },
          }],
        },
        db: {
          replicas: 3, concurrency: 1000, cores: 1,
          handler: [
            { work: { type: "exponential", mean: "20ms" } },
            { call: "log" },
            { name: "stuck", wait: "70s", when: { probability: 0.003 } },
            { fail: "application_error", when: { probability: 0.08 } },
            { fail: "connection_failure", when: { probability: 0.07 } },
            { fail: "timeout", when: { probability: 0.06 } },
            { fail: "shed", when: { probability: 0.05 } },
            { fail: "rejected", when: { probability: 0.04 } },
            { fail: "cancelled", when: { probability: 0.03 } },
          ],
        },
        log: { concurrency: "unlimited", handler: [{ wait: "10ms" }, { call: "disk" }] },
        disk: { concurrency: "unlimited", handler: [{ wait: "1ms" }] },
      },
    }
    """

  private static let storeText = """
    {
      tailrace: 1, seed: 4,
      run: { duration: "4s", warm_up: "0s", replications: 1 },
      keys: {
        page: { count: 400, popularity: { type: "zipf", exponent: 0.9 }, size: "1KB" },
        user: { count: 30 },
      },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "500/s" }, keys: { page: 1, user: 1 },
          steps: [{ call: "web" }],
        },
      },
      services: {
        web: {
          replicas: 2, concurrency: "unlimited",
          handler: [
            { cache: "pages", on_miss: [{ call: "db" }] },
            {
              name: "put", cache: "pages", op: "write", store: [{ call: "db" }],
              when: { probability: 0.1 },
            },
          ],
        },
        db: { concurrency: "unlimited", handler: [{ work: { type: "exponential", mean: "20ms" } }] },
        mem: { concurrency: "unlimited", handler: [{ work: "2ms" }] },
      },
      caches: {
        pages: { key: "page", max_entries: 60, ttl: "1s" },
        small: { key: "page", max_entries: 5 },
      },
    }
    """

  private static let shardsText = """
    {
      tailrace: 1, seed: 6,
      run: { duration: "4s", warm_up: "0s", replications: 1 },
      keys: {
        item: { count: 400, popularity: { type: "zipf", exponent: 1 }, size: "1KB" },
        page: { count: 50 },
        both: { of: ["item", "page"] },
      },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "150/s" }, keys: { item: 4, page: 1 },
          steps: [{ call: "root" }],
        },
      },
      services: {
        root: {
          replicas: 2, concurrency: "unlimited", handler: [{ scatter: "leaf", to: "keys" }],
        },
        leaf: {
          shards: 8, shard_by: { key: "item", policy: "MODULO" },
          handler: [{ work: { type: "exponential", mean: "3ms" } }],
        },
      },
    }
    """

  private static let replayText = """
    {
      tailrace: 1, seed: 7,
      run: { duration: "2s", warm_up: "0s", replications: 1 },
      keys: { item: { count: 100 } },
      workloads: {
        users: {
          arrivals: {
            type: "trace", file: "rows.csv", time: { column: "at", format: "ms" }, comment: "#",
          },
          keys: { item: { column: "item" } }, class: { column: "class" },
          steps: [{ call: "api" }],
        },
      },
      services: {
        api: {
          concurrency: "unlimited",
          handler: [{ work: { type: "column", column: "took", unit: "ms" } }],
        },
      },
    }
    """

  /// The folder of the files that they name.
  static let folder = Library.root.appending(path: "Tests/Fixtures/knobs").path()
}
