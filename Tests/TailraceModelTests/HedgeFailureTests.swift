import TailraceEngine
import Testing

@testable import TailraceModel

/// Copies after failures, as gRPC has them (gRFC A6).
@Suite("Hedged copies that fail") struct HedgeFailureTests {
  private static let tick = Timeline.tick

  /// Replicas that are asked in turn; the first crashes at 3 ticks.
  private func services(_ replicas: Int = 2, work: UInt64 = 10) -> [ServiceSpec] {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(work))])
    s.replicas = replicas
    return [s]
  }

  private func crash(of replicas: [Int] = [0]) -> [FaultSpec] {
    replicas.map {
      var crash = FaultSpec.once(.crash(drops: false), at: 3, name: "crash\($0)")
      crash.target.replica = $0
      return crash
    }
  }

  private func hedge(_ change: (inout HedgePolicy) -> Void = { _ in }) -> StepSpec {
    .call("s") { $0.hedge = .ticks(50, change) }
  }

  @Test("A first attempt that fails early sends the copy at once; what came before it is lost")
  func early() {
    let run = expectTimeline(services(), steps: [hedge()], faults: crash()) {
      """
      arrive  a.............
      leave   .............a
      """
    }
    #expect(run.attempts().hedges == 1 && run.attempts().attempts == 2)
    #expect(run.blame(.lost) == 3 * Self.tick && run.blame(.work) == 10 * Self.tick)
    #expect(run.blame(.hedgeDelay) == 0)
  }

  @Test("Where one of two replicas always fails, all are answered")
  func failingReplica() {
    var failing = FaultSpec.once(.fail(1), at: 0)
    failing.target.replica = 0
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 10), steps: [hedge()])
    var topology = Topology(workloads: [workload], services: services(work: 1))
    topology.faults = [failing]
    let run = Replication.run(
      topology, .init(seed: 1, number: 0, window: 1_000_000_000..<101_000_000_000))
    #expect(run.violations.isEmpty)
    #expect(run.workloads[0].outcomes[Int(Outcome.success.rawValue)] == 1_000)
    // The copy takes its turn, too: so each first attempt meets the one that fails.
    #expect(run.attempts().hedges == 1_000)
  }

  @Test("Where all fail, no more are sent than the most, and no more than the budget")
  func limits() {
    for budget in [nil, 20.0] {
      let step = hedge {
        $0.attempts = 3
        $0.budgetPercent = budget
      }
      let workload = WorkloadSpec(
        name: "w", arrivals: .constant(ratePerSecond: 100), steps: [step])
      var s = ServiceSpec(name: "s", handler: [StepSpec(.fail(.applicationError))])
      s.replicas = 3
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 1, number: 0, window: 0..<10_000_000_000))
      let sum = run.attempts()
      let hedges = UInt64(budget == nil ? 2_000 : 200)
      #expect(sum.hedges <= hedges && sum.hedges >= hedges - 10, "\(sum)")
      #expect(sum.attempts - sum.hedges == 1_000)
      #expect(run.workloads[0].outcomes[Int(Outcome.applicationError.rawValue)] == 1_000)
    }
  }

  @Test("A fatal outcome ends the call, and the copies that are out with it")
  func fatal() {
    for (outcomes, leave) in [(HedgePolicy.failures, "............a"), ([], "...A.........")] {
      var s = services()[0]
      s.cancel = .running
      let run = expectTimeline(
        [s],
        steps: [
          .call("s") {
            $0.hedge = .ticks(2) { $0.nonFatal = outcomes }
          }
        ], faults: crash()
      ) { "arrive a............\nleave \(leave)" }
      #expect(run.attempts().hedges == 1)
      let busy: UInt64 = outcomes.isEmpty ? 1 : 10
      #expect(run.services[0].rows[1].busyArea == busy * Self.tick)
    }
  }

  @Test("The copy after one that went early comes a whole delay later")
  func schedule() {
    // The second goes at 3 and not at 5, the third at 8 and not at 10; it takes a tick.
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(20))])
    s.groups = [
      ReplicaGroup("a"), ReplicaGroup("b"), ReplicaGroup("c", speed: 20),
    ]
    let run = expectTimeline(
      [s], steps: [.call("s") { $0.hedge = .ticks(5) { $0.attempts = 3 } }], faults: crash()
    ) {
      """
      arrive  a.........
      leave   .........a
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [1, 1, 1])
    #expect(run.blame(.lost) == 3 * Self.tick && run.blame(.hedgeDelay) == 5 * Self.tick)
  }

  @Test("Copies that fail at one instant are replaced one for one")
  func together() {
    let run = expectTimeline(
      services(4), steps: [.call("s") { $0.hedge = .ticks(0) { $0.attempts = 2 } }],
      faults: crash(of: [0])
    ) {
      """
      arrive  a.........
      leave   ..........a
      """
    }
    #expect(run.attempts().attempts == 2)
    let both = expectTimeline(
      services(4), steps: [.call("s") { $0.hedge = .ticks(2) { $0.attempts = 4 } }],
      faults: crash(of: [0, 1])
    ) {
      """
      arrive  a.............
      leave   .............a
      """
    }
    #expect(both.services[0].rows.map(\.requests) == [1, 1, 1, 1])
  }

  @Test("What the retry policy names is retried after its pause where nothing else is out")
  func retries() {
    let run = expectTimeline(
      services(),
      steps: [
        .call("s") {
          $0.hedge = .ticks(50)
          $0.retry = .ticks(1, pause: 4, on: [.connectionFailure])
        }
      ], faults: crash()
    ) {
      """
      arrive  a................
      leave   .................a
      """
    }
    #expect(run.attempts().retries == 1 && run.attempts().hedges == 0)
  }
}
