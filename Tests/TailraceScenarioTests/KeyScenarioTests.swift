import Tailrace
import TailraceModel
import Testing

@Suite("Keys in scenario files") struct KeyScenarioTests {
  private static let scatter = """
    {
      tailrace: 1,
      run: { duration: "1s", warm_up: "0s", replications: 1 },
      keys: { item: { count: 32 } },
      workloads: {
        users: {
          arrivals: { type: "constant", rate: "1/s" },
          keys: { item: 32 },
          steps: [{ scatter: "leaf", to: "keys" }],
        },
      },
      services: {
        leaf: {
          shards: 8, shard_by: { policy: "MODULO" },
          handler: [{ work: "10ms" }],
        },
      },
    }
    """

  private func requests(_ text: String, _ settings: [String] = []) throws -> [RequestRecord] {
    let scenario = try Scenario.load(SourceText(name: "keys.jsonc", text: text), settings: settings)
    let variant = try #require(scenario.variant(nil))
    var run = Replication.Settings(seed: variant.seed, number: 0, window: 0..<variant.duration)
    run.keepsRequests = true
    let done = Replication.run(variant.topology, run)
    #expect(done.violations.isEmpty)
    return done.requests
  }

  @Test("Keys 0 to 31 over 8 one-slot shards answer at 40 ms, with four slots at 10 ms")
  func scatterToKeys() throws {
    let one = try requests(Self.scatter)
    #expect(one.map(\.ended) == [40_000_000])
    let four = try requests(Self.scatter, ["services.leaf.concurrency=4"])
    #expect(four.map(\.ended) == [10_000_000])
    // Keys 0, 8, 16 and 24 meet at shard 0, and 25 at shard 1.
    let some = try requests(
      Self.scatter,
      [
        "keys.item.popularity={type: 'keys', keys: [0, 8, 16, 24, 25]}",
        "workloads.users.keys.item=5",
      ])
    #expect(some.map(\.ended) == [40_000_000])
  }

  @Test("Each word of popularity becomes its law, of the space or of one workload")
  func laws() throws {
    func law(_ popularity: String, own: String? = nil) throws -> CarriedKeys {
      var settings = ["keys.item.popularity=\(popularity)", "workloads.users.keys.item=2"]
      if let own { settings.append("workloads.users.keys.item={count: 3, popularity: \(own)}") }
      let scenario = try Scenario.load(
        SourceText(name: "keys.jsonc", text: Self.scatter), settings: settings)
      return try #require(scenario.variant(nil)?.topology.workloads.first?.keys.first)
    }
    let zipf = try law("{type: 'zipf', exponent: 1.2, range: [4, 9]}")
    guard case .zipf(4...9, exponent: 1.2) = zipf.law else {
      Issue.record("\(zipf)")
      return
    }
    #expect(zipf.countMax == 2)
    let own = try law("{type: 'uniform'}", own: "{type: 'keys', keys: [3, [5, 2], 7]}")
    #expect(own.law.support == [3...3, 5...5, 7...7] && own.countMax == 3)
    let mixed = try law(
      "{type: 'mixture', of: [{weight: 9, type: 'uniform', range: [0, 3]}, {weight: 1, type: 'uniform'}]}"
    )
    #expect(mixed.law.support == [0...31])
  }

  private static let store = """
    {
      tailrace: 1,
      run: { duration: "20s", warm_up: "1s", replications: 1 },
      keys: {
        user: { count: 400, popularity: { type: "zipf", exponent: 1.2 }, size: "1MB" },
        page: { count: 50 },
        record: { of: ["user", "page"] },
        tenant: { of: ["user"], count: 3 },
      },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "500/s" },
          keys: { user: 1, page: 4 },
          steps: [{ call: "web" }],
        },
      },
      services: {
        web: { concurrency: "unlimited", handler: [{ scatter: "db", to: "keys" }] },
        db: {
          shards: 10, shard_by: { key: "user", policy: "MODULO" }, replicas: 4,
          concurrency: "unlimited",
          handler: [{ work: { type: "exponential", mean: "5ms" } }],
        },
      },
    }
    """

  private func result(_ settings: [String]) throws -> RunResult {
    let scenario = try Scenario.load(
      SourceText(name: "store.jsonc", text: Self.store), settings: settings)
    return try #require(scenario.variant(nil)).experiment(of: scenario).run()
  }

  private func database(_ settings: [String]) throws -> ServiceResult {
    try #require(result(settings).services.first { $0.name == "db" })
  }

  @Test("hash_by sends a user to one replica, hash_balance_factor lets some of the calls go")
  func hashed() throws {
    let hashed = ["services.db.lb_policy=MAGLEV", "services.db.hash_by=user"]
    #expect(try database([]).affinity == nil)
    #expect(try database(hashed).affinity?.share == 1)
    let bound = try database(hashed + ["services.db.hash_balance_factor=120"]).affinity?.share
    #expect(try #require(bound) < 0.95)
    let loose = try database(hashed + ["services.db.hash_balance_factor=300"]).affinity?.share
    #expect(try #require(loose) > #require(bound))
  }

  @Test("The whole key, a pair and a part of it: fan-out and imbalance follow the choice")
  func choiceOfKey() throws {
    let user = try database([])
    let record = try database(["services.db.shard_by.key=record"])
    let tenant = try database(["services.db.shard_by.key=tenant"])
    // Four pages of a user are four records, but one user of one tenant.
    #expect(record.requests == 4 * user.requests && tenant.requests == user.requests)
    func imbalance(_ service: ServiceResult) throws -> Double {
      try #require(service.shardLoad?.imbalance.value)
    }
    #expect(try imbalance(record) < 1.3)
    #expect(try imbalance(user) > 2 && imbalance(tenant) > imbalance(user))
  }

  @Test("reshard says what moves, and copy_bandwidth how long that takes")
  func resharded() throws {
    let grow = ["services.db.shard_by.reshard={at: '10s', shards: 11}"]
    let modulo = try #require(database(grow).reshard)
    // Of 400 keys those stay that leave the same remainder by 10 and by 11: 0 to 9 of each 110.
    #expect(modulo.movedShare == 1 - 40.0 / 400 && modulo.copiedBytes == nil)
    let jump = grow + ["services.db.shard_by.policy=JUMP"]
    let copied = try #require(
      database(jump + ["services.db.shard_by.copy_bandwidth=10MB/s"]).reshard)
    #expect(abs(copied.movedShare - 1.0 / 11) < 0.05)
    // A megabyte each at ten a second.
    #expect(abs(Double(copied.copyTime) - copied.movedShare * 400 * 1e8) < 2)
    let calls = try database(jump).rows.filter { $0.shard == 10 }.reduce(0) { $0 + $1.requests }
    #expect(calls > 0)
    #expect(try result(grow).service("db")?.shardLoad?.shards.count == 11)
  }

  @Test("double_reads makes the calls with a key on its way two, and nothing else")
  func doubleReads() throws {
    // A tenth of the keys, 40 MB, takes until the end of the run.
    let copied = [
      "services.db.shard_by.policy=JUMP", "services.db.shard_by.copy_bandwidth=4MB/s",
      "keys.user.popularity={type: 'uniform'}",
    ]
    func requests(_ reshard: String) throws -> UInt64 {
      try database(copied + ["services.db.shard_by.reshard=\(reshard)"]).requests
    }
    let once = try requests("{at: '10s', shards: 11}")
    let twice = try requests("{at: '10s', shards: 11, double_reads: true}")
    #expect(Double(twice) > 1.01 * Double(once) && Double(twice) < 1.1 * Double(once))
    #expect(try requests("{at: '10s', shards: 11, double_reads: false}") == once)
  }

  @Test("reshard beside hot_keys, a table and a scatter to shards")
  func reshardBeside() throws {
    func calls(_ settings: [String]) throws -> [UInt64] {
      let rows = try database(settings).rows
      return (0...rows.reduce(0) { max($0, $1.shard) }).map { shard in
        rows.filter { $0.shard == shard }.reduce(0) { $0 + $1.requests }
      }
    }
    let hot = try calls([
      "services.db.shard_by.hot_keys={keys: [0], ways: 3}",
      "services.db.shard_by.reshard={at: '10s', shards: 3}",
    ])
    // User 0 alone is more than a fifth of all; afterwards three shards have all of it.
    #expect(hot.count == 10 && hot[0..<3].allSatisfy { $0 > 2 * hot[3...].max()! })
    let split = try calls([
      "services.db.shards=2",
      "services.db.shard_by={key: 'user', policy: 'TABLE', table: [[0, 0], [1, 1]], "
        + "reshard: {at: '10s', shards: 3, table: [[0, 0], [1, 1], [20, 2]]}}",
    ])
    #expect(split.count == 3 && split[2] > 0 && split[1] > split[2])
    let all = try calls([
      "services.web.handler=[{scatter: 'db', wait_for: {fraction: 0.9}}]",
      "services.db.shard_by.reshard={at: '10s', shards: 20}",
    ])
    // Half as long, half as often.
    #expect(all.count == 20 && all[0] == all[9] && all[10] == all[19])
    #expect(Double(all[10]) > 0.45 * Double(all[0]) && Double(all[10]) < 0.6 * Double(all[0]))
  }
}

extension RunResult {
  fileprivate func service(_ name: String) -> ServiceResult? {
    services.first { $0.name == name }
  }
}
