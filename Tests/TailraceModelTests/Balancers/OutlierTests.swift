import TailraceEngine
import Testing

@testable import TailraceModel

/// Ticks are milliseconds here.
@Suite("Balancers: outliers") struct OutlierTests {
  private static let second = 1_000 * Timeline.tick

  private func run(
    _ replicas: Int, failing: [Int], chance: Double = 1, every gap: UInt64, count: UInt64,
    seed: UInt64 = 1, _ change: (inout OutlierDetection) -> Void = { _ in }
  ) -> BalancerRun {
    var rule = OutlierDetection()
    rule.deviations = nil
    change(&rule)
    let s = ServiceSpec.quick(replicas) { $1.outliers = rule }
    return BalancerRun(
      [s], every: gap, count: count, faults: failing.map { .at($0, .fail(chance), from: 0) },
      seed: seed)
  }

  @Test("A replica that always fails is out after exactly 5 failures")
  func five() {
    let found = run(4, failing: [2], every: 10, count: 900)
    #expect(found.visits[2] == 5 && found.count(.applicationError) == 5)
    #expect(found.sum.ejections == 1)
    // Refused connections are failures as well.
    let s = ServiceSpec.quick(4) { $1.outliers = OutlierDetection() }
    let down = BalancerRun(
      [s], every: 10, count: 900, faults: [.at(2, .crash(drops: false), from: 0)])
    #expect(down.visits[2] == 0 && down.count(.connectionFailure) == 5)
  }

  @Test("At an error rate of one half it takes 2^6 - 2 = 62 calls on average")
  func half() {
    var sum = 0
    for seed in 1...300 as ClosedRange<UInt64> {
      let found = run(2, failing: [0], chance: 0.5, every: 4, count: 2_000, seed: seed) {
        $0.interval = 1_000 * Self.second
      }
      #expect(found.sum.ejections == 1)
      sum += found.visits[0]
    }
    // The standard deviation of one is 58: three standard errors are 10.
    #expect(abs(Double(sum) / 300 - 62) < 10, "\(Double(sum) / 300)")
  }

  @Test("Never more than 10 % are out, but one in any case")
  func most() {
    for (replicas, most) in [(20, 2), (29, 2), (30, 3), (5, 1)] {
      let found = run(replicas, failing: Array(0..<replicas), every: 1, count: 2_000)
      #expect(found.sum.ejections == UInt64(most), "\(replicas)")
    }
  }

  @Test("A repeated offender is out for 30 s, 60 s, 90 s, each to the next sweep")
  func repeated() {
    // Two replicas, ten calls a second: five failures take a second. Out at 1, back at 40, out at
    // 41, back at 110, out at 111, back at 210.
    let found = run(2, failing: [0], every: 100, count: 2_200)
    let seconds = found.ends(.applicationError).map { $0 / 1_000 }
    #expect(seconds.count == 20 && found.sum.ejections == 4)
    for (turn, start) in [0, 40, 110, 210].enumerated() {
      for second in seconds[(turn * 5)..<(turn * 5 + 5)] {
        #expect(second == UInt64(start) || second == UInt64(start) + 1)
      }
    }
  }

  @Test("A success rate far below the mean is found at a sweep, and not before")
  func successRate() {
    func errors(_ change: @escaping (inout OutlierDetection) -> Void) -> [UInt64] {
      run(10, failing: [3], chance: 0.3, every: 5, count: 5_000) {
        $0.consecutive = 0
        change(&$0)
      }.ends(.applicationError)
    }
    let found = errors { $0.deviations = 1.9 }
    // 200 calls to each in the first 10 s, 30 % of a tenth of which fail.
    #expect(abs(found.count - 60) < 25 && found.allSatisfy { $0 <= 10_001 })
    // With fewer calls in an interval than the statistic needs it is not judged.
    let few = errors {
      $0.deviations = 1.9
      $0.volumeMin = 300
    }
    #expect(abs(few.count - 150) < 40 && (few.last ?? 0) > 24_000)
    let share = errors { $0.failurePercent = 20 }
    #expect(share.allSatisfy { $0 <= 10_001 } && share == found)
    let tolerant = errors { $0.failurePercent = 60 }
    #expect((tolerant.last ?? 0) > 24_000)
  }

  @Test("Refusals count as failures, unless they are said not to")
  func shed() {
    func ejections(_ counts: Bool) -> UInt64 {
      var rule = OutlierDetection()
      (rule.deviations, rule.countsShed) = (nil, counts)
      let s = ServiceSpec.quick(2) {
        $1.outliers = rule
        $0.queueLimit = 0
        $0.handlers[0].steps = [.work(.ticks(1_000))]
      }
      return BalancerRun([s], every: 10, count: 90).sum.ejections
    }
    #expect(ejections(true) > 0)
    #expect(ejections(false) == 0)
  }

  @Test("A silent replica is out a timeout after its fifth call")
  func silent() {
    let s = ServiceSpec.quick(2) { $1.outliers = OutlierDetection() }
    let found = BalancerRun(
      [s], every: 10, count: 500, timeout: 200,
      faults: [.at(0, .crash(drops: true), from: 0)])
    // Calls to it come every 20 ms: the fifth at 81, given up at 281; meanwhile ten more went.
    #expect(found.sum.ejections == 1)
    #expect(found.count(.timeout) == 15 || found.count(.timeout) == 14)
  }
}
