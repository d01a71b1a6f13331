import Testing

@testable import TailraceModel

/// Cache steps on hand-made arrivals: one column is one tick.
@Suite("Cache steps") struct CacheStepTests {
  private static let tick = Timeline.tick

  /// Requests that look their keys up and take `onMiss`; nil leaves the cache out.
  private func run(
    _ keys: [UInt64], onMiss: [StepSpec], onError: ErrorRule = .fail,
    services: [ServiceSpec] = [], steps: [StepSpec]? = nil, faults: [FaultSpec] = [],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout CacheSpec) -> Void = { _ in }, _ picture: () -> String
  ) -> Replication {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    change(&cache)
    let look = StepSpec(.cache(CacheUse("c", onMiss: onMiss))).onError(onError)
    var timeline = Timeline(
      services, steps: steps ?? [look], keys: [CarriedKeys(space: "item", law: .given(keys))],
      picture())
    return timeline.expectRun(
      [cache], faults: faults, sourceLocation: sourceLocation)
  }

  private func look(_ onMiss: [StepSpec]) -> StepSpec {
    StepSpec(.cache(CacheUse("c", onMiss: onMiss)))
  }

  @Test("A miss takes its steps and stores; a hit takes its latency")
  func hitsAndMisses() {
    let run = run([7, 7, 8, 7], onMiss: [.wait(.ticks(3))]) {
      $0.hitLatency = .ticks(1)
    } _: {
      """
      arrive  a...b.c.d.
      leave   ...a.b...c
      leave   .........d
      """
    }
    let sums = run.caches[0].rows[0]
    #expect(sums.hits == 2 && sums.misses == 2 && sums.fills == 2 && sums.coalesced == 0)
  }

  @Test("A cache that is switched off always misses")
  func off() {
    let run = run([7, 7], onMiss: [.wait(.ticks(3))]) {
      $0.enabled = false
    } _: {
      """
      arrive  a...b...
      leave   ...a...b
      """
    }
    #expect(run.caches.isEmpty)
  }

  @Test("What a full cache evicts is missed again")
  func eviction() {
    let run = run([1, 2, 1, 3, 1, 2], onMiss: [.wait(.ticks(1))]) {
      $0.capacity = .entries(2)
    } _: {
      """
      arrive  a..b..c..d..e..f..
      leave   .a..b.c...d.e...f.
      """
    }
    #expect(run.caches[0].rows[0].evictions == 2)
  }

  @Test("Requests that miss one key at once all fetch; with a lock one fetches for all")
  func singleFlight() {
    let plain = run([7, 7, 7, 7], onMiss: [.wait(.ticks(4))]) {
      """
      arrive  abc...d
      leave   ....abc
      leave   ......d
      """
    }
    #expect(plain.caches[0].rows[0].misses == 3 && plain.caches[0].rows[0].fills == 1)
    let locked = run([7, 7, 7, 7], onMiss: [.wait(.ticks(4))]) {
      $0.locks = true
    } _: {
      """
      arrive  abc...d
      leave   ....a.d
      leave   ....b..
      leave   ....c..
      """
    }
    #expect(locked.caches[0].rows[0].misses == 3 && locked.caches[0].rows[0].coalesced == 2)
  }

  @Test("Who waits shares the failure of the fetch; it may recover from it")
  func sharedFailure() {
    let steps: [StepSpec] = [.wait(.ticks(3)), StepSpec(.fail(.applicationError))]
    for (rule, isAnswered) in [(ErrorRule.fail, false), (.ignore, true)] {
      let run = run([7, 7], onMiss: steps, onError: rule) {
        $0.locks = true
      } _: {
        isAnswered
          ? """
          arrive  ab...
          leave   ...a.
          leave   ...b.
          """
          : """
          arrive  ab...
          leave   ...A.
          leave   ...B.
          """
      }
      #expect(run.caches[0].rows[0].fills == 0)
      let outcome = isAnswered ? Outcome.degraded : .applicationError
      #expect(run.requests.allSatisfy { $0.outcome == outcome })
    }
  }

  @Test("Who has waited as long as it may fetches itself")
  func lockTimeout() {
    _ = run([7, 7, 7], onMiss: [.wait(.ticks(5))]) {
      $0.locks = true
      $0.lockTimeout = 2 * Self.tick
    } _: {
      """
      arrive  ab....c..
      leave   .....ac.b
      """
    }
  }

  @Test("Where a fetch is cancelled, who has waited longest fetches instead")
  func handOver() {
    var web = ServiceSpec(name: "web", handler: [look([.wait(.ticks([9, 1]))])])
    web.slots = nil
    web.cancel = .running
    let run = run([7, 7], onMiss: [], services: [web], steps: [.call("web", timeout: 3)]) {
      $0.locks = true
    } _: {
      """
      arrive  a.b..
      leave   ...Ab
      """
    }
    #expect(run.caches[0].rows[0].fills == 1)
  }

  @Test("A value lives from its fill, or from its latest hit")
  func timeToLive() {
    _ = run([7, 7, 7], onMiss: [.wait(.ticks(1))]) {
      $0.ttl = 4 * Self.tick
    } _: {
      """
      arrive  a...bc.
      leave   .a..b.c
      """
    }
    let renewed = run([7, 7, 7, 7], onMiss: [.wait(.ticks(1))]) {
      $0.ttl = 4 * Self.tick
      $0.ttlFrom = .access
    } _: {
      """
      arrive  a...bc...d.
      leave   .a..bc....d
      """
    }
    #expect(renewed.caches[0].rows[0].expirations == 1)
  }

  @Test("A stale value is served at once while one fetch renews it")
  func stale() {
    var db = ServiceSpec(name: "db", handler: [.work(.ticks(3))])
    db.slots = nil
    let run = run([7, 7, 7, 7, 7], onMiss: [.call("db")], services: [db]) {
      $0.ttl = 2 * Self.tick
      $0.staleWhileRevalidate = 5 * Self.tick
    } _: {
      """
      arrive  a.....bc..d.........e...
      leave   ...a..bc..d............e
      """
    }
    let sums = run.caches[0].rows[0]
    #expect(sums.staleHits == 2 && sums.hits == 3 && sums.fills == 3)
    #expect(run.services[0].rows[0].requests == 3 && sums.fetches == 3)
  }

  @Test("Each replica fills a cache of its own; one that is shared is filled once")
  func placement() {
    var web = ServiceSpec(name: "web", handler: [look([.wait(.ticks(2))])])
    web.replicas = 2
    let own = run([7, 7, 7, 7], onMiss: [], services: [web], steps: [.call("web")]) {
      $0.placement = .perReplica
    } _: {
      """
      arrive  a...b...cd
      leave   ..a...b.cd
      """
    }
    #expect(own.caches[0].rows.map(\.misses) == [1, 1])
    let shared = run([7, 7, 7, 7], onMiss: [], services: [web], steps: [.call("web")]) {
      """
      arrive  a...b...cd
      leave   ..a.b...cd
      """
    }
    #expect(shared.caches[0].rows.map(\.hits) == [3])
  }

  @Test("A flush empties every instance; a crash only the caches of its replica")
  func losses() {
    let flush = FaultSpec(
      name: "f", target: FaultTarget(""), verb: .flush(cache: "c"), at: 5 * Self.tick)
    _ = run([7, 7, 7], onMiss: [.wait(.ticks(2))], faults: [flush]) {
      """
      arrive  a..b..c..
      leave   ..ab....c
      """
    }
    var web = ServiceSpec(name: "web", handler: [look([.wait(.ticks(2))])])
    web.replicas = 2
    var crash = FaultSpec(
      name: "f", target: FaultTarget("web"), verb: .crash(drops: false), at: 7 * Self.tick)
    crash.target.replica = 0
    crash.length = .ticks(1)
    let run = run(
      [7, 7, 7, 7], onMiss: [], services: [web], steps: [.call("web")], faults: [crash]
    ) {
      $0.placement = .perReplica
    } _: {
      """
      arrive  a...b....cd.
      leave   ..a...b...dc
      """
    }
    #expect(run.caches[0].rows.map(\.misses) == [2, 1])
  }

  @Test("A key has one size, whoever asks for it; bytes are counted and evict as they fill")
  func sizes() {
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<3_000).map { $0 * Self.tick }), steps: [look([])])
    workload.keys = [CarriedKeys(space: "item", law: .uniform(0...2))]
    var topology = Topology(workloads: [workload], services: [])
    topology.keySizes["item"] = .uniform(100, 200)
    var cache = CacheSpec(name: "c", key: "item", capacity: .bytes(600))
    cache.eviction = FIFO.self
    topology.caches = [cache]
    let settings = Replication.Settings(seed: 1, number: 0, window: 0..<(4_000 * Self.tick))
    let all = Replication.run(topology, settings).caches[0].rows[0]
    // Three keys of 100 to 200 bytes fit: each is missed once, so the misses are their sizes.
    #expect(all.misses == 3 && all.missBytes >= 300 && all.missBytes <= 600)
    #expect(all.hits == 2_997 && abs(Double(all.hitBytes) / Double(all.missBytes) / 999 - 1) < 0.1)
    topology.caches[0].capacity = .bytes(all.missBytes - 1)
    let less = Replication.run(topology, settings).caches[0].rows[0]
    #expect(less.misses > 500 && less.evictions > 500)
    #expect(less.hitBytes + less.missBytes == all.hitBytes + all.missBytes)
  }

  @Test("A warm cache begins with the most popular keys")
  func warm() {
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants([0, 1, 2, 3]), steps: [look([])])
    workload.keys = [
      CarriedKeys(
        space: "item",
        law: .list([
          WeightedKey(5, weight: 1), WeightedKey(9, weight: 9), WeightedKey(2, weight: 3),
        ]))
    ]
    var topology = Topology(workloads: [workload], services: [])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(2))
    cache.start = .warm
    topology.caches = [cache]
    let machine = Machine(PlanBuilder.build(topology, seed: 1, window: 0..<10))
    #expect(machine.caches[0].contains(9) && machine.caches[0].contains(2))
    #expect(!machine.caches[0].contains(5) && machine.caches[0].count == 2)
  }

  @Test("A hot key expires: 200 fetches, with single flight one")
  func herd() throws {
    let numbers = ReferenceNumber.byMetric("micro.csv", "thundering_herd")
    for (locks, metric) in [(false, "origin_plain"), (true, "origin_singleflight")] {
      var workload = WorkloadSpec(
        name: "w", arrivals: .instants((0..<1_000).map { $0 * Self.tick }),
        steps: [look([.wait(.ticks(200))])])
      workload.keys = [CarriedKeys(space: "item", law: .uniform(0...0))]
      var topology = Topology(workloads: [workload], services: [])
      var cache = CacheSpec(name: "c", key: "item", capacity: .entries(1))
      cache.locks = locks
      topology.caches = [cache]
      let run = Replication.run(
        topology, Replication.Settings(seed: 1, number: 0, window: 0..<(2_000 * Self.tick)))
      let sums = run.caches[0].rows[0]
      #expect(Double(sums.fetches) == numbers[metric]?.expected)
    }
  }

  @Test("Hits are those of the same keys replayed through the cache alone", arguments: 0..<10)
  func replay(_ number: Int) {
    let policies: [any EvictionPolicy.Type] = [
      LRU.self, FIFO.self, CLOCK.self, LFU.self, SLRU.self, TwoQ.self, ARC.self, WTinyLFU.self,
      S3FIFO.self, SIEVE.self,
    ]
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<20_000).map { $0 * Self.tick }), steps: [look([])])
    let keys = zipfKeys(20_000, among: 1_000, exponent: 0.8, seed: 9)
    workload.keys = [CarriedKeys(space: "item", law: .given(keys))]
    var topology = Topology(workloads: [workload], services: [])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(100))
    cache.eviction = policies[number]
    topology.caches = [cache]
    let run = Replication.run(
      topology, Replication.Settings(seed: 1, number: 0, window: 0..<(30_000 * Self.tick)))
    var alone = Cache.of(policies[number], 100)
    defer { alone.deallocate() }
    #expect(Int(run.caches[0].rows[0].hits) == alone.replay(keys), "\(policies[number].name)")
  }

  @Test("A cache changes nobody's luck: what misses takes as long as without it")
  func luck() {
    var db = ServiceSpec(name: "db", handler: [.work(.exponential(mean: 1e6))])
    db.slots = nil
    var workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 1_000), steps: [look([.call("db")])])
    workload.keys = [CarriedKeys(space: "item", law: .zipf(0...99, exponent: 1))]
    var topology = Topology(workloads: [workload], services: [db])
    topology.caches = [CacheSpec(name: "c", key: "item", capacity: .entries(20))]
    var settings = Replication.Settings(seed: 3, number: 0, window: 0..<2_000_000_000)
    settings.keepsRequests = true
    let with = Replication.run(topology, settings)
    topology.caches[0].enabled = false
    let without = Replication.run(topology, settings)
    #expect(with.requests.count == without.requests.count)
    var misses = 0
    for (one, other) in zip(with.requests, without.requests) where one.ended > one.began {
      #expect(one.ended - one.began == other.ended - other.began)
      misses += 1
    }
    #expect(misses == Int(with.caches[0].rows[0].misses))
  }

  @Test("An LRU cache under Zipf's law hits as Che's approximation says")
  func che() throws {
    let number = try #require(
      ReferenceNumber.byMetric("analytic.csv", "che_N1000_a0.8_C100")["LRU"])
    var workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 100_000), steps: [look([])])
    workload.keys = [CarriedKeys(space: "item", law: .zipf(0...999, exponent: 0.8))]
    var topology = Topology(workloads: [workload], services: [])
    topology.caches = [CacheSpec(name: "c", key: "item", capacity: .entries(100))]
    let run = Replication.run(
      topology,
      Replication.Settings(seed: 3, number: 0, window: 1_000_000_000..<21_000_000_000))
    let sums = run.caches[0].rows[0]
    let ratio = Double(sums.hits) / Double(sums.hits + sums.misses)
    #expect(abs(ratio - number.expected) < 0.01 * number.expected)
    #expect(sums.entryArea == 100 * 20_000_000_000)
  }
}
