import Testing

@testable import TailraceModel

/// How many of the answers were there when a join went on, and whose were missing.
@Suite("Completeness") struct CompletenessTests {
  /// Replicas 0, 1, ... that take so many ticks each, all of one shard.
  private func store(_ ticks: [UInt64]) -> ServiceSpec {
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(1_000))])
    store.balancing = RoundRobin()
    store.groups = ticks.enumerated().map {
      ReplicaGroup("\(1_000 + $0.offset)", speed: 1_000 / Double($0.element))
    }
    return store
  }

  private func run(
    _ services: [ServiceSpec], _ steps: [StepSpec], crashed: Int? = nil
  ) -> Replication {
    var timeline = Timeline(services, steps: steps, crashed == nil ? "arrive a" : "arrive .a")
    if let crashed {
      var target = FaultTarget("store")
      target.replica = crashed
      timeline.topology.faults = [
        FaultSpec(name: "f", target: target, verb: .crash(drops: false), at: 0)
      ]
    }
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    return run
  }

  private struct Facts: Equatable {
    var joins: UInt64 = 1
    var asked: UInt64
    var answers: UInt64
    var missing: [UInt64]
  }

  /// The one scatter's; nil if there is none.
  private func facts(_ run: Replication) -> Facts? {
    guard let first = run.completeness.first else { return nil }
    #expect(run.completeness.count == 1)
    #expect(first.complete == (first.asked == first.answers ? first.joins : 0))
    #expect(first.ratios == first.joins * (first.answers << 32 / first.asked))
    #expect(first.shares[Int(first.answers * 1_000 / first.asked)] == first.joins)
    return Facts(
      joins: first.joins, asked: first.asked, answers: first.answers, missing: first.missing)
  }

  @Test("Three of four are enough: the slowest is missing, whether asked by name or in turn")
  func enough() {
    let join = Join.need(.responses(3))
    let expected = Facts(asked: 4, answers: 3, missing: [0, 0, 0, 1])
    for step in [StepSpec.scatter("store", .replicas, join), .scatter("store", .fanOut(4), join)] {
      #expect(facts(run([store([2, 7, 4, 30])], [step])) == expected)
    }
  }

  @Test("A deadline goes on with what is there; with nothing there is no answer to be complete")
  func deadline() {
    func asked(_ ticks: UInt64) -> Facts? {
      facts(
        run([store([2, 7, 4, 30])], [.scatter("store", .replicas, .need(.all, deadline: ticks))]))
    }
    #expect(asked(40) == Facts(asked: 4, answers: 4, missing: [0, 0, 0, 0]))
    #expect(asked(5) == Facts(asked: 4, answers: 2, missing: [0, 1, 0, 1]))
    #expect(asked(1) == nil)
  }

  @Test("A replica that fails is missing, and so is one that is not asked in time")
  func failures() {
    let some = StepSpec.scatter("store", .replicas, .need(.responses(2)))
    #expect(
      facts(run([store([2, 3, 9])], [some], crashed: 0))
        == Facts(asked: 3, answers: 2, missing: [1, 0, 0]))
    var join = Join.need(.all, deadline: 5)
    join.maxParallel = 1
    // The second answers after 2 + 2 ticks; the third is out, the fourth is not sent.
    #expect(
      facts(run([store([2, 2, 9, 1])], [.scatter("store", .replicas, join)]))
        == Facts(asked: 4, answers: 2, missing: [0, 0, 1, 1]))
  }

  @Test("Who goes on when a join of all fails goes on without any answer")
  func ignored() {
    let all = StepSpec.scatter("store", .replicas)
    let failing = run([store([2, 3, 1])], [all.onError(.ignore), .wait(.ticks(1))], crashed: 1)
    #expect(failing.requests[0].outcome == .degraded)
    #expect(failing.completeness.map(\.answers) == [0])
    #expect(failing.completeness[0].shares[0] == 1)
    #expect(failing.completeness[0].missing[1] == 1)
    // Without the fallback the request fails, and no answer lacks anything.
    #expect(run([store([2, 3, 1])], [all], crashed: 1).completeness.isEmpty)
  }

  @Test("Nothing is told of joins that wait for all, nor of those that nobody waits for any more")
  func untold() {
    #expect(run([store([2, 7])], [.scatter("store", .replicas)]).completeness.isEmpty)
    let root = ServiceSpec(
      name: "root", handler: [.scatter("store", .replicas, .need(.responses(2)))])
    func leftAfter(_ timeout: UInt64) -> [UInt64] {
      run([store([2, 7, 9]), root], [.call("root", timeout: timeout)]).completeness.map(\.joins)
    }
    #expect(leftAfter(8) == [1])
    #expect(leftAfter(6) == [])
  }

  @Test("Calls for keys are missed at their shards, known from the call that is out")
  func keys() {
    // Keys 0, 2 and 4 are of shard 0, which takes them one after another; key 1 is alone.
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(2))])
    store.shards = 2
    store.sharding = Sharding(key: "row")
    let timeline = Timeline(
      [store], steps: [.scatter("store", .keys, .need(.all, deadline: 5))],
      keys: [
        CarriedKeys(
          space: "row", law: .list([0, 2, 4, 1].map { WeightedKey($0) }), count: .constant(4))
      ], "arrive a")
    #expect(facts(timeline.run()) == Facts(asked: 4, answers: 3, missing: [1, 0]))
  }

  /// One join of calls for keys 0, 2 and 4, of shard 0, and 1, of shard 1, which never answers.
  private func silentShard(_ change: (inout CallSpec) -> Void) -> Facts? {
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(2))])
    (store.shards, store.slots, store.sharding) = (2, nil, Sharding(key: "row"))
    var join = Join.need(.responses(3))
    join.maxParallel = 3
    var call = CallSpec("store")
    change(&call)
    var timeline = Timeline(
      [store], steps: [StepSpec(.scatter(call, .keys, join))],
      keys: [
        CarriedKeys(
          space: "row", law: .list([0, 2, 4, 1].map { WeightedKey($0) }), count: .constant(4))
      ], "arrive .a")
    var target = FaultTarget("store")
    target.shard = 1
    timeline.topology.faults = [
      FaultSpec(name: "f", target: target, verb: .crash(drops: true), at: 0)
    ]
    return facts(timeline.run())
  }

  @Test("A call that is given up, or tried again in vain, is missed at the shard of its key")
  func givenUp() {
    let expected = Facts(asked: 4, answers: 3, missing: [0, 1])
    // Whether its caller waits on when the others have come, or has given up long before.
    for timeout in [3, 100] as [UInt64] {
      #expect(silentShard { $0.timeout = timeout * Timeline.tick } == expected)
      let retried = silentShard {
        $0.timeout = timeout * Timeline.tick
        $0.retry = RetryPolicy.ticks(1, tries: 3, pause: 1)
      }
      #expect(retried == expected)
    }
  }

  @Test("A replica that a fan-out asked and that was given up is missing; one not asked is not")
  func fanOut() {
    var call = CallSpec("store")
    call.timeout = 5 * Timeline.tick
    func missing(_ width: Int?) -> Facts? {
      var join = Join.need(.responses(2))
      join.maxParallel = width
      return facts(run([store([2, 7, 4, 30])], [StepSpec(.scatter(call, .fanOut(4), join))]))
    }
    #expect(missing(nil) == Facts(asked: 4, answers: 2, missing: [0, 1, 0, 1]))
    // 0..2, 2..7 in vain, 7..11: nobody knows whom the fourth call would have gone to.
    #expect(missing(1) == Facts(asked: 4, answers: 2, missing: [0, 1, 0, 0]))
  }

  @Test("Shards below a shard are told by their own numbers, timeouts or not")
  func childShards() {
    for timeout in [nil, 3] as [UInt64?] {
      var leaf = ServiceSpec(name: "leaf", handler: [.work(.ticks(2))])
      leaf.shards = 4
      var call = CallSpec("leaf")
      call.timeout = timeout.map { $0 * Timeline.tick }
      var mid = ServiceSpec(
        name: "mid", handler: [StepSpec(.scatter(call, .childShards, .need(.responses(1))))])
      (mid.shards, mid.slots) = (2, nil)
      var timeline = Timeline(
        [leaf, mid], steps: [.scatter("mid", .shards)], "arrive .a")
      var target = FaultTarget("leaf")
      target.shard = 3
      timeline.topology.faults = [
        FaultSpec(name: "f", target: target, verb: .crash(drops: true), at: 0)
      ]
      // Leaves 0 and 1 answer together, and one is enough; 3 does not answer at all.
      #expect(
        facts(timeline.run()) == Facts(joins: 2, asked: 4, answers: 2, missing: [0, 1, 0, 1]))
    }
  }

  @Test("Of a random load: what is missing is what was asked less what came, shard by shard alike")
  func identity() {
    var leaf = ServiceSpec(name: "leaf", handler: [.work(.exponential(mean: 1e6))])
    (leaf.shards, leaf.slots, leaf.cancel) = (10, nil, .running)
    func result(forcesEvents: Bool) -> Replication {
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 500),
        steps: [.scatter("leaf", .shards, .need(.fraction(0.7)))])
      var settings = Replication.Settings(
        seed: 9, number: 0, window: 1_000_000_000..<21_000_000_000)
      settings.forcesEvents = forcesEvents
      return Replication.run(Topology(workloads: [workload], services: [leaf]), settings)
    }
    let run = result(forcesEvents: false)
    let found = run.completeness[0]
    #expect(found.joins == run.workloads[0].latencies.count)
    #expect(found.asked == 10 * found.joins && found.answers == 7 * found.joins)
    #expect(found.missing.reduce(0, +) == found.asked - found.answers)
    // Each is missing in 30 % of about 10,000 joins: three standard errors are 1.4 %.
    for count in found.missing {
      #expect(abs(Double(count) / Double(found.joins) - 0.3) < 0.014)
    }
    #expect(result(forcesEvents: true).completeness == run.completeness)
  }
}
