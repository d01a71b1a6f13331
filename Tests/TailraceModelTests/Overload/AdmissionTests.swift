import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Admission control at replicas") struct AdmissionTests {
  private static let second: UInt64 = 1_000_000_000

  private func run(
    _ s: ServiceSpec, rate: Double, _ steps: [StepSpec] = [.call("s")],
    from start: UInt64 = 5, to end: UInt64 = 25
  ) -> Replication {
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: rate), steps: steps)
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      .init(seed: 7, number: 0, window: start * Self.second..<end * Self.second))
    #expect(run.violations.isEmpty)
    return run
  }

  private func share(_ outcome: Outcome, _ run: Replication) -> Double {
    let outcomes = run.workloads[0].outcomes
    return Double(outcomes[Int(outcome.rawValue)]) / Double(outcomes.reduce(0, +))
  }

  /// Ten slots of 8 to 12 ms, and twice as many visits as they can serve.
  private func overload(_ policy: any AdmissionPolicy) -> Replication {
    var s = ServiceSpec(name: "s", handler: [.work(.uniform(8e6, 12e6))])
    (s.slots, s.admission) = (10, policy)
    return run(s, rate: 2_000)
  }

  // MARK: The door

  @Test("At most so many are inside, at work or waiting; who leaves makes room at once")
  func door() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(3))])
    s.admission = FixedLimit(2)
    let run = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  ac.d......
      arrive  b.........
      leave   .C.a..b..d
      """
    }
    let row = run.services[0].rows[0]
    let sum = run.services[0].admissions[0]
    #expect(row.requests == 4 && row.refused == 1 && sum.refused == 1)
    #expect(sum.limits?.mean == 2 && sum.limits?.least == 2 && sum.limits?.most == 2)
    #expect(run.requests.filter { $0.outcome == .shed }.map(\.number) == [2])
  }

  @Test("Who is stopped makes room; who runs on for nobody does not")
  func stopped() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(9))])
    (s.admission, s.cancel) = (FixedLimit(1), .running)
    _ = expectTimeline([s], steps: [.call("s", timeout: 2)]) {
      """
      arrive  abc..
      leave   .BA.C
      """
    }
    s.cancel = .none
    _ = expectTimeline([s], steps: [.call("s", timeout: 2)]) {
      """
      arrive  abc..
      leave   .BA..
      leave   ..C..
      """
    }
  }

  @Test("A crash leaves nobody inside, and the replica begins anew")
  func crash() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(9))])
    s.admission = FixedLimit(1)
    _ = expectTimeline(
      [s], steps: [.call("s")], faults: [.once(.crash(drops: false), at: 2, for: 2)]
    ) {
      """
      arrive  ab...c........
      leave   .BA...........
      leave   ..............c
      """
    }
  }

  @Test("Whatever ends a visit, the door knows who is inside; for every policy")
  func conservation() {
    let policies: [any AdmissionPolicy] = [
      FixedLimit(5), AIMDLimit(), VegasLimit(), Gradient2Limit(), AdaptiveConcurrency(),
      SuccessRate(), DAGOR(),
    ]
    for policy in policies {
      for cancel in CancelMode.allCases {
        for model in ConcurrencyModel.allCases {
          var back = ServiceSpec(name: "back", handler: [.work(.exponential(mean: 1e6))])
          (back.admission, back.queueLimit) = (FixedLimit(4), 2)
          var s = ServiceSpec(
            name: "s",
            handler: [
              .work(.exponential(mean: 1e6)), .call("back", timeout: 3).onError(.ignore),
              .parallel([[.work(.exponential(mean: 1e6))], [.call("back")]]),
              .work(.exponential(mean: 1e6)),
            ])
          (s.admission, s.slots, s.queueLimit) = (policy, 3, 12)
          (s.cancel, s.concurrencyModel, s.replicas) = (cancel, model, 2)
          s.dropsExpired = cancel == .none
          let hedged = StepSpec.call("s") {
            $0.timeout = 30_000_000
            $0.hedge = HedgePolicy(delay: .fixed(4_000_000))
          }
          let w = WorkloadSpec(
            name: "w", arrivals: .poisson(ratePerSecond: 900),
            steps: [hedged.onError(.fallback([.call("s", timeout: 9)]))])
          var topology = Topology(workloads: [w], services: [s, back])
          for (i, drops) in [false, true].enumerated() {
            topology.faults.append(
              FaultSpec(
                name: "f\(i)", target: FaultTarget(i == 0 ? "s" : "back"),
                verb: .crash(drops: drops), every: .exponential(mean: 9e7),
                length: .exponential(mean: 1e7)))
          }
          let run = Replication.run(
            topology, .init(seed: 9, number: 0, window: 0..<Self.second))
          #expect(run.violations.isEmpty, "\(type(of: policy).name) \(cancel) \(model)")
          #expect(run.workloads[0].outcomes[0] + run.workloads[0].outcomes[1] > 10)
        }
      }
    }
  }

  // MARK: Each policy in a run

  @Test("A fixed limit of as many as there are slots is Erlang's loss system: B(10, 8) = 12.2 %")
  func erlang() {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
    (s.slots, s.admission) = (10, FixedLimit(10))
    let run = run(s, rate: 8_000)
    #expect(abs(share(.shed, run) - 0.12166) < 0.006, "\(share(.shed, run))")
    #expect(run.services[0].rows[0].queueArea == 0)
  }

  @Test("AIMD finds the limit at which visits take its target, and swings below it")
  func aimd() {
    var policy = AIMDLimit()
    policy.target = 40_000_000
    let run = overload(policy)
    // 1,000/s: 40 ms are 40 inside.
    let limits = run.services[0].admissions[0].limits
    let mean = limits?.mean ?? 0
    #expect(mean > 25 && mean < 50, "\(mean)")
    #expect(limits?.least == 20 && share(.success, run) > 0.47)
  }

  @Test("Vegas, and Envoy's gradient, keep visits within twice the time alone and refuse the rest")
  func converging() {
    for policy in [VegasLimit(), AdaptiveConcurrency()] as [any AdmissionPolicy] {
      let run = overload(policy)
      let name = type(of: policy).name
      #expect(share(.success, run) > 0.45, "\(name)")
      let mean = run.workloads[0].latencies.mean ?? 0
      #expect(mean > 1e7 && mean < 2e7, "\(name): \(mean / 1e6) ms")
      // Throughput x time alone is 10; a small queue is above it.
      let limit = run.services[0].admissions[0].limits?.mean ?? 0
      #expect(limit > 10 && limit < 22, "\(name): \(limit)")
    }
  }

  @Test("Half of the answers are errors: 47 % are refused at the door; all are: 80 %")
  func successRate() {
    for (chance, refused) in [(0.5, 0.473), (1, 0.8)] {
      var fail = StepSpec(.fail(.applicationError))
      fail.probability = chance
      var s = ServiceSpec(name: "s", handler: [.work(.constant(1e6)), fail])
      (s.slots, s.admission) = (nil, SuccessRate())
      let run = run(s, rate: 500, from: 40, to: 80)
      #expect(abs(share(.shed, run) - refused) < 0.02, "\(share(.shed, run))")
    }
  }

  /// Lets in so many of all visits, by lot.
  private struct Lot: AdmissionPolicy {
    static let name = "LOT"
    static let summary = "By lot."
    let limit: Int32? = nil
    var chance: Double
    mutating func admits(_ visit: AdmissionVisit, _ luck: inout KeyedRandom) -> Bool {
      luck.unit() < chance
    }
    mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {}
  }

  /// Four replicas that serve 1,000 visits a second, and 1,000 requests of three calls each.
  private func calls(_ policy: any AdmissionPolicy) -> Replication {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 2e7))])
    (s.replicas, s.slots, s.balancing, s.admission) = (4, 5, RandomChoice(), policy)
    return run(s, rate: 1_000, [.call("s"), .call("s"), .call("s")], from: 20, to: 40)
  }

  @Test("DAGOR: a request of several calls survives or dies at the first; by lot, at any of them")
  func dagor() {
    var policy = DAGOR()
    policy.window = 200_000_000
    let run = calls(policy)
    let failed = run.workloads[0].outcomes[Int(Outcome.shed.rawValue)]
    let requests = run.workloads[0].outcomes.reduce(0, +)
    let visits = run.services[0].rows.reduce(0) { $0 + $1.requests }
    // Nearly three visits for each success, and one for each failure.
    let served = 3 * (requests - failed) + failed
    #expect(abs(Double(visits) / Double(served) - 1) < 0.05)
    // What can be served is a third of the requests.
    #expect(share(.success, run) > 0.25)
    // By lot the cube of what is let in succeeds, and the others' first calls were served in vain.
    let lot = calls(Lot(chance: 0.54))
    #expect(abs(share(.success, lot) - 0.54 * 0.54 * 0.54) < 0.02)
  }

  @Test("DAGOR refuses the less urgent class first")
  func classes() {
    var policy = DAGOR()
    policy.window = 200_000_000
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e7))])
    (s.slots, s.admission) = (10, policy)
    let workloads = [("pay", 400.0), ("read", 1_600)].map {
      WorkloadSpec(
        name: $0.0, arrivals: .poisson(ratePerSecond: $0.1), steps: [.call("s")])
    }
    var topology = Topology(workloads: workloads, services: [s])
    topology.classPriorities = ["read": 1]
    let run = Replication.run(
      topology, .init(seed: 2, number: 0, window: 20 * Self.second..<40 * Self.second))
    #expect(run.violations.isEmpty)
    let shed = run.workloads.map {
      Double($0.outcomes[Int(Outcome.shed.rawValue)]) / Double($0.outcomes.reduce(0, +))
    }
    #expect(shed[0] < 0.02 && shed[1] > 0.5, "\(shed)")
  }
}
