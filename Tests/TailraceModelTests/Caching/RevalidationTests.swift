import TailraceEngine
import Testing

@testable import TailraceModel

/// Values that are asked about when their time is over: a tick to ask, three to fetch.
@Suite("Revalidation of cached values") struct RevalidationTests {
  private static let tick = Timeline.tick

  /// `r` reads by way of the polling cache, `w` writes by way of another.
  private func run(
    _ classes: String, asking: StepSpec = .wait(.ticks(1)), faults: [FaultSpec] = [],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout CacheSpec) -> Void = { _ in }, _ picture: () -> String
  ) -> Replication {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    cache.ttl = 4 * Self.tick
    change(&cache)
    var use = CacheUse("c", onMiss: [.wait(.ticks(3))])
    use.staleSteps = [asking]
    var db = ServiceSpec(name: "db", handler: [.work(.ticks(1))])
    db.slots = nil
    var timeline = Timeline(
      [db],
      steps: [.cache(use, for: "r"), .cache(CacheUse("other", store: []), for: "w")],
      keys: [CarriedKeys(space: "item", law: .given([7]))], picture())
    return timeline.expectRun(
      [cache, CacheSpec(name: "other", key: "item", capacity: .entries(10))], faults: faults,
      classes: classes, sourceLocation: sourceLocation)
  }

  private func counts(_ run: Replication) -> [UInt64] {
    let row = run.caches[0].rows[0]
    return [row.hits, row.misses, row.fetches, row.count(.revalidated)]
  }

  @Test("An expired value that nobody wrote costs the question only, and lives again: a hit")
  func unwritten() {
    let run = run("rrrrr") {
      """
      arrive  a....b..c.d...e.
      leave   ...a.b...cd....e
      """
    }
    // Stored at 3, asked about at 8 and at 14.
    #expect(counts(run) == [4, 1, 1, 2])
    #expect(run.caches[0].rows[0].expirations == 0)
  }

  @Test("One that was written is fetched after the question; until it expires it is served")
  func written() {
    let run = run("rwrrr") {
      """
      arrive  a...bc..d.....e
      leave   ...abc......d.e
      """
    }
    #expect(counts(run) == [2, 2, 2, 0])
  }

  @Test("A question that fails is a fetch that fails; an expired value may answer instead")
  func failing() {
    let fault = FaultSpec(name: "f", target: FaultTarget("db"), verb: .fail(1), at: 0)
    let lost = run("rr", asking: .call("db"), faults: [fault]) {
      """
      arrive  a.......b
      leave   ...a.....
      leave   ........B
      """
    }
    #expect(counts(lost) == [0, 2, 1, 0])
    let saved = run("rr", asking: .call("db"), faults: [fault]) {
      $0.staleIfError = 10 * Self.tick
    } _: {
      """
      arrive  a.......b
      leave   ...a....b
      """
    }
    #expect(saved.caches[0].rows[0].count(.servedOnError) == 1)
  }

  @Test("With a lock one asks for all, and with grace nobody waits for the answer")
  func together() {
    let locked = run("rrr") {
      $0.locks = true
    } _: {
      """
      arrive  a.......b...
      arrive  ........c...
      leave   ...a.....b..
      leave   .........c..
      """
    }
    #expect(counts(locked) == [1, 2, 1, 1])
    let graced = run("rrr") {
      $0.staleWhileRevalidate = 10 * Self.tick
    } _: {
      """
      arrive  a.......b..c
      leave   ...a....b..c
      """
    }
    #expect(counts(graced) == [2, 1, 1, 1] && graced.caches[0].rows[0].staleHits == 1)
    let old = run("rwrr") {
      $0.staleWhileRevalidate = 10 * Self.tick
    } _: {
      """
      arrive  a....b..c....d
      leave   ...a.b..c....d
      """
    }
    // Asked from 8 to 9, fetched until 12.
    #expect(counts(old) == [2, 1, 2, 0] && old.caches[0].rows[0].staleHits == 1)
  }

  @Test("Polling costs clients x files / time to live, come what may; callbacks, writes x holders")
  func pollingAndCallbacks() {
    /// Ten clients look at four files, 5 times a second each.
    func run(polls: Bool, writes: Double) -> (asked: UInt64, called: UInt64) {
      var cache = CacheSpec(name: "attributes", key: "file", capacity: .entries(10))
      cache.placement = .perReplica
      if polls { cache.ttl = 3_000_000_000 }
      var use = CacheUse("attributes", onMiss: [.call("server")])
      if polls { use.staleSteps = [.call("server")] }
      var client = ServiceSpec(name: "client", handler: [StepSpec(.cache(use))])
      (client.replicas, client.slots, client.balancing) = (10, nil, RandomChoice())
      var server = ServiceSpec(name: "server", handler: [.work(.constant(1e6))])
      server.slots = nil
      var reader = WorkloadSpec(
        name: "reader", arrivals: .poisson(ratePerSecond: 200), steps: [.call("client")])
      reader.keys = [CarriedKeys(space: "file", law: .uniform(0...3))]
      // Where clients poll, what is written is not told them.
      var writer = WorkloadSpec(
        name: "writer", arrivals: .poisson(ratePerSecond: writes),
        steps: [StepSpec(.cache(CacheUse(polls ? "disk" : "attributes", store: [])))])
      writer.keys = reader.keys
      var topology = Topology(workloads: [reader, writer], services: [client, server])
      topology.caches = [cache, CacheSpec(name: "disk", key: "file", capacity: .entries(10))]
      let run = Replication.run(
        topology, .init(seed: 9, number: 0, window: 20_000_000_000..<320_000_000_000))
      #expect(run.violations.isEmpty)
      let rows = run.caches.first { $0.name == "attributes" }?.rows ?? []
      let server1 = run.services.first { $0.name == "server" }
      let fetches = rows.reduce(0) { $0 + $1.fetches }
      let asked = (server1?.rows[0].requests ?? 0) - (polls ? fetches : 0)
      return (asked, rows.reduce(0) { $0 + $1.count(.invalidated) })
    }
    // A question each 3 s and what it takes until the next look: 200 ms.
    let polls = 10.0 * 4 * 300 / 3.2
    for writes in [0.01, 1, 4] {
      #expect(abs(Double(run(polls: true, writes: writes).asked) - polls) < 0.04 * polls)
    }
    // A writer breaks the promise to whoever has looked since the last write: 5 / (5 + w / 4).
    for writes in [1.0, 4] {
      let holders = 10 * 5 / (5 + writes / 4)
      let called = Double(run(polls: false, writes: writes).called)
      #expect(abs(called - writes * 300 * holders) < 0.15 * writes * 300 * holders)
    }
  }

  @Test("What renews the values of a scatter's keys deals with those keys")
  func eachKey() {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    cache.ttl = 4 * Self.tick
    cache.staleWhileRevalidate = 20 * Self.tick
    var web = ServiceSpec(
      name: "web", handler: [StepSpec(.cache(CacheUse("c", onMiss: [.wait(.ticks(1))])))])
    (web.slots, web.shards, web.sharding) = (nil, 2, Sharding(key: "item"))
    var keys = CarriedKeys(space: "item", law: .uniform(0...1))
    keys.count = .constant(2)
    var timeline = Timeline(
      [web], steps: [.scatter("web", .keys)], keys: [keys],
      """
      arrive  a.....b..c
      leave   .a....b..c
      """)
    timeline.topology.caches = [cache]
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    let row = run.caches[0].rows[0]
    // `b` finds both expired; they are new when `c` comes.
    #expect(row.misses == 2 && row.staleHits == 2 && row.fetches == 4 && row.hits == 4)
  }
}
