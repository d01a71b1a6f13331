import Testing

@testable import TailraceModel

/// Where replicas and clients stand, and what messages meet within and between zones.
@Suite("Zones") struct ZoneTests {
  /// A service that works for a tick, whose messages take 1 tick in a zone, 2 between zones, else 9.
  private func service(
    _ name: String = "s", replicas: Int = 2, zones: [ZoneWeight] = [ZoneWeight(0), ZoneWeight(1)]
  ) -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: [.work(.ticks(1))])
    (service.replicas, service.slots, service.zones) = (replicas, nil, zones)
    service.latency = .ticks(9)
    service.zoneLinks = ZoneLinks(same: Wire(latency: .ticks(1)), cross: Wire(latency: .ticks(2)))
    return service
  }

  private func timeline(
    _ services: [ServiceSpec], steps: [StepSpec], clients: [ZoneWeight] = [],
    links: [LinkSpec] = [], _ picture: String
  ) -> Timeline {
    var timeline = Timeline(services, steps: steps, picture)
    timeline.topology.zones = ["a", "b", "c"]
    timeline.topology.workloads[0].zones = clients
    timeline.topology.links = links
    return timeline
  }

  @Test("Replicas are dealt out by largest remainder, one to each zone in turn")
  func dealing() {
    func zones(_ replicas: Int, _ weights: [Double], shards: Int = 1) -> [Int] {
      var s = ServiceSpec(name: "s", handler: [])
      (s.replicas, s.shards) = (replicas, shards)
      s.zones = weights.enumerated().map { ZoneWeight($0.offset, weight: $0.element) }
      return s.zoneOf
    }
    #expect(zones(6, [1, 1, 1]) == [0, 1, 2, 0, 1, 2])
    #expect(zones(4, [1, 1, 1]) == [0, 1, 2, 0])
    #expect(zones(5, [3, 1]) == [0, 1, 0, 0, 0])
    // Quotas 7, 2 and 1 of 10, though 0.7 is not exact.
    #expect((0..<3).map { z in zones(10, [0.7, 0.2, 0.1]).count { $0 == z } } == [7, 2, 1])
    #expect(zones(3, [0, 1]) == [1, 1, 1])
    #expect(zones(2, []) == [])
    // Each shard's odd replica goes to another zone.
    #expect(zones(1, [1, 1, 1], shards: 4) == [0, 1, 2, 0])
    #expect(zones(2, [1, 1, 1], shards: 3) == [0, 1, 1, 2, 2, 0])
  }

  @Test("A group stands where it says, the others are dealt out")
  func groups() {
    var s = ServiceSpec(name: "s", handler: [])
    var west = ReplicaGroup("west", replicas: 2)
    west.zone = 2
    s.groups = [ReplicaGroup("any", replicas: 3), west]
    #expect(s.zoneOf == [-1, -1, -1, 2, 2])
    s.zones = [ZoneWeight(0), ZoneWeight(1)]
    #expect(s.zoneOf == [0, 1, 0, 2, 2])
  }

  @Test("A client's message to a replica of its own zone is nearer than to another")
  func clients() {
    let picture = """
      arrive  a..b.....
      leave   ...a....b
      """
    expect(timeline([service()], steps: [.call("s")], clients: [ZoneWeight(0)], picture))
    // Nobody knows where this client stands: both take 9 + 1 + 9.
    expect(
      timeline(
        [service()], steps: [.call("s")],
        """
        arrive  ab...................
        leave   ...................ab
        """))
  }

  @Test("A replica's calls start where it stands; nearest wins: link, service, zones, default")
  func callers() {
    var front = ServiceSpec(name: "front", handler: [.call("s")])
    front.slots = nil
    front.zones = [ZoneWeight(0)]
    func expects(_ change: (inout ServiceSpec) -> Void, _ link: LinkSpec?, _ picture: String) {
      var back = service()
      change(&back)
      expect(
        timeline(
          [front, back], steps: [.call("front")], links: link.map { [$0] } ?? [], picture))
    }
    expects({ _ in }, nil, "arrive  a..b.....\nleave   ...a....b")
    var link = LinkSpec(from: "front", to: "s", latency: .ticks(4))
    expects({ _ in }, link, "arrive  a.........\nleave   .........a")
    // Only the way there is the link's: 4 + 1 + 1.
    link.bothWays = false
    expects({ _ in }, link, "arrive  a......\nleave   ......a")
    // The first group stands in another zone, the second in none.
    expects(
      {
        var x = ReplicaGroup("x")
        x.zone = 1
        $0.zones = []
        $0.groups = [x, ReplicaGroup("y")]
      }, nil,
      """
      arrive  a....b...................
      leave   .....a..................b
      """)
    expects(
      { $0.zoneLinks = nil }, nil,
      """
      arrive  a...................
      leave   ...................a
      """)
  }

  @Test("Each request's client stands in a drawn zone; one of a closed loop stays there")
  func draws() {
    func latencies(_ arrivals: ArrivalSpec) -> [(number: UInt64, latency: UInt64)] {
      var s = service(replicas: 1, zones: [ZoneWeight(0)])
      s.handlers[0].steps = [.work(.constant(1))]
      var workload = WorkloadSpec(name: "w", arrivals: arrivals, steps: [.call("s")])
      workload.zones = [ZoneWeight(0), ZoneWeight(1, weight: 3)]
      var topology = Topology(workloads: [workload], services: [s])
      topology.zones = ["a", "b"]
      var settings = Replication.Settings(seed: 3, number: 0, window: 0..<20_000_000_000)
      settings.keepsRequests = true
      let run = Replication.run(topology, settings)
      #expect(run.violations.isEmpty)
      return run.requests.map { ($0.number, $0.ended - $0.began) }
    }
    let drawn = latencies(.constant(ratePerSecond: 1_000))
    let near = Double(drawn.count { $0.latency < 3_000_000 }) / Double(drawn.count)
    #expect(abs(near - 0.25) < 0.012, "\(near)")
    let closed = latencies(.closed(ClosedLoop(clients: 40, thinkTime: .constant(5e8))))
    var byClient: [UInt64: Set<UInt64>] = [:]
    for one in closed { byClient[one.number >> 32, default: []].insert(one.latency) }
    #expect(byClient.count == 40 && byClient.values.allSatisfy { $0.count == 1 })
    #expect(Set(byClient.values.flatMap { $0 }).count == 2)
  }

  @Test("Links that are alike in and between zones are as one link without zones")
  func alike() {
    func sum(_ change: (inout ServiceSpec) -> Void) -> [UInt64] {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 2e6))])
      s.replicas = 3
      s.latency = .exponential(mean: 1e6)
      s.zones = [ZoneWeight(0), ZoneWeight(1)]
      change(&s)
      var workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 1_000), steps: [.call("s", timeout: 20)])
      workload.zones = [ZoneWeight(0), ZoneWeight(1)]
      var topology = Topology(workloads: [workload], services: [s])
      topology.zones = ["a", "b"]
      let run = Replication.run(topology, .init(seed: 8, number: 0, window: 0..<5_000_000_000))
      #expect(run.violations.isEmpty)
      return run.workloads[0].outcomes + [UInt64(run.workloads[0].latencies.sum)]
    }
    let wire = Wire(latency: .exponential(mean: 1e6))
    #expect(sum { _ in } == sum { $0.zoneLinks = ZoneLinks(same: wire, cross: wire) })
  }

  // MARK: Faults

  @Test("A fault at a zone strikes its replicas of all services, at one time")
  func faults() {
    func down(_ change: (inout FaultTarget) -> Void) -> [[UInt64]] {
      let services = [service("db", replicas: 3), service("web", zones: [ZoneWeight(1)])]
      var fault = FaultSpec(
        name: "f", target: FaultTarget(""), verb: .crash(drops: false),
        every: .exponential(mean: 5e6), length: .exponential(mean: 1e6))
      fault.target.zone = 1
      change(&fault.target)
      var topology = Topology(
        workloads: [
          WorkloadSpec(
            name: "w", arrivals: .poisson(ratePerSecond: 100), steps: [.call("db"), .call("web")])
        ], services: services)
      topology.zones = ["a", "b"]
      topology.faults = [fault]
      let run = Replication.run(topology, .init(seed: 2, number: 0, window: 0..<500_000_000))
      #expect(run.violations.isEmpty)
      return run.services.map { $0.rows.map(\.downTime) }
    }
    // Of db the second of three stands in zone b, of web both.
    let all = down { _ in }
    #expect(all[0][0] == 0 && all[0][2] == 0 && all[0][1] > 0)
    #expect(all[1] == [all[0][1], all[0][1]])
    let one = down { $0.service = "web" }
    #expect(one[0] == [0, 0, 0] && one[1].allSatisfy { $0 > 0 } && one[1][0] != one[1][1])
    #expect(down { $0.fraction = 0.3 }.flatMap { $0 }.count { $0 > 0 } == 1)
  }

  @Test("Two replicas are as rarely down as independence says only in two zones")
  func correlation() {
    func unavailable(_ zones: [ZoneWeight]) -> Double {
      var s = ServiceSpec(name: "s", handler: [.work(.constant(1e3))])
      (s.replicas, s.slots, s.zones) = (2, nil, zones)
      var any = Join()
      any.need = .responses(1)
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 1_000),
        steps: [.scatter("s", .fanOut(2), any)])
      var topology = Topology(workloads: [workload], services: [s])
      topology.zones = ["a", "b"]
      for zone in Set(zones.map(\.zone)) {
        var fault = FaultSpec(
          name: "loss of \(zone)", target: FaultTarget(""), verb: .crash(drops: false),
          every: .exponential(mean: 9.5e7), length: .exponential(mean: 5e6))
        fault.target.zone = zone
        topology.faults.append(fault)
      }
      let run = Replication.run(
        topology, .init(seed: 6, number: 0, window: 0..<300_000_000_000))
      let outcomes = run.workloads[0].outcomes
      return Double(outcomes[Int(Outcome.connectionFailure.rawValue)])
        / Double(outcomes.reduce(0, +))
    }
    // Each zone is lost 5 % of the time: MTTR over MTBF + MTTR.
    #expect(abs(unavailable([ZoneWeight(0)]) - 0.05) < 0.006)
    #expect(abs(unavailable([ZoneWeight(0), ZoneWeight(1)]) - 0.0025) < 0.0009)
  }
}
