@testable import TailraceModel

extension AnalyticCase {
  /// Cases of queue disciplines at one station.
  static var disciplines: [AnalyticCase] {
    orders + sizes + priorities + sharing
  }

  private static func of(
    _ name: String, _ rate: Double, _ service: ServiceSpec, length: Double, isLong: Bool = false,
    _ measure: @escaping @Sendable (Measured) -> [String: Double]
  ) -> AnalyticCase {
    AnalyticCase(
      name: name, topology: simple(.rate(rate), service), length: length, isLong: isLong,
      measure: measure)
  }

  private static func under(
    _ discipline: Discipline, preemptive: Bool = false, _ work: LawSpec = .exp(1)
  ) -> ServiceSpec {
    ServiceSpec.station(work).with {
      $0.discipline = discipline
      $0.preemptive = preemptive
      if discipline == .ps { $0.slots = nil }
    }
  }

  private static var orders: [AnalyticCase] {
    let words: [(Discipline, String)] = [(.fifo, "FCFS"), (.lifo, "LIFO"), (.random, "SIRO")]
    let orders = words.map { discipline, word in
      of("mm1_orders_rho0.7", 0.7, under(discipline), length: 2_000_000) {
        // The latency is the wait and an independent exponential.
        let wait = $0.latency() - 1
        return ["Wq": $0.wait(), "Wq_m2_\(word)": $0.squaredLatency() - 2 * wait - 2]
      }
    }
    return orders + [
      of("lifo_pr_exp_rho0.7", 0.7, under(.lifo, preemptive: true), length: 800_000) {
        ["T": $0.latency(), "T_var": $0.latencyVariance()]
      }
    ]
  }

  private static var sizes: [AnalyticCase] {
    let words: [(Discipline, Bool, String)] = [
      (.srpt, false, "SRPT"), (.sjf, true, "PSJF"), (.sjf, false, "SJF"),
    ]
    return [
      of("mm1_sizebased_rho0.8", 0.8, under(.fifo), length: 1_500_000) {
        ["T_FCFS": $0.latency()]
      }
    ]
      + words.map { discipline, preemptive, word in
        of("mm1_sizebased_rho0.8", 0.8, under(discipline, preemptive: preemptive), length: 900_000)
        {
          ["T_\(word)": $0.latency()]
        }
      }
  }

  /// A workload for each class; priorities as listed.
  private static func classes(_ rates: [Double], _ service: ServiceSpec) -> Topology {
    var topology = Topology(workloads: [], services: [service])
    for (i, rate) in rates.enumerated() {
      topology.workloads.append(
        WorkloadSpec(name: "c\(i + 1)", arrivals: .rate(rate), steps: [.call(service.name)]))
      topology.classPriorities["c\(i + 1)"] = i
    }
    return topology
  }

  private static var priorities: [AnalyticCase] {
    let mixed = LawSpec.byClass(["c1": .fixed(1), "c2": .exp(4)])
    var found: [AnalyticCase] = []
    for preemptive in [false, true] {
      found.append(
        AnalyticCase(
          name: "prio3_exp",
          topology: classes([0.2, 0.3, 0.3], under(.priority, preemptive: preemptive)),
          length: 2_000_000
        ) { m in
          let word = preemptive ? "T_pr" : "Wq_np"
          return Dictionary(
            uniqueKeysWithValues: (0..<3).map {
              ("\(word)_\($0 + 1)", m.latency($0) - (preemptive ? 0 : 1))
            })
        })
      found.append(
        AnalyticCase(
          name: "prio2_mixed",
          topology: classes([0.3, 0.1], under(.priority, preemptive: preemptive, mixed)),
          length: 800_000
        ) {
          preemptive
            ? ["T_pr_1": $0.latency(0), "T_pr_2": $0.latency(1)]
            : ["Wq_np_1": $0.latency(0) - 1, "Wq_np_2": $0.latency(1) - 4]
        })
    }
    return found
  }

  private static var sharing: [AnalyticCase] {
    let laws: [LawSpec] = [.fixed(1), .exp(1), .balanced, .lognormal(cv2: 4), .pareto]
    let insensitive = laws.map {
      of("mg1ps_insensitive_rho0.7", 0.7, under(.ps, $0), length: 600_000) { ["T": $0.latency()] }
    }
    let a = under(.ps, .byClass(["c1": .exp(2), "c2": .fixed(3)])).with { $0.name = "a" }
    let b = under(.ps, .byClass(["c1": .fixed(1), "c2": .exp(4)])).with { $0.name = "b" }
    var two = classes([0.2, 0.1], a)
    two.services.append(b)
    for i in two.workloads.indices { two.workloads[i].steps.append(.call("b")) }
    return insensitive + [
      of("mm1ps_rho0.8", 0.8, under(.ps), length: 800_000) {
        ["T": $0.latency(), "L": $0.present(), "T_var": $0.latencyVariance()]
      },
      AnalyticCase(name: "bcmp_open_ps", topology: two, length: 800_000) {
        [
          "T1": $0.latency(0), "T2": $0.latency(1), "L_A": $0.busy(0), "L_B": $0.busy(1),
        ]
      },
    ]
  }
}
