import TailraceStatistics
import Testing

@testable import TailraceModel

/// What a simulation of these mechanisms must show (MECHANISMS.md, its properties).
@Suite("Properties of faults, speeds and balancers") struct FaultPropertyTests {
  private static let second: UInt64 = 1_000_000_000

  /// Ten replicas of 1 ms at half load; the first is struck.
  private func run(
    _ fault: FaultSpec.Verb?, _ policy: any BalancingPolicy, slots: Int? = 1,
    timeout: UInt64? = nil, replicas: Int = 10, seconds: UInt64 = 60
  ) -> Replication {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
    (s.replicas, s.slots, s.balancing) = (replicas, slots, policy)
    var call = CallSpec("s")
    call.timeout = timeout
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 500 * Double(replicas)),
      steps: [StepSpec(.call(call))])
    var topology = Topology(workloads: [workload], services: [s])
    if let fault {
      var spec = FaultSpec(name: "f", target: FaultTarget("s"), verb: fault, at: 0)
      spec.target.replica = 0
      topology.faults = [spec]
    }
    let run = Replication.run(
      topology,
      .init(seed: 6, number: 0, window: (10 * Self.second)..<(seconds * Self.second)))
    #expect(run.violations.isEmpty)
    return run
  }

  private func share(_ outcome: Outcome, _ run: Replication) -> Double {
    let outcomes = run.workloads[0].outcomes
    return Double(outcomes[Int(outcome.rawValue)]) / Double(outcomes.reduce(0, +))
  }

  @Test("A silent one in n holds its share of calls for the whole timeout at the callers")
  func silence() {
    let run = run(
      .crash(drops: true), RandomChoice(), slots: nil, timeout: Self.second, seconds: 30)
    let present = Double(run.workloads[0].presentArea) / Double(20 * Self.second)
    // 500/s for one second, and 4,500/s for a millisecond.
    #expect(abs(present - 504.5) < 0.02 * 504.5)
    #expect(abs(share(.timeout, run) - 0.1) < 0.005)
  }

  @Test("A replica that fails at once is a sinkhole for LEAST_REQUEST, a silent one is shunned")
  func sinkhole() {
    var scan = LeastRequest()
    scan.fullScan = true
    let fair = share(.connectionFailure, run(.crash(drops: false), RoundRobin()))
    #expect(abs(fair - 0.1) < 0.001)
    #expect(share(.connectionFailure, run(.crash(drops: false), scan)) > 0.15)
    #expect(share(.applicationError, run(.fail(1), LeastRequest())) > 0.12)
    let silent = run(.crash(drops: true), scan, timeout: Self.second)
    #expect(share(.timeout, silent) < 0.002)
  }

  @Test("One slow replica of n is the tail of ROUND_ROBIN: p99 breaks as soon as n < 100")
  func slowOne() {
    func p99(_ policy: any BalancingPolicy, replicas: Int) -> Double {
      let run = run(.slowDown(3), policy, replicas: replicas, seconds: 20)
      let snapshot = run.workloads[0].latencies
      var above = snapshot.counts.reduce(0, +) / 100
      for (i, count) in zip(snapshot.indices, snapshot.counts).reversed() {
        if count > above { return Double(LogBuckets.fine.lowerBound(of: i)) / 1e6 }
        above -= count
      }
      return .nan
    }
    #expect(p99(RoundRobin(), replicas: 50) > 1_000)
    #expect(p99(RoundRobin(), replicas: 200) < 20)
    #expect(p99(LeastRequest(), replicas: 50) < 20)
  }

  @Test("Pauses at the same time hurt a fan-out once, at different times almost always")
  func pauses() {
    func hurt(together: Bool) -> Double {
      var s = ServiceSpec(name: "s", handler: [.work(.constant(1e5))])
      (s.shards, s.slots) = (20, nil)
      var fault = FaultSpec(
        name: "f", target: FaultTarget("s"), verb: .pause, every: .exponential(mean: 1.9e8),
        length: .constant(1e7))
      fault.isTogether = together
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 100), steps: [.scatter("s", .shards)])
      var topology = Topology(workloads: [workload], services: [s])
      topology.faults = [fault]
      var settings = Replication.Settings(
        seed: 6, number: 0, window: (5 * Self.second)..<(205 * Self.second))
      settings.keepsRequests = true
      let requests = Replication.run(topology, settings).requests
      return Double(requests.count { $0.ended - $0.began > 100_000 }) / Double(requests.count)
    }
    // 5 % of the time one leaf is paused, and once in a while a pause comes during the work.
    #expect(abs(hurt(together: true) - 0.05) < 0.008)
    #expect(abs(hurt(together: false) - 0.645) < 0.02)
  }

  @Test("Two replicas fail together as often as each alone only where they share a cause")
  func correlation() {
    func down(together: Bool) -> Double {
      var s = ServiceSpec(name: "s", handler: [.work(.constant(1e3))])
      (s.replicas, s.slots) = (2, nil)
      var fault = FaultSpec(
        name: "f", target: FaultTarget("s"), verb: .crash(drops: false),
        every: .exponential(mean: 9e7), length: .exponential(mean: 1e7))
      fault.isTogether = together
      var both = Join()
      both.need = .responses(1)
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 1_000),
        steps: [.scatter("s", .fanOut(2), both)])
      var topology = Topology(workloads: [workload], services: [s])
      topology.faults = [fault]
      let run = Replication.run(
        topology, .init(seed: 6, number: 0, window: 0..<(300 * Self.second)))
      return share(.connectionFailure, run)
    }
    // Round robin asks both: the request fails where both are down.
    #expect(abs(down(together: true) - 0.1) < 0.01)
    #expect(abs(down(together: false) - 0.01) < 0.002)
  }
}
