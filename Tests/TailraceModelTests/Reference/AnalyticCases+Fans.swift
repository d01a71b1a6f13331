import TailraceEngine
import TailraceStatistics

@testable import TailraceModel

extension AnalyticCase {
  /// Cases of requests that go to several services: in parallel, in turn or along a random walk.
  static var fans: [AnalyticCase] { exponentials + others + redundant + chains + [jackson] }

  private static func fan(
    _ name: String, _ leaf: LawSpec, _ n: Int, need: Join.Need = .all, length: Double,
    _ measure: @escaping @Sendable (Measured) -> [String: Double]
  ) -> AnalyticCase {
    let service = ServiceSpec.station(leaf, slots: nil).with { $0.shards = n }
    var join = Join()
    join.need = need
    let workload = WorkloadSpec(
      name: "w", arrivals: .rate(1), steps: [.scatter("s", .shards, join)])
    return AnalyticCase(
      name: name, topology: Topology(workloads: [workload], services: [service]), length: length,
      measure: measure)
  }

  private static var exponentials: [AnalyticCase] {
    [("fanout_exp_n10", 10, 120_000.0), ("fanout_exp_n100", 100, 40_000)].map {
      name, n, length in
      fan(name, .exp(1), n, length: length) {
        [
          "mean": $0.latency(), "var": $0.latencyVariance(), "p50": $0.latency(quantile: 0.5),
          "p99": $0.latency(quantile: 0.99),
        ]
      }
    }
      + [(3, 5, 300_000.0), (2, 3, 300_000), (95, 100, 10_000), (100, 100, 20_000)].map {
        k, n, length in
        fan("fanout_quorum", .exp(1), n, need: .responses(k), length: length) {
          ["mean_\(k)of\(n)": $0.latency()]
        }
      }
  }

  private static var others: [AnalyticCase] {
    let lognormal = LawSpec.lognormal(
      LognormalLaw(logMean: PortableMath.log(unit), logDeviation: 1))
    let slow = LawSpec.discrete([
      WeightedValue(value: unit, weight: 0.99), WeightedValue(value: 2 * unit, weight: 0.01),
    ])
    let three = (1...3).map { ServiceSpec.station(.exp(Double($0)), slots: nil, name: "s\($0)") }
    let unequal = WorkloadSpec(
      name: "w", arrivals: .rate(1), steps: [.parallel(three.map { [.call($0.name)] })])
    let tails = [
      (1, 900_000.0), (5, 300_000), (10, 120_000), (20, 60_000), (50, 20_000), (100, 12_000),
      (1_000, 600), (2_000, 300),
    ]
    return [(1, 400_000.0), (10, 100_000), (100, 20_000)].map { n, length in
      fan("fanout_lognormal", lognormal, n, length: length) {
        [
          "p50_n\(n)": $0.latency(quantile: 0.5), "p99_n\(n)": $0.latency(quantile: 0.99),
        ]
      }
    }
      + tails.map { n, length in
        fan("fanout_tail_prob", slow, n, length: length) { ["P_n\(n)": $0.share(above: 1.5)] }
      } + [
        AnalyticCase(
          name: "fanout_heterogeneous3",
          topology: Topology(workloads: [unequal], services: three), length: 150_000
        ) { ["mean": $0.latency(), "p99": $0.latency(quantile: 0.99)] }
      ]
  }

  /// Copies of a job to `d` of `k` servers: the first that ends stops the others.
  private static func copies(
    _ name: String, _ k: Int, _ d: Int, _ load: Double, length: Double
  ) -> AnalyticCase {
    let servers = (0..<k).map { i in
      ServiceSpec.station(.exp(1), name: "s\(i)").with { $0.cancel = .running }
    }
    var join = Join()
    join.need = .responses(1)
    var arms: [SplitArm] = []
    for set in 0..<(1 << k) where set.nonzeroBitCount == d {
      let chosen = (0..<k).filter { set >> $0 & 1 == 1 }
      arms.append(
        SplitArm(weight: 1, steps: [.parallel(chosen.map { [.call("s\($0)")] }, join)]))
    }
    let workload = WorkloadSpec(
      name: "w", arrivals: .rate(load * Double(k)), steps: [StepSpec(.split(arms))])
    return AnalyticCase(
      name: name, topology: Topology(workloads: [workload], services: servers), length: length
    ) { ["T": $0.latency()] }
  }

  private static var redundant: [AnalyticCase] {
    [
      copies("redundancy_k3_d2", 3, 2, 0.5, length: 100_000),
      copies("redundancy_k10_d2", 10, 2, 0.7, length: 40_000),
      copies("redundancy_k4_d4", 4, 4, 0.8, length: 100_000),
    ]
  }

  private static var chains: [AnalyticCase] {
    let pair = (0..<2).map { ServiceSpec.station(.exp(1), name: "s\($0)") }
    let fork = WorkloadSpec(
      name: "w", arrivals: .rate(0.8), steps: [.parallel(pair.map { [.call($0.name)] })])
    // All parts of a job are done in one slot, so that the next one starts after the last of them.
    let merge = ServiceSpec(name: "s", handler: [.parallel((0..<4).map { _ in [.wait(.exp(1))] })])
    let hop = LawSpec.fixed(0.5)
    let first = ServiceSpec.station(.exp(2), slots: nil, name: "a").with { $0.latency = hop }
    let second = ServiceSpec.station(.fixed(3), slots: nil, name: "b").with { $0.latency = hop }
    let serial = WorkloadSpec(name: "w", arrivals: .rate(1), steps: [.call("a"), .call("b")])
    return [
      AnalyticCase(
        name: "forkjoin2_rho0.8", topology: Topology(workloads: [fork], services: pair),
        length: 3_000_000
      ) { ["T": $0.latency()] },
      AnalyticCase(name: "splitmerge_n4", topology: simple(.rate(0.3), merge), length: 600_000) {
        ["rho": $0.busy(), "Wq": $0.wait(), "T": $0.latency()]
      },
      AnalyticCase(
        name: "serial_latency", topology: Topology(workloads: [serial], services: [first, second]),
        length: 200_000
      ) { ["mean": $0.latency(), "p99": $0.latency(quantile: 0.99)] },
    ]
  }

  /// A walk through three stations: a handler for each number of steps so far, which calls the
  /// next station's and gives its own slot back before. After 40 steps hardly anybody is left.
  private static var jackson: AnalyticCase {
    let routing = [[0, 0.5, 0.3], [0.4, 0, 0.2], [0.1, 0.3, 0]]
    let services = (0..<3).map { i in
      var service = ServiceSpec(name: "s\(i)", handler: [])
      service.slots = [1, 2, 1][i]
      service.concurrencyModel = .eventLoop
      service.handlers = (0..<40).map { turn in
        var arms = (0..<3).map { next in
          var call = CallSpec("s\(next)")
          call.handler = "h\(turn + 1)"
          return SplitArm(
            weight: turn < 39 ? routing[i][next] : 0,
            steps: turn < 39 ? [StepSpec(.call(call))] : [])
        }
        arms.append(SplitArm(weight: 1 - routing[i].reduce(0, +), steps: []))
        return HandlerSpec(
          name: "h\(turn)", steps: [.work(.exp(1 / [3, 1, 2][i])), StepSpec(.split(arms))])
      }
      return service
    }
    var entry = CallSpec("s0")
    entry.handler = "h0"
    let workload = WorkloadSpec(
      name: "w", arrivals: .rate(1), steps: [StepSpec(.call(entry))])
    return AnalyticCase(
      name: "jackson3", topology: Topology(workloads: [workload], services: services),
      length: 300_000
    ) {
      var found = ["T": $0.latency()]
      for i in 0..<3 {
        found["lam\(i + 1)"] = $0.requests(i)
        found["L\(i + 1)"] = $0.queue(i) + $0.busy(i)
      }
      return found
    }
  }
}

extension Measured {
  /// Share of requests that took longer than a time that no bucket's bound is near to.
  func share(above limit: Double, _ workload: Int = 0) -> Double {
    let snapshot = run.workloads[workload].latencies
    var (above, all) = (0.0, 0.0)
    for (i, count) in zip(snapshot.indices, snapshot.counts) {
      all += Double(count)
      if Double(LogBuckets.fine.lowerBound(of: i)) > limit * AnalyticCase.unit {
        above += Double(count)
      }
    }
    return above / all
  }

  /// Visits per unit of time.
  func requests(_ s: Int = 0) -> Double {
    run.services[s].rows.reduce(0) { $0 + Double($1.requests) } * AnalyticCase.unit
      / Double(window.upperBound - window.lowerBound)
  }
}
