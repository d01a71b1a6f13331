import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

extension HedgePolicy {
  static func ticks(_ delay: UInt64, _ change: (inout HedgePolicy) -> Void = { _ in })
    -> HedgePolicy
  {
    var policy = HedgePolicy(delay: .fixed(delay * Timeline.tick))
    change(&policy)
    return policy
  }
}

@Suite("Hedged and tied copies") struct HedgeTests {
  @Test("A copy sent after 50 ms to a replica of 10 ms overtakes a first of 1 s: 60 ms")
  func overtakes() {
    // The loser's work is stopped, or burns, as the callee's `cancel` and the caller say.
    for (cancel, cancels, busy) in [
      (CancelMode.running, true, 60), (.running, false, 1_000), (.none, true, 1_000),
      (.queued, true, 1_000),
    ] {
      var s = ServiceSpec.slowAndQuick(work: 1_000, quickness: 100)
      s.cancel = cancel
      let workload = WorkloadSpec(
        name: "w", arrivals: .instants([0]),
        steps: [.call("s") { $0.hedge = .ticks(50) { $0.cancelsLosers = cancels } }])
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 1, number: 0, window: 0..<(10_000 * Timeline.tick)))
      #expect(run.violations.isEmpty)
      #expect(run.workloads[0].latencies.maximum == 60 * Timeline.tick)
      #expect(run.services[0].rows[0].busyArea == UInt64(busy) * Timeline.tick)
      #expect(run.attempts().hedges == 1)
      #expect(run.blame(.hedgeDelay) == 50 * Timeline.tick && run.blame(.lost) == 0)
      #expect(run.blame(.work) == 10 * Timeline.tick)
    }
  }

  @Test("A first attempt in time needs no copy, and an infinite delay is no hedge")
  func needless() {
    let run = expectTimeline(
      [ServiceSpec(name: "s", handler: [.work(.ticks(3))])],
      steps: [.call("s") { $0.hedge = .ticks(4) }]
    ) {
      """
      arrive  a...b.....
      leave   ...a...b..
      """
    }
    #expect(run.attempts().attempts == 2 && run.attempts().hedges == 0)
  }

  @Test("Copies go one by one, each to another replica, up to the most")
  func several() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(9))])
    s.replicas = 4
    s.balancing = RandomChoice()
    let run = expectTimeline([s], steps: [.call("s") { $0.hedge = .ticks(2) { $0.attempts = 4 } }])
    {
      """
      arrive  a.........
      leave   .........a
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [1, 1, 1, 1])
  }

  @Test("A tied pair runs one copy: the one that starts first")
  func tied() {
    // a and b hold the two replicas for 6 and 3 ticks; c waits at both, and runs at the second.
    var s = ServiceSpec(name: "s", handler: [.work(.ticks([6, 3, 2]))])
    s.replicas = 2
    let single = StepSpec.call("s")
    let pair = StepSpec.call("s") { $0.hedge = .ticks(0) { $0.isTied = true } }
    var first = single
    first.classes = ["early"]
    var second = pair
    second.classes = ["late"]
    var timeline = Timeline([s], steps: [first, second], "arrive abc")
    timeline.topology.workloads[0].classes = [
      ClassWeight("early", weight: 1), ClassWeight("late", weight: 1),
    ]
    timeline.topology.workloads[0].classColumn = ["early", "early", "late"]
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    #expect(run.requests.map { $0.ended / Timeline.tick } == [6, 4, 6])
    #expect(run.services[0].rows.map(\.starts) == [1, 2])
    #expect(run.services[0].rows.reduce(0) { $0 + $1.busyArea } == 11 * Timeline.tick)
    #expect(run.attempts().attempts == 2)
  }

  @Test("The 95th percentile of late is the delay: about 5 % more attempts, and a shorter tail")
  func percentile() {
    func run(_ hedge: HedgePolicy?) -> Replication {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 10e6))])
      s.replicas = 2
      s.slots = nil
      s.cancel = .running
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 500), steps: [.call("s") { $0.hedge = hedge }])
      return Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 1, number: 0, window: 10_000_000_000..<110_000_000_000))
    }
    func p999(_ run: Replication) -> Double {
      var left = 0.999 * Double(run.workloads[0].latencies.count)
      let snapshot = run.workloads[0].latencies
      for (i, n) in zip(snapshot.indices, snapshot.counts) {
        left -= Double(n)
        if left <= 0 { return Double(LogBuckets.fine.lowerBound(of: i)) / 10e6 }
      }
      return 0
    }
    let plain = run(nil)
    let hedged = run(HedgePolicy(delay: .percentile(95)))
    let sum = hedged.attempts()
    let extra = Double(sum.hedges) / Double(sum.attempts - sum.hedges)
    #expect(0.045...0.055 ~= extra, "\(extra)")
    #expect(abs(p999(plain) - 6.91) < 0.5)
    #expect(abs(p999(hedged) - 4.95) < 0.3)
  }

  @Test("A copy of the same draw gains nothing where slowness belongs to the request")
  func luck() {
    for repeats in [false, true] {
      var s = ServiceSpec(name: "s", handler: [.work(.uniform(0, 10e6))])
      s.replicas = 2
      s.slots = nil
      let workload = WorkloadSpec(
        name: "w", arrivals: .constant(ratePerSecond: 100),
        steps: [
          .call("s") {
            $0.hedge = .ticks(0)
            $0.repeatsLuck = repeats
          }
        ])
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 1, number: 0, window: 0..<20_000_000_000))
      let mean = (run.workloads[0].latencies.mean ?? 0) / 1e6
      // The lesser of two is a third of the longest; one is a half.
      #expect(abs(mean - (repeats ? 5 : 10.0 / 3)) < 0.2)
    }
  }
}

@Suite("Budgets of retries and copies") struct BudgetTests {
  /// A service that fails always, called 100 times a second for 100 s.
  private func outage(_ budget: RetryBudget?, retries: Int = 3) -> AttemptSum {
    var s = ServiceSpec(name: "s", handler: [StepSpec(.fail(.applicationError))])
    s.retryBudget = budget
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 100),
      steps: [.call("s") { $0.retry = .ticks(retries, pause: 50) }])
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      .init(seed: 1, number: 0, window: 0..<100_000_000_000))
    #expect(run.violations.isEmpty)
    return run.attempts()
  }

  @Test("Without a budget an outage gets r + 1 times the calls")
  func none() {
    #expect(outage(nil).retries >= 3 * 9_980)
  }

  @Test("RATE: a share of the calls and some per second, by count")
  func rate() {
    let share = outage(.rate(percent: 20, window: 10_000_000_000, least: 0))
    #expect(share.retries <= 2_000 && share.retries >= 1_950)
    // 1.2 x 100/s + 10/s, and the reserve of one window at the start.
    let both = outage(.rate(percent: 20, window: 10_000_000_000, least: 10))
    #expect(abs(Int(both.retries) - 3_000) <= 110, "\(both.retries)")
  }

  @Test("THROTTLE: failures take tokens; at half of them nothing is retried")
  func throttle() {
    let sum = outage(.throttle(tokens: 10, ratio: 0.1))
    // The fifth failure leaves half of them.
    #expect(sum.retries == 4, "\(sum.retries)")
  }

  @Test("QUOTA: 500 tokens at 5 are 100 retries, then none")
  func quota() {
    #expect(outage(.quota(tokens: 500, cost: 5, timeoutCost: 10)).retries == 100)
    #expect(outage(.quota(tokens: 500, cost: 14, timeoutCost: 14)).retries == 35)
  }

  @Test("CONCURRENCY: so many at a time, pauses included")
  func concurrency() {
    // Three at a time, each for a pause of 50 ms and no time at the server.
    let sum = outage(.concurrency(percent: 0, least: 3))
    #expect((5_900...6_000).contains(sum.retries), "\(sum.retries)")
  }

  @Test("A budget of copies never lets more through, by count")
  func copies() {
    for percent in [1.0, 5, 20] {
      var s = ServiceSpec(name: "s", handler: [.work(.ticks(5))])
      s.slots = nil
      s.replicas = 3
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 100),
        steps: [.call("s") { $0.hedge = .ticks(1) { $0.budgetPercent = percent } }])
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 1, number: 0, window: 0..<50_000_000_000))
      let sum = run.attempts()
      let calls = Double(sum.attempts - sum.hedges)
      #expect(Double(sum.hedges) <= calls * percent / 100)
      // What a calm slice earned leaves the window with it.
      #expect(Double(sum.hedges) >= 0.9 * calls * percent / 100)
      #expect(run.services[0].rows.reduce(0) { $0 + $1.requests } == sum.attempts)
    }
  }
}
