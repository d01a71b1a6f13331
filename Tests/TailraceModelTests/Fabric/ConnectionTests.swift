import TailraceEngine
import Testing

@testable import TailraceModel

/// Pools of connections. One tick is a millisecond; the way to the service takes one.
@Suite("Connections") struct ConnectionTests {
  private func service(
    _ change: (inout ConnectionSpec) -> Void = { _ in }, works ticks: UInt64 = 1
  ) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(ticks))])
    s.latency = .ticks(1)
    s.slots = nil
    var connection = ConnectionSpec()
    connection.roundTrips = 2
    change(&connection)
    s.connection = connection
    return s
  }

  private func sums(_ run: Replication) -> ConnectionSum {
    .total(run.services[0].rows.map(\.connections)) ?? ConnectionSum()
  }

  @Test("A new connection takes its round trips; the next call uses it again")
  func reuse() {
    let run = expectTimeline([service()], steps: [.call("s")]) {
      """
      arrive  a.........b....
      leave   .......a.....b.
      """
    }
    #expect(sums(run).handshakes == 1)
    #expect(sums(run).reused == 1)
    #expect(run.requests[0].network == 6 * Timeline.tick)
  }

  @Test("A call that finds all connections in use opens one more")
  func oneAtATime() {
    let run = expectTimeline([service()], steps: [.call("s")]) {
      """
      arrive  ab..............
      leave   .......ab.......
      """
    }
    #expect(sums(run).handshakes == 2)
  }

  @Test("The callee works for a new connection, in a slot; a session that goes on saves that")
  func handshakeWork() {
    var s = service { $0.work = .ticks(3) }
    s.slots = 1
    // Round trip, there, work; back, request, work, back: 2 + 1 + 3 + 1 + 1 + 1 + 1.
    let run = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a...............
      leave   ..........a.....
      """
    }
    #expect(run.requests[0].worked == 4 * Timeline.tick)
    s.connection?.resumptionFraction = 1
    let resumed = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a...............
      leave   .......a........
      """
    }
    #expect(sums(resumed).resumed == 1)
  }

  @Test("After so many requests a connection is closed")
  func requestsMax() {
    let run = expectTimeline([service { $0.requestsMax = 2 }], steps: [.call("s")]) {
      """
      arrive  a.......b...c.......
      leave   .......a...b.......c
      """
    }
    #expect(sums(run).handshakes == 2)
  }

  @Test("A connection without a request for so long is closed")
  func idleTimeout() {
    let idle = service { $0.idleTimeout = 4 * Timeline.tick }
    _ = expectTimeline([idle], steps: [.call("s")]) {
      """
      arrive  a.........b........c......
      leave   .......a.....b............
      leave   ..........................c
      """
    }
  }

  @Test("With several streams calls share one connection, and wait while it opens")
  func streams() {
    let run = expectTimeline([service { $0.streamsMax = 2 }], steps: [.call("s")]) {
      """
      arrive  abc.............
      leave   .......a.c......
      leave   .......b........
      """
    }
    #expect(sums(run).handshakes == 2)
    #expect(sums(run).reused == 1)
  }

  @Test("A callee accepts so many connections from all; who finds none is refused")
  func connectionsMax() {
    let run = expectTimeline([service { $0.connectionsMax = 1 }], steps: [.call("s")]) {
      """
      arrive  ab......c..........
      leave   ...B...a...c.......
      """
    }
    #expect(sums(run).refused == 1)
  }

  @Test("What one caller leaves idle for too long makes room for another's connection")
  func idleMakesRoom() {
    let s = service {
      $0.connectionsMax = 1
      $0.idleTimeout = 5 * Timeline.tick
    }
    var front = ServiceSpec(name: "t", handler: [.call("s")])
    front.replicas = 2
    front.slots = nil
    let early = expectTimeline([s, front], steps: [.call("t")]) {
      """
      arrive  a..........b........
      leave   .......a.....B......
      """
    }
    #expect(sums(early).refused == 1)
    let late = expectTimeline([s, front], steps: [.call("t")]) {
      """
      arrive  a...........b........
      leave   .......a...........b.
      """
    }
    #expect(sums(late).handshakes == 2)
  }

  @Test("A caller that gives up closes the connection; one that it opens goes on")
  func givingUp() {
    let run = expectTimeline(
      [service(works: 4)], steps: [.call("s", timeout: 8)]
    ) {
      """
      arrive  a.........b...........
      leave   ........A.........B...
      """
    }
    #expect(sums(run).handshakes == 2)
    let opening = expectTimeline([service()], steps: [.call("s", timeout: 3)]) {
      """
      arrive  a....b.........
      leave   ...A....b......
      """
    }
    #expect(sums(opening).handshakes == 1)
    #expect(sums(opening).reused == 1)
  }

  @Test("A crash takes the connections with it: all callers come back at once")
  func reconnectStorm() {
    var s = service { $0.work = .ticks(1) }
    s.slots = 1
    let run = expectTimeline(
      [s], steps: [.call("s")], faults: [.once(.crash(drops: false), at: 20, for: 2)]
    ) {
      """
      arrive  a.............b.........c........
      leave   ........a........b..............c
      """
    }
    #expect(sums(run).handshakes == 2)
  }

  @Test("A reconnect storm is an overload: all callers shake hands at once before work goes on")
  func reconnectOverload() {
    func longest(_ crashes: Bool) -> UInt64 {
      var s = service { $0.work = .ticks(10) }
      s.slots = 2
      var front = ServiceSpec(name: "t", handler: [.call("s")])
      front.replicas = 20
      front.slots = nil
      let workload = WorkloadSpec(
        name: "users", arrivals: .constant(ratePerSecond: 400), steps: [.call("t")])
      var topology = Topology(workloads: [workload], services: [s, front])
      if crashes { topology.faults = [.once(.crash(drops: false), at: 5_000, for: 1)] }
      // What comes in the first seconds opens the callers' connections.
      let run = Replication.run(
        topology, Replication.Settings(seed: 3, number: 0, window: 4_000_000_000..<6_000_000_000))
      #expect(run.violations == [])
      #expect(sums(run).handshakes >= (crashes ? 20 : 0))
      return run.workloads[0].latencies.maximum ?? 0
    }
    // A request alone takes 3 ticks; in the storm twenty handshakes of 10 ticks share two slots.
    #expect(longest(false) == 3 * Timeline.tick)
    #expect(longest(true) > 60 * Timeline.tick)
  }

  @Test("Reuse u: connections add (1 - u) (1 + h) round trips on average")
  func reuseRatio() {
    var s = service {
      $0.requestsMax = 5
      $0.roundTrips = 2
    }
    s.handlers[0].steps = [.work(.constant(1))]
    let workload = WorkloadSpec(
      name: "users", arrivals: .constant(ratePerSecond: 100), steps: [.call("s")])
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      Replication.Settings(seed: 3, number: 0, window: 0..<100_000_000_000))
    #expect(run.violations == [])
    let sum = sums(run)
    #expect(sum.handshakes == 2_000 && sum.reused == 8_000)
    let mean = Double(run.workloads[0].latencies.sum) / Double(run.workloads[0].latencies.count)
    // One of five opens: 2 round trips of 2 ms; every request has its own round trip.
    #expect(mean == 2e6 + 1 + 0.2 * 4e6)
  }
}
