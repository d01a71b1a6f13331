import Tailrace
import TailraceModel
import Testing

@Suite("Caches in scenario files") struct CacheScenarioTests {
  private static let text = """
    {
      tailrace: 1,
      seed: 4,
      run: { duration: "20s", warm_up: "0s", replications: 1 },
      keys: { page: { count: 200, popularity: { type: "zipf", exponent: 1 } } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "1000/s" },
          keys: { page: 1 },
          steps: [{ call: "web" }],
        },
      },
      services: {
        web: {
          replicas: 2, concurrency: "unlimited",
          handler: [{ cache: "pages", on_miss: [{ call: "db" }] }],
        },
        db: { concurrency: "unlimited", handler: [{ work: "20ms" }] },
      },
      caches: { pages: { max_entries: 50, ttl: "1s" } },
    }
    """

  private static let scan = """
    {
      tailrace: 1,
      seed: 4,
      run: { duration: "60s", warm_up: "20s", replications: 1 },
      keys: { page: { count: 110000 } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "1000/s" },
          keys: { page: { count: 1, popularity: { type: "uniform", range: [0, 599] } } },
          steps: [{ call: "web" }],
        },
        crawler: {
          arrivals: {
            type: "poisson",
            rate: {
              type: "pulse", base: "0.01/s", peak: "10000/s", at: "1s", for: "200ms", every: "2s",
            },
          },
          keys: { page: { count: 1, popularity: { type: "scan", range: [10000, 109999] } } },
          steps: [{ call: "web" }],
        },
      },
      services: {
        web: { concurrency: "unlimited", handler: [{ cache: "pages", on_miss: [{ call: "db" }] }] },
        db: { concurrency: "unlimited", handler: [{ work: "1ms" }] },
      },
      caches: { pages: { max_entries: 1000 } },
    }
    """

  private func run(_ settings: [String]) throws -> Replication {
    let scenario = try Scenario.load(
      SourceText(name: "cache.jsonc", text: Self.text), settings: settings)
    let variant = try #require(scenario.variant(nil))
    let run = Replication.run(
      variant.topology,
      Replication.Settings(seed: variant.seed, number: 0, window: 0..<variant.duration))
    #expect(run.violations.isEmpty)
    return run
  }

  private func sums(_ settings: [String]) throws -> CacheInstanceOutcome {
    try #require(try run(settings).caches.first?.rows.first)
  }

  @Test("Each setting changes what it names")
  func settings() throws {
    let base = try sums([])
    #expect(base.hits > 0 && base.misses > 0 && base.evictions > 0 && base.expirations > 0)
    #expect(base.staleHits == 0 && base.coalesced == 0 && base.fetches == base.misses)
    #expect(try sums(["caches.pages.max_entries=100"]).hits > base.hits)
    #expect(try sums(["caches.pages.eviction=FIFO"]).hits < base.hits)
    #expect(try sums(["caches.pages.ttl=\"100ms\""]).hits < base.hits)
    #expect(try sums(["caches.pages.ttl_jitter_percent=90"]).expirations != base.expirations)
    #expect(try sums(["caches.pages.ttl_from=access"]).hits > base.hits)
    #expect(try sums(["caches.pages.start=warm"]).misses < base.misses)
    #expect(try sums(["caches.pages.key=page"]) == base)
    let locked = try sums(["caches.pages.lock=true"])
    #expect(locked.coalesced > 0 && locked.fetches < base.fetches)
    let hasty = try sums(["caches.pages.lock=true", "caches.pages.lock_timeout=\"1ms\""])
    #expect(hasty.fetches > locked.fetches)
    #expect(try sums(["caches.pages.stale_while_revalidate=\"1s\""]).staleHits > 0)
    let hosted = "caches.pages.service=db"
    #expect(try run([hosted]).caches[0].rows.count == 1)
    #expect(try run([hosted, "services.db.replicas=3"]).caches[0].rows.count == 3)
    // Each lookup costs 20 ms at the host, which is the origin here.
    #expect(try run([hosted]).services[0].rows[0].requests > 20_000)
    // Of these 20 ms a caller waits for 5.
    let unheard = try run([hosted, "services.web.handler.pages.timeout=\"5ms\""]).caches[0].rows[0]
    #expect(unheard.count(.unanswered) > 19_000 && unheard.hits == 0)
    let absent = "keys.page.absent_fraction=0.3"
    let unknown = try sums([absent])
    #expect(unknown.fills < unknown.fetches && unknown.hits < base.hits)
    let told = try sums([absent, "caches.pages.negative_ttl=\"1s\""])
    #expect(told.count(.negativeHits) > 0 && told.hits > unknown.hits)
    let eager = try sums(["caches.pages.early_refresh_beta=2"])
    #expect(eager.count(.earlyRefreshes) > 0 && eager.expirations < base.expirations)
    let failing = "faults.f={ at: \"5s\", for: \"10s\", service: \"db\", fail: 1 }"
    let saved = try run([failing, "caches.pages.stale_if_error=\"20s\""])
    let degraded = saved.workloads[0].outcomes[Int(Outcome.degraded.rawValue)]
    #expect(degraded > 100 && degraded == saved.caches[0].rows[0].count(.servedOnError))
    let lost = try run([failing])
    #expect(lost.workloads[0].outcomes[Int(Outcome.degraded.rawValue)] == 0)
    let flush = "faults.f={ at: \"10s\", cache: \"pages\", flush: true }"
    #expect(try sums([flush]).misses > base.misses)
    let often = "faults.f={ every: \"1s\", cache: \"pages\", flush: true }"
    #expect(try sums([often]).misses > base.misses + 200)
    #expect(try run(["caches.pages.placement=per_replica"]).caches[0].rows.count == 2)
    #expect(base.hitBytes == 0 && base.missBytes == 0)
    let sized = try sums(["keys.page.size=\"2KiB\""])
    #expect(sized.hitBytes == sized.hits * 2_048 && sized.missBytes == sized.misses * 2_048)
    let memory = ["keys.page.size=\"2KiB\"", "caches.pages.max_entries=null"]
    #expect(try sums(memory + ["caches.pages.max_memory=\"100KiB\""]) == sized)
    #expect(try sums(memory + ["caches.pages.max_memory=\"50KiB\""]).hits < sized.hits)
    let off = try run(["caches.pages.enabled=false"])
    #expect(off.caches.isEmpty && off.services[0].rows[0].requests > 19_000)
    let slow = try run(["caches.pages.hit_latency=\"5ms\""])
    let quick = try run([])
    let difference =
      try #require(slow.workloads[0].latencies.mean)
      - (try #require(quick.workloads[0].latencies.mean))
    let share = Double(base.hits) / Double(base.hits + base.misses)
    #expect(abs(difference - share * 5e6) < 5e4)
  }

  @Test("Every eviction policy of the language runs, and no two hit alike")
  func evictions() throws {
    var hits: [UInt64: String] = [:]
    for policy in EvictionPolicies.all {
      let sums = try sums(["caches.pages.eviction=\(policy.name)", "caches.pages.ttl=\"10s\""])
      #expect(sums.hits > 1_000, "\(policy.name)")
      #expect(sums.entryArea <= 50 * 20_000_000_000, "\(policy.name)")
      hits[sums.hits] = policy.name
    }
    // Where all entries expire, each of the two `volatile-` policies is its `allkeys-` twin.
    #expect(hits.count >= EvictionPolicies.all.count - 2)
  }

  @Test("Scans flush LRU and FIFO; 2Q, ARC, S3-FIFO, W-TinyLFU and SLRU keep the hot set")
  func scans() throws {
    // 600 hot keys have room beside 400; every other second come 2,000 strangers, each but once. Then
    // up to 600 of the next 2,000 lookups miss, less those that came between.
    func hits(_ policy: String, scans: Bool) throws -> Double {
      let scenario = try Scenario.load(
        SourceText(name: "scan.jsonc", text: Self.scan),
        settings: ["caches.pages.eviction=\(policy)", "workloads.crawler.enabled=\(scans)"])
      let variant = try #require(scenario.variant(nil))
      let run = Replication.run(
        variant.topology,
        .init(seed: variant.seed, number: 0, window: 20_000_000_000..<variant.duration))
      #expect(run.violations.isEmpty)
      let users = try #require(run.workloads.first { $0.name == "users" })
      let cache = try #require(run.caches.first?.rows.first)
      return Double(cache.hits) / Double(users.outcomes.reduce(0, +))
    }
    func loss(_ policy: String) throws -> Double {
      try hits(policy, scans: false) - hits(policy, scans: true)
    }
    for policy in ["LRU", "FIFO"] {
      let lost = try loss(policy)
      #expect(lost > 0.25, "\(policy) loses \(lost)")
    }
    for policy in ["TWO_Q", "ARC", "S3_FIFO", "W_TINYLFU", "SLRU"] {
      let lost = try loss(policy)
      #expect(lost < 0.03, "\(policy) loses \(lost)")
    }
  }

  @Test("An empty cache sends all load to the origin, 1 / (1 - h) times the usual")
  func coldStart() throws {
    let text = ["caches.pages.ttl=\"1d\"", "caches.pages.max_entries=200"]
    let warm = try sums(text + ["caches.pages.start=warm"])
    #expect(warm.misses == 0)
    // 200 keys, each fetched once or, while it is on its way, a few times more.
    let cold = try sums(text)
    #expect(cold.fills <= 200 && cold.misses < 400)
    let locked = try sums(text + ["caches.pages.lock=true"])
    #expect(locked.fetches == locked.fills && locked.fills == cold.fills)
  }

  @Test("A write drops what caches hold, or puts it there; a deletion drops it")
  func writes() throws {
    func run(
      _ settings: [String], writes: Int = 1, drops: Int = 0
    ) throws -> CacheInstanceOutcome {
      let text = Self.text.replacing(
        "handler: [{ cache: \"pages\", on_miss: [{ call: \"db\" }] }],",
        with: """
          handler: [{ split: {
            reads: { weight: 9, steps: [{ cache: "pages", on_miss: [{ call: "db" }] }] },
            writes: { weight: \(writes), steps: [{ cache: "pages", op: "write", store: [{ call: "db" }] }] },
            drops: { weight: \(drops), steps: [{ cache: "pages", op: "invalidate" }] },
          } }],
          """)
      let scenario = try Scenario.load(
        SourceText(name: "cache.jsonc", text: text), settings: settings)
      let variant = try #require(scenario.variant(nil))
      let run = Replication.run(
        variant.topology,
        Replication.Settings(seed: variant.seed, number: 0, window: 0..<variant.duration))
      #expect(run.violations.isEmpty)
      return run.caches[0].rows[0]
    }
    let dropped = try run([])
    #expect(dropped.count(.invalidated) > 500)
    let through = try run(["caches.pages.write_policy=write_through"])
    #expect(through.count(.invalidated) == 0 && through.hits > dropped.hits)
    let back = "caches.pages.write_policy=write_back"
    let hourly = try run([back, "caches.pages.flush_interval=\"1h\""])
    #expect(hourly.count(.bufferedWrites) > 1_500 && hourly.hits > dropped.hits)
    let often = try run([back, "caches.pages.flush_interval=\"100ms\""])
    #expect(often.count(.stores) > hourly.count(.stores) + 500 && often.count(.lostWrites) == 0)
    // The service that holds the cache stores, too.
    let far = try run([back, "caches.pages.flush_interval=\"100ms\"", "caches.pages.service=db"])
    #expect(far.count(.bufferedWrites) > 1_500 && far.count(.stores) > 1_000)
    let flush = "faults.f={ at: \"10s\", cache: \"pages\", flush: true }"
    #expect(try run([back, "caches.pages.flush_interval=\"1h\"", flush]).count(.lostWrites) > 20)
    let calm = try run([], writes: 0)
    #expect(calm.count(.invalidated) == 0 && calm.hits > dropped.hits)
    let deleted = try run([], writes: 0, drops: 1)
    #expect(deleted.count(.invalidated) > 500)
  }

  @Test("Steps for expired values renew what nobody wrote, instead of fetching it")
  func revalidation() throws {
    func sums(_ onStale: String) throws -> CacheInstanceOutcome {
      let text = Self.text.replacing(
        "on_miss: [{ call: \"db\" }] }]", with: "on_miss: [{ call: \"db\" }]\(onStale) }]")
      let scenario = try Scenario.load(SourceText(name: "cache.jsonc", text: text), settings: [])
      let variant = try #require(scenario.variant(nil))
      let run = Replication.run(
        variant.topology,
        Replication.Settings(seed: variant.seed, number: 0, window: 0..<variant.duration))
      #expect(run.violations.isEmpty)
      return run.caches[0].rows[0]
    }
    let plain = try sums("")
    let asking = try sums(", on_stale: [{ wait: \"1ms\" }]")
    #expect(plain.count(.revalidated) == 0 && asking.count(.revalidated) > 50)
    #expect(asking.fetches < plain.fetches && asking.hits > plain.hits)
  }
}
