import TailraceStatistics
import Testing

@testable import TailraceModel

/// Time series, calls by edge, and samples of requests.
@Suite("Details of a run") struct DetailTests {
  private func run(
    _ topology: Topology, seconds: UInt64 = 2, change: (inout Replication.Settings) -> Void
  ) -> Replication {
    var settings = Replication.Settings(
      seed: 5, number: 0, window: 0..<(seconds * 1_000_000_000))
    change(&settings)
    let run = Replication.run(topology, settings)
    #expect(run.violations == [])
    return run
  }

  @Test("Levels and counts by interval, as the picture shows them")
  func picture() throws {
    // interval |0   |2   |4   |6   |8 |
    // arrive   |a...|b...|....|....|c.|   work of 3 ticks, one slot, the run ends at 9
    // work     |aaaa|aabb|bbbb|....|cc|
    // wait     |....|b...|....|....|..|
    let tick: UInt64 = 1_000
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants([0, 2, 8].map { $0 * tick }), steps: [.call("s")])
    let s = ServiceSpec(name: "s", handler: [.work(.constant(Double(3 * tick)))])
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(9 * tick))
    settings.interval = 2 * tick
    let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
    let series = try #require(run.intervals)
    #expect(series.grid.count == 5)
    let requests = series.workloads[0]
    #expect(requests.map(\.started) == [1, 1, 0, 0, 1])
    #expect(requests.map(\.answered) == [1, 1, 0, 0, 1])
    #expect(requests.map(\.ended) == [0, 1, 0, 1, 0])  // c ends after the run: counted, not here
    #expect(requests.map { $0.presentArea / tick } == [2, 3, 2, 0, 1])
    #expect(requests.map(\.latencies.maximum) == [3 * tick, 4 * tick, nil, nil, 3 * tick])
    #expect(series.services[0].map { $0.queueArea / tick } == [0, 1, 0, 0, 0])
    #expect(series.services[0].map { $0.busyArea / tick } == [2, 2, 2, 0, 1])
    #expect(run.services[0].rows[0].longest == 1)
  }

  private var tiers: Topology {
    var back = ServiceSpec(name: "back", handler: [.work(.exponential(mean: 2e6))])
    back.replicas = 2
    back.queueLimit = 1
    back.discipline = .priority
    var front = ServiceSpec(
      name: "front", handler: [.call("back", timeout: 5), .call("back").onError(.ignore)])
    front.slots = 50
    let users = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: 400), steps: [.call("front")])
    return Topology(workloads: [users], services: [back, front])
  }

  @Test("The intervals sum to the whole")
  func sums() throws {
    let run = run(tiers) { $0.interval = 7_000_000 }
    let series = try #require(run.intervals)
    let users = run.workloads[0]
    let parts = series.workloads[0]
    #expect(parts.reduce(0) { $0 + $1.started } == users.outcomes.reduce(0, +))
    #expect(parts.reduce(0) { $0 + $1.presentArea } == users.presentArea)
    #expect(parts.reduce(0) { $0 + $1.latencies.count } == users.latencies.count)
    #expect(parts.reduce(0) { $0 + $1.latencies.sum } == users.latencies.sum)
    for (service, parts) in zip(run.services, series.services) {
      #expect(parts.reduce(0) { $0 + $1.queueArea } == service.rows.reduce(0) { $0 + $1.queueArea })
      #expect(parts.reduce(0) { $0 + $1.busyArea } == service.rows.reduce(0) { $0 + $1.busyArea })
      #expect(parts.reduce(0) { $0 + $1.refused } == service.rows.reduce(0) { $0 + $1.refused })
    }
    #expect(run.services[0].rows.reduce(0) { $0 + $1.refused } > 0)
  }

  @Test("Replicas' intervals sum to their service's, lookups' to the cache's, in random topologies")
  func stationsAndCaches() {
    var lookups: UInt64 = 0
    var apart = 0
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomTopology(seed: seed)
      var settings = Replication.Settings(seed: seed, number: 0, window: 0..<100_000_000)
      settings.interval = 9_000_000
      settings.eventsMax = 2_000_000
      let run = Replication.run(random.makeFaulty(), settings)
      guard !run.wasCutShort, let series = run.intervals else { continue }
      for (service, (all, each)) in zip(run.services, zip(series.services, series.stations)) {
        guard !each.isEmpty else { continue }
        apart += 1
        #expect(each.count == service.rows.count)
        for i in all.indices {
          #expect(each.reduce(0) { $0 &+ $1[i].queueArea } == all[i].queueArea)
          #expect(each.reduce(0) { $0 &+ $1[i].busyArea } == all[i].busyArea)
        }
        for (row, parts) in zip(service.rows, each) {
          #expect(parts.reduce(0) { $0 &+ $1.busyArea } == row.busyArea, "topology \(seed)")
        }
      }
      for (cache, parts) in zip(run.caches, series.caches) where !cache.rows.isEmpty {
        let hits = cache.rows.reduce(0) { $0 + $1.hits }
        #expect(parts.reduce(0) { $0 + $1.hits } == hits, "topology \(seed), \(cache.name)")
        let misses = cache.rows.reduce(0) { $0 + $1.misses }
        #expect(parts.reduce(0) { $0 + $1.misses } == misses, "topology \(seed), \(cache.name)")
        lookups += hits + misses
      }
    }
    #expect(lookups > 1_000 && apart > 100)
  }

  @Test("Stations are told apart while there is room: 64 of a service, 100,000 cells of all")
  func groups() {
    let groups = StationGroups(stations: [3, 65, 64, 1], intervals: 100)
    #expect(groups.ofService == [0..<3, 3..<4, 4..<68, 68..<69])
    #expect(groups.ofStation.count == 133)
    #expect(groups.ofStation.prefix(5) == [0, 1, 2, 3, 3])
    #expect(StationGroups(stations: [3, 2], intervals: 30_000).ofService == [0..<3, 3..<4])
    #expect(StationGroups(stations: [], intervals: 0).count == 0)
  }

  @Test("Calls by caller and callee: two call sites of one pair are one edge")
  func calls() throws {
    let run = run(tiers) { $0.keepsCalls = true }
    #expect(run.calls.map { run.components[$0.from] } == ["front", "users"])
    #expect(run.calls.map { run.services[$0.to].name } == ["back", "front"])
    let (back, front) = (run.calls[0], run.calls[1])
    let all = run.workloads[0].outcomes
    #expect(front.calls == all.reduce(0, +))
    #expect(front.errors == front.calls - run.workloads[0].latencies.count)
    #expect(front.latencies[0].sum == run.workloads[0].latencies.sum)
    #expect(back.latencies.count == 2)
    #expect(back.timeouts > 0 && back.errors > back.timeouts)
    #expect(back.calls == back.errors + back.latencies.reduce(0) { $0 + $1.count })
  }

  @Test("A sample holds the requests with the smallest lots, the whole run where there are fewer")
  func sample() {
    let all = run(tiers) { $0.keepsRequests = true }.requests
    for most in [1, 2, 50, all.count, all.count + 1] {
      let some = run(tiers) {
        $0.keepsRequests = true
        $0.requestsMax = most
      }.requests
      let wanted = all.sorted { $0.lot < $1.lot }.prefix(most)
      #expect(some.sorted { $0.lot < $1.lot } == Array(wanted))
    }
    // Evenly drawn: the earlier half of the requests has about half of a sample of 200.
    let early = all.sorted { $0.lot < $1.lot }.prefix(200).count { $0.began < 1_000_000_000 }
    #expect((70...130).contains(early))
  }

  @Test("A record's parts are those of its critical path")
  func parts() {
    let tick: UInt64 = 1_000_000
    var slow = ServiceSpec(name: "slow", handler: [.work(.constant(Double(4 * tick)))])
    slow.latency = .constant(Double(tick))
    let quick = ServiceSpec(name: "quick", handler: [.work(.constant(Double(tick)))])
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants([0, tick]),
      steps: [.parallel([[.call("quick")], [.call("slow")]])])
    let records = run(Topology(workloads: [workload], services: [slow, quick])) {
      $0.keepsRequests = true
    }.requests
    #expect(records.map { $0.queued / tick } == [0, 3])
    #expect(records.map { $0.worked / tick } == [4, 4])
    #expect(records.map { $0.network / tick } == [2, 2])
    #expect(records.map(\.critical) == [1, 1])  // slow: services stand by name
  }
}
