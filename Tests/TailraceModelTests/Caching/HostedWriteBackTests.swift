import TailraceEngine
import Testing

@testable import TailraceModel

/// Writes that the service holding a cache answers after 1 tick and stores later, by 2 ticks of
/// work at `db`.
@Suite("Write-back caches at a service") struct HostedWriteBackTests {
  private static let tick = Timeline.tick

  /// Request by request, `w` writes, `r` reads and `d` deletes its key.
  private func run(
    _ classes: String, _ keys: [UInt64] = [7], every flush: UInt64 = 10, shards: Int = 1,
    faults: [FaultSpec] = [], sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout CacheSpec) -> Void = { _ in }, _ picture: () -> String
  ) -> Replication {
    var cache = WriteBackScene.cache(every: flush)
    cache.host = CallSpec("node")
    change(&cache)
    var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
    (node.slots, node.shards) = (nil, shards)
    if shards > 1 { node.sharding = Sharding(key: "item", policy: Modulo(), keyCount: 100) }
    var timeline = Timeline(
      [node, WriteBackScene.db(2)], steps: WriteBackScene.steps,
      keys: WriteBackScene.keys(keys, requests: classes.count), picture())
    return timeline.expectRun(
      [cache], faults: faults, classes: classes, sourceLocation: sourceLocation)
  }

  private func crash(_ shard: Int = 0, at first: UInt64, for length: UInt64) -> FaultSpec {
    var fault = FaultSpec(
      name: "f", target: FaultTarget("node"), verb: .crash(drops: false), at: first * Self.tick)
    fault.target.shard = shard
    fault.length = .ticks(length)
    return fault
  }

  @Test("A write costs a call; one store carries all writes of a key until the flush")
  func coalescing() {
    let run = run("wwrw") {
      """
      arrive  a..b..c.....d...
      leave   .a..b..c.....d..
      """
    }
    #expect(run.writeBackCounts == [3, 2, 0, 0] && run.stored == 2)
    #expect(run.caches[0].rows[0].hits == 1)
  }

  @Test("Each shard stores its own keys, from where they are held")
  func shards() {
    let run = run("wwww", [6, 7, 6, 9], shards: 2) {
      """
      arrive  abcd....
      leave   .abcd...
      """
    }
    #expect(run.caches[0].rows.map { $0.count(.bufferedWrites) } == [2, 2])
    #expect(run.caches[0].rows.map { $0.count(.stores) } == [1, 2] && run.stored == 3)
  }

  @Test("What is evicted or deleted is stored at once")
  func leaving() {
    let evicted = run("wwr", [1, 2, 3], every: 2_000_000) {
      $0.capacity = .entries(1)
    } _: {
      """
      arrive  a..b..c.......
      leave   .a..b......c..
      """
    }
    // `c` asks, fetches for 3 ticks and tells; that pushes the second value out.
    #expect(evicted.writeBackCounts == [2, 2, 0, 0])
    let deleted = run("wd", every: 2_000_000) {
      """
      arrive  a..b..
      leave   .a..b.
      """
    }
    #expect(deleted.writeBackCounts == [1, 1, 0, 0])
    let expired = run("wr", every: 2_000_000) {
      $0.ttl = 3 * Self.tick
    } _: {
      """
      arrive  a.....b......
      leave   .a.........b.
      """
    }
    #expect(expired.writeBackCounts == [1, 1, 0, 0])
  }

  @Test("A crash of the node loses what it has answered and not stored, not what others hold")
  func losses() {
    let run = run(
      "wwwww", [6, 7, 7, 6, 7], every: 20, shards: 2, faults: [crash(1, at: 5, for: 3)]
    ) {
      """
      arrive  abc........de
      leave   .abc........de
      """
    }
    #expect(run.caches[0].rows.map { $0.count(.lostWrites) } == [0, 2])
    #expect(run.caches[0].rows.map { $0.count(.bufferedWrites) } == [2, 3])
    #expect(run.stored == 2)
  }

  @Test("Where the node does not answer, the writer stores the value itself")
  func fallback() {
    let run = run("ww", faults: [crash(at: 2, for: 6)]) {
      """
      arrive  ....a......b...
      leave   ......a.....b..
      """
    }
    // Refused at 4, stored by 6; the other one is answered at 12 and stored at 20.
    #expect(run.writeBackCounts == [1, 1, 0, 0] && run.stored == 2)
  }

  @Test("A store that fails is tried again; a write while a store is under way waits for the next")
  func again() {
    var failing = FaultSpec(name: "f", target: FaultTarget("db"), verb: .fail(1), at: 0)
    failing.length = .ticks(15)
    let run = run("ww", [7, 7], faults: [failing]) {
      """
      arrive  a..........b....
      leave   .a..........b...
      """
    }
    #expect(run.writeBackCounts == [2, 2, 1, 0])
  }

  @Test("The node's own calls are those of its replicas: each store goes through its balancer")
  func callers() {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(100))
    cache.host = CallSpec("node")
    cache.writePolicy = .writeBack
    cache.flushInterval = 10_000_000
    var node = ServiceSpec(name: "node", handler: [.work(.constant(1e5))])
    (node.shards, node.sharding) = (4, Sharding(key: "item", policy: Modulo(), keyCount: 100))
    var db = ServiceSpec(name: "db", handler: [.work(.constant(1e6))])
    (db.slots, db.replicas) = (nil, 3)
    var workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 500),
      steps: [StepSpec(.cache(CacheUse("c", store: [.call("db")])))])
    workload.keys = [CarriedKeys(space: "item", law: .uniform(0...99))]
    var topology = Topology(workloads: [workload], services: [node, db])
    topology.caches = [cache]
    var settings = Replication.Settings(seed: 3, number: 0, window: 0..<20_000_000_000)
    settings.keepsCalls = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    let stores = run.caches[0].rows.reduce(0) { $0 + $1.count(.stores) }
    let calls = run.calls.filter { run.services[$0.to].name == "db" && $0.calls > 0 }
    #expect(calls.map { run.components[$0.from] } == ["node"] && calls[0].calls == stores)
    // Writes of one key within 10 ms share a store: one in forty.
    let writes = run.caches[0].rows.reduce(0) { $0 + $1.count(.bufferedWrites) }
    #expect(stores < writes && Double(stores) > 0.95 * Double(writes))
    let shares = run.services.first { $0.name == "db" }?.rows.map { Double($0.requests) } ?? []
    #expect(shares.allSatisfy { abs($0 - Double(stores) / 3) < 0.02 * Double(stores) })
  }
}
