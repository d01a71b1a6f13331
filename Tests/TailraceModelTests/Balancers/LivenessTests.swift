import TailraceEngine
import Testing

@testable import TailraceModel

/// Ticks are milliseconds here. Checks come each second, have half of it, and may be missed twice.
@Suite("Balancers: liveness") struct LivenessTests {
  private static func probe(_ failures: Int = 3) -> LivenessProbe {
    var probe = LivenessProbe()
    (probe.period, probe.timeout) = (1_000 * Timeline.tick, 500 * Timeline.tick)
    probe.failureThreshold = failures
    return probe
  }

  /// Replicas whose visits take some ticks, one at a time.
  private func service(
    _ probe: LivenessProbe?, replicas: Int = 1, work: UInt64 = 1,
    _ change: (inout ServiceSpec, inout ClusterSpec) -> Void = { _, _ in }
  ) -> ServiceSpec {
    ServiceSpec.quick(replicas) {
      $0.handlers[0].steps = [.work(.ticks(work))]
      $1.liveness = probe
      change(&$0, &$1)
    }
  }

  /// Instants at which connections broke, in ticks, each once.
  private func breaks(_ found: BalancerRun) -> [UInt64] {
    Set(found.ends(.connectionFailure)).sorted()
  }

  @Test("By default a replica that stands still is restarted after 21 to 31 s, and its pause ends")
  func wedged() {
    var (least, most) = (UInt64.max, UInt64(0))
    for seed in 1...20 as ClosedRange<UInt64> {
      let found = BalancerRun(
        [service(LivenessProbe(), replicas: 2)], every: 10, count: 6_000, timeout: 40,
        faults: [.at(0, .pause, from: 5_000)], seed: seed)
      #expect(found.sum.restarts == 1)
      let restarts = breaks(found)
      #expect(restarts.count == 1)
      let time = restarts[0] - 5_000
      #expect(time >= 21_000 && time <= 31_000, "\(time)")
      (least, most) = (min(least, time), max(most, time))
      // Half of the calls until then, and none after it.
      let lost = found.run.requests.filter { !$0.outcome.isAnswered }
      #expect(abs(lost.count - Int(time) / 20) <= 2)
      #expect(lost.allSatisfy { $0.began <= restarts[0] * Timeline.tick + Timeline.tick })
    }
    // Phases are drawn.
    #expect(least < 24_000 && most > 28_000)
  }

  @Test("A pause that is over in time, a crash and a gray failure restart nobody")
  func spared() {
    let verbs: [(FaultSpec.Verb, UInt64)] = [
      (.pause, 1_900), (.crash(drops: true), 9_000), (.fail(1), 9_000), (.slowDown(5), 9_000),
    ]
    for (verb, length) in verbs {
      let found = BalancerRun(
        [service(Self.probe(), replicas: 2)], every: 10, count: 2_000, timeout: 40,
        faults: [.at(0, verb, from: 5_000, for: length)])
      #expect(found.sum.restarts == 0, "\(verb)")
    }
  }

  @Test("A probe that shares the overloaded queue turns overload into restarts")
  func overload() {
    // A visit each 8 ticks that takes 10: t after a start one waits t / 4, so the first check that
    // waits more than 500 comes some 2,000 after it. All starts but the first are half a period
    // after a check: 2,500, two periods and a timeout make 5,000. What was let in by then and is not
    // done is lost: 625 less 500.
    for seed in 1...8 as ClosedRange<UInt64> {
      let found = BalancerRun(
        [service(Self.probe(), work: 10)], every: 8, count: 3_750, seed: seed)
      let times = breaks(found)
      #expect(times.count >= 5 && found.sum.restarts == UInt64(times.count))
      #expect(times[0] > 4_450 && times[0] <= 5_510, "\(times[0])")
      for (before, after) in zip(times, times.dropFirst()) where after < 30_000 {
        #expect(after - before == 5_000)
        let lost = found.ends(.connectionFailure).count { $0 == after }
        #expect(abs(lost - 125) <= 1, "\(lost)")
      }
    }
    let patient = BalancerRun([service(Self.probe(60), work: 10)], every: 8, count: 3_750)
    let none = BalancerRun([service(nil, work: 10)], every: 8, count: 3_750)
    #expect(none.count(.success) == 3_750 && patient.count(.success) == 3_750)
  }

  @Test("A check fails where a visit in its place would have waited longer; all orders of leaving")
  func turns() {
    func run(_ change: (inout ServiceSpec) -> Void, rate: Double, seed: UInt64) -> Replication {
      let s = service(Self.probe(1)) { spec, _ in
        spec.handlers[0].steps = [.work(.exponential(mean: 100 * Double(Timeline.tick)))]
        spec.cancel = .running
        change(&spec)
      }
      let users = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: rate), steps: [.call("s", timeout: 2_000)])
      var settings = Replication.Settings(
        seed: seed, number: 0, window: 0..<(300_000 * Timeline.tick))
      settings.keepsRequests = true
      return Replication.run(Topology(workloads: [users], services: [s]), settings)
    }
    let changes: [(slots: Int, rate: Double, change: (inout ServiceSpec) -> Void)] = [
      (1, 10, { _ in }), (3, 31, { $0.slots = 3 }),
      (1, 12, { $0.queueTimeout = .constant(400 * Double(Timeline.tick)) }),
    ]
    for seed in 1...3 as ClosedRange<UInt64> {
      for (slots, rate, change) in changes {
        let run = run(change, rate: rate, seed: seed)
        #expect(run.violations.isEmpty)
        let restarts = Set(
          run.requests.filter { $0.outcome == .connectionFailure }.map(\.ended))
        #expect(restarts.count > 3 && restarts.count < 300)
        let (period, timeout) = (1_000 * Timeline.tick, 500 * Timeline.tick)
        let phases = Set(restarts.map { ($0 - timeout) % period })
        #expect(phases.count == 1)
        var check = phases.first ?? 0
        while check < 298_000 * Timeline.tick {
          // Who is there goes first; the check has the slot that one more of them leaves.
          let ends = run.requests.filter { $0.began <= check && $0.ended > check }.map(\.ended)
            .sorted()
          let turn = ends.count < slots ? check : ends[ends.count - slots]
          #expect((turn >= check + timeout) == restarts.contains(check + timeout), "\(check)")
          check += period
        }
      }
    }
  }

  @Test("A full queue refuses a check at once, half a period earlier than its timeout")
  func full() {
    for seed in 1...5 as ClosedRange<UInt64> {
      func restart(_ limit: Int?) -> UInt64? {
        let s = service(Self.probe(1), work: 9_000) { spec, _ in spec.queueLimit = limit }
        return breaks(BalancerRun([s], every: 1, count: 4, seed: seed)).first
      }
      guard let bound = restart(3), let free = restart(nil) else {
        Issue.record("no restart")
        return
      }
      #expect(free - bound == 500 && bound <= 1_000)
    }
  }

  @Test("A start that takes longer than three checks is killed again and again, unless they wait")
  func slowStart() {
    func found(_ delay: UInt64) -> BalancerRun {
      var probe = Self.probe()
      probe.initialDelay = delay * Timeline.tick
      let s = service(probe) { spec, _ in spec.startUp = 5_000 * Timeline.tick }
      return BalancerRun(
        [s], every: 100, count: 300, timeout: 1_000, faults: [.at(0, .pause, from: 0)], to: 30_001)
    }
    // The first after two periods and a timeout; later ones each 3,000, as refusals take no time.
    let killed = found(0)
    #expect(killed.count(.success) == 0)
    #expect(killed.sum.restarts == 10)
    let spared = found(5_000)
    #expect(spared.sum.restarts == 1)
    // Within 1,000 + 2,500 + 5,000 it serves.
    #expect(spared.count(.success) >= 215)
  }

  @Test("Where readiness is checked too, who was restarted is out of rotation until it passes")
  func readiness() {
    func found(_ isChecked: Bool) -> BalancerRun {
      let s = service(Self.probe(), replicas: 2) {
        $0.startUp = 300 * Timeline.tick
        if !isChecked { return }
        var readiness = ReadinessProbe()
        readiness.period = 1_000 * Timeline.tick
        readiness.failureThreshold = 10
        ($1.readiness, $1.panicThreshold) = (readiness, 0)
      }
      return BalancerRun(
        [s], every: 10, count: 3_000, faults: [.at(0, .pause, from: 5_000)])
    }
    #expect(breaks(found(true)).count == 1)
    // Each second call of 300 ticks is refused.
    #expect(abs(breaks(found(false)).count - 16) <= 1)
    #expect(found(true).sum.restarts == 1 && found(false).sum.restarts == 1)
  }

  @Test("A check takes a slot for no time: where all is well nothing else changes")
  func unnoticed() {
    func ends(_ probe: LivenessProbe?) -> [UInt64] {
      BalancerRun([service(probe, replicas: 2, work: 15)], every: 8, count: 1_000).run.requests.map(
        \.ended)
    }
    #expect(ends(Self.probe(1)) == ends(nil))
  }
}
