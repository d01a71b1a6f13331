import TailraceEngine
import Testing

@testable import TailraceModel

/// Ticks are milliseconds here.
@Suite("Balancers: readiness") struct HealthTests {
  private func probe(_ failures: Int = 3) -> ReadinessProbe {
    var probe = ReadinessProbe()
    (probe.period, probe.timeout) = (1_000 * Timeline.tick, 500 * Timeline.tick)
    probe.failureThreshold = failures
    return probe
  }

  /// Calls every 2 ms to two replicas, of which the first crashes at 5 s.
  private func crash(drops: Bool, for length: UInt64? = nil, seed: UInt64) -> BalancerRun {
    let s = ServiceSpec.quick(2) { $1.readiness = probe() }
    return BalancerRun(
      [s], every: 2, count: 10_000, timeout: 40,
      faults: [.at(0, .crash(drops: drops), from: 5_000, for: length)], seed: seed, to: 20_001)
  }

  @Test("A crash is detected within (fall - 1) periods and fall periods, silence a timeout later")
  func detection() {
    var least = UInt64.max
    var most: UInt64 = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      for drops in [false, true] {
        let found = crash(drops: drops, seed: seed)
        let lost = found.run.requests.filter { !$0.outcome.isAnswered }
        let last = lost.map(\.began).max() ?? 0
        let time = last / Timeline.tick - 5_000 - (drops ? 500 : 0)
        #expect(time >= 1_996 && time <= 3_000, "\(time)")
        // Half of all calls went there until then.
        #expect(abs(Int(time + (drops ? 500 : 0)) / 4 - lost.count) <= 2)
        if drops { continue }
        (least, most) = (min(least, time), max(most, time))
      }
    }
    // Phases are drawn.
    #expect(least < 2_250 && most > 2_750)
  }

  @Test("A replica that is back has calls again within a period")
  func back() {
    for seed in 1...20 as ClosedRange<UInt64> {
      let found = crash(drops: false, for: 6_000, seed: seed)
      // It has half of the calls from 0 to 5 s, and from when it is back to 20 s; those that its
      // connections refused are no visits.
      let late = found.visits[0] - 1_250
      let back = 20_000 - late * 4
      #expect(back >= 10_990 && back <= 12_010, "\(back)")
    }
  }

  @Test("Checks have a path of their own: they never see a gray failure")
  func gray() {
    let s = ServiceSpec.quick(4) { $1.readiness = probe(1) }
    for verb in [FaultSpec.Verb.fail(0.5), .slowDown(50)] {
      let found = BalancerRun([s], every: 100, count: 400, faults: [.at(0, verb, from: 1_000)])
      #expect(found.visits == [100, 100, 100, 100])
      #expect(!found.sum.isAny && found.sum.calls == 400)
    }
  }

  @Test("With 4 of 10 in rotation: all are used in panic, 40 % answered; without, the 4 serve all")
  func panic() {
    let faults = (0..<6).map { FaultSpec.at($0, .crash(drops: false), from: 1) }
    func answered(_ threshold: Double) -> (Int, ClusterSum) {
      let s = ServiceSpec.quick(10) {
        $1.readiness = probe(1)
        $1.panicThreshold = threshold
      }
      let found = BalancerRun([s], every: 2, count: 10_000, faults: faults, from: 5_000)
      return (
        found.run.requests.filter { $0.began >= 5_000 * Timeline.tick }
          .count { $0.outcome.isAnswered }, found.sum
      )
    }
    let (some, sum) = answered(50)
    #expect(abs(some - 3_000) <= 3 && sum.panicked >= 7_500 && sum.panicked == sum.calls)
    let (all, calm) = answered(0)
    #expect(all == 7_501 || all == 7_500)
    #expect(calm.panicked == 0 && calm.hostless == 0)
  }

  @Test("Without panic and without a replica calls are rejected, and conservation holds")
  func nobody() {
    let faults = (0..<2).map { FaultSpec.at($0, .crash(drops: false), from: 1) }
    let s = ServiceSpec.quick(2) {
      $1.readiness = probe(1)
      $1.panicThreshold = 0
    }
    let found = BalancerRun([s], every: 10, count: 500, faults: faults)
    #expect(found.count(.rejected) > 390 && found.sum.hostless == UInt64(found.count(.rejected)))
    #expect(found.count(.success) == 0)
  }

  @Test("Sticky sessions leave a replica that comes back without any")
  func sticky() {
    let s = ServiceSpec.quick(4) {
      $1.readiness = probe(1)
      $1.affinity = SessionAffinity(by: "user")
    }
    let found = BalancerRun(
      [s], every: 10, count: 3_000,
      keys: [CarriedKeys(space: "user", law: .uniform(0...39))],
      faults: [.at(0, .crash(drops: false), from: 5_000, for: 10_000)], from: 17_000, to: 30_001)
    #expect(found.visits[0] == 0)
    #expect(found.visits.reduce(0, +) == 1_300)
    #expect(found.sum.sessions.calls == found.sum.sessions.atOwner)
  }
}
