import TailraceEngine
import Testing

@testable import TailraceModel

extension AnalyticCase {
  /// Cases of calls that are sent more than once.
  static var attempts: [AnalyticCase] {
    hedges + [tied, tries, retrial] + fanRetries + rareFailures
  }

  /// A call of a service of unlimited slots, whose parts share no fate.
  private static func calling(
    _ arrivals: ArrivalSpec, _ service: ServiceSpec, _ change: (inout CallSpec) -> Void
  ) -> Topology {
    Topology(
      workloads: [
        WorkloadSpec(name: "w", arrivals: arrivals, steps: [.call(service.name, change)])
      ], services: [service])
  }

  private static var hedges: [AnalyticCase] {
    let stalls = ServiceSpec.station(.exp(10), slots: nil).with {
      var stall = StepSpec.wait(.fixed(1_000))
      stall.probability = 0.02
      $0.handlers[0].steps.append(stall)
    }
    let lognormal = LawSpec.lognormal(
      LognormalLaw(logMean: PortableMath.log(unit), logDeviation: 1))
    let cases: [(String, ServiceSpec, Double, Double, String)] = [
      ("hedge_exp_d1.0", .station(.exp(1), slots: nil), 1, 900_000, "p999"),
      ("hedge_lognormal_p95", .station(lognormal, slots: nil), 5.18025160223, 900_000, "p999"),
      ("hedge_bimodal", stalls, 60, 900_000, "p9990"),
    ]
    return cases.map { name, service, delay, length, last in
      let pair = service.with { $0.replicas = 2 }
      let topology = calling(.rate(3), pair) {
        $0.hedge = HedgePolicy(delay: .fixed(UInt64(delay * unit)))
      }
      return AnalyticCase(name: name, topology: topology, length: length) {
        let sum = $0.run.attempts()
        return [
          "mean": $0.latency(), "p50": $0.latency(quantile: 0.5),
          "p99": $0.latency(quantile: 0.99), last: $0.latency(quantile: 0.999),
          "extra_load": Double(sum.hedges) / Double(sum.attempts - sum.hedges),
        ]
      }
    }
  }

  /// A copy at every server, the first to start cancels the others: one queue for all.
  private static var tied: AnalyticCase {
    let servers = ServiceSpec.station(.exp(1)).with { $0.replicas = 4 }
    let topology = calling(.rate(3.2), servers) {
      $0.hedge = .ticks(0) {
        $0.attempts = 4
        $0.isTied = true
      }
    }
    return AnalyticCase(name: "cancel_on_start_all", topology: topology, length: 600_000) {
      ["T": $0.latency(), "P_wait": $0.waited()]
    }
  }

  private static var tries: AnalyticCase {
    let topology = calling(.rate(3), .station(.exp(1), slots: nil)) {
      $0.retry = .ticks(2, tries: 2, on: [.timeout])
    }
    return AnalyticCase(
      name: "retry_no_queue", topology: topology, length: 300_000, keepsRequests: true
    ) {
      let requests = $0.run.requests
      let count = Double(requests.count)
      let sum = $0.run.attempts()
      return [
        "P_success": Double(requests.count { $0.outcome == .success }) / count,
        "attempts_mean": Double(sum.attempts) / Double(sum.attempts - sum.retries),
        "latency_all_mean": requests.reduce(0) { $0 + Double($1.ended - $1.began) } / count / unit,
      ]
    }
  }

  /// Whoever finds the server taken comes again after a pause, and again.
  private static var retrial: AnalyticCase {
    let server = ServiceSpec.station(.exp(1)).with { $0.queueLimit = 0 }
    let topology = calling(.rate(0.6), server) {
      $0.retry = .ticks(RetryPolicy.retriesMax, on: [.shed])
      $0.retry?.backOff = .drawn(.exp(2))
    }
    return AnalyticCase(
      name: "mm1_retrial_lam0.6_th0.5", topology: topology, length: 900_000, keepsRequests: true
    ) {
      let requests = $0.run.requests
      let blocked = requests.count { $0.ended - $0.began > $0.worked }
      return [
        "orbit_mean": $0.present() - $0.busy(), "T": $0.latency(), "P_busy": $0.busy(),
        "first_try_blocked": Double(blocked) / Double(requests.count),
      ]
    }
  }

  /// A hundred leaves of which each fails in a hundredth of its attempts.
  private static var fanRetries: [AnalyticCase] {
    [(1, "one_retry"), (2, "two_retries")].map { retries, word in
      AnalyticCase(
        name: "fanout_fail_prob", topology: fan(retries: retries), length: 10_000
      ) {
        let sum = $0.run.attempts()
        return [
          "leaf_calls_\(word)": 100 * Double(sum.attempts) / Double(sum.attempts - sum.retries)
        ]
      }
    }
  }

  /// Of those, what fails all the same: so rare that it takes ten million requests.
  private static var rareFailures: [AnalyticCase] {
    [(1, "one_retry"), (2, "two_retries")].map { retries, word in
      var rare = AnalyticCase(
        name: "fanout_fail_prob", topology: fan(retries: retries), length: 1_200_000
      ) { ["P_fail_\(word)": 1 - $0.succeeded] }
      rare.isLong = true
      return rare
    }
  }

  private static func fan(retries: Int) -> Topology {
    var failure = StepSpec(.fail(.applicationError))
    failure.probability = 0.01
    let leaf = ServiceSpec(name: "s", handler: [failure]).with { $0.shards = 100 }
    var call = CallSpec("s")
    call.retry = .ticks(retries, on: [.applicationError])
    let workload = WorkloadSpec(
      name: "w", arrivals: .rate(1), steps: [StepSpec(.scatter(call, .shards, Join()))])
    return Topology(workloads: [workload], services: [leaf])
  }
}

/// Layers that each make four attempts.
@Suite("Amplification in the reference") struct AmplificationTests {
  static let names = [
    "retry_amplification.bottom_calls_per_request", "sre_retry.attempts",
  ]

  @Test("Three layers of four attempts are 64 at the bottom")
  func layers() throws {
    let retry = RetryPolicy.ticks(3, on: [.applicationError])
    var services = [ServiceSpec(name: "s3", handler: [StepSpec(.fail(.applicationError))])]
    for (name, below) in [("s1", "s2"), ("s2", "s3")] {
      services.append(ServiceSpec(name: name, handler: [.call(below) { $0.retry = retry }]))
    }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants([0]), steps: [.call("s1") { $0.retry = retry }])
    let run = Replication.run(
      Topology(workloads: [workload], services: services),
      .init(seed: 1, number: 0, window: 0..<1_000_000))
    let expected = try ["analytic.csv", "published.csv"].enumerated().map { i, file in
      let parts = Self.names[i].split(separator: ".").map(String.init)
      return try #require(ReferenceNumber.byMetric(file, parts[0])[parts[1]]).expected
    }
    #expect(expected == [64, 64])
    #expect(Double(run.attempts(2).attempts) == expected[0])
  }
}
