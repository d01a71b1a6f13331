import TailraceStatistics
import Testing

@testable import TailraceModel

/// Every run checks itself; these tests break one number each and see that it is found.
@Suite("Identities of a run") struct IdentityTests {
  /// Two tiers with queues, refusals, timeouts and work that is stopped.
  private var topology: Topology {
    var back = ServiceSpec(name: "back", handler: [.work(.exponential(mean: 2e6))])
    back.replicas = 2
    back.queueLimit = 5
    back.cancel = .running
    let front = ServiceSpec(
      name: "front", handler: [.work(.exponential(mean: 1e6)), .call("back", timeout: 4)])
    return Topology(
      workloads: [
        WorkloadSpec(name: "w", arrivals: .poisson(ratePerSecond: 700), steps: [.call("front")])
      ],
      services: [back, front])
  }

  private func violations(
    _ topology: Topology, eventsMax: UInt64 = .max, breaking: (inout Machine) -> Void = { _ in }
  ) -> [String] {
    let plan = PlanBuilder.build(topology, seed: 3, window: 100_000_000..<1_000_000_000)
    var machine = Machine(plan)
    let wasCut = machine.run(eventsMax: eventsMax) { false }
    breaking(&machine)
    return machine.result(plan, wasCutShort: wasCut).violations
  }

  @Test("A sound run breaks none, wherever it is cut")
  func sound() {
    #expect(violations(topology) == [])
    for events in [1, 2, 10, 100, 1_000, 1_001, 1_002, 1_003] as [UInt64] {
      #expect(violations(topology, eventsMax: events) == [], "after \(events) happenings")
    }
  }

  @Test("The same for every discipline, with preemption and shared cores")
  func disciplines() {
    for discipline in Discipline.allCases {
      for preemptive in [false, true] {
        var shuffled = topology
        shuffled.services[0].discipline = discipline
        shuffled.services[0].preemptive = preemptive && discipline.mayPreempt
        for events in [500, .max] as [UInt64] {
          #expect(violations(shuffled, eventsMax: events) == [], "\(discipline)")
        }
      }
    }
  }

  @Test("A nanosecond too much of waiting, work or presence is found, and a lost request, too")
  func planted() {
    #expect(
      violations(topology) { $0.accounts[0].waited += 1 }
        == ["Little's law is broken in the queue of back"])
    #expect(
      violations(topology) { $0.accounts[2].startedAt &+= 1 }
        == ["Little's law is broken in the queue of front"])
    #expect(
      violations(topology) { $0.accounts[1].worked &-= 1 }
        == ["the slots of back were not used for its work alone"])
    #expect(
      violations(topology) { $0.tally.sums[0].present += 1 }
        == ["Little's law is broken for the requests of w"])
    #expect(
      violations(topology) { $0.tally.sums[0].leftLessEntered &-= 1 }
        == ["Little's law is broken for the requests of w"])
    #expect(
      violations(topology) { $0.tally.latencies.add(5) }
        == ["not every answer of w has one latency"])
    #expect(
      violations(topology) { $0.tally.blame.rows[0].work += 1 }
        == ["the parts of w do not sum to its latencies"])
    #expect(
      violations(topology) { machine in
        // From the first bucket to another: the sum stays.
        let components = machine.tally.components
        let moved = machine.tally.blame.rows[0].work / 2
        machine.tally.blame.rows[0].work -= moved
        machine.tally.blame.rows[components].work += moved
      } == ["parts of w stand under another latency"])
    #expect(
      violations(topology) { $0.tally.outcomes[Int(Outcome.shed.rawValue)] += 1 }
        == ["requests begun, ended and in flight do not balance"])
    #expect(
      violations(topology) { $0.accounts[0].entered += 1 }.contains(
        "visits to back do not balance in its queue"))
  }
}
