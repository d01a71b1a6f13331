import Testing

@testable import TailraceModel

/// Replicas that are chosen for connections. Ticks are milliseconds, and visits take one.
@Suite("Balancers: by connection") struct ConnectionBalancingTests {
  private func service(
    _ replicas: Int, named name: String = "s", perConnection: Bool = true,
    _ change: (inout ServiceSpec, inout ConnectionSpec) -> Void = { _, _ in }
  ) -> ServiceSpec {
    var s = ServiceSpec.quick(replicas) { $1.choosesPerConnection = perConnection }
    s.name = name
    var connection = ConnectionSpec()
    change(&s, &connection)
    s.connection = connection
    return s
  }

  /// Calls in turn by so many callers, each of which has one connection to `api`.
  ///
  /// `visits` are those of `api`, whose name comes before that of its callers, `s`.
  private func run(
    _ callers: Int, _ api: ServiceSpec, each: Int, faults: [FaultSpec] = [], seed: UInt64 = 1,
    from start: UInt64 = 0
  ) -> BalancerRun {
    var front = ServiceSpec(name: "s", handler: [.call("api")])
    front.replicas = callers
    front.slots = nil
    return BalancerRun(
      [api, front], every: 2, count: UInt64(callers * each), faults: faults, seed: seed,
      from: start)
  }

  @Test("A caller's one connection takes all of its calls; by request they are spread")
  func oneConnection() {
    #expect(BalancerRun([service(4)], every: 2, count: 100).visits == [100, 0, 0, 0])
    let spread = BalancerRun([service(4, perConnection: false)], every: 2, count: 100)
    #expect(spread.visits == [25, 25, 25, 25])
  }

  @Test("With streams even calls at the same time go to one replica; without, each opens its own")
  func streams() {
    func visits(_ streams: Int) -> [Int] {
      let s = service(4) {
        $0.handlers[0].steps = [.work(.ticks(20))]
        $0.slots = 100
        $1.streamsMax = streams
      }
      // Ten are there at a time, but for the first.
      return BalancerRun([s], every: 2, count: 100).visits
    }
    #expect(visits(100) == [100, 0, 0, 0])
    // Ten connections over four replicas in turn.
    #expect(visits(1) == [30, 30, 20, 20])
  }

  @Test("A full connection is followed by another, to whom the policy says")
  func full() {
    let s = service(2) {
      $0.handlers[0].steps = [.work(.ticks(4))]
      $1.streamsMax = 2
    }
    expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a........
      arrive  b........
      arrive  c........
      leave   ....a...b
      leave   ....c....
      """
    }
  }

  @Test("A call takes the connection that was used last")
  func usedLast() {
    let s = service(3) { s, _ in s.handlers[0].steps = [.work(.ticks([6, 3, 1, 1]))] }
    // At 4 only the connection to replica 1 is free; at 8 both are, that to 0 since later.
    let run = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  ab..c...d..
      leave   ....b.a....
      leave   .....c...d.
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [2, 2, 0])
  }

  @Test("c connections over n replicas are balls in bins: (1 - 1/n)^c of them have none")
  func ballsInBins() {
    for (callers, idle) in [(10, 0.3487), (20, 0.1216)] {
      var none = 0
      for seed in 1...200 as ClosedRange<UInt64> {
        let api = service(10, named: "api") { s, _ in s.balancing = RandomChoice() }
        let found = run(callers, api, each: 3, seed: seed)
        // All calls of a connection are at one replica.
        #expect(found.visits.allSatisfy { $0 % 3 == 0 })
        #expect(found.visits.reduce(0, +) == 3 * callers)
        none += found.visits.count { $0 == 0 }
      }
      #expect(abs(Double(none) / 2_000 - idle) < 0.03, "\(none)")
    }
  }

  @Test("100 connections over 100 replicas: the emptiest has none, the fullest about four")
  func fullest() {
    var sum = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      let api = service(100, named: "api") { s, _ in s.balancing = RandomChoice() }
      let found = run(100, api, each: 2, seed: seed)
      #expect(found.visits.min() == 0)
      sum += (found.visits.max() ?? 0) / 2
    }
    // The expected largest of 100 bins is 4.22, with a standard deviation of 0.76.
    #expect(sum > 20 * 3 && sum < 20 * 5, "\(sum)")
  }

  @Test("Least connections, seen by one balancer, differ by one at most; those closed do not count")
  func leastConnections() {
    func least(_ change: (inout ConnectionSpec) -> Void = { _ in }) -> ServiceSpec {
      service(4, named: "api") { s, connection in
        var policy = LeastRequest()
        (policy.fullScan, policy.tieBreakFirst) = (true, true)
        s.balancing = policy
        s.cluster?.balancers = .count(1)
        change(&connection)
      }
    }
    #expect(run(10, least(), each: 5).visits == [15, 15, 10, 10])
    // From call to call of a caller its connection is gone; of the others' two are left each time,
    // idle for 1 and 3 ticks, so that three replicas take turns.
    let idle = run(10, least { $0.idleTimeout = 4 * Timeline.tick }, each: 5)
    #expect(idle.visits == [17, 17, 16, 0])
  }

  @Test("A replica that is back gets nothing until connections are recycled")
  func addedLater() {
    func late(_ perConnection: Bool, recycledAfter most: Int?) -> [Int] {
      let api = service(2, named: "api", perConnection: perConnection) {
        $0.cluster?.balancers = .count(1)
        $1.requestsMax = most
      }
      var fault = FaultSpec.at(0, .crash(drops: false), from: 100, for: 10)
      fault.target.service = "api"
      return run(4, api, each: 1_000, faults: [fault], from: 2_000).visits
    }
    // The last 3,000 of 4,000 calls: all callers have moved to the other one.
    #expect(late(true, recycledAfter: nil) == [0, 3_000])
    let recycled = late(true, recycledAfter: 10)
    #expect(recycled.reduce(0, +) == 3_000 && recycled.allSatisfy { $0 > 1_400 }, "\(recycled)")
    #expect(late(false, recycledAfter: nil) == [1_500, 1_500])
  }

  @Test("A connection to a replica out of rotation stays in use; by request none goes there")
  func outOfRotation() {
    func late(_ perConnection: Bool) -> [Int] {
      let s = service(2, perConnection: perConnection) {
        $0.slots = nil
        var probe = ReadinessProbe()
        (probe.period, probe.timeout) = (20 * Timeline.tick, 10 * Timeline.tick)
        (probe.failureThreshold, probe.successThreshold) = (1, 1_000_000)
        $0.cluster?.readiness = probe
        $1.streamsMax = 1_000
      }
      return BalancerRun(
        [s], every: 2, count: 500, faults: [.at(0, .pause, from: 100, for: 50)], from: 201
      ).visits
    }
    #expect(late(true) == [400, 0])
    #expect(late(false) == [0, 400])
  }

  @Test("Each shard has connections of its own")
  func shards() {
    let s = service(2) { s, _ in s.shards = 3 }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<10).map { $0 * 5 * Timeline.tick }),
      steps: [.scatter("s", .shards)])
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      Replication.Settings(seed: 1, number: 0, window: 0..<(1_000 * Timeline.tick)))
    #expect(run.violations.isEmpty)
    #expect(run.services[0].rows.map(\.requests) == [10, 0, 10, 0, 10, 0])
    let sums = ConnectionSum.total(run.services[0].rows.map(\.connections))
    #expect(sums?.handshakes == 3 && sums?.reused == 27)
  }

  @Test("Calls to each replica have connections to each; others may use them")
  func everyReplica() {
    let s = service(3)
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants([0, 10 * Timeline.tick, 20 * Timeline.tick]),
      steps: [.scatter("s", .replicas), .call("s")])
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      Replication.Settings(seed: 1, number: 0, window: 0..<(1_000 * Timeline.tick)))
    #expect(run.violations.isEmpty)
    // All three have been free since the same instant: the one opened first is taken.
    #expect(run.services[0].rows.map(\.requests) == [6, 3, 3])
    let sums = ConnectionSum.total(run.services[0].rows.map(\.connections))
    #expect(sums?.handshakes == 3 && sums?.reused == 9)
  }

  @Test("Who joins a connection that cannot be opened fails with it")
  func cannotOpen() {
    let s = service(1) {
      $0.latency = .ticks(1)
      $1.roundTrips = 1
      $1.work = .ticks(2)
      $1.streamsMax = 10
    }
    // Handshake: a tick there, 2 of work, of which the crash takes the second; the refusal goes back.
    let run = expectTimeline(
      [s], steps: [.call("s")], faults: [.once(.crash(drops: false), at: 2, for: 3)]
    ) {
      """
      arrive  ab........c.....
      leave   ...A............
      leave   ...B.............c
      """
    }
    #expect(ConnectionSum.total(run.services[0].rows.map(\.connections))?.handshakes == 2)
  }

  @Test("A call given up on its way still opens its connection, which counts and is used later")
  func givenUpOnItsWay() {
    var slow = FaultSpec(name: "f", target: FaultTarget("s"), verb: .delay(.ticks(5)), at: 0)
    slow.length = .ticks(10)
    let run = expectTimeline(
      [service(2)], steps: [.call("s", timeout: 3)], faults: [slow]
    ) {
      """
      arrive  a...................b..
      leave   ...A.................b.
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [1, 0])
    let sums = ConnectionSum.total(run.services[0].rows.map(\.connections))
    #expect(sums?.handshakes == 1 && sums?.reused == 1)
  }
}
