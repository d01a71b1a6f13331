import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

/// Ten machines of eight slots, half busy with visits of 80 ms.
@Suite("Balancers: probes of load") struct ProbingPolicyTests {
  private static let second: UInt64 = 1_000_000_000

  /// The mean and the 99th percentile of the response, in milliseconds.
  private func latency(
    _ policy: any BalancingPolicy, antagonists: Bool
  ) -> (mean: Double, p99: Double) {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 8e7))])
    s.replicas = 10
    s.slots = 8
    s.balancing = policy
    if policy.readsHosts { s.cluster = ClusterSpec() }
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 500), steps: [.call("s")])
    var topology = Topology(workloads: [workload], services: [s])
    if antagonists {
      var fault = FaultSpec(
        name: "antagonist", target: FaultTarget("s"), verb: .slowDown(5),
        every: .exponential(mean: 2e9), length: .exponential(mean: 1e9))
      fault.target.fraction = 0.3
      topology.faults = [fault]
    }
    let run = Replication.run(
      topology, .init(seed: 3, number: 0, window: (15 * Self.second)..<(75 * Self.second)))
    #expect(run.violations.isEmpty)
    let all = run.workloads[0].latencies
    return (
      Double(all.sum) / Double(all.count) / 1e6, Double(all.quantile(0.99) ?? 0) / 1e6
    )
  }

  @Test("PREQUAL beats weights by utilization where neighbours take some machines' time")
  func antagonists() {
    let probing = latency(Prequal(), antagonists: true)
    let weighing = latency(UtilizationWeighted(), antagonists: true)
    #expect(probing.p99 < 0.6 * weighing.p99, "\(probing.p99) \(weighing.p99)")
    #expect(probing.mean < 0.85 * weighing.mean)
  }

  @Test("PREQUAL is no worse than two choices where machines are equal and not crowded")
  func homogeneous() {
    let probing = latency(Prequal(), antagonists: false)
    let two = latency(LeastRequest(), antagonists: false)
    #expect(abs(probing.p99 / two.p99 - 1) < 0.05, "\(probing.p99) \(two.p99)")
    #expect(abs(probing.mean / two.mean - 1) < 0.05, "\(probing.mean) \(two.mean)")
  }
}
