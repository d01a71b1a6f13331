import TailraceEngine

@testable import TailraceModel

extension AnalyticCase {
  /// Cases of balancers at other loads, and of the limit of many replicas.
  static var balancers: [AnalyticCase] { shortest + meanField }

  private static func balanced(
    _ name: String, _ replicas: Int, _ load: Double, _ policy: any BalancingPolicy,
    length: Double, isLong: Bool = false,
    _ measure: @escaping @Sendable (Measured) -> [String: Double]
  ) -> AnalyticCase {
    let service = ServiceSpec.station(.exp(1)).with {
      $0.replicas = replicas
      $0.balancing = policy
    }
    return AnalyticCase(
      name: name, topology: simple(.rate(load * Double(replicas)), service), length: length,
      isLong: isLong, measure: measure)
  }

  private static var shortest: [AnalyticCase] {
    var scan = LeastRequest()
    scan.fullScan = true
    let loads: [(String, Int, Double, Double)] = [
      ("lb_jsq_n2_rho0.5", 2, 0.5, 1_500_000), ("lb_jsq_n2_rho0.95", 2, 0.95, 3_000_000),
      ("lb_jsq_n3_rho0.9", 3, 0.9, 800_000),
    ]
    return loads.map { name, n, load, length in
      balanced(name, n, load, scan, length: length) {
        ["T": $0.latency(), "P_wait": $0.waited()]
      }
    } + [
      balanced("lb_jiq_n3_rho0.8", 3, 0.8, JoinIdleQueue(), length: 1_500_000) {
        ["T": $0.latency(), "P_wait": $0.waited()]
      },
      balanced("lb_random_10", 10, 0.9, RandomChoice(), length: 400_000) {
        ["T_p99": $0.latency(quantile: 0.99)]
      },
      balanced("lb_roundrobin_n4", 4, 0.8, RoundRobin(), length: 400_000) {
        ["Wq": $0.wait(), "T_p99": $0.latency(quantile: 0.99)]
      },
    ]
  }

  private static var meanField: [AnalyticCase] {
    var cases: [AnalyticCase] = []
    for (load, length) in [(0.5, 2_500.0), (0.7, 2_500), (0.9, 3_000), (0.99, 12_000)] {
      for choices in [2, 3, 5] as [Int32] {
        let census = Census()
        var policy = LeastRequest()
        policy.choiceCount = choices
        cases.append(
          balanced(
            "lb_pod_meanfield_lam\(load)", 1_000, load, Counting(policy: policy, census: census),
            length: length, isLong: load > 0.95
          ) {
            let share = census.take()
            let mean = ["T_d\(choices)": $0.latency()]
            return choices == 2 ? mean.merging(["frac_ge3_d2": share]) { $1 } : mean
          })
      }
    }
    return cases
  }
}

/// How often a replica had at least three calls out when an arrival looked.
///
/// Replications run one after the other, so nobody else counts at the same time.
final class Census: @unchecked Sendable {
  private var crowded = 0.0
  private var looks = 0.0

  /// Notes a load once the run has settled.
  func note(_ load: Int32) {
    looks += 1
    if load >= 3 { crowded += 1 }
  }

  /// The share so far; begins anew.
  func take() -> Double {
    defer { (crowded, looks) = (0, 0) }
    return crowded / looks
  }
}

/// A policy that looks at one replica at each arrival: Poisson arrivals see time averages.
private struct Counting: BalancingPolicy {
  static let name = "COUNTING"
  static let summary = "Looks at a replica drawn uniformly, then does as another policy."
  var readsLoad: Bool { true }
  var policy = LeastRequest()
  var census = Census()
  var seen: Int32 = 0

  init() {}

  init(policy: LeastRequest, census: Census) {
    self.policy = policy
    self.census = census
  }

  mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    // The first tenth of a run and more is left out.
    seen &+= 1
    if seen > 40 * replicas.count {
      var own = luck
      let looked = Int32(truncatingIfNeeded: own.below(UInt64(replicas.count)))
      // The picks begin with the same draw; half-way round there is no connexion.
      census.note(replicas.load((looked &+ replicas.count / 2) % replicas.count))
    }
    return policy.pick(replicas, &luck)
  }
}
