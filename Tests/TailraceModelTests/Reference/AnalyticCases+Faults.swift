import TailraceEngine

@testable import TailraceModel

extension AnalyticCase {
  /// Cases of servers that break, slow down or fail, and of calls that need some of several.
  static var faults: [AnalyticCase] { breakdowns + availability }

  private static func struck(
    _ name: String, _ rate: Double, _ service: ServiceSpec, _ verb: FaultSpec.Verb,
    every: Double, length faultLength: Double, length: Double,
    _ measure: @escaping @Sendable (Measured) -> [String: Double]
  ) -> AnalyticCase {
    var topology = simple(.rate(rate), service)
    topology.faults = [
      FaultSpec(
        name: "f", target: FaultTarget(service.name), verb: verb, every: .exp(every),
        length: .exp(faultLength))
    ]
    return AnalyticCase(name: name, topology: topology, length: length, measure: measure)
  }

  private static var breakdowns: [AnalyticCase] {
    let name = "mm1_breakdown_lam0.5_xi0.05"
    let one = ServiceSpec.station(.exp(1))
    // A server that breaks only while it works: work up to a break, repair, and so on.
    var program: [StepSpec] = [.work(.exp(1 / 1.05))]
    for _ in 0..<8 {
      program = [
        .work(.exp(1 / 1.05)),
        StepSpec(
          .split([
            SplitArm(weight: 1, steps: []),
            SplitArm(weight: 0.05, steps: [.work(.exp(2))] + program),
          ])),
      ]
    }
    let breaking = ServiceSpec(name: "s", handler: program)
    return [
      struck(name, 0.5, one, .pause, every: 20, length: 2, length: 1_000_000) {
        ["L_any": $0.present(), "T_any": $0.latency()]
      },
      AnalyticCase(name: name, topology: simple(.rate(0.5), breaking), length: 600_000) {
        ["L_busy_only": $0.present(), "T_busy_only": $0.latency()]
      },
      struck(name, 0.5, one, .crash(drops: false), every: 20, length: 2, length: 300_000) {
        ["availability": 1 - $0.down()]
      },
      struck(
        "mm1_two_speed", 1, one.with { $0.groups = [ReplicaGroup("fast", speed: 2)] },
        .slowDown(4), every: 100, length: 10, length: 2_500_000
      ) { ["L": $0.present(), "T": $0.latency(), "P0": 1 - $0.busy()] },
    ]
  }

  /// A step that fails with a chance.
  private static func failing(_ chance: Double) -> StepSpec {
    var step = StepSpec(.fail(.applicationError))
    step.probability = chance
    return step
  }

  private static func steps(
    _ name: String, _ metric: String, _ steps: [StepSpec], fails: Bool = false, length: Double
  ) -> AnalyticCase {
    let workload = WorkloadSpec(name: "w", arrivals: .rate(1), steps: steps)
    let topology = Topology(workloads: [workload], services: [.station(.exp(1))])
    return AnalyticCase(name: name, topology: topology, length: length) {
      [metric: fails ? 1 - $0.succeeded : $0.succeeded]
    }
  }

  private static var availability: [AnalyticCase] {
    var any = Join()
    any.need = .responses(1)
    var two = Join()
    two.need = .responses(2)
    let many = ServiceSpec.station(.exp(0.001), slots: nil).with {
      $0.shards = 100
      $0.handlers[0].steps.append(failing(0.01))
    }
    let fan = WorkloadSpec(name: "w", arrivals: .rate(1), steps: [.scatter("s", .shards)])
    return [
      steps("availability", "series", (0..<3).map { _ in failing(0.01) }, length: 100_000),
      steps(
        "availability", "parallel", [.parallel((0..<3).map { _ in [failing(0.1)] }, any)],
        length: 100_000),
      steps(
        "availability", "two_of_three", [.parallel((0..<3).map { _ in [failing(0.05)] }, two)],
        length: 100_000),
      struck(
        "availability", 1, .station(.fixed(0.0001), slots: nil), .crash(drops: false), every: 100,
        length: 5, length: 300_000
      ) { ["renewal": $0.succeeded] },
      AnalyticCase(
        name: "fanout_fail_prob", topology: Topology(workloads: [fan], services: [many]),
        length: 30_000
      ) { ["P_fail": 1 - $0.succeeded] },
    ]
  }
}

extension Measured {
  /// Share of requests that were answered.
  var succeeded: Double {
    let outcomes = run.workloads[0].outcomes
    return Double(outcomes[0]) / Double(outcomes.reduce(0, +))
  }

  /// Share of time that a service's replicas were down.
  func down(_ s: Int = 0) -> Double {
    let rows = run.services[s].rows
    return rows.reduce(0) { $0 + Double($1.downTime) } / Double(rows.count)
      / Double(window.upperBound - window.lowerBound)
  }
}
