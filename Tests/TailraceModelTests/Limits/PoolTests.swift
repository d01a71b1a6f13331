import TailraceStatistics
import Testing

@testable import TailraceModel

/// Permits: who gets one, who waits, and how they come back.
@Suite("Pools of permits") struct PoolTests {
  private static let second: UInt64 = 1_000_000_000

  private func pool(_ size: Int, _ change: (inout PoolSpec) -> Void = { _ in }) -> PoolSpec {
    var pool = PoolSpec(name: "p", size: size)
    change(&pool)
    return pool
  }

  /// A service of any number of slots.
  private func service(_ steps: [StepSpec], named name: String = "s") -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: steps)
    service.slots = nil
    return service
  }

  @Test("Who finds no permit waits in turn, and the wait counts as queueing")
  func fifo() {
    let run = expectTimeline(
      [service([.hold("p", [.wait(.ticks(3))])])], steps: [.call("s")], pools: [pool(1)]
    ) {
      """
      arrive  a.b..c....
      leave   ...a..b..c
      """
    }
    let sum = run.pools[0].sums[0]
    #expect(sum.granted == 3 && sum.waited == 2 && sum.longest == 1)
    #expect(sum.waitTime == 2 * Timeline.tick && sum.heldArea == 9 * Timeline.tick)
    #expect(run.blame(.queue) == 2 * Timeline.tick && run.blame(.wait) == 9 * Timeline.tick)
  }

  @Test("The last to come goes first where the pool says so")
  func lifo() {
    _ = expectTimeline(
      [service([.hold("p", [.wait(.ticks(4))])])], steps: [.call("s")],
      pools: [pool(1) { $0.discipline = .lifo }]
    ) {
      """
      arrive  abc..........
      leave   ....a...c...b
      """
    }
  }

  @Test("Who waits too long, or finds too many waiting, is rejected; others fare as without him")
  func rejected() {
    let patient = expectTimeline(
      [service([.hold("p", patience: 2, [.wait(.ticks(5))])])], steps: [.call("s")],
      pools: [pool(1)]
    ) {
      """
      arrive  ab..c......
      leave   ...B.a....c
      """
    }
    #expect(patient.workloads[0].outcomes[Int(Outcome.rejected.rawValue)] == 1)
    #expect(patient.pools[0].sums[0].timedOut == 1)
    let bounded = expectTimeline(
      [service([.hold("p", [.wait(.ticks(5))])])], steps: [.call("s")],
      pools: [pool(1) { $0.maxWaiting = 0 }]
    ) {
      """
      arrive  ab...c.....
      leave   .B...a....c
      """
    }
    #expect(bounded.pools[0].sums[0].refused == 1)
  }

  @Test("Steps that fail give their permit back at once, whether or not that is forgiven")
  func failure() {
    let steps: [StepSpec] = [.wait(.ticks(2)), StepSpec(.fail(.applicationError))]
    _ = expectTimeline([service([.hold("p", steps)])], steps: [.call("s")], pools: [pool(1)]) {
      """
      arrive  ab...
      leave   ..A.B
      """
    }
    _ = expectTimeline(
      [service([.hold("p", steps).onError(.ignore), .wait(.ticks(1))])], steps: [.call("s")],
      pools: [pool(1)]
    ) {
      """
      arrive  ab....
      leave   ...a.b
      """
    }
  }

  @Test("One who is stopped gives his permit back; one who runs on keeps it, as he keeps his slot")
  func cancelled() {
    var stopped = service([.hold("p", [.wait(.ticks(10))])])
    stopped.cancel = .running
    let run = expectTimeline([stopped], steps: [.call("s", timeout: 3)], pools: [pool(1)]) {
      """
      arrive  ab....c...
      leave   ...AB....C
      """
    }
    #expect(run.pools[0].sums[0].granted == 3)
    #expect(run.pools[0].sums[0].heldArea == 7 * Timeline.tick)
    var unaware = stopped
    unaware.cancel = .none
    let orphans = expectTimeline([unaware], steps: [.call("s", timeout: 3)], pools: [pool(1)]) {
      """
      arrive  ab....c...
      leave   ...AB....C
      """
    }
    // All three are done, one after the other, for nobody.
    #expect(orphans.pools[0].sums[0].heldArea == 30 * Timeline.tick)
  }

  @Test("One who is given up while he waits leaves the line")
  func gone() {
    var service = service([.hold("p", [.wait(.ticks([5, 1, 3, 1]))])])
    service.cancel = .running
    let run = expectTimeline(
      [service], steps: [.call("s", timeout: 5)], pools: [pool(1) { $0.discipline = .lifo }]
    ) {
      """
      arrive  ab..c..d..
      leave   .....aB.cd
      """
    }
    #expect(run.pools[0].sums[0].granted == 3 && run.pools[0].sums[0].timedOut == 0)
  }

  @Test("A branch that is no longer needed gives its permit back")
  func branch() {
    let failing: [StepSpec] = [.wait(.ticks(2)), StepSpec(.fail(.applicationError))]
    let run = expectTimeline(
      [service([.parallel([[.hold("p", [.wait(.ticks(9))])], failing])])], steps: [.call("s")],
      pools: [pool(1)]
    ) {
      """
      arrive  a..b..
      leave   ..A..B
      """
    }
    #expect(run.pools[0].sums[0].waited == 0 && run.pools[0].sums[0].heldArea == 4 * Timeline.tick)
  }

  @Test("A crash gives back what its visits held; the others of a shared pool go on")
  func crash() {
    var fault = FaultSpec(
      name: "f", target: FaultTarget("s"), verb: .crash(drops: false), at: 3 * Timeline.tick)
    fault.length = .ticks(1)
    let run = expectTimeline(
      [service([.hold("p", [.wait(.ticks(10))])])], steps: [.call("s")], faults: [fault],
      pools: [pool(1) { $0.placement = .shared }]
    ) {
      """
      arrive  ab...c..........
      leave   ...A...........c
      leave   ...B............
      """
    }
    #expect(run.pools[0].sums[0].heldArea == 13 * Timeline.tick)
  }

  @Test("A lock for each key: those of one key take turns, others pass")
  func locks() {
    var step = StepSpec.hold("p", [.wait(.ticks(4))])
    step.by = "k"
    let keys = CarriedKeys(space: "k", law: .given([7, 7, 8, 7]))
    let run = expectTimeline(
      [service([step])], steps: [.call("s")], keys: [keys], pools: [pool(1) { $0.key = "k" }]
    ) {
      """
      arrive  abcd.........
      leave   ....a.c.b...d
      """
    }
    #expect(run.pools[0].size == nil && run.pools[0].sums[0].granted == 4)
  }

  @Test("Permits of two pools are held at once and come back in turn")
  func nested() {
    var inner = PoolSpec(name: "q", size: 1)
    inner.placement = .shared
    let run = expectTimeline(
      [
        service([.hold("p", [.wait(.ticks(1)), .hold("q", [.wait(.ticks(3))]), .wait(.ticks(1))])])
      ],
      steps: [.call("s")], pools: [pool(2), inner]
    ) {
      """
      arrive  a..........
      arrive  b..........
      arrive  c..........
      leave   .....a..b..
      leave   ...........c
      """
    }
    // c has its permit of p when a is done, at 5, and finds q taken until 7.
    #expect(run.pools.map { $0.sums[0].waited } == [1, 2])
  }

  @Test("A pool of c permits is M/M/c, and without a line its loss system")
  func formulas() {
    func run(_ change: (inout PoolSpec) -> Void = { _ in }) -> Replication {
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 800), steps: [.call("s")])
      var topology = Topology(
        workloads: [workload], services: [service([.hold("p", [.wait(.exponential(mean: 1e7))])])])
      topology.pools = [pool(10, change)]
      let run = Replication.run(
        topology, .init(seed: 9, number: 0, window: 5 * Self.second..<205 * Self.second))
      #expect(run.violations.isEmpty)
      return run
    }
    let waiting = run().pools[0].sums[0]
    // Erlang C of 10 permits and 8 Erlang: 40.92 % wait, 2.046 ms in the mean.
    let mean = Double(waiting.waitTime) / Double(waiting.granted)
    #expect(abs(mean - 2.046e6) < 0.08 * 2.046e6)
    #expect(abs(Double(waiting.waited) / Double(waiting.granted) - 0.4092) < 0.02)
    #expect(abs(Double(waiting.heldArea) / 200e9 - 8) < 0.1)
    let loss = run { $0.maxWaiting = 0 }.pools[0].sums[0]
    // Erlang B: 12.17 %.
    let lost = Double(loss.refused) / Double(loss.refused + loss.granted)
    #expect(abs(lost - 0.1217) < 0.005)
  }

  @Test("A bulkhead: a slow dependency fills its own pool, and not the service")
  func bulkhead() {
    func run(size: Int?) -> Replication {
      let slow = StepSpec.call("slow")
      let arms = [
        SplitArm(
          weight: 1, steps: [size == nil ? slow : .hold("p", [slow])]),
        SplitArm(weight: 1, steps: [.call("fast")]),
      ]
      var web = ServiceSpec(name: "web", handler: [StepSpec(.split(arms))])
      web.slots = 20
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 100), steps: [.call("web")])
      var topology = Topology(
        workloads: [workload],
        services: [
          web, service([.wait(.constant(5e9))], named: "slow"),
          service([.wait(.constant(1e6))], named: "fast"),
        ])
      topology.pools = [pool(size ?? 1) { $0.maxWaiting = 0 }]
      let run = Replication.run(
        topology, .init(seed: 9, number: 0, window: 20 * Self.second..<60 * Self.second))
      #expect(run.violations.isEmpty)
      return run
    }
    // 50 a second that take 5 s want 250 threads of 20: only 4 a second get through.
    let shared = run(size: nil)
    #expect(shared.services[0].rows[0].requests < 40 * 10)
    // With at most 5 of them every page that needs no slow one is there at once.
    let apart = run(size: 5)
    #expect(abs(Double(apart.services[0].rows[0].requests) - 40 * 50) < 40 * 5)
    #expect(apart.services[2].rows[0].queueArea == 0)
    #expect(apart.workloads[0].outcomes[Int(Outcome.rejected.rawValue)] > 40 * 40)
  }

  @Test("Departures as events or computed on arrival: pools see the same")
  func forced() {
    func run(_ forces: Bool) -> Replication {
      var service = ServiceSpec(
        name: "s",
        handler: [
          .work(.exponential(mean: 1e6)),
          .hold("p", [.work(.exponential(mean: 1e6)), .wait(.exponential(mean: 5e6))]),
          .work(.exponential(mean: 5e5)),
        ])
      service.concurrencyModel = .eventLoop
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 250), steps: [.call("s")])
      var topology = Topology(workloads: [workload], services: [service])
      topology.pools = [pool(3) { $0.maxWaiting = 4 }]
      var settings = Replication.Settings(seed: 3, number: 0, window: 0..<20 * Self.second)
      settings.forcesEvents = forces
      let run = Replication.run(topology, settings)
      #expect(run.violations.isEmpty)
      return run
    }
    let (one, other) = (run(true), run(false))
    #expect(one.services[0].eventReason != nil && other.services[0].eventReason == nil)
    #expect(one.workloads[0].outcomes == other.workloads[0].outcomes)
    #expect(one.workloads[0].latencies.sum == other.workloads[0].latencies.sum)
    #expect(one.workloads[0].blame == other.workloads[0].blame)
    #expect(one.pools[0].sums == other.pools[0].sums)
  }

  @Test("Crashes, timeouts, hedges and joins at once: no permit is ever lost")
  func balance() {
    // `violations` holds what is broken: permits held are those that frames hold.
    for seed in 0..<20 as Range<UInt64> {
      for cancel in CancelMode.allCases {
        var s = service([
          .hold(
            "p", patience: seed % 3 == 0 ? 4 : nil,
            [
              .wait(.exponential(mean: 5e6)),
              .parallel(
                [[.hold("q", [.wait(.exponential(mean: 4e6))])], [.call("t", timeout: 6)]],
                .need(.responses(1))),
            ])
        ])
        (s.replicas, s.cancel) = (2, cancel)
        var t = ServiceSpec(name: "t", handler: [.hold("q", [.work(.exponential(mean: 3e6))])])
        (t.cancel, t.queueLimit) = (cancel, 2)
        var hedge = HedgePolicy(delay: .fixed(6 * Timeline.tick))
        hedge.attempts = 2
        let call = StepSpec.call("s") {
          $0.timeout = 25 * Timeline.tick
          $0.retry = .ticks(2, tries: 12, on: [.timeout, .rejected, .connectionFailure])
          if seed % 2 == 0 { $0.hedge = hedge }
        }
        var topology = Topology(
          workloads: [
            WorkloadSpec(name: "w", arrivals: .poisson(ratePerSecond: 300), steps: [call])
          ], services: [s, t])
        var q = PoolSpec(name: "q", size: 2)
        (q.placement, q.maxWaiting, q.discipline) = (.shared, 5, .lifo)
        topology.pools = [pool(3), q]
        topology.faults = [
          FaultSpec(
            name: "f", target: FaultTarget("s"), verb: .crash(drops: seed % 4 == 1),
            every: .exponential(mean: 9e7), length: .exponential(mean: 1e7)),
          FaultSpec(
            name: "g", target: FaultTarget("t"), verb: .crash(drops: false),
            every: .exponential(mean: 7e7), length: .exponential(mean: 1e7)),
        ]
        let run = Replication.run(
          topology, .init(seed: seed, number: 0, window: 0..<2 * Self.second))
        #expect(run.violations.isEmpty, "seed \(seed), \(cancel): \(run.violations)")
        #expect(run.pools.allSatisfy { $0.sums.contains { $0.granted > 100 } })
      }
    }
  }
}
