import TailraceEngine

@testable import TailraceModel

extension AnalyticCase {
  /// Cases of first-in-first-out stations, chains of them and balancers.
  static var stations: [AnalyticCase] { queues + losses + services + joins + policies }

  private static var queues: [AnalyticCase] {
    [
      queue("mm1_rho0.5", 0.5, 1, length: 2_000_000),
      queue("mm1_rho0.8", 0.8, 1, length: 4_000_000),
      queue("mm1_rho0.95", 0.95, 1, length: 6_000_000),
      queue("mmc_c2_lam1.6", 1.6, 2, length: 1_500_000),
      queue("mmc_c8_lam7.2", 7.2, 8, length: 300_000),
      queue("mmc_c50_lam45", 45, 50, length: 60_000),
    ]
  }

  private static func queue(
    _ name: String, _ rate: Double, _ slots: Int, length: Double
  ) -> AnalyticCase {
    AnalyticCase(
      name: name, topology: simple(.rate(rate), .station(.exp(1), slots: slots)), length: length
    ) {
      var found = [
        "L": $0.present(), "Lq": $0.queue(), "T": $0.latency(), "Wq": $0.wait(),
        "P_wait": $0.waited(), "Wq_p99": $0.wait(quantile: 0.99),
      ]
      for (word, q) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
        found["T_\(word)"] = $0.latency(quantile: q)
      }
      if slots == 1 {
        found["T_var"] = $0.latencyVariance()
        found["T_p90"] = $0.latency(quantile: 0.9)
        found["Wq_p90"] = $0.wait(quantile: 0.9)
      }
      return found
    }
  }

  private static var losses: [AnalyticCase] {
    let laws: [LawSpec] = [.exp(1), .fixed(1), .lognormal(cv2: 4)]
    let loads = [(4, 5, 100_000.0), (10, 10, 60_000), (100, 100, 15_000)]
    let erlang = loads.flatMap { load, slots, length in
      laws.map { law in
        let service = ServiceSpec.station(law, slots: slots).with { $0.queueLimit = 0 }
        return AnalyticCase(
          name: "erlangB_a\(load)_c\(slots)", topology: simple(.rate(Double(load)), service),
          length: length
        ) {
          [
            "P_block": $0.refused(), "throughput": $0.throughput(), "L": $0.busy(),
          ]
        }
      }
    }
    let bounded = [
      ("mmck_lam0.9_c1_K5", 0.9, 1, 4, 400_000.0), ("mmck_lam2.0_c1_K10", 2, 1, 9, 200_000),
      ("mmck_lam4.5_c4_K20", 4.5, 4, 16, 200_000),
    ]
    return erlang
      + bounded.map { name, rate, slots, limit, length in
        AnalyticCase(
          name: name,
          topology: simple(
            .rate(rate), .station(.exp(1), slots: slots).with { $0.queueLimit = limit }),
          length: length
        ) {
          [
            "P_block": $0.refused(), "throughput": $0.throughput(), "Lq": $0.queue(),
            "L": $0.queue() + $0.busy(), "T": $0.latency(), "Wq": $0.wait(),
          ]
        }
      }
  }

  private static var services: [AnalyticCase] {
    let bimodal = LawSpec.discrete([
      WeightedValue(value: unit, weight: 0.99), WeightedValue(value: 20 * unit, weight: 0.01),
    ])
    // With the variance of the work, where that of the wait is in the file.
    let single: [(String, Double, LawSpec, Double?)] = [
      ("mg1_det_rho0.8", 0.8, .fixed(1), 0),
      ("mg1_erlang4_rho0.8", 0.8, .erlang(mean: unit, stages: 4), 0.25),
      ("mg1_h2_cv4_rho0.8", 0.8, .balanced, 4),
      ("mg1_logn_cv4_rho0.7", 0.7, .lognormal(cv2: 4), nil),
      ("mg1_pareto2.5_rho0.5", 0.5, .pareto, nil),
      ("mg1_bimodal_rho0.6", 0.504201680672, bimodal, 4.99 - 1.19 * 1.19),
    ]
    return single.map { name, rate, law, variance in
      AnalyticCase(
        name: name, topology: simple(.rate(rate), .station(law)), length: 3_000_000
      ) {
        var found = [
          "T": $0.latency(), "Wq": $0.wait(), "L": $0.present(), "Lq": $0.queue(),
        ]
        if let variance { found["Wq_var"] = $0.latencyVariance() - variance }
        return found
      }
    }
  }

  private static var joins: [AnalyticCase] {
    let chain = [1, 0.8, 0.5].enumerated().map { ServiceSpec.station(.exp($1), name: "s\($0)") }
    let tandem = WorkloadSpec(
      name: "w", arrivals: .rate(0.6), steps: chain.map { .call($0.name) })
    let pair = (0..<2).map { ServiceSpec.station(.exp(1), name: "s\($0)") }
    let fork = WorkloadSpec(
      name: "w", arrivals: .rate(0.5), steps: [.parallel(pair.map { [.call($0.name)] })])
    return [
      AnalyticCase(
        name: "tandem3", topology: Topology(workloads: [tandem], services: chain), length: 1_000_000
      ) {
        ["T": $0.latency(), "L": $0.present(), "T_p99": $0.latency(quantile: 0.99)]
      },
      AnalyticCase(
        name: "forkjoin2_rho0.5", topology: Topology(workloads: [fork], services: pair),
        length: 2_000_000
      ) { ["T": $0.latency()] },
    ]
  }

  private static func balanced(
    _ name: String, _ replicas: Int, _ load: Double, _ policy: any BalancingPolicy, length: Double
  ) -> AnalyticCase {
    let service = ServiceSpec.station(.exp(1)).with {
      $0.replicas = replicas
      $0.balancing = policy
    }
    return AnalyticCase(
      name: name, topology: simple(.rate(load * Double(replicas)), service), length: length
    ) {
      name == "lb_random_10" ? ["T": $0.latency()] : ["T": $0.latency(), "P_wait": $0.waited()]
    }
  }

  private static var policies: [AnalyticCase] {
    var two = LeastRequest()
    var apart = two
    apart.replacement = false
    two.replacement = true
    var shortest = LeastRequest()
    shortest.fullScan = true
    return [
      balanced("lb_roundrobin_n4", 4, 0.8, RoundRobin(), length: 200_000),
      balanced("lb_jsq_n2_rho0.8", 2, 0.8, shortest, length: 800_000),
      balanced("lb_jsq_n3_rho0.7", 3, 0.7, shortest, length: 200_000),
      balanced("lb_po2_n3_rho0.8", 3, 0.8, apart, length: 400_000),
      balanced("lb_po2_n3_rho0.8_repl", 3, 0.8, two, length: 400_000),
      balanced("lb_random_10", 10, 0.9, RandomChoice(), length: 400_000),
    ]
  }
}
