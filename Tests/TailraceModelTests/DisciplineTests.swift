import Testing

@testable import TailraceModel

@Suite("Queue disciplines") struct DisciplineTests {
  private func service(
    _ discipline: Discipline, _ ticks: [UInt64], preemptive: Bool = false
  ) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(ticks))])
    s.discipline = discipline
    s.preemptive = preemptive
    return s
  }

  @Test("The latest first, also of those who come at once")
  func lifo() {
    _ = expectTimeline([service(.lifo, [3, 1, 1, 1, 2])], steps: [.call("s")]) {
      """
      arrive  ab........
      arrive  .c........
      arrive  .d.e......
      leave   ...ad.ecb.
      """
    }
  }

  @Test("Who is preempted goes on where it stopped, and its parts sum to its latency")
  func preemption() {
    let run = expectTimeline(
      [service(.lifo, [4, 2, 1], preemptive: true)], steps: [.call("s")]
    ) {
      """
      arrive  abc.......
      leave   ...cb..a..
      """
    }
    let row = run.services[0].rows[0]
    #expect(row.starts == 3 && row.requests == 3)
    #expect(row.busyArea == 7 * Timeline.tick && row.queueArea == 4 * Timeline.tick)
    // a waits 3 and b 1 while their betters work.
    let blame = run.workloads[0].blame.map { $0 / Timeline.tick }
    #expect(blame[0] == 4 && blame[1] == 7)
  }

  @Test("The shortest first; with preemption the shortest remaining")
  func shortest() {
    _ = expectTimeline([service(.sjf, [5, 3, 1, 2])], steps: [.call("s")]) {
      """
      arrive  abcd........
      leave   .....ac.d..b
      """
    }
    _ = expectTimeline([service(.srpt, [5, 3, 1, 2])], steps: [.call("s")]) {
      """
      arrive  abc...d.....
      leave   ...c.b..d..a
      """
    }
  }

  @Test("A slot held while a call is out cannot be taken; the work after it can")
  func heldSlots() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(3))])
    var s = ServiceSpec(
      name: "s", handler: [.work(.ticks(1)), .call("back"), .work(.ticks([4, 1, 1]))])
    s.discipline = .lifo
    s.preemptive = true
    // b comes while a's call is out, and takes the slot when a wants to work again.
    _ = expectTimeline([s, back], steps: [.call("s")]) {
      """
      arrive  a.b...........
      leave   .........b...a
      """
    }
  }

  @Test("A preempted visit that is given up leaves nothing behind")
  func givenUp() {
    for order in [Discipline.lifo, .priority, .sjf, .random, .srpt, .ps] {
      var s = service(order, [4, 6, 1, 1, 1, 1], preemptive: order == .lifo)
      s.cancel = .running
      let run = expectTimeline([s], steps: [.call("s", timeout: 3)]) {
        """
        arrive  ab....c...
        leave   ...AB..c..
        """
      }
      #expect(run.services[0].rows[0].aborted == 2)
    }
  }

  @Test("Sharing: two cores for three jobs, and room for two while the third waits")
  func sharing() {
    var s = service(.ps, [4, 4, 4])
    s.slots = nil
    s.cores = 2
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a.....
      arrive  b.....
      arrive  c.....
      leave   ......a
      leave   ......b
      leave   ......c
      """
    }
    s.slots = 2
    s.cores = 1
    // Two inside at half speed until 8, then the third alone.
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a............
      arrive  b............
      arrive  c............
      leave   ........a...c
      leave   ........b....
      """
    }
    // A first-in-first-out service short of cores shares them, too.
    s.discipline = .fifo
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a............
      arrive  b............
      arrive  c............
      leave   ........a...c
      leave   ........b....
      """
    }
  }

  @Test("One job at a time: every discipline is first-in-first-out")
  func alone() {
    let ends = Discipline.allCases.map { discipline in
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      s.discipline = discipline
      let workload = WorkloadSpec(
        name: "w", arrivals: .instants((0..<200).map { $0 * 100_000_000 }), steps: [.call("s")])
      var settings = Replication.Settings(seed: 3, number: 0, window: 0..<(1 << 40))
      settings.keepsRequests = true
      return Replication.run(Topology(workloads: [workload], services: [s]), settings).requests
    }
    for other in ends.dropFirst() { #expect(other == ends[0]) }
  }

  @Test("Under load with timeouts, calls and joins every discipline conserves its visits")
  func conservation() {
    for discipline in Discipline.allCases {
      for preemptive in [false, true] where discipline.mayPreempt || !preemptive {
        for cancel in CancelMode.allCases {
          let back = ServiceSpec(name: "back", handler: [.work(.exponential(mean: 1e6))])
          var s = ServiceSpec(
            name: "s",
            handler: [
              .work(.exponential(mean: 1e6)), .call("back"),
              .parallel([[.work(.exponential(mean: 1e6))], [.call("back")]]),
              .work(.exponential(mean: 1e6)),
            ])
          s.slots = 3
          s.queueLimit = 12
          s.discipline = discipline
          s.preemptive = preemptive
          s.cancel = cancel
          if discipline == .ps { s.cores = 2 }
          var w = WorkloadSpec(
            name: "w", arrivals: .poisson(ratePerSecond: 450), steps: [.call("s", timeout: 20)])
          w.classes = [ClassWeight("a"), ClassWeight("b", weight: 3)]
          var topology = Topology(workloads: [w], services: [s, back])
          topology.classPriorities = ["b": 1]
          let run = Replication.run(
            topology, .init(seed: 9, number: 0, window: 0..<4_000_000_000))
          #expect(run.violations.isEmpty, "\(discipline) \(preemptive) \(cancel)")
          #expect(run.workloads[0].outcomes[Int(Outcome.timeout.rawValue)] > 0)
          #expect(run.workloads[0].outcomes[0] > 100)
        }
      }
    }
  }

  @Test("Who waits too long at one shard ends its scatter: the other shard's answer is nobody's")
  func shedOfAScatter() {
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(5))])
    store.shards = 2
    store.queueTimeout = .ticks(1)
    let tick = Timeline.tick
    // The first keeps shard 0 busy, so the scatters fail there while shard 1 works for them.
    let topology = Topology(
      workloads: [
        WorkloadSpec(name: "one", arrivals: .instants([0]), steps: [.call("store")]),
        WorkloadSpec(
          name: "two", arrivals: .instants([tick, 2 * tick]), steps: [.scatter("store", .shards)]),
      ], services: [store])
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(1_000 * tick))
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    let ends = run.requests.sorted { $0.ended < $1.ended }
    #expect(ends.map(\.outcome) == [.shed, .shed, .success])
    #expect(ends.map { $0.ended / tick } == [2, 3, 5])
    #expect(run.services[0].rows.map(\.requests) == [3, 2])
  }
}
