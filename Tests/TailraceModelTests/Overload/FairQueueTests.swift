import Testing

@testable import TailraceModel

@Suite("Lines by key, bounds by class, steps while the queue is short") struct FairQueueTests {
  private static let tick = Timeline.tick

  private func fair(_ work: LawSpec, limit: Int? = nil) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(work)])
    (s.discipline, s.lineKey, s.queueLimit) = (.fair, "k", limit)
    return s
  }

  @Test("Each key has its turn, however many of another wait; in the order of arrival within it")
  func turns() {
    // a to d are of one key, e and f of two others.
    _ = expectTimeline(
      [fair(.ticks(2))], steps: [.call("s")],
      keys: [CarriedKeys(space: "k", law: .given([1, 1, 1, 1, 2, 3]))]
    ) {
      """
      arrive  ae...........
      arrive  bf...........
      arrive  c............
      arrive  d............
      leave   ..a.b.e.f.c.d
      """
    }
  }

  @Test("The bound is each line's own: a hog fills but its own")
  func bound() {
    let run = expectTimeline(
      [fair(.ticks(4), limit: 1)], steps: [.call("s")],
      keys: [CarriedKeys(space: "k", law: .given([1, 1, 1, 2, 3]))]
    ) {
      """
      arrive  abcde............
      leave   ..C.a...b...d...e
      """
    }
    #expect(run.services[0].rows[0].refused == 1 && run.services[0].rows[0].longest == 2)
  }

  @Test("Who leaves a line before its turn leaves the turn to the next of the line")
  func leaving() {
    var s = fair(.ticks(4))
    s.queueTimeout = .ticks([50, 2, 50, 50])
    // b and d are of one key: d has b's turn, before c.
    _ = expectTimeline(
      [s], steps: [.call("s")], keys: [CarriedKeys(space: "k", law: .given([1, 1, 2, 1]))]
    ) {
      """
      arrive  abd..........
      arrive  .c...........
      leave   ...Ba...d...c
      """
    }
  }

  @Test(
    "Backlogged clients get equal shares, a modest one all it asks for; FIFO shares by arrivals")
  func shares() {
    func served(_ discipline: Discipline) -> [Double] {
      var s = fair(.exponential(mean: 1e7), limit: 50)
      (s.slots, s.discipline) = (10, discipline)
      if discipline == .fifo { s.lineKey = nil }
      let workloads = [("a", 1_500.0), ("b", 200), ("c", 900)].enumerated().map { i, one in
        var workload = WorkloadSpec(
          name: one.0, arrivals: .poisson(ratePerSecond: one.1), steps: [.call("s")])
        workload.keys = [CarriedKeys(space: "k", law: .list([WeightedKey(UInt64(i))]))]
        return workload
      }
      let run = Replication.run(
        Topology(workloads: workloads, services: [s]),
        .init(seed: 3, number: 0, window: 2_000_000_000..<12_000_000_000))
      #expect(run.violations.isEmpty)
      return run.workloads.map { Double($0.outcomes[0]) / 10 }
    }
    for (share, wanted) in zip(served(.fair), [400.0, 200, 400]) {
      #expect(abs(share - wanted) < 0.06 * wanted, "\(share)/s of \(wanted)/s")
    }
    for (share, offered) in zip(served(.fifo), [1_500.0, 200, 900]) {
      #expect(abs(share - offered / 2.6) < 0.1 * offered / 2.6, "\(share)/s of \(offered)/s")
    }
  }

  @Test("A class is refused where more wait than it may join")
  func classBound() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(4))])
    (s.discipline, s.classLimits) = (.priority, ["free": 1])
    var timeline = Timeline(
      [s], steps: [.call("s")],
      """
      arrive  abcd.........
      leave   ..C.a...d...b
      """)
    timeline.topology.workloads[0].classColumn = ["gold", "free", "free", "gold"]
    timeline.topology.classPriorities = ["free": 1]
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    #expect(run.requests.map { $0.ended / Self.tick } == [4, 12, 2, 8])
    #expect(run.requests.map(\.outcome) == [.success, .success, .shed, .success])
  }

  @Test("At twice the load the urgent see the load of the urgent alone")
  func priority() {
    for limits in [[:], ["low": 20]] as [[String: Int]] {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e7))])
      (s.discipline, s.preemptive, s.classLimits) = (.priority, true, limits)
      let workloads = [("high", 50.0), ("low", 150)].map {
        WorkloadSpec(
          name: $0.0, arrivals: .poisson(ratePerSecond: $0.1), steps: [.call("s", timeout: 9_000)])
      }
      var topology = Topology(workloads: workloads, services: [s])
      topology.classPriorities = ["low": 1]
      let run = Replication.run(
        topology, .init(seed: 5, number: 0, window: 10_000_000_000..<210_000_000_000))
      #expect(run.violations.isEmpty)
      // M/M/1 at half load: 10 ms / (1 - 0.5).
      let mean = run.workloads[0].latencies.mean ?? 0
      #expect(abs(mean - 2e7) < 0.06 * 2e7, "\(mean / 1e6) ms")
      #expect(run.workloads[0].outcomes[0] == run.workloads[0].outcomes.reduce(0, +))
      let shed = run.workloads[1].outcomes[Int(Outcome.shed.rawValue)]
      #expect((shed > 0) == !limits.isEmpty)
    }
  }

  @Test("A step is left out while others wait: a shorter answer instead of a refusal")
  func queueBelow() {
    var more = StepSpec.work(.ticks(2))
    more.queueBelow = 1
    for model in ConcurrencyModel.allCases {
      var s = ServiceSpec(name: "s", handler: [.work(.ticks(2)), more])
      s.concurrencyModel = model
      if model == .threads {
        // b waits when a comes to its second step; nobody when b does.
        _ = expectTimeline([s], steps: [.call("s")]) {
          """
          arrive  ab.....
          leave   ..a...b
          """
        }
      } else {
        // a gives its slot to b, and finds nobody waiting.
        _ = expectTimeline([s], steps: [.call("s")]) {
          """
          arrive  ab.......
          leave   ......a.b
          """
        }
      }
    }
  }

  @Test("Optional work left out under load: all are served, at twice what full answers could bear")
  func brownout() {
    func answered(_ short: Int?) -> Double {
      var more = StepSpec.work(.exponential(mean: 6e6))
      more.queueBelow = short
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 4e6)), more])
      (s.slots, s.queueLimit) = (10, 100)
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 2_000), steps: [.call("s")])
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 8, number: 0, window: 1_000_000_000..<11_000_000_000))
      #expect(run.violations.isEmpty)
      let outcomes = run.workloads[0].outcomes
      return Double(outcomes[0]) / Double(outcomes.reduce(0, +))
    }
    #expect(answered(10) > 0.999)
    #expect(abs(answered(nil) - 0.5) < 0.02)
  }
}
