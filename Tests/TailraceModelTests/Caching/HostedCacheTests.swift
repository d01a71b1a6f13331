import Synchronization
import TailraceEngine
import Testing

@testable import TailraceModel

/// Caches that a service holds: each lookup and each value to store is a call.
@Suite("Hosted caches") struct HostedCacheTests {
  private static let tick = Timeline.tick

  /// Requests that look their keys up at `cache` nodes of 1 tick and fetch for 2 ticks.
  private func run(
    _ keys: [UInt64], faults: [FaultSpec] = [],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout CacheSpec, inout ServiceSpec) -> Void = { _, _ in }, _ picture: () -> String
  ) -> Replication {
    var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
    node.slots = nil
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    cache.host = CallSpec("node")
    change(&cache, &node)
    var timeline = Timeline(
      [node], steps: [StepSpec(.cache(CacheUse("c", onMiss: [.wait(.ticks(2))])))],
      keys: [CarriedKeys(space: "item", law: .given(keys))], picture())
    return timeline.expectRun(
      [cache], faults: faults, outcome: .success, sourceLocation: sourceLocation)
  }

  private func crash(_ replica: Int, at first: UInt64, for length: UInt64) -> FaultSpec {
    var fault = FaultSpec(
      name: "f", target: FaultTarget("node"), verb: .crash(drops: false), at: first * Self.tick)
    fault.target.replica = replica
    fault.length = .ticks(length)
    return fault
  }

  @Test("A hit is one call; a miss asks, fetches, and tells what it has fetched")
  func calls() {
    let run = run([7, 7]) {
      """
      arrive  a.....b..
      leave   ....a..b.
      """
    }
    let sums = run.caches[0].rows[0]
    #expect(sums.hits == 1 && sums.misses == 1 && sums.fills == 1)
    #expect(run.services[0].rows[0].requests == 3)
    #expect(sums.events == [CacheEventCount(.unanswered, 0)])
  }

  @Test("A node that is down is a miss, tells nobody, and comes back empty")
  func lostNode() {
    let run = run([7, 7, 7, 7], faults: [crash(0, at: 8, for: 3)]) {
      """
      arrive  a.....b..c....d.......
      leave   ....a..b...c......d...
      """
    }
    let sums = run.caches[0].rows[0]
    #expect(sums.hits == 1 && sums.misses == 3 && sums.count(.unanswered) == 1)
    #expect(sums.fills == 2 && sums.fetches == 3)
  }

  @Test("With a lock one fetches and tells; those who wait go on when it is stored")
  func lock() {
    let run = run([7, 7, 7]) { cache, _ in
      cache.locks = true
    } _: {
      """
      arrive  ab......c.
      leave   ....a....c
      leave   ....b.....
      """
    }
    let sums = run.caches[0].rows[0]
    #expect(sums.coalesced == 1 && sums.fetches == 1 && sums.fills == 1)
  }

  @Test("Each replica fills for itself; a shard holds its keys only")
  func placement() {
    let replicas = run([7, 7, 7, 7]) { _, node in
      node.replicas = 2
    } _: {
      """
      arrive  a.....b.....c...d.
      leave   ....a.....b..c...d
      """
    }
    #expect(replicas.caches[0].rows.map(\.misses) == [1, 1])
    let shards = run([6, 7, 6, 7]) { _, node in
      node.shards = 2
      node.sharding = Sharding(key: "item", policy: Modulo(), keyCount: 100)
    } _: {
      """
      arrive  a.....b.....c...d.
      leave   ....a.....b..c...d
      """
    }
    #expect(shards.caches[0].rows.map(\.hits) == [1, 1])
    #expect(shards.services[0].rows.map(\.requests) == [3, 3])
  }

  @Test("Who refreshes a stale value does it behind the answer; early refresh knows its cost")
  func refreshes() {
    let stale = run([7, 7, 7]) { cache, _ in
      cache.ttl = 4 * Self.tick
      cache.staleWhileRevalidate = 20 * Self.tick
    } _: {
      """
      arrive  a........b.....c....
      leave   ....a.....b.....c...
      """
    }
    // Stored at 4 and at 13: `b` is served stale, `c` fresh.
    #expect(stale.caches[0].rows[0].staleHits == 1 && stale.caches[0].rows[0].fetches == 2)
    let early = run([7, 7]) { cache, _ in
      cache.ttl = 4 * Self.tick
      cache.earlyRefreshBeta = 1_000_000
    } _: {
      """
      arrive  a.....b....
      leave   ....a.....b
      """
    }
    #expect(early.caches[0].rows[0].count(.earlyRefreshes) == 1)
  }

  /// Ten shards of 100 keys, each with room for 90: an LRU of uniform keys hits 90 %.
  private func shards(replicas: Int, loses: Bool) -> Double {
    var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
    node.slots = nil
    node.shards = 10
    node.replicas = replicas
    node.sharding = Sharding(key: "item", policy: Modulo(), keyCount: 1_000)
    var workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 5_000),
      steps: [StepSpec(.cache(CacheUse("c", onMiss: [])))])
    workload.keys = [CarriedKeys(space: "item", law: .uniform(0...999))]
    var topology = Topology(workloads: [workload], services: [node])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(90))
    cache.host = CallSpec("node")
    topology.caches = [cache]
    if loses {
      var fault = FaultSpec(
        name: "f", target: FaultTarget("node"), verb: .crash(drops: false), at: 1_000_000)
      fault.target.shard = 3
      fault.target.replica = 0
      topology.faults = [fault]
    }
    let second: UInt64 = 1_000_000_000
    let run = Replication.run(
      topology, Replication.Settings(seed: 9, number: 0, window: (5 * second)..<(25 * second)))
    #expect(run.violations.isEmpty)
    let rows = run.caches[0].rows
    let misses = rows.reduce(0) { $0 + $1.misses }
    #expect(rows.reduce(0) { $0 + $1.fetches } == misses)
    return Double(misses) / Double(rows.reduce(misses) { $0 + $1.hits })
  }

  @Test("Losing 1 of 10 shards makes a tenth of the keys cold: 10 % of the load becomes 19 %")
  func lostShard() {
    #expect(abs(shards(replicas: 1, loses: false) - 0.1) < 0.005)
    #expect(abs(shards(replicas: 1, loses: true) - 0.19) < 0.005)
    // Of two replicas the other one still answers half of that tenth.
    #expect(abs(shards(replicas: 2, loses: true) - 0.145) < 0.005)
  }

  @Test("A warm shard begins with the most popular of its own keys")
  func warm() {
    var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
    node.shards = 2
    node.sharding = Sharding(key: "item", policy: Modulo(), keyCount: 100)
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants([0]),
      steps: [StepSpec(.cache(CacheUse("c", onMiss: [])))])
    workload.keys = [CarriedKeys(space: "item", law: .zipf(0...99, exponent: 1))]
    var topology = Topology(workloads: [workload], services: [node])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(3))
    cache.host = CallSpec("node")
    cache.start = .warm
    topology.caches = [cache]
    let machine = Machine(PlanBuilder.build(topology, seed: 1, window: 0..<10))
    for key in 0..<6 as Range<UInt64> {
      #expect(machine.caches[0].contains(key) == (key % 2 == 0))
      #expect(machine.caches[1].contains(key) == (key % 2 == 1))
    }
  }

  /// A function that counts how often it is asked; nobody else uses it.
  private struct Counted: ShardingPolicy {
    static let name = "COUNTED"
    static let summary = "Modulo, counted."
    static let movedFromTenToEleven: Double? = nil
    static let lookups = Atomic(0)
    func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
      Map(count: UInt64(shards.count))
    }
    struct Map: ShardMap {
      var count: UInt64
      func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
        Counted.lookups.add(1, ordering: .relaxed)
        return Int32(key % count)
      }
    }
  }

  @Test("Warming a thousand shards asks once for each key where it belongs, not once a shard")
  func warmShards() {
    let shards = 1_000
    var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
    node.shards = shards
    node.replicas = 2
    node.sharding = Sharding(key: "item", policy: Counted(), keyCount: 4_000)
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants([0]),
      steps: [StepSpec(.cache(CacheUse("c", onMiss: [])))])
    workload.keys = [CarriedKeys(space: "item", law: .zipf(0...3_999, exponent: 1))]
    var topology = Topology(workloads: [workload], services: [node])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(3))
    cache.host = CallSpec("node")
    cache.start = .warm
    topology.caches = [cache]
    let plan = PlanBuilder.build(topology, seed: 1, window: 0..<10)
    let before = Counted.lookups.load(ordering: .relaxed)
    let machine = Machine(plan)
    #expect(Counted.lookups.load(ordering: .relaxed) - before == 3_000)
    // The 3,000 most popular keys, three to each shard and its two replicas.
    for i in 0..<(2 * shards) {
      #expect(machine.caches[i].count == 3)
      for turn in 0..<3 { #expect(machine.caches[i].contains(UInt64(i / 2 + turn * shards))) }
    }
  }

  @Test("Tiers: what the replica's own cache misses, the shared tier answers")
  func tiers() {
    var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
    node.slots = nil
    let far = StepSpec(.cache(CacheUse("far", onMiss: [.wait(.ticks(4))])))
    var web = ServiceSpec(
      name: "web", handler: [StepSpec(.cache(CacheUse("near", onMiss: [far])))])
    web.slots = nil
    web.replicas = 2
    var timeline = Timeline(
      [node, web], steps: [.call("web")],
      keys: [CarriedKeys(space: "item", law: .given([7, 7, 7, 7]))],
      // Turns go to replica 0 and 1: `a` misses both tiers, `b` the near one, `c` and `d` none.
      """
      arrive  a.......b..c.d.
      leave   ......a..b.c.d.
      """)
    var near = CacheSpec(name: "near", key: "item", capacity: .entries(2))
    near.placement = .perReplica
    var cache = CacheSpec(name: "far", key: "item", capacity: .entries(10))
    cache.host = CallSpec("node")
    timeline.topology.caches = [near, cache]
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    let left = run.requests.map { Int($0.ended / Self.tick) }
    let drawn = timeline.columns("leave")
    #expect(left == "abcd".map { drawn[$0] })
    #expect(run.caches.map(\.name) == ["far", "near"])
    #expect(run.caches[0].rows.map(\.hits) == [1] && run.caches[0].rows[0].misses == 1)
    #expect(run.caches[1].rows.map(\.hits) == [1, 1])
  }
}
