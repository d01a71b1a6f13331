import Testing

@testable import TailraceModel

/// One server of 100 requests a second under 80; 200 a second come from 20 s to 30 s. Clients wait
/// a second for each try and try again at once.
@Suite("A failure that outlives its cause") struct MetastableTests {
  private static let second: UInt64 = 1_000_000_000

  private func run(
    retries: Int, from start: UInt64 = 0, _ change: (inout ServiceSpec) -> Void = { _ in }
  ) -> Replication {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e7))])
    change(&s)
    let rate: [(UInt64, Double)] = [(0, 80), (20, 80), (20, 200), (30, 200), (30, 80)]
    var retry = RetryPolicy(on: [.timeout])
    (retry.retries, retry.perTryTimeout) = (retries, Self.second)
    retry.backOff = .drawn(.constant(0))
    let workload = WorkloadSpec(
      name: "w",
      arrivals: .rate(.points(rate.map { RatePoint(at: $0 * Self.second, ratePerSecond: $1) })),
      steps: [.call("s") { $0.retry = retry }])
    var settings = Replication.Settings(
      seed: 3, number: 0, window: (start * Self.second)..<(200 * Self.second))
    settings.keepsRequests = true
    let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
    #expect(run.violations.isEmpty)
    return run
  }

  /// Answers a second between two seconds of the clock.
  private func goodput(_ run: Replication, _ from: UInt64, _ to: UInt64) -> Double {
    let good = run.requests.count {
      $0.outcome == .success && $0.ended >= from * Self.second && $0.ended < to * Self.second
    }
    return Double(good) / Double(to - from)
  }

  private let budget = RetryBudget.rate(percent: 20, window: 10 * Self.second, least: 10)

  @Test("Without retries nobody is answered for 40 s after the crowd has gone, then everybody")
  func none() {
    let run = run(retries: 0)
    #expect(goodput(run, 5, 20) > 75)
    #expect(goodput(run, 25, 70) < 3)
    #expect(goodput(run, 85, 200) > 75)
  }

  @Test("With one retry or three nobody is answered any more, and a budget of 20 % is no help")
  func stuck() {
    for (retries, attempts) in [(1, 160.0), (3, 320)] {
      #expect(goodput(run(retries: retries), 25, 200) < 2)
      let late = run(retries: retries, from: 150).attempts().attempts
      #expect(abs(Double(late) / 50 - attempts) < 0.05 * attempts)
    }
    // 1.2 x 80 + 10 = 106 a second are more than 100.
    let limited = run(retries: 3) { $0.retryBudget = budget }
    #expect(goodput(limited, 50, 200) < 2)
    let late = run(retries: 3, from: 150) { $0.retryBudget = budget }.attempts().attempts
    #expect(abs(Double(late) / 50 - 106) < 3)
  }

  @Test("Three retries recover where expired work is not done, dropped in its turn or withdrawn")
  func dropped() {
    let dropping = run(retries: 3) { $0.dropsExpired = true }
    #expect(goodput(dropping, 25, 35) < 40)
    #expect(goodput(dropping, 80, 200) > 75)
    #expect(goodput(run(retries: 3) { $0.cancel = .queued }, 80, 200) > 75)
  }

  @Test("The latest first, or a budget where expired work is not done, and it is over at once")
  func atOnce() {
    let changes: [(inout ServiceSpec) -> Void] = [
      { $0.discipline = .lifo },
      {
        $0.retryBudget = budget
        $0.dropsExpired = true
      },
      {
        $0.retryBudget = budget
        $0.cancel = .queued
      },
    ]
    for change in changes { #expect(goodput(run(retries: 3, change), 35, 200) > 75) }
  }
}
