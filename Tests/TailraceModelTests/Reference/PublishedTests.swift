import Testing
import TailraceEngine

@testable import TailraceModel

/// Figures from papers and other simulators, judged as the analytic cases are.
@Suite("Published cases of the reference") struct PublishedTests {
  @Test("Numbers", arguments: AnalyticTests.due(AnalyticCase.published))
  func numbers(_ one: AnalyticCase) { one.judge() }
}

extension AnalyticCase {
  static var published: [AnalyticCase] {
    tails + twoChoices + tied + [closed, sharedThreads, single]
  }

  private static func of(
    _ name: String, _ topology: Topology, length: Double, keepsRequests: Bool = false,
    _ measure: @escaping @Sendable (Measured) -> [String: Double]
  ) -> AnalyticCase {
    AnalyticCase(
      name: name, topology: topology, length: length, keepsRequests: keepsRequests,
      file: "published.csv", measure: measure)
  }

  /// Share of requests that meet one of the slowest hundredth of the leaves.
  private static var tails: [AnalyticCase] {
    let slow = LawSpec.discrete([
      WeightedValue(value: unit, weight: 0.99), WeightedValue(value: 2 * unit, weight: 0.01),
    ])
    let fans = [
      ("tail_63", 100, "share", 10_000.0), ("seed_five_leaves", 5, "share_over_2s", 150_000),
    ]
    return fans.map { name, n, metric, length in
      let leaf = ServiceSpec.station(slow, slots: nil).with { $0.shards = n }
      let workload = WorkloadSpec(name: "w", arrivals: .rate(1), steps: [.scatter("s", .shards)])
      return of(name, Topology(workloads: [workload], services: [leaf]), length: length) {
        [metric: $0.share(above: 1.5)]
      }
    }
  }

  /// The paper samples with replacement.
  private static var twoChoices: [AnalyticCase] {
    let loads = [
      (0.5, 20_000.0), (0.7, 20_000), (0.8, 20_000), (0.9, 30_000), (0.95, 50_000),
      (0.99, 300_000),
    ]
    return loads.map { load, length in
      let service = ServiceSpec.station(.exp(1)).with {
        $0.replicas = 100
        $0.balancing = LeastRequest()
      }
      var one = of("po2_table_n100", simple(.rate(load * 100), service), length: length) {
        ["lam\(load)": $0.latency()]
      }
      one.isLong = load > 0.96
      return one
    }
  }

  /// Reads of a table that has two copies, one by one and in tied pairs.
  ///
  /// The paper's plain row is, within its band, 9 ms and an exponential of 13 ms: so much a server
  /// that is half busy with reads of 6.5 ms takes. The tied row must follow from it.
  private static var tied: [AnalyticCase] {
    [false, true].map { isTied in
      let tablets = ServiceSpec.station(.exp(6.5)).with {
        $0.replicas = 20
        $0.balancing = RandomChoice()
      }
      var call = CallSpec("s")
      if isTied { call.hedge = .ticks(1) { $0.isTied = true } }
      let workload = WorkloadSpec(
        name: "w", arrivals: .rate(0.5 * 20 / 6.5),
        steps: [.wait(.fixed(9)), StepSpec(.call(call))])
      return of(
        "tail_tied", Topology(workloads: [workload], services: [tablets]), length: 300_000
      ) { run in
        let parts = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)]
        return Dictionary(
          uniqueKeysWithValues: parts.map { name, share in
            ("\(isTied ? "tied" : "plain")_\(name)", run.latency(quantile: share))
          })
      }
    }
  }

  /// Two classes of clients: eight that think 8 on average, and one that does not think.
  private static var closed: AnalyticCase {
    let queue = ServiceSpec.station(.exp(1))
    let one = WorkloadSpec(
      name: "c1", arrivals: .closed(ClosedLoop(clients: 8, thinkTime: .exp(8))),
      steps: [.call("s")])
    let two = WorkloadSpec(
      name: "c2", arrivals: .closed(ClosedLoop(clients: 1, thinkTime: .constant(0))),
      steps: [.call("s")])
    return of(
      "chandy_neuse_1982", Topology(workloads: [one, two], services: [queue]), length: 400_000
    ) {
      [
        "L_delay_1": 8 - $0.present(0), "L_queue_1": $0.present(0), "L_queue_2": $0.present(1),
      ]
    }
  }

  /// Up to three jobs at full speed, beyond that they share the speed of three.
  private static var sharedThreads: AnalyticCase {
    let service = ServiceSpec.station(.exp(1 / 1.2), slots: nil).with {
      $0.discipline = .ps
      $0.cores = 3
    }
    return of(
      "ciw_limited_ps", simple(.rate(1), service), length: 300_000, keepsRequests: true
    ) {
      let times = $0.timeByNumber(skipping: 100)
      return Dictionary(uniqueKeysWithValues: (0..<5).map { ("P\($0)", times[$0]) })
    }
  }

  /// One core of 1 ms, then 10 ms without it; the edges take 3, 2 and 3 ms on average.
  private static var single: AnalyticCase {
    var server = ServiceSpec(
      name: "s", handler: [.work(.fixed(1)), .wait(.fixed(10)), .wait(.exp(3))])
    server.concurrencyModel = .eventLoop
    let workload = WorkloadSpec(
      name: "w", arrivals: .rate(0.0266666666667),
      steps: [.wait(.exp(3)), .wait(.exp(2)), .call("s")])
    return of(
      "asyncflow_single", Topology(workloads: [workload], services: [server]), length: 20_000_000
    ) { ["mean_latency": $0.latency() / 1_000] }
  }
}
