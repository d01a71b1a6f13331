import TailraceEngine
import Testing

@testable import TailraceModel

/// Values beyond their time to live and before its end, and keys that do not exist.
@Suite("Lives of cached values") struct CacheLifeTests {
  private static let tick = Timeline.tick

  /// Requests that look their keys up, as `CacheStepTests` draws them.
  private func run(
    _ keys: [UInt64], onMiss: [StepSpec], services: [ServiceSpec] = [], faults: [FaultSpec] = [],
    absent: Double = 0, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout CacheSpec) -> Void, _ picture: () -> String
  ) -> Replication {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    change(&cache)
    var timeline = Timeline(
      services, steps: [StepSpec(.cache(CacheUse("c", onMiss: onMiss)))],
      keys: [CarriedKeys(space: "item", law: .given(keys))], picture())
    timeline.topology.absentKeys = ["item": absent]
    return timeline.expectRun(
      [cache], faults: faults, sourceLocation: sourceLocation)
  }

  private func origin(_ ticks: UInt64) -> ServiceSpec {
    var db = ServiceSpec(name: "db", handler: [.work(.ticks(ticks))])
    db.slots = nil
    return db
  }

  private func failing(at first: UInt64, for length: UInt64) -> FaultSpec {
    var fault = FaultSpec(
      name: "f", target: FaultTarget("db"), verb: .fail(1), at: first * Self.tick)
    fault.length = .ticks(length)
    return fault
  }

  // MARK: Keys that do not exist

  @Test("That a key does not exist is forgotten at once, or kept for a time of its own")
  func absence() {
    let plain = run([7, 7, 7], onMiss: [.wait(.ticks(2))], absent: 1) { _ in
    } _: {
      """
      arrive  a...b..c..
      leave   ..a...b..c
      """
    }
    #expect(plain.caches[0].rows[0].fills == 0 && plain.caches[0].rows[0].events.isEmpty)
    let kept = run([7, 7, 7], onMiss: [.wait(.ticks(2))], absent: 1) {
      $0.negativeTTL = 4 * Self.tick
    } _: {
      """
      arrive  a...b.c..
      leave   ..a.b...c
      """
    }
    let sums = kept.caches[0].rows[0]
    #expect(sums.count(.negativeHits) == 1 && sums.fills == 2)
  }

  @Test("Absent keys reach the origin at most once per negative time to live and key")
  func negativeLoad() {
    let second: UInt64 = 1_000_000_000
    func fetches(_ life: UInt64?, absent: Double) -> CacheInstanceOutcome {
      var workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 1_000),
        steps: [StepSpec(.cache(CacheUse("c", onMiss: [])))])
      workload.keys = [CarriedKeys(space: "item", law: .uniform(0...19))]
      var topology = Topology(workloads: [workload], services: [])
      var cache = CacheSpec(name: "c", key: "item", capacity: .entries(100))
      cache.negativeTTL = life
      topology.caches = [cache]
      topology.absentKeys = ["item": absent]
      let run = Replication.run(
        topology, Replication.Settings(seed: 5, number: 0, window: 0..<(100 * second)))
      #expect(run.violations.isEmpty)
      return run.caches[0].rows[0]
    }
    // 20 keys, 100 s: at most 50 fetches of a key that is remembered for 2 s.
    let kept = fetches(2 * second, absent: 1)
    #expect(kept.fetches > 20 * 45 && kept.fetches <= 20 * 50)
    #expect(kept.count(.negativeHits) == kept.hits && kept.hits > 98_000)
    let never = fetches(nil, absent: 1)
    #expect(never.hits == 0 && never.fetches == never.misses)
    // The same keys are absent whether or not it is remembered: all others are fetched once.
    let half = fetches(nil, absent: 0.5)
    let existing = half.fills
    #expect(existing > 4 && existing < 16)
    let halfKept = fetches(2 * second, absent: 0.5)
    let absent = halfKept.fetches - existing
    #expect(absent <= (20 - existing) * 50 && absent > (20 - existing) * 45)
  }

  // MARK: Stale if error

  @Test("A failed fetch is answered by the expired value for as long as told, and degraded")
  func staleIfError() {
    // Stored at 2, expires at 6, may answer for errors until 12.
    let run = run(
      [7, 7, 7, 7, 7], onMiss: [.call("db")], services: [origin(2)],
      faults: [failing(at: 5, for: 10)]
    ) {
      $0.ttl = 4 * Self.tick
      $0.staleIfError = 6 * Self.tick
    } _: {
      """
      arrive  a...b...c....d...e..
      leave   ..a.b...c....D.....e
      """
    }
    let sums = run.caches[0].rows[0]
    #expect(sums.hits == 1 && sums.misses == 4 && sums.count(.servedOnError) == 1)
    #expect(run.requests.filter { $0.outcome == .degraded }.map(\.number) == [2])
  }

  @Test("Those who wait for a fetch share the answer that its failure gets")
  func sharedStale() {
    let run = run(
      [7, 7, 7], onMiss: [.wait(.ticks(3)), .call("db")], services: [origin(1)],
      faults: [failing(at: 6, for: 10)]
    ) {
      $0.ttl = 2 * Self.tick
      $0.locks = true
      $0.staleIfError = 20 * Self.tick
      $0.hitLatency = .ticks(1)
    } _: {
      """
      arrive  a......bc....
      leave   ....a.....cb.
      """
    }
    let sums = run.caches[0].rows[0]
    #expect(sums.count(.servedOnError) == 2 && sums.coalesced == 1)
    #expect(run.requests.map(\.outcome) == [.success, .degraded, .degraded])
  }

  // MARK: Early refresh

  /// A hot key that is asked for 1,000 times a second and takes 200 ms to fetch; 60 s.
  private func hotKey(_ change: (inout CacheSpec) -> Void) -> Replication {
    let second: UInt64 = 1_000_000_000
    var workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 1_000),
      steps: [StepSpec(.cache(CacheUse("c", onMiss: [.wait(.ticks(200))])))])
    workload.keys = [CarriedKeys(space: "item", law: .uniform(0...0))]
    var topology = Topology(workloads: [workload], services: [])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(1))
    cache.ttl = 5 * second
    change(&cache)
    topology.caches = [cache]
    var settings = Replication.Settings(seed: 5, number: 0, window: second..<(61 * second))
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    return run
  }

  @Test("A hot key that expires is fetched λL times; refreshed early, by a few and never missed")
  func early() {
    let plain = hotKey { _ in }.caches[0].rows[0]
    // 60 s hold 11 or 12 lives of 5.2 s, each ends with about 1,000/s x 0.2 s fetches.
    #expect(plain.fetches > 11 * 170 && plain.fetches < 12 * 230)
    let early = hotKey { $0.earlyRefreshBeta = 1 }.caches[0].rows[0]
    #expect(early.fetches == early.count(.earlyRefreshes), "nobody finds it expired")
    #expect(early.fetches < plain.fetches / 2)
    // Eager: earlier, so more often; a lock leaves one fetch for each life.
    let eager = hotKey { $0.earlyRefreshBeta = 3 }.caches[0].rows[0]
    #expect(eager.fetches > early.fetches)
    #expect(eager.expirations == 0 && eager.count(.earlyRefreshes) == eager.misses)
    let locked = hotKey {
      $0.earlyRefreshBeta = 1
      $0.locks = true
    }
    let one = locked.caches[0].rows[0]
    #expect(one.coalesced == 0 && one.fetches == one.fills && one.fetches < 25)
    #expect(locked.requests.count { $0.ended > $0.began } == Int(one.fetches))
  }

  @Test("Without beta, or where fetching takes no time, nothing is refreshed early")
  func noEarly() {
    #expect(hotKey { _ in }.caches[0].rows[0].events.isEmpty)
    let idle = hotKey {
      $0.earlyRefreshBeta = 1e-9
      $0.locks = true
    }.caches[0].rows[0]
    #expect(idle.count(.earlyRefreshes) == 0 && idle.coalesced > 1_000)
  }
}
