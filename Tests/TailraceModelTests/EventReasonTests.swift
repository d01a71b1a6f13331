import Testing

@testable import TailraceModel

@Suite("Why departures are events") struct EventReasonTests {
  /// The reasons of `front`, which calls, and of `s` in a small world after a change to it.
  private func reasons(
    keepsCalls: Bool = false, _ change: (_ s: inout ServiceSpec, _ topology: inout Topology) -> Void
  ) -> [String?] {
    var s = ServiceSpec(name: "s", handler: [.work(.constant(1e6))])
    s.replicas = 2
    let front = ServiceSpec(name: "front", handler: [.work(.constant(1e6))])
    let users = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: 10), steps: [.call("front"), .call("s")])
    var topology = Topology(workloads: [users], services: [front])
    change(&s, &topology)
    topology.services.append(s)
    return PlanBuilder.build(topology, seed: 0, window: 0..<1, keepsCalls: keepsCalls).eventReasons
  }

  @Test("None where the end of work is known when it comes")
  func none() {
    #expect(reasons { _, _ in } == [nil, nil])
    #expect(reasons(keepsCalls: true) { _, _ in } == [nil, nil])
    #expect(reasons { s, _ in s.queueLimit = 3 } == [nil, nil])
  }

  @Test("What the station's queue has to know")
  func queues() {
    for discipline in [Discipline.lifo, .priority, .sjf, .srpt, .random, .adaptiveLIFO, .fair] {
      #expect(
        reasons { s, _ in s.discipline = discipline }
          == [nil, "who comes later may be served first"])
    }
    #expect(
      reasons { s, _ in s.discipline = .codel } == [nil, "its visits may be dropped in the queue"])
    #expect(
      reasons { s, _ in s.classLimits = ["users": 3] }
        == [nil, "its queue has a bound for each class"])
    #expect(
      reasons { s, _ in s.admission = FixedLimit(3) } == [nil, "its door follows how visits fare"])
    #expect(
      reasons { s, _ in s.handlers[0].steps[0].queueBelow = 3 }
        == [nil, "its steps look at its queue"])
    #expect(reasons { s, _ in s.discipline = .ps } == [nil, "its visits share cores"])
    #expect(
      reasons { s, _ in
        s.slots = 4
        s.cores = 2
      } == [nil, "its visits share cores"])
    #expect(
      reasons { s, _ in s.queueTimeout = .constant(1e6) }
        == [nil, "its visits may give up waiting"])
    #expect(
      reasons { s, _ in s.dropsExpired = true } == [nil, "its visits may be dropped in the queue"])
    #expect(
      reasons { s, _ in s.balancing = LeastWorkLeft() }
        == [nil, "its balancers read the work that is left"])
    #expect(
      reasons { s, _ in s.groups = [ReplicaGroup("a"), ReplicaGroup("b", speed: 0.5)] }
        == [nil, "its replicas have speeds of their own"])
    #expect(
      reasons { _, topology in topology.faults = [.once(.pause, at: 1)] }
        == [nil, "a fault may strike it"])
    #expect(
      reasons { s, _ in
        s.cluster = ClusterSpec()
        s.cluster?.liveness = LivenessProbe()
      } == [nil, "its liveness checks may restart it"])
  }

  @Test("Clients of a closed loop take an event anyway, unless others call too")
  func closedLoops() {
    let clients = ArrivalSpec.closed(ClosedLoop(clients: 5, thinkTime: .constant(1e6)))
    #expect(
      reasons { _, topology in topology.workloads[0].arrivals = clients }
        == Array(repeating: "the clients of closed loops go on when it ends", count: 2))
    #expect(
      reasons { _, topology in
        topology.workloads[0].arrivals = clients
        topology.workloads.append(
          WorkloadSpec(name: "w", arrivals: .poisson(ratePerSecond: 1), steps: [.call("s")]))
      } == ["the clients of closed loops go on when it ends", nil])
  }

  @Test("What callers and steps may do")
  func callers() {
    #expect(
      reasons { _, topology in
        topology.services[0].handlers[0].steps.append(.call("s"))
      } == ["its slots are held during other steps", nil])
    let patient = reasons { _, topology in
      topology.workloads[0].steps = [.call("s", timeout: 5), .call("front")]
    }
    #expect(patient == [nil, nil])
    let cancelled = reasons { s, topology in
      s.cancel = .running
      s.slots = 2
      topology.workloads[0].steps = [.call("s", timeout: 5), .call("front")]
    }
    #expect(cancelled == [nil, "its work may be cancelled"])
    var join = Join()
    join.need = .responses(1)
    let some = reasons { _, topology in
      topology.workloads[0].steps[1] = .scatter("s", .fanOut(2), join)
    }
    #expect(some == [nil, "a caller may go on or crash before its answer comes"])
  }

  @Test("Counted calls that may be given up make all of them events")
  func general() {
    let counted = reasons(keepsCalls: true) { _, topology in
      topology.workloads[0].steps = [.call("s", timeout: 5), .call("front")]
    }
    #expect(counted == Array(repeating: "calls are counted and some may be given up", count: 2))
  }
}
