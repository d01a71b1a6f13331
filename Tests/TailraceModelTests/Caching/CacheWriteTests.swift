import TailraceEngine
import Testing

@testable import TailraceModel

/// Writes beside cached reads: a request of class `w` stores its key for 2 ticks, `r` reads it.
@Suite("Writes of cached keys") struct CacheWriteTests {
  private static let tick = Timeline.tick

  /// `classes` says what each request does, in the order of arrival; a fetch takes 3 ticks.
  private func run(
    _ classes: String, replicas: Int = 1, services: [ServiceSpec] = [],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout CacheSpec) -> Void, _ picture: () -> String
  ) -> Replication {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    change(&cache)
    var web = ServiceSpec(
      name: "web",
      handler: [
        .cache(CacheUse("c", onMiss: [.wait(.ticks(3))]), for: "r"),
        .cache(CacheUse("c", store: [.wait(.ticks(2))]), for: "w"),
        .cache(CacheUse(dropFrom: "c"), for: "d"),
      ])
    web.slots = nil
    web.replicas = replicas
    var timeline = Timeline(
      services + [web], steps: [.call("web")],
      keys: [CarriedKeys(space: "item", law: .given([7]))], picture())
    return timeline.expectRun(
      [cache], classes: classes, sourceLocation: sourceLocation)
  }

  @Test("A write drops the key when it is stored for good; until then reads hit the old value")
  func invalidate() {
    let run = run("rwrr") { _ in
    } _: {
      """
      arrive  a...bc.d...
      leave   ...a.cb...d
      """
    }
    #expect(run.caches[0].rows[0].count(.invalidated) == 1)
  }

  @Test("Where it goes through, reads hit the new value at once")
  func through() {
    let run = run("wrdr") {
      $0.writePolicy = .writeThrough
    } _: {
      """
      arrive  a..b.cd...
      leave   ..ab.c...d
      """
    }
    #expect(run.caches[0].rows[0].count(.invalidated) == 1)
  }

  @Test("Every holder drops it; a writer's own instance holds the new value where it goes through")
  func holders() {
    // Turns go to replica 0, 1, 0, ...: the third request writes at replica 0.
    let dropped = run("rrwrr", replicas: 2) {
      $0.placement = .perReplica
    } _: {
      """
      arrive  a...b...c....de....
      leave   ...a...b..c.....de.
      """
    }
    #expect(dropped.caches[0].rows.map { $0.count(.invalidated) } == [1, 1])
    let through = run("rrwrr", replicas: 2) {
      $0.placement = .perReplica
      $0.writePolicy = .writeThrough
    } _: {
      """
      arrive  a...b...c....de....
      leave   ...a...b..c...e.d..
      """
    }
    #expect(through.caches[0].rows.map { $0.count(.invalidated) } == [0, 1])
  }

  @Test("A lock is a lease: what was being fetched while its key was written is not stored")
  func lease() {
    // `a` fetches until 3; `b` has written by 2. Without a lease `a` stores the old value.
    let stale = run("rwr") { _ in
    } _: {
      """
      arrive  a....c...
      arrive  b........
      leave   ..ba.c...
      """
    }
    #expect(stale.caches[0].rows[0].hits == 1)
    let leased = run("rwr") {
      $0.locks = true
    } _: {
      """
      arrive  a....c...
      arrive  b........
      leave   ..ba....c
      """
    }
    #expect(leased.caches[0].rows[0].hits == 0)
  }

  @Test("At a service that holds the cache, a write tells each replica of the key's shard")
  func hosted() {
    for policy in [CacheSpec.WritePolicy.invalidate, .writeThrough] {
      var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
      node.slots = nil
      node.replicas = 2
      let run = run("rrwrr", services: [node]) {
        $0.host = CallSpec("node")
        $0.writePolicy = policy
      } _: {
        // Reads ask the replicas in turn: 1 tick, fetch for 3, tell for 1.
        policy == .invalidate
          ? """
          arrive  a.....b.....c...d.....e.....
          leave   .....a.....b...c.....d.....e
          """
          : """
          arrive  a.....b.....c...d.....e.....
          leave   .....a.....b...c.d.....e....
          """
      }
      let drops: [UInt64] = policy == .invalidate ? [1, 1] : [0, 0]
      #expect(run.caches[0].rows.map { $0.count(.invalidated) } == drops)
      let calls: [UInt64] = policy == .invalidate ? [5, 5] : [4, 4]
      #expect(run.services.first { $0.name == "node" }?.rows.map(\.requests) == calls)
    }
  }
}
