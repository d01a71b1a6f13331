import Tailrace
import TailraceExperiment
import TailraceModel
import Testing

/// Words about keys, and each does something: changing it changes a named number.
@Suite("Words about keys in scenario files") struct KeyWordTests {
  private static let text = """
    {
      tailrace: 1,
      run: { duration: "20s", warm_up: "0s", replications: 1 },
      keys: { row: { count: 400, popularity: { type: "zipf", exponent: 1 } } },
      workloads: {
        readers: {
          arrivals: { type: "poisson", rate: "400/s" },
          keys: { row: 1 },
          steps: [{ scatter: "store", to: "replicas", wait_for: { responses: 1 } }],
        },
        writers: {
          arrivals: { type: "poisson", rate: "100/s" },
          keys: { row: 1 },
          steps: [
            { scatter: "store", op: "write", to: "replicas", wait_for: { responses: 1 } },
            { call: "log" },
          ],
        },
      },
      services: {
        store: {
          shards: 4, replicas: 3, concurrency: "unlimited", shard_by: {},
          handler: [{ work: { type: "exponential", mean: "10ms" } }],
        },
        log: {
          replicas: 3, concurrency: "unlimited", connection: { max_requests: 10 },
          handler: [
            { split: {
                a: { weight: 1, steps: [{ work: "1ms" }] },
                b: { weight: 1, steps: [{ work: "2ms" }] } } },
          ],
        },
      },
    }
    """

  private func result(_ settings: [String] = [], thresholds: String? = nil) throws -> RunResult {
    let all = settings + (thresholds.map { ["thresholds=\($0)"] } ?? [])
    let scenario = try Scenario.load(
      SourceText(name: "words.jsonc", text: Self.text), settings: all)
    return try #require(scenario.variant(nil)).experiment(of: scenario).run()
  }

  private func service(_ name: String, _ settings: [String] = []) throws -> ServiceResult {
    try #require(try result(settings).services.first { $0.name == name })
  }

  private static let need = "steps.store.wait_for"

  @Test("Stale reads follow from how many reads and writes wait for, and thresholds see them")
  func stale() throws {
    let base = try #require(try service("store").versions)
    #expect(base.stale > 50 && base.reads > 7_500 && base.writes > 1_800)
    let whole = try service("store", ["workloads.writers.\(Self.need)=all"]).versions
    #expect(whole?.stale == 0)
    let both = try service(
      "store",
      [
        "workloads.writers.\(Self.need)={responses: 2}",
        "workloads.readers.\(Self.need)={responses: 2}",
      ]
    ).versions
    #expect(both?.stale == 0)
    // Without writes nothing is kept, and nothing is told.
    #expect(try service("store", ["workloads.writers.enabled=false"]).versions == nil)
    #expect(try service("store", ["workloads.writers.steps.store.op=read"]).versions == nil)
    #expect(try service("log").versions == nil)
    let share = try #require(base.staleShare)
    let judged = try result(
      thresholds: """
        { "stale{service:store}": ["value < \(share * 100 - 0.01)%", "value < \(share * 100 + 0.01)%"],
          "handshakes{service:log}": ["value < 5/s", "value < 200/s"] }
        """)
    #expect(judged.thresholds.map { $0.status == .pass } == [false, true, false, true])
  }

  @Test("A sharding without a policy is a ring")
  func standardPolicy() throws {
    func rows(_ policy: String) throws -> [UInt64] {
      try service("store", ["services.store.shard_by={\(policy)}"]).rows.map(\.requests)
    }
    #expect(try rows("") == rows("policy: 'RING_HASH'"))
    #expect(try rows("") != rows("policy: 'MODULO'"))
  }

  @Test("Built-in keys choose shards, replicas and arms")
  func builtIn() throws {
    func spread(_ key: String) throws -> [UInt64] {
      try service("log", ["services.log.lb_policy=MAGLEV", "services.log.hash_by=\(key)"])
        .rows.map(\.requests)
    }
    #expect(try spread("request").allSatisfy { $0 > 500 })
    #expect(try spread("client").allSatisfy { $0 > 500 })
    #expect(try spread("source_ip").allSatisfy { $0 > 500 })
    let loop = "workloads.writers.closed={clients: 1, think_time: '10ms'}"
    let one = try service(
      "log",
      [
        "workloads.writers.arrivals=null", loop, "services.log.lb_policy=MAGLEV",
        "services.log.hash_by=client",
      ]
    ).rows.map(\.requests)
    #expect(one.count { $0 > 0 } == 1)
    // Declared and named, clients are drawn like other keys.
    let drawn = try service(
      "log",
      [
        "keys.client={count: 1}", "workloads.writers.keys.client=1",
        "services.log.lb_policy=MAGLEV", "services.log.hash_by=client",
      ]
    ).rows.map(\.requests)
    #expect(drawn.count { $0 > 0 } == 1)
    // By row each arm has its own rows: how many requests take the longer one changes.
    func busy(_ settings: [String]) throws -> UInt64 {
      try service("log", settings).rows.reduce(0) { $0 + $1.busy }
    }
    let each = try busy([])
    let sticky = try busy(["services.log.handler.split.by=row"])
    #expect(sticky != each)
    #expect(try busy(["services.log.handler.split.by=request"]) != each)
  }

  @Test("Popularity scans and shifts, and a fault finds the hottest shard")
  func popularity() throws {
    func share(_ popularity: String) throws -> Double {
      let store = try service("store", ["keys.row.popularity=\(popularity)"])
      return try #require(store.shardLoad).hotKeys.first?.share ?? 0
    }
    let fixed = try share("{type: 'zipf', exponent: 1.2}")
    #expect(try share("{type: 'zipf', exponent: 1.2, shift_every: '1s'}") < fixed / 4)
    #expect(try share("{type: 'scan'}") < 0.01)
    #expect(try share("{type: 'uniform', range: [0, 9], shift_every: '1s'}") < 0.08)
    let mixed =
      "{type: 'mixture', of: [{weight: 1, type: 'scan'}, {weight: 1, type: 'keys', keys: [3]}]"
    #expect(try share(mixed + "}") > 0.45)
    #expect(try share(mixed + ", shift_every: '2s'}") < 0.1)
    let scenario = try Scenario.load(
      SourceText(name: "words.jsonc", text: Self.text),
      settings: ["faults.slow={service: 'store', shard: 'hottest', at: '0s', slow_down: 4}"])
    let topology = try #require(scenario.variant(nil)).topology
    let hottest = try #require(try service("store").shardLoad).hottest
    #expect(topology.faults.first?.target.shard == hottest)
  }

  @Test("Pulses come again, and holders cost the writer time")
  func pulsesAndHolders() throws {
    let pulse = "{type: 'pulse', base: '10/s', peak: '1000/s', at: '1s', for: '1s'"
    func requests(_ rate: String) throws -> UInt64 {
      try result(["workloads.readers.arrivals.rate=\(rate)"]).workloads[0].requests
    }
    let once = try requests(pulse + "}")
    #expect(try requests(pulse + ", every: '4s'}") > 3 * once)
    // Three replicas of log hold each row that they were asked for; a write makes them drop it.
    let caches = "caches={rows: {max_entries: 400, placement: 'per_replica'}}"
    func work(_ per: String) throws -> Double {
      let handler = """
        services.log.handler=[{ cache: 'rows', on_miss: [{ wait: '1ms' }] },
          { cache: 'rows', op: 'invalidate', when: { probability: 0.1 } },
          { work: { type: 'linear', base: '1ms', per: \(per) } }]
        """
      return Double(try service("log", [caches, handler]).rows.reduce(0) { $0 + $1.busy })
    }
    #expect(try work("{holders: '10ms'}") > 1.2 * work("{holders: '0ms'}"))
  }
}
