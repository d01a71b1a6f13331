import Testing

@testable import TailraceModel

/// Versions of keys at replicas, one read after the other.
@Suite("Versions of keys") struct VersionTests {
  private static let key = [CarriedKeys(space: "row", law: .given([6]))]

  private func store(_ replicas: Int, slots: Int? = nil) -> ServiceSpec {
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(1))])
    (store.replicas, store.slots, store.versionedBy) = (replicas, slots, "row")
    return store
  }

  private func write(_ need: Int? = nil, deadline: UInt64? = nil) -> StepSpec {
    var call = CallSpec("store")
    call.operation = .write
    guard let need else { return StepSpec(.call(call)) }
    return StepSpec(.scatter(call, .replicas, .need(.responses(need), deadline: deadline)))
  }

  private func read(_ need: Int) -> StepSpec {
    .scatter("store", .replicas, .need(.responses(need)))
  }

  private func sum(
    _ service: ServiceSpec, _ steps: [StepSpec], faults: [FaultSpec] = [], _ picture: String
  ) -> VersionSum {
    var timeline = Timeline([service], steps: steps, keys: Self.key, picture)
    timeline.topology.faults = faults
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    return run.services[0].versions ?? VersionSum()
  }

  private func crash(_ replica: Int, at: UInt64, ticks: UInt64) -> FaultSpec {
    var target = FaultTarget("store")
    target.replica = replica
    var fault = FaultSpec(
      name: "f\(replica)", target: target, verb: .crash(drops: false), at: at * Timeline.tick)
    fault.length = .ticks(ticks)
    return fault
  }

  @Test("A write to one of two replicas in turn: the other one answers the next read with the old")
  func turns() {
    // The balancer takes replica 0 for the write, 1 and 0 for the reads.
    let found = sum(store(2), [write(), .call("store"), .call("store")], "arrive a")
    #expect(found.writes == 1)
    #expect(found.reads == 2)
    #expect(found.stale == 1)
  }

  @Test("A replica that was down for a write stays behind until the next one")
  func missedWrite() {
    // Down are 2 at the write of `a`, then 0 and 1 at the reads of `a`; `b` comes when all are up.
    let steps = [write(2), .wait(.ticks(10)), read(1), .wait(.ticks(10)), read(1)]
    let down = [crash(2, at: 0, ticks: 5), crash(0, at: 8, ticks: 5), crash(1, at: 8, ticks: 5)]
    let missed = sum(store(3), steps, faults: down, "arrive .a")
    #expect(missed.stale == 1, "only the first read has no other replica to hear")
    #expect(missed.reads == 2)
    let mended = sum(
      store(3), [write(2), .wait(.ticks(5)), write(3), read(1)],
      faults: [crash(2, at: 0, ticks: 5)], "arrive .a")
    #expect(mended.stale == 0)
    #expect(mended.writes == 2)
  }

  /// Hits of caches in front of the store, by the name of the cache: all, and outdated ones.
  private func hits(_ caches: [CacheSpec], _ steps: [StepSpec], _ web: [StepSpec]) -> [[UInt64]] {
    let services = [store(1), ServiceSpec(name: "web", handler: web)]
    var timeline = Timeline(services, steps: steps, keys: Self.key, "arrive a")
    timeline.topology.caches = caches
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    return run.caches.map { cache in
      [
        cache.rows.reduce(0) { $0 + $1.hits }, cache.rows.reduce(0) { $0 + $1.outdatedHits },
      ]
    }
  }

  private func cache(_ name: String) -> CacheSpec {
    CacheSpec(name: name, key: "row", capacity: .entries(10))
  }

  @Test("A cache that nobody tells of a write answers with the old value until it is told")
  func cached() {
    let look = StepSpec(.cache(CacheUse("pages", onMiss: [.call("store")])))
    let steps: [StepSpec] = [.call("web"), .call("web"), write(), .call("web"), .call("web")]
    #expect(hits([cache("pages")], steps, [look]) == [[3, 2]])
    var drop = CacheUse("pages", onMiss: [])
    drop.operation = .invalidate
    let told = steps + [StepSpec(.cache(drop)), .call("web"), .call("web")]
    #expect(hits([cache("pages")], told, [look]) == [[4, 2]])
    // Whoever writes through the cache leaves the new value there.
    var through = cache("pages")
    through.writePolicy = .writeThrough
    var storing = CacheUse("pages", onMiss: [write()])
    storing.operation = .write
    let wise: [StepSpec] = [.call("web"), StepSpec(.cache(storing)), .call("web")]
    #expect(hits([through], wise, [look]) == [[1, 0]])
  }

  @Test("A value that came from another cache is as old as it was there, also by way of a branch")
  func tiers() {
    let far = StepSpec(.cache(CacheUse("far", onMiss: [.call("store")])))
    let near = StepSpec(.cache(CacheUse("near", onMiss: [.parallel([[far]])])))
    var drop = CacheUse("near", onMiss: [])
    drop.operation = .invalidate
    // Both have version 0; after the write the near one fetches it from the far one.
    let steps: [StepSpec] = [
      .call("web"), write(), StepSpec(.cache(drop)), .call("web"), .call("web"),
    ]
    #expect(hits([cache("far"), cache("near")], steps, [near]) == [[1, 1], [1, 1]])
    var both = CacheUse("far", onMiss: [])
    both.operation = .invalidate
    let told =
      Array(steps.prefix(3)) + [StepSpec(.cache(both)), .call("web"), .call("web")]
    #expect(hits([cache("far"), cache("near")], told, [near]) == [[0, 0], [1, 0]])
  }

  @Test("A key that moves takes its versions along, but not those that come too late")
  func moving() {
    // Key 6 is of shard 0 of 2 and of shard 2 of 4 from tick 5 on.
    func stale(_ reshard: Reshard?, _ picture: String) -> [UInt64] {
      var store = ServiceSpec(name: "store", handler: [.work(.ticks(4))])
      (store.shards, store.slots, store.versionedBy) = (4, nil, "row")
      store.sharding = Sharding(key: "row", policy: Modulo(), keyCount: 1_000)
      store.sharding?.reshard = reshard
      let found = sum(store, [write(), .wait(.ticks(5)), .call("store")], picture)
      return [found.writes, found.reads, found.stale]
    }
    let tick = Timeline.tick
    let reshard = Reshard(at: 5 * tick, from: 2, to: 4)
    // The write is done at 4, or at 7: then it is at the old owner only.
    #expect(stale(reshard, "arrive a") == [1, 1, 0])
    #expect(stale(reshard, "arrive ...a") == [1, 1, 1])
    #expect(stale(nil, "arrive ...a") == [1, 1, 0])
    // While its copy is on the way, the old owner still has it.
    var slow = Reshard(at: 5 * tick, from: 2, to: 4, copy: .init(bytes: 9e6, bytesPerSecond: 1))
    #expect(stale(slow, "arrive ...a") == [1, 1, 0])
    slow.readsTwice = true
    #expect(stale(slow, "arrive ...a") == [1, 1, 0])
    #expect(stale(slow, "arrive ......a") == [1, 1, 0], "a write goes to the owner alone")
  }

  @Test("A write that a deadline has cut short promises nothing, whoever has it")
  func deadline() {
    // One slot: of each replica's visits the second waits; a read meanwhile finds nothing missing.
    var slow = store(2)
    slow.groups = [ReplicaGroup("a", speed: 1), ReplicaGroup("b", speed: 0.1)]
    let found = sum(slow, [write(2, deadline: 3), read(1)], "arrive a")
    #expect(found.writes == 0)
    #expect(found.reads == 1)
    #expect(found.stale == 0)
    // Without the deadline it waits for both.
    let whole = sum(slow, [write(2), read(1)], "arrive a")
    #expect(whole.writes == 1 && whole.stale == 0)
  }

  @Test("A copy of a write that loses is done all the same, unless it is cancelled")
  func losers() {
    func stale(_ cancel: CancelMode) -> UInt64 {
      var slow = store(2)
      slow.groups = [ReplicaGroup("a", speed: 1), ReplicaGroup("b", speed: 0.2)]
      slow.cancel = cancel
      let down = crash(0, at: 8, ticks: 4)
      // Replica 1 needs five ticks for the write; at the read it is the only one up.
      return sum(slow, [write(1), .wait(.ticks(8)), read(1)], faults: [down], "arrive a").stale
    }
    #expect(stale(.none) == 0)
    #expect(stale(.running) == 1)
  }
}
