import TailraceEngine
import Testing

@testable import TailraceModel

/// What scatters do beyond calling each shard. One tick is a millisecond.
@Suite("Scatter extras") struct ScatterTests {
  /// `base` ticks and `each` for each unit of a fact of the visit.
  static func linear(_ base: UInt64, _ each: UInt64, per fact: VisitAttribute) -> LawSpec {
    .linear(base: .ticks(base), [AttributeTerm(fact.rawValue, .ticks(each))])
  }

  private func root(_ steps: [StepSpec], replicas: Int = 1) -> ServiceSpec {
    var root = ServiceSpec(name: "root", handler: steps)
    root.slots = nil
    root.replicas = replicas
    return root
  }

  private func leaf(_ shards: Int, _ work: LawSpec) -> ServiceSpec {
    var leaf = ServiceSpec(name: "leaf", handler: [.work(work)])
    leaf.shards = shards
    leaf.slots = nil
    return leaf
  }

  // MARK: Facts of a visit

  @Test("A merge costs so much for each answer: of all, of the first k, or of those in time")
  func responses() {
    let merge = StepSpec.work(Self.linear(1, 2, per: .responses))
    _ = expectTimeline(
      [leaf(4, .ticks(3)), root([.scatter("leaf", .shards), merge])], steps: [.call("root")]
    ) {
      """
      arrive  a............
      leave   ............a
      """
    }
    let first = Join.need(.responses(2))
    _ = expectTimeline(
      [leaf(4, .ticks(3)), root([.scatter("leaf", .shards, first), merge])], steps: [.call("root")]
    ) {
      """
      arrive  a............
      leave   ........a....
      """
    }
    // One leaf for all answers after 3, 6, 9 and 12 ticks: two are there at the deadline.
    var slow = leaf(1, .ticks(3))
    slow.slots = 1
    _ = expectTimeline(
      [slow, root([.scatter("leaf", .fanOut(4), .need(.all, deadline: 7)), merge])],
      steps: [.call("root")]
    ) {
      """
      arrive  a............
      leave   ............a
      """
    }
    // The latest join counts: here the two branches of a parallel.
    let two = StepSpec.parallel([[.wait(.ticks(1))], [.wait(.ticks(1))]])
    _ = expectTimeline(
      [leaf(4, .ticks(3)), root([.scatter("leaf", .shards), two, merge])], steps: [.call("root")]
    ) {
      """
      arrive  a............
      leave   .........a...
      """
    }
  }

  @Test("The share of a scatter's work falls to 1 / n, multiplied down a tree")
  func share() {
    let work = Self.linear(1, 12, per: .share)
    for (count, end) in [(1, 13), (2, 7), (4, 4), (12, 2)] {
      _ = expectTimeline(
        [leaf(count, work), root([.scatter("leaf", .shards)])], steps: [.call("root")]
      ) {
        """
        arrive  a
        leave   \(String(repeating: ".", count: end))a
        """
      }
    }
    var middle = ServiceSpec(name: "middle", handler: [.scatter("leaf", .childShards)])
    middle.shards = 2
    middle.slots = nil
    // 2 x 3 leaves: each has a sixth of the work, and only its own parent asks it.
    let run = expectTimeline(
      [leaf(6, work), middle, root([.scatter("middle", .shards)])], steps: [.call("root")]
    ) {
      """
      arrive  a.....
      leave   ...a..
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [1, 1, 1, 1, 1, 1])
  }

  @Test("What a visit to one of several keys works for: that key and its size")
  func keysAndSize() {
    var store = leaf(4, Self.linear(0, 1, per: .keys))
    store.sharding = Sharding(key: "k", policy: Modulo(), keyCount: 4)
    let keys = [
      CarriedKeys(space: "k", law: .uniform(0...3), count: .constant(4))
    ]
    _ = expectTimeline(
      [store, root([.scatter("leaf", .keys), .work(Self.linear(0, 2, per: .keys))])],
      steps: [.call("root")], keys: keys
    ) {
      """
      arrive  a..........
      leave   .........a.
      """
    }
    store.handlers[0].steps = [.work(Self.linear(0, 1, per: .size))]
    var timeline = Timeline(
      [store, root([.scatter("leaf", .keys), .work(Self.linear(0, 1, per: .size))])],
      steps: [.call("root")], keys: keys, "arrive  a")
    timeline.topology.keySizes["k"] = .constant(3)
    let run = timeline.run()
    #expect(run.violations == [])
    #expect(run.requests.map(\.ended) == [(3 + 12) * Timeline.tick])
  }

  // MARK: Whom to ask

  @Test("To replicas: one call to each, of the key's shard if keys decide")
  func replicas() {
    var store = leaf(1, .ticks(1))
    store.replicas = 3
    let all = expectTimeline([store, root([.scatter("leaf", .replicas)])], steps: [.call("root")]) {
      """
      arrive  a..
      leave   .a.
      """
    }
    #expect(all.services[0].rows.map(\.requests) == [1, 1, 1])
    store.shards = 2
    store.balancing = LeastRequest()
    store.sharding = Sharding(key: "k", policy: Modulo(), keyCount: 2)
    let keyed = expectTimeline(
      [store, root([.scatter("leaf", .replicas, .need(.responses(2)))])], steps: [.call("root")],
      keys: [CarriedKeys(space: "k", law: .given([1, 0, 1]))]
    ) {
      """
      arrive  a.b.c..
      leave   .a.b.c.
      """
    }
    #expect(keyed.services[0].rows.map(\.requests) == [1, 1, 1, 2, 2, 2])
  }

  @Test("To peers: the other replicas of the caller's own shard")
  func peers() {
    var store = ServiceSpec(name: "store", handler: [])
    var copy = CallSpec("store")
    copy.handler = "copy"
    store.handlers = [
      HandlerSpec(
        name: "write", steps: [.work(.ticks(1)), StepSpec(.scatter(copy, .peers, Join()))]),
      HandlerSpec(name: "copy", steps: [.work(.ticks(2))]),
    ]
    store.replicas = 3
    store.slots = nil
    var write = CallSpec("store")
    write.handler = "write"
    let run = expectTimeline([store], steps: [StepSpec(.call(write))]) {
      """
      arrive  a.....b......
      leave   ...a.....b...
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [2, 2, 2])
  }

  // MARK: Canaries

  @Test("Canaries go first: each query takes one leaf's latency more")
  func canary() {
    var join = Join()
    join.canary = 2
    let run = expectTimeline(
      [leaf(6, .ticks(3)), root([.scatter("leaf", .shards, join)])], steps: [.call("root")]
    ) {
      """
      arrive  a.......
      leave   ......a.
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [1, 1, 1, 1, 1, 1])
  }

  @Test("A query of death reaches as many leaves as there are canaries, not all")
  func queryOfDeath() {
    for (canary, touched) in [(0, 8), (1, 1), (2, 2)] {
      var join = Join()
      join.need = .fraction(0.5)
      if canary > 0 { join.canary = canary }
      var deadly = leaf(8, .ticks(3))
      deadly.handlers[0].steps.append(StepSpec(.fail(.applicationError)))
      let run = expectTimeline(
        [deadly, root([.scatter("leaf", .shards, join)])], steps: [.call("root")]
      ) {
        """
        arrive  a.......
        leave   ...A....
        """
      }
      #expect(run.services[0].rows.reduce(0) { $0 + $1.failed } == UInt64(touched))
    }
  }

  // MARK: Who does the work

  @Test("Dynamic assignment: the quick leaves take over what a slow one does not get done")
  func dynamicAssignment() {
    func end(_ policy: any BalancingPolicy, atOnce: Int?) -> UInt64 {
      var workers = ServiceSpec(name: "leaf", handler: [.work(.ticks(2))])
      workers.groups = [
        ReplicaGroup("quick", replicas: 3), ReplicaGroup("slow", replicas: 1, speed: 0.1),
      ]
      workers.balancing = policy
      var join = Join()
      join.maxParallel = atOnce
      let timeline = Timeline(
        [workers, root([.scatter("leaf", .fanOut(32), join)])], steps: [.call("root")], "arrive  a")
      return timeline.run().requests[0].ended / Timeline.tick
    }
    // Dealt out beforehand the slow one has 8 of 32 units, 20 ticks each.
    #expect(end(RoundRobin(), atOnce: nil) == 160)
    // A unit for each that has none: it gets one or two, and the others the rest.
    var least = LeastRequest()
    least.fullScan = true
    #expect(end(least, atOnce: 4) <= 40)
  }

  @Test("Slowness that all replicas of a shard share is beyond the reach of a second copy")
  func sharedSlowness() {
    func end(_ replica: Int?, hedged: Bool) -> UInt64 {
      var leaf = ServiceSpec(name: "s", handler: [.work(.ticks(2))])
      leaf.shards = 4
      leaf.replicas = 2
      leaf.cancel = .running
      var call = CallSpec("s")
      if hedged { call.hedge = HedgePolicy(delay: .fixed(4 * Timeline.tick)) }
      var target = FaultTarget("s")
      target.shard = 2
      target.replica = replica
      var timeline = Timeline(
        [leaf, root([StepSpec(.scatter(call, .shards, Join()))])], steps: [.call("root")],
        "arrive  a")
      timeline.topology.faults = [
        FaultSpec(name: "slow", target: target, verb: .slowDown(20), at: 0)
      ]
      return timeline.run().requests[0].ended / Timeline.tick
    }
    #expect(end(0, hedged: false) == 40)
    #expect(end(0, hedged: true) == 6, "the other replica is quick")
    #expect(end(nil, hedged: false) == 40)
    #expect(end(nil, hedged: true) == 40, "the other replica is as slow")
  }
}
