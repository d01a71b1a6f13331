import Foundation
import TailraceEngine
import Testing

@testable import TailraceModel

/// The ladder of policies of MECHANISMS.md: n = 10 single servers, Poisson arrivals, exponential
/// service, one balancer.
///
/// The short form takes 0.9, `TAILRACE_LONG=1` both loads and four times as many requests.
@Suite("Balancers: ladder of policies") struct LadderTests {
  private static let isLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] == "1"

  /// The mean response in service times.
  private func mean(_ load: Double, _ change: (inout ServiceSpec) -> Void) -> Double {
    let seconds: UInt64 = 400
    var (sum, count) = (0.0, 0.0)
    for number in 0..<(Self.isLong ? 4 : 1) as Range<UInt64> {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      s.replicas = 10
      change(&s)
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: load * 10_000), steps: [.call("s")])
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 8, number: number, window: 1_000_000_000..<(seconds * 1_000_000_000)))
      #expect(run.violations.isEmpty)
      sum += Double(run.workloads[0].latencies.sum)
      count += Double(run.workloads[0].latencies.count)
    }
    return sum / count / 1e6
  }

  @Test("Random, in turn, two choices, idle queue, shortest queue, one shared queue")
  func ladder() {
    let expected: [(Double, [Double])] = [
      (0.7, [3.33, 2.02, 1.68, 1.19, 1.15, 1.07]), (0.9, [10, 5.63, 2.99, 2.39, 1.90, 1.67]),
    ]
    let changes: [(inout ServiceSpec) -> Void] = [
      { $0.balancing = RandomChoice() }, { $0.balancing = RoundRobin() },
      {
        var two = LeastRequest()
        two.replacement = false
        $0.balancing = two
      },
      {
        $0.balancing = JoinIdleQueue()
        $0.cluster = ClusterSpec()
      },
      {
        var scan = LeastRequest()
        scan.fullScan = true
        $0.balancing = scan
      },
      {
        $0.cluster = ClusterSpec()
        $0.cluster?.bindsLate = true
      },
    ]
    for (load, steps) in expected.suffix(Self.isLong ? 2 : 1) {
      var before = Double.infinity
      for (k, wanted) in steps.enumerated() {
        let found = mean(load, changes[k])
        #expect(abs(found / wanted - 1) < 0.03, "\(load) \(k): \(found)")
        #expect(found < before)
        before = found
      }
    }
  }
}
