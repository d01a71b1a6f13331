import TailraceEngine
import Testing

@testable import TailraceModel

/// Writes that a cache answers and stores later, by 2 ticks of work at `db`.
@Suite("Write-back caches") struct WriteBackTests {
  private static let tick = Timeline.tick

  /// Request by request, `w` writes, `r` reads and `d` deletes its key.
  private func run(
    _ classes: String, _ keys: [UInt64] = [7], every flush: UInt64 = 10, store: UInt64 = 2,
    faults: [FaultSpec] = [], replicas: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout CacheSpec) -> Void = { _ in }, _ picture: () -> String
  ) -> Replication {
    var cache = WriteBackScene.cache(every: flush)
    change(&cache)
    let steps = WriteBackScene.steps
    var services = [WriteBackScene.db(store)]
    if replicas > 0 {
      var web = ServiceSpec(name: "web", handler: steps)
      (web.slots, web.replicas) = (nil, replicas)
      services.append(web)
    }
    var timeline = Timeline(
      services, steps: replicas > 0 ? [.call("web")] : steps,
      keys: WriteBackScene.keys(keys, requests: classes.count), picture())
    return timeline.expectRun(
      [cache], faults: faults, classes: classes, sourceLocation: sourceLocation)
  }

  @Test("A write is answered at once; one store carries all writes of a key until the flush")
  func coalescing() {
    let run = run("wwrw") {
      """
      arrive  .a.b.c......d..
      leave   .a.b.c......d..
      """
    }
    // At 10 for `a` and `b`, at 20 for `d`.
    #expect(run.writeBackCounts == [3, 2, 0, 0] && run.stored == 2)
    #expect(run.caches[0].rows[0].hits == 1)
  }

  @Test("A write takes the cache's latency; where it goes through, the store's")
  func latency() {
    let back = run("w", replicas: 1) {
      $0.hitLatency = .ticks(1)
    } _: {
      """
      arrive  .a..
      leave   ..a.
      """
    }
    #expect(back.writeBackCounts == [1, 1, 0, 0])
    _ = run("w", replicas: 1) {
      $0.hitLatency = .ticks(1)
      $0.writePolicy = .writeThrough
    } _: {
      """
      arrive  .a..
      leave   ...a
      """
    }
  }

  @Test("A value that is evicted, or turned away, is stored at once")
  func eviction() {
    // No flush within the window: what is stored had to leave.
    let evicted = run("wwww", [1, 2, 1, 3], every: 2_000_000) {
      $0.capacity = .entries(2)
    } _: {
      """
      arrive  .a.b.c.d
      leave   .a.b.c.d
      """
    }
    #expect(evicted.writeBackCounts == [4, 1, 0, 0] && evicted.stored == 1)
    let refused = run("www", [1, 2, 3], every: 2_000_000) {
      $0.capacity = .entries(2)
      $0.eviction = NoEviction.self
    } _: {
      """
      arrive  .a.b.c
      leave   .a.b.c
      """
    }
    #expect(refused.writeBackCounts == [3, 1, 0, 0] && refused.stored == 1)
    // A read may push a written value out, and time may.
    let read = run("wr", [1, 2], every: 2_000_000) {
      $0.capacity = .entries(1)
    } _: {
      """
      arrive  .ab..
      leave   .a...b
      """
    }
    #expect(read.writeBackCounts == [1, 1, 0, 0])
    let expired = run("wr", every: 2_000_000) {
      $0.ttl = 3 * Self.tick
    } _: {
      """
      arrive  .a.....b
      leave   .a........b
      """
    }
    #expect(expired.writeBackCounts == [1, 1, 0, 0])
  }

  @Test("A deletion drops the entry, but what was written is stored")
  func deletion() {
    let run = run("wdr", every: 2_000_000) {
      """
      arrive  .a.b.c
      leave   .a.b....c
      """
    }
    #expect(run.writeBackCounts == [1, 1, 0, 0])
  }

  @Test("A store that fails is tried again at the next flush")
  func failure() {
    var failing = FaultSpec(name: "f", target: FaultTarget("db"), verb: .fail(1), at: 0)
    failing.length = .ticks(15)
    let run = run("ww", [1, 2], faults: [failing]) {
      """
      arrive  .a.b
      leave   .a.b
      """
    }
    #expect(run.writeBackCounts == [2, 4, 2, 0])
  }

  @Test("What is written while its key is being stored waits for the next flush")
  func overlap() {
    let run = run("www", store: 15) {
      """
      arrive  .a..........b.........c
      leave   .a..........b.........c
      """
    }
    // From 10 to 25 for `a`; at 30 for the others: at 20 the first was still under way.
    #expect(run.writeBackCounts == [3, 2, 0, 0])
  }

  @Test("A crash loses what its instance had not stored, in hand or under way, and says how much")
  func crash() {
    var crash = FaultSpec(
      name: "f", target: FaultTarget("web"), verb: .crash(drops: false), at: 5 * Self.tick)
    crash.length = .ticks(3)
    let waiting = run("wwwrw", [7, 8, 7, 7, 9], every: 20, faults: [crash], replicas: 1) {
      $0.placement = .perReplica
    } _: {
      """
      arrive  .abc.....d...e
      leave   .abc.........e
      leave   ............d.
      """
    }
    #expect(waiting.writeBackCounts == [4, 1, 0, 3])
    let underWay = run("ww", [7, 8], every: 4, store: 2, faults: [crash], replicas: 1) {
      $0.placement = .perReplica
    } _: {
      """
      arrive  .ab
      leave   .ab
      """
    }
    #expect(underWay.writeBackCounts == [2, 2, 0, 2])
    let stored = run("ww", [7, 8], every: 3, store: 1, faults: [crash], replicas: 1) {
      $0.placement = .perReplica
    } _: {
      """
      arrive  .ab
      leave   .ab
      """
    }
    #expect(stored.writeBackCounts == [2, 2, 0, 0])
  }

  @Test("A flush of the cache loses it, too; the crash of a writer does not where it is shared")
  func flush() {
    let flush = FaultSpec(
      name: "f", target: FaultTarget(""), verb: .flush(cache: "c"), at: 5 * Self.tick)
    let flushed = run("ww", faults: [flush]) {
      """
      arrive  .a.....b
      leave   .a.....b
      """
    }
    #expect(flushed.writeBackCounts == [2, 1, 0, 1])
    var crash = FaultSpec(
      name: "f", target: FaultTarget("web"), verb: .crash(drops: false), at: 11 * Self.tick)
    crash.length = .ticks(3)
    // The store of 10 dies with its writer and is taken up again at 20.
    let shared = run("w", faults: [crash], replicas: 1) {
      """
      arrive  .a
      leave   .a
      """
    }
    #expect(shared.writeBackCounts == [1, 2, 0, 0])
  }

  @Test("The latest writer's instance stores what others were to store")
  func takeover() {
    // Turns go to replica 0, 1, 0.
    let run = run("wwr", replicas: 2) {
      $0.placement = .perReplica
    } _: {
      """
      arrive  .a.b.c
      leave   .a.b....c
      """
    }
    #expect(run.caches[0].rows.map { $0.count(.bufferedWrites) } == [1, 1])
    #expect(run.caches[0].rows.map { $0.count(.stores) } == [0, 1])
    #expect(run.caches[0].rows.map { $0.count(.invalidated) } == [1, 0])
  }

  @Test("Longer intervals store less and lose more, as popular keys are written again")
  func interval() {
    func run(_ interval: UInt64) -> (stores: UInt64, lost: UInt64) {
      var cache = CacheSpec(name: "c", key: "item", capacity: .entries(1_000))
      cache.placement = .perReplica
      cache.writePolicy = .writeBack
      cache.flushInterval = interval
      var web = ServiceSpec(
        name: "web",
        handler: [
          StepSpec(.cache(CacheUse("c", store: [.call("db")])))
        ])
      web.slots = nil
      var db = ServiceSpec(name: "db", handler: [.work(.constant(1e6))])
      db.slots = nil
      var workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 1_000), steps: [.call("web")])
      workload.keys = [CarriedKeys(space: "item", law: .zipf(0...199, exponent: 1))]
      var topology = Topology(workloads: [workload], services: [web, db])
      topology.caches = [cache]
      // Ever so often, at no round instant.
      topology.faults = [
        FaultSpec(
          name: "f", target: FaultTarget("web"), verb: .crash(drops: false),
          every: .exponential(mean: 1.7e9), length: .constant(1e6))
      ]
      let run = Replication.run(
        topology, .init(seed: 3, number: 0, window: 0..<60_000_000_000))
      #expect(run.violations.isEmpty)
      let row = run.caches[0].rows[0]
      return (row.count(.stores), row.count(.lostWrites))
    }
    let (short, long) = (run(100_000_000), run(1_000_000_000))
    #expect(short.stores > 2 * long.stores)
    // About 35 crashes lose half an interval's writes each.
    #expect(long.lost > 5 * short.lost && long.lost > 8_000 && long.lost < 30_000)
  }
}
