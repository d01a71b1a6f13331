import Testing

@testable import TailraceModel

/// One of ten hosts swallows calls or fails at once: how many it gets, by how a balancer looks.
@Suite("Black holes") struct BlackHoleTests {
  private static let second: UInt64 = 1_000_000_000

  /// The share of calls that the struck host gets.
  private func share(_ policy: any BalancingPolicy, drops: Bool) -> Double {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 2e6))])
    (s.replicas, s.balancing) = (10, policy)
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 3_500), steps: [.call("s", timeout: 1_000)])
    var topology = Topology(workloads: [workload], services: [s])
    var fault = FaultSpec(
      name: "hole", target: FaultTarget("s"), verb: .crash(drops: drops), at: 0)
    fault.target.replica = 3
    topology.faults = [fault]
    let run = Replication.run(
      topology, .init(seed: 29, number: 0, window: (5 * Self.second)..<(35 * Self.second)))
    #expect(run.violations.isEmpty)
    let outcomes = run.workloads[0].outcomes
    let lost = drops ? Outcome.timeout : .connectionFailure
    return Double(outcomes[Int(lost.rawValue)]) / Double(outcomes.reduce(0, +))
  }

  private var twoHosts: LeastRequest {
    var policy = LeastRequest()
    policy.replacement = false
    return policy
  }

  private var fullScan: LeastRequest {
    var policy = LeastRequest()
    policy.fullScan = true
    return policy
  }

  @Test("A silent one of n: 1/n of turns, 1/n^2 of two draws, next to nothing of two hosts")
  func silent() {
    #expect(abs(share(RoundRobin(), drops: true) - 0.1) < 0.001)
    #expect(abs(share(LeastRequest(), drops: true) - 0.01) < 0.0015)
    #expect(share(twoHosts, drops: true) < 0.003)
    #expect(share(fullScan, drops: true) < 0.002)
  }

  @Test("One that fails at once never has a call out: who looks sends it more than its share")
  func failing() {
    #expect(abs(share(RoundRobin(), drops: false) - 0.1) < 0.001)
    let (draws, hosts) = (share(LeastRequest(), drops: false), share(twoHosts, drops: false))
    // At most the chance that it is among the two: 1 - 0.9^2 and 2 / 10.
    #expect(draws > 0.14 && draws < 0.19)
    #expect(hosts > 0.15 && hosts < 0.2)
    #expect(share(fullScan, drops: false) > 0.22)
  }
}
