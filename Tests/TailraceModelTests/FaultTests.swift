import Testing

@testable import TailraceModel

@Suite("Faults") struct FaultTests {
  private func service(_ ticks: UInt64 = 4) -> ServiceSpec {
    ServiceSpec(name: "s", handler: [.work(.ticks(ticks))])
  }

  @Test("Work in progress is slowed down from where it is, and goes on faster afterwards")
  func slowDown() {
    _ = expectTimeline(
      [service()], steps: [.call("s")], faults: [.once(.slowDown(2), at: 2, for: 2)]
    ) {
      """
      arrive  a.....b...
      leave   .....a....b
      """
    }
    // Two at once multiply: half speed from 1, a quarter from 3.
    _ = expectTimeline(
      [service()], steps: [.call("s")],
      faults: [.once(.slowDown(2), at: 1, name: "a"), .once(.slowDown(2), at: 3, name: "b")]
    ) {
      """
      arrive  a..........
      leave   ...........a
      """
    }
  }

  @Test("A pause stops all work, whatever the discipline; who comes is let in and stands still")
  func pause() {
    for discipline in Discipline.allCases {
      for preemptive in [false, true] where discipline.mayPreempt || !preemptive {
        var s = service()
        s.discipline = discipline
        s.preemptive = preemptive
        s.replicas = 2
        _ = expectTimeline([s], steps: [.call("s")], faults: [.once(.pause, at: 1, for: 3)]) {
          """
          arrive  a.b.......
          leave   .......ab.
          """
        }
      }
    }
    var shared = service()
    shared.discipline = .ps
    shared.slots = nil
    _ = expectTimeline([shared], steps: [.call("s")], faults: [.once(.pause, at: 2, for: 3)]) {
      """
      arrive  a............
      arrive  b............
      leave   ...........a.
      leave   ...........b.
      """
    }
  }

  @Test("A crash fails who works and who waits, and refuses who comes, until it is over")
  func crash() {
    let run = expectTimeline(
      [service()], steps: [.call("s")], faults: [.once(.crash(drops: false), at: 2, for: 3)]
    ) {
      """
      arrive  ab.c.d....
      leave   ..AC.....d
      leave   ..B.......
      """
    }
    let lost = run.requests.count { $0.outcome == .connectionFailure }
    #expect(lost == 3)
    let row = run.services[0].rows[0]
    #expect(row.downTime == 3 * Timeline.tick && row.busyArea == 6 * Timeline.tick)
    #expect(row.queueArea == Timeline.tick && row.aborted == 2)
  }

  @Test("Dropped connections are silence: callers wait for their timeouts")
  func dropped() {
    let run = expectTimeline(
      [service()], steps: [.call("s", timeout: 4)],
      faults: [.once(.crash(drops: true), at: 2, for: 3)]
    ) {
      """
      arrive  ab.c.d....
      leave   ....AB.C.d
      """
    }
    let outcomes = run.requests.map(\.outcome)
    #expect(outcomes == [.timeout, .timeout, .timeout, .success])
  }

  @Test("A crashed caller gives up its calls; the callee stops as its own cancel says")
  func crashedCaller() {
    for (mode, busy) in [(CancelMode.none, 6), (.running, 2)] as [(CancelMode, UInt64)] {
      var back = ServiceSpec(name: "back", handler: [.work(.ticks(6))])
      back.cancel = mode
      let s = ServiceSpec(name: "s", handler: [.work(.ticks(1)), .call("back"), .work(.ticks(1))])
      let run = expectTimeline(
        [s, back], steps: [.call("s")], faults: [.once(.crash(drops: false), at: 3)]
      ) {
        """
        arrive  a..b......
        leave   ...A......
        leave   ...B......
        """
      }
      #expect(run.services[0].rows[0].busyArea == busy * Timeline.tick)
    }
  }

  @Test("Whatever a lost visit was doing, the parts of a degraded answer sum to its latency")
  func lostParts() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(9))])
    let programs: [[StepSpec]] = [
      [.work(.ticks(9))], [.wait(.ticks(9))], [.call("back")], [.wait(.ticks(1)), .call("back")],
      [.parallel([[.work(.ticks(9))], [.call("back")], [.wait(.ticks(1))]])],
      [.work(.ticks(1)), .parallel([[.work(.ticks(9))], [.work(.ticks(8))]])],
    ]
    for program in programs {
      for model in ConcurrencyModel.allCases {
        var s = ServiceSpec(name: "s", handler: program)
        s.concurrencyModel = model
        s.latency = .ticks(1)
        _ = expectTimeline(
          [s, back], steps: [.call("s").onError(.fallback([.wait(.ticks(2))]))],
          faults: [.once(.crash(drops: false), at: 5)]
        ) {
          """
          arrive  ab.........
          leave   ........a..
          leave   ........b..
          """
        }
      }
    }
  }

  @Test("While it lasts, visits fail on arrival with the chance given")
  func failing() {
    _ = expectTimeline(
      [service(2)], steps: [.call("s")], faults: [.once(.fail(1), at: 2, for: 3)]
    ) {
      """
      arrive  a..b.c....
      leave   ..aB...c..
      """
    }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<20_000).map { $0 * 7 }), steps: [.call("s")])
    var topology = Topology(workloads: [workload], services: [service()])
    topology.services[0].slots = nil
    topology.faults = [.once(.fail(0.2), at: 0)]
    let run = Replication.run(topology, .init(seed: 3, number: 0, window: 0..<(1 << 40)))
    let failed = Double(run.workloads[0].outcomes[Int(Outcome.applicationError.rawValue)])
    #expect(abs(failed / 20_000 - 0.2) < 0.01)
  }

  @Test("It comes again a while after its last end")
  func every() {
    // Pauses from 3 to 5, from 8 to 10, from 13 to 15.
    let fault = FaultSpec(
      name: "f", target: FaultTarget("s"), verb: .pause, every: .ticks(3), length: .ticks(2))
    _ = expectTimeline([service(4)], steps: [.call("s")], faults: [fault]) {
      """
      arrive  a.....b.......
      leave   ......a.....b.
      """
    }
  }

  @Test("Targets: a shard, a replica, a group, a fraction drawn once")
  func targets() {
    func down(_ change: (inout FaultTarget) -> Void) -> [Bool] {
      var s = service()
      s.shards = 2
      s.groups = [ReplicaGroup("a", replicas: 2), ReplicaGroup("b", replicas: 3)]
      var fault = FaultSpec.once(.crash(drops: false), at: 0)
      change(&fault.target)
      let timeline = Timeline([s], steps: [.call("s")], "arrive ...a")
      var topology = timeline.topology
      topology.faults = [fault]
      let run = Replication.run(
        topology, .init(seed: 2, number: 0, window: 0..<(5 * Timeline.tick)))
      return run.services[0].rows.map { $0.downTime > 0 }
    }
    let (yes, no) = (true, false)
    #expect(down { _ in } == Array(repeating: yes, count: 10))
    #expect(down { $0.shard = 1 } == [no, no, no, no, no, yes, yes, yes, yes, yes])
    #expect(down { $0.replica = 2 } == [no, no, yes, no, no, no, no, yes, no, no])
    #expect(down { $0.group = "a" } == [yes, yes, no, no, no, yes, yes, no, no, no])
    #expect(down { $0.fraction = 0.3 }.count { $0 } == 3)
    #expect(down { $0.fraction = 0.01 }.count { $0 } == 1)
  }

  @Test("Each replica has its own clock unless all go together")
  func together() {
    func times(_ isTogether: Bool) -> Set<UInt64> {
      var s = service()
      s.replicas = 4
      var fault = FaultSpec(
        name: "f", target: FaultTarget("s"), verb: .crash(drops: false),
        every: .exponential(mean: 5e6), length: .exponential(mean: 1e6))
      fault.isTogether = isTogether
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 100), steps: [.call("s")])
      var topology = Topology(workloads: [workload], services: [s])
      topology.faults = [fault]
      let run = Replication.run(topology, .init(seed: 2, number: 0, window: 0..<1_000_000_000))
      return Set(run.services[0].rows.map(\.downTime))
    }
    #expect(times(true).count == 1)
    #expect(times(false).count == 4)
  }

  @Test("Under load with timeouts, calls and joins every fault conserves the visits")
  func conservation() {
    let verbs: [FaultSpec.Verb] = [
      .crash(drops: false), .crash(drops: true), .pause, .slowDown(5), .fail(0.5),
    ]
    for discipline in Discipline.allCases {
      for preemptive in [false, true] where discipline.mayPreempt || !preemptive {
        for model in ConcurrencyModel.allCases {
          let back = ServiceSpec(name: "back", handler: [.work(.exponential(mean: 1e6))])
          var s = ServiceSpec(
            name: "s",
            handler: [
              .work(.exponential(mean: 1e6)), .call("back").onError(.ignore),
              .parallel([[.work(.exponential(mean: 1e6))], [.call("back")]]),
              .work(.exponential(mean: 1e6)),
            ])
          (s.slots, s.queueLimit, s.discipline) = (3, 12, discipline)
          (s.preemptive, s.concurrencyModel) = (preemptive, model)
          s.cancel = preemptive ? .running : .queued
          s.queueTimeout = .exponential(mean: 1e7)
          s.groups = [ReplicaGroup("a", speed: 1.3), ReplicaGroup("b", speed: 0.7)]
          s.balancing = LeastWorkLeft()
          if discipline == .ps { s.cores = 2 }
          let w = WorkloadSpec(
            name: "w", arrivals: .poisson(ratePerSecond: 600),
            steps: [.call("s", timeout: 20).onError(.fallback([.call("s", timeout: 9)]))])
          var topology = Topology(workloads: [w], services: [s, back])
          for (i, verb) in verbs.enumerated() {
            for service in ["s", "back"] {
              topology.faults.append(
                FaultSpec(
                  name: "\(service)\(i)", target: FaultTarget(service), verb: verb,
                  every: .exponential(mean: 9e7), length: .exponential(mean: 1e7)))
            }
          }
          let run = Replication.run(
            topology, .init(seed: 9, number: 0, window: 0..<3_000_000_000))
          #expect(run.violations.isEmpty, "\(discipline) \(preemptive) \(model)")
          let outcomes = run.workloads[0].outcomes
          for outcome in [Outcome.success, .degraded, .timeout, .connectionFailure] {
            #expect(outcomes[Int(outcome.rawValue)] > 0, "\(discipline) \(model) \(outcome)")
          }
        }
      }
    }
  }
}

extension FaultSpec {
  /// A fault at every replica of `s`, in ticks.
  static func once(
    _ verb: Verb, at: UInt64, for length: UInt64? = nil, name: String = "f"
  ) -> FaultSpec {
    var fault = FaultSpec(
      name: name, target: FaultTarget("s"), verb: verb, at: at * Timeline.tick)
    fault.length = length.map { .ticks($0) }
    return fault
  }
}
