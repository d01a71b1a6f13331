import TailraceStatistics
import Testing

@testable import TailraceModel

/// Partitions, and replicas to which messages are lost or take longer. One tick is a millisecond.
@Suite("Faults of messages") struct MessageFaultTests {
  /// A service whose visits work for two ticks, a tick away.
  private func service(replicas: Int = 2) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(2))])
    (s.replicas, s.slots, s.latency) = (replicas, nil, .ticks(1))
    return s
  }

  private func target(_ service: String, replica: Int? = nil, zone: Int? = nil) -> FaultTarget {
    var target = FaultTarget(service)
    (target.replica, target.zone) = (replica, zone)
    return target
  }

  private func partition(
    from: FaultTarget? = nil, to: FaultTarget? = nil, bothWays: Bool = true, drops: Bool = false,
    for length: UInt64? = nil
  ) -> FaultSpec {
    var spec = PartitionSpec(from: from, to: to)
    (spec.bothWays, spec.drops) = (bothWays, drops)
    var fault = FaultSpec(name: "f", target: FaultTarget(""), verb: .partition(spec), at: 0)
    fault.length = length.map { .ticks($0) }
    return fault
  }

  // MARK: Partitions

  @Test("Beyond a partition callers hear of a failure as soon as messages take, or nothing")
  func refusedOrDropped() {
    // Of two replicas the first is cut off, until 9.
    for (drops, leave) in [(false, "..A...b.......c"), (true, "......b.A.....c")] {
      let run = expectTimeline(
        [service()], steps: [.call("s", timeout: 8)],
        faults: [partition(to: target("s", replica: 0), drops: drops, for: 9)]
      ) {
        """
        arrive  a.b.......c....
        leave   \(leave)
        """
      }
      #expect(run.requests[0].outcome == (drops ? .timeout : .connectionFailure))
      #expect(run.services[0].rows[0].requests == 1, "the replica has seen c alone")
    }
  }

  @Test("A partition of one direction lets the others pass: the answer to a call may be lost")
  func oneWay() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(2))])
    var front = ServiceSpec(name: "front", handler: [.call("back", timeout: 6)])
    front.slots = nil
    for (from, to, seen) in [("front", "back", 0), ("back", "front", 1)]
      as [(
        String, String, UInt64
      )]
    {
      for drops in [true, false] {
        let fault = partition(from: target(from), to: target(to), bothWays: false, drops: drops)
        // A request is refused at once, an answer when the work is done.
        let leave = drops ? "......A" : seen == 0 ? "A......" : "..A...."
        let run = expectTimeline([back, front], steps: [.call("front")], faults: [fault]) {
          """
          arrive  a......
          leave   \(leave)
          """
        }
        let row = run.services[0].rows[0]
        #expect(row.requests == seen)
        // An answer that nobody hears is work for nobody.
        #expect(row.wasted ?? 0 == (drops ? seen * 2 * Timeline.tick : 0))
      }
    }
  }

  @Test("Both ways, calls of either side fail")
  func bothWays() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(2))])
    let front = ServiceSpec(name: "front", handler: [.call("back")])
    for (from, to) in [("front", "back"), ("back", "front")] {
      _ = expectTimeline(
        [back, front], steps: [.call("front")],
        faults: [partition(from: target(from), to: target(to))]
      ) {
        """
        arrive  a...
        leave   A...
        """
      }
    }
  }

  @Test("A zone that is cut off goes on within itself; clients belong to their zones")
  func zones() {
    for (zones, leave) in [([0], "....a"), ([1], "..A.."), ([], "..A..")] as [([Int], String)] {
      var s = service()
      s.zones = [ZoneWeight(0)]
      var timeline = Timeline(
        [s], steps: [.call("s")],
        """
        arrive  a....
        leave   \(leave)
        """)
      timeline.topology.zones = ["a", "b"]
      timeline.topology.workloads[0].zones = zones.map { ZoneWeight($0) }
      timeline.topology.faults = [partition(to: target("", zone: 0))]
      expect(timeline)
    }
  }

  @Test("A silent one of n holds rate / n x timeout calls at the callers, a refusing one none")
  func heldCalls() {
    func present(drops: Bool) -> Double {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      (s.replicas, s.slots) = (10, nil)
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 5_000),
        steps: [.call("s", timeout: 1_000)])
      var topology = Topology(workloads: [workload], services: [s])
      topology.faults = [partition(to: target("s", replica: 3), drops: drops)]
      let run = Replication.run(
        topology, .init(seed: 6, number: 0, window: 2_000_000_000..<12_000_000_000))
      #expect(run.violations.isEmpty)
      return Double(run.workloads[0].presentArea) / 1e10
    }
    #expect(abs(present(drops: true) - 504.5) < 10)
    #expect(abs(present(drops: false) - 4.5) < 0.2)
  }

  // MARK: Loss and delay

  @Test("A loss adds the link's pause to a share of the messages, and twice that if lost again")
  func loss() {
    func latencies(_ pause: UInt64?) -> [Double] {
      var s = ServiceSpec(name: "s", handler: [.work(.constant(1))])
      s.slots = nil
      if let pause {
        s.transport = Transport("wire")
        s.transport?.retransmitTimeout = pause * Timeline.tick
      }
      let workload = WorkloadSpec(
        name: "w", arrivals: .constant(ratePerSecond: 1_000), steps: [.call("s")])
      var topology = Topology(workloads: [workload], services: [s])
      topology.faults = [FaultSpec(name: "f", target: FaultTarget("s"), verb: .loss(0.1), at: 0)]
      var settings = Replication.Settings(seed: 3, number: 0, window: 0..<40_000_000_000)
      settings.keepsRequests = true
      let run = Replication.run(topology, settings)
      #expect(run.violations.isEmpty)
      return run.requests.map { Double($0.ended - $0.began) / 1e6 }
    }
    // 200 ms, as Linux has it, unless the link says otherwise.
    for (pause, found) in [(200.0, latencies(nil)), (50, latencies(50))] {
      func share(_ least: Double) -> Double {
        Double(found.count { $0 > least - 0.001 }) / Double(found.count)
      }
      #expect(abs(share(pause) - 0.1) < 0.007)
      #expect(abs(share(3 * pause) - 0.01) < 0.0022)
      #expect(share(1) == share(pause), "nothing in between")
      // The sum of pauses: p + 2 p^2 + 4 p^3 + …
      let mean = found.reduce(0, +) / Double(found.count)
      #expect(abs(mean / (pause * 0.1 / 0.8) - 1) < 0.12, "\(mean) ms")
    }
  }

  @Test("A delay is added to each message to the replica: requests, and answers to its own calls")
  func delay() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(1))])
    let front = ServiceSpec(name: "front", handler: [.call("back")])
    let fault = FaultSpec(name: "f", target: FaultTarget("front"), verb: .delay(.ticks(3)), at: 0)
    let run = expectTimeline([back, front], steps: [.call("front")], faults: [fault]) {
      """
      arrive  a........
      leave   .......a.
      """
    }
    #expect(run.requests[0].network == 6 * Timeline.tick)
  }

  @Test("Only the struck replica's messages wait, and only as long as the fault lasts")
  func oneReplica() {
    var fault = FaultSpec(
      name: "f", target: target("s", replica: 1), verb: .delay(.ticks(4)), at: Timeline.tick)
    fault.length = .ticks(5)
    // a and c go to the first replica, b and d to the second; d comes when all is over.
    _ = expectTimeline([service()], steps: [.call("s")], faults: [fault]) {
      """
      arrive  a.b.c.d....
      leave   ....a...c.b
      leave   ..........d
      """
    }
  }
}
