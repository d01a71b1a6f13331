import TailraceStatistics
import Testing

@testable import TailraceModel

/// Who answers last in a scatter, by how much and why.
@Suite("Stragglers") struct StragglerTests {
  private static let tick = Timeline.tick
  private static func ticks(_ counts: [UInt64]) -> [UInt64] { counts.map { $0 * tick } }

  /// Replicas that take so many ticks each; they are called in turn.
  private func leaves(_ ticks: [UInt64], name: String = "leaf") -> ServiceSpec {
    var leaf = ServiceSpec(name: name, handler: [.work(.ticks(1_000))])
    leaf.balancing = RoundRobin()
    leaf.groups = ticks.enumerated().map {
      ReplicaGroup("\(1_000 + $0.offset)", speed: 1_000 / Double($0.element))
    }
    return leaf
  }

  /// One request, number 0, whose answers are gathered.
  private func one(
    _ services: [ServiceSpec], _ steps: [StepSpec], faults: [FaultSpec] = [],
    at instants: [UInt64] = [0]
  ) -> Replication {
    let workload = WorkloadSpec(name: "w", arrivals: .instants(instants), steps: steps)
    var topology = Topology(workloads: [workload], services: services)
    topology.faults = faults
    let run = Replication.run(
      topology, .init(seed: 1, number: 0, window: 0..<(10_000 * Self.tick)))
    #expect(run.violations == [])
    return run
  }

  @Test("Of three answers after 2, 7 and 4 ticks the second is last, by 3, and 3 over the median")
  func three() throws {
    let run = one([leaves([2, 7, 4])], [.scatter("leaf", .fanOut(3))])
    let last = try #require(run.stragglers.first)
    #expect(run.stragglers.count == 1)
    #expect(last.workload == 0 && last.from == 1 && last.to == 0 && last.members == 3)
    let work = Phase.work.rawValue
    #expect(
      last.parts == [StragglerPart(member: 1, cause: work, count: 1, overSecond: 3 * Self.tick)])
    // The second last is the median of three.
    #expect(last.joins.map { [$0.time, $0.time99, $0.time95] } == [[7, 7, 7]].map(Self.ticks))
    #expect(last.joins.map(\.secondOverMedian) == [0])
    #expect(last.joins[0].member == 1 && Int(last.joins[0].cause) == work)
  }

  @Test("At a tie the lowest is last, decided at the join and not by the order of events")
  func tie() {
    let run = one([leaves([2, 5, 5, 5])], [.scatter("leaf", .fanOut(4))])
    #expect(run.stragglers[0].parts.map(\.member) == [1])
    #expect(run.stragglers[0].parts[0].overSecond == 0)
    #expect(run.stragglers[0].joins.map(\.secondOverMedian) == [0])
  }

  @Test("Of 100 answers after 1 to 100 ticks, 99 are there after 99 ticks and 95 after 95")
  func hundred() {
    let run = one([leaves(Array(1...100))], [.scatter("leaf", .fanOut(100))])
    let last = run.stragglers[0]
    #expect(last.joins.map { [$0.time, $0.time99, $0.time95] } == [[100, 99, 95]].map(Self.ticks))
    #expect(last.joins.map(\.secondOverMedian) == [49 * Self.tick])
    #expect(last.parts[0].member == 99 && last.parts[0].overSecond == Self.tick)
  }

  @Test("Enough of the answers: the last is the one that was waited for")
  func some() {
    let run = one(
      [leaves([2, 7, 4, 30])], [.scatter("leaf", .fanOut(4), .need(.responses(3)))])
    #expect(run.stragglers[0].parts.map(\.member) == [1])
    #expect(run.stragglers[0].parts[0].overSecond == 3 * Self.tick)
    // Of the three that came the second is the median.
    #expect(run.stragglers[0].joins.map(\.secondOverMedian) == [0])
  }

  @Test("Limited width: the same last, and that it waited for its turn is its cause")
  func window() {
    var join = Join()
    join.maxParallel = 1
    let run = one([leaves([2, 1, 1])], [.scatter("leaf", .fanOut(3), join)])
    let part = run.stragglers[0].parts[0]
    #expect(part.member == 2 && part.cause == StragglerCause.turn)
    #expect(part.overSecond == 1 * Self.tick)
    #expect(run.stragglers[0].joins.map(\.time) == [4 * Self.tick])
  }

  @Test("A turn is no wait: a leaf that pauses in its handler is told from one sent late")
  func turns() {
    // Each leaf waits 5 ticks and works 1; one after another, 6 ticks each.
    var pausing = ServiceSpec(name: "leaf", handler: [.wait(.ticks(5)), .work(.ticks(1))])
    pausing.slots = nil
    func causes(_ join: Join) -> [Int] {
      one([pausing], [.scatter("leaf", .fanOut(3), join)]).stragglers[0].parts.map(\.cause)
    }
    #expect(causes(Join()) == [Phase.wait.rawValue])
    // The third is sent after 12 ticks, and the second of two after 6.
    var join = Join()
    join.maxParallel = 1
    #expect(causes(join) == [StragglerCause.turn])
    join.maxParallel = 2
    #expect(causes(join) == [StragglerCause.turn])
    #expect(StragglerCause.word(StragglerCause.turn) == "turn")
    #expect(StragglerCause.word(Phase.wait.rawValue) == "wait")
  }

  @Test("The cause is the largest part of the last answer's time: a queue, a link, a slow node")
  func causes() {
    // Three requests at once: the second and the third find a queue at replica 0.
    let queued = one(
      [leaves([9, 1, 1])], [.scatter("leaf", .fanOut(3))], at: [0, 0, 0])
    #expect(queued.stragglers[0].parts.map(\.member) == [0, 0])
    #expect(
      queued.stragglers[0].parts.map(\.cause) == [Phase.queue.rawValue, Phase.work.rawValue])
    #expect(queued.stragglers[0].parts.map(\.count) == [2, 1])
    var far = leaves([1, 2])
    far.latency = .ticks(5)
    let linked = one([far], [.scatter("leaf", .fanOut(2))])
    #expect(linked.stragglers[0].parts[0].cause == Phase.network.rawValue)
    for (verb, cause) in [
      (FaultSpec.Verb.slowDown(10), StragglerCause.slowNode), (.pause, StragglerCause.pause),
    ] {
      var fault = FaultSpec(name: "f", target: FaultTarget("leaf"), verb: verb, at: 0)
      fault.target.replica = 1
      fault.length = .ticks(30)
      let run = one([leaves([2, 2, 2])], [.scatter("leaf", .fanOut(3))], faults: [fault])
      #expect(run.stragglers[0].parts.map(\.member) == [1])
      #expect(run.stragglers[0].parts.map(\.cause) == [cause])
    }
  }

  @Test("Only joins on the critical path of answered requests count")
  func criticalPath() {
    // Two branches; the slower one releases the request.
    let run = one(
      [leaves([5, 3]), leaves([1, 2], name: "quick")],
      [.parallel([[.scatter("quick", .fanOut(2))], [.scatter("leaf", .fanOut(2))]])])
    #expect(run.stragglers.map { run.services[$0.to].name } == ["leaf"])
    // The leaf fails: its request has no answer.
    let failing = ServiceSpec(
      name: "leaf", handler: [.work(.ticks(1)), StepSpec(.fail(.applicationError))])
    #expect(one([failing], [.scatter("leaf", .fanOut(2))]).stragglers.isEmpty)
  }

  @Test("A tree: the last of each level on the path, by caller and callee")
  func tree() {
    var middle = ServiceSpec(name: "middle", handler: [.scatter("leaf", .fanOut(2))])
    middle.replicas = 2
    middle.balancing = RoundRobin()
    let run = one([leaves([3, 8]), middle], [.scatter("middle", .fanOut(2))])
    #expect(
      run.stragglers.map { [run.components[$0.from], run.services[$0.to].name] }
        == [["middle", "leaf"], ["w", "middle"]])
    #expect(run.stragglers[0].parts.map(\.member) == [1])
    #expect(run.stragglers[1].isByReplica)
    #expect(run.stragglers[1].parts.map(\.count) == [1])
  }

  @Test("Replicas are told apart where all calls go to one shard, shards where they go to all")
  func members() {
    // Two shards of three replicas, of which number 1 is slow.
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(1_000))])
    (store.shards, store.balancing) = (2, RoundRobin())
    store.groups = [1, 9, 2].enumerated().map {
      ReplicaGroup("\(1_000 + $0.offset)", speed: 1_000 / $0.element)
    }
    store.sharding = Sharding(key: "row")
    let timeline = Timeline(
      [store], steps: [.scatter("store", .replicas), .scatter("store", .shards)],
      keys: [CarriedKeys(space: "row", law: .given([3]))], "arrive a")
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    #expect(run.stragglers.map(\.isByReplica) == [false, true])
    #expect(run.stragglers.map(\.members) == [2, 3])
    // Key 3 is of shard 1; its second replica is the last of its three.
    #expect(run.stragglers[1].parts.map(\.member) == [1])
    #expect(run.stragglers[1].parts.map(\.overSecond) == [7 * Self.tick])
  }

  private func sampled(most: Int, forcesEvents: Bool = false) -> Replication {
    var leaf = ServiceSpec(name: "leaf", handler: [.work(.exponential(mean: 1e6))])
    leaf.shards = 10
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 300), steps: [.scatter("leaf", .shards)])
    var settings = Replication.Settings(seed: 3, number: 0, window: 1_000_000_000..<60_000_000_000)
    settings.gatheredMax = most
    settings.forcesEvents = forcesEvents
    return Replication.run(Topology(workloads: [workload], services: [leaf]), settings)
  }

  @Test("All answers of all joins are kept until they are too many, then those of an even part")
  func sample() {
    let all = sampled(most: 100_000)
    let last = all.stragglers[0]
    let joins = last.parts.reduce(0) { $0 + $1.count }
    #expect(!last.isByReplica && last.members == 10)
    #expect(joins == all.workloads[0].latencies.count && joins == last.joins.count)
    #expect(last.leastLot == 0)
    // Even shards: each is last about one time in ten.
    for member in 0..<10 {
      let own = last.parts.filter { $0.member == member }.reduce(0) { $0 + $1.count }
      #expect(abs(Double(own) / Double(joins) - 0.1) < 0.015)
    }
    for most in [1, 100, 1_000] {
      let some = sampled(most: most).stragglers[0]
      #expect(some.parts == last.parts, "what is exact does not depend on the sample")
      #expect(some.joins == last.joins.filter { $0.lot >= some.leastLot })
      #expect(some.joins.count <= most)
      #expect(last.joins.count { $0.lot >= some.leastLot - 1 } > most, "not one lot too many")
      #expect(sampled(most: most, forcesEvents: true).stragglers[0] == some)
    }
  }

  @Test("One request in 2^n has a lot of n, whatever pattern its number follows")
  func lots() {
    for stride in [1, 3, 89, 256, 1 << 32] {
      let joins = sampleOfNumbers((0..<50_000).map { UInt64($0 * stride) }, most: 50_000)
      for least in 1...5 {
        let share = Double(joins.count { $0.lot >= least }) / 50_000
        #expect(abs(share * Double(1 << least) - 1) < 0.1, "stride \(stride), lot \(least)")
      }
    }
  }

  private func sampleOfNumbers(_ numbers: [UInt64], most: Int) -> [GatheredJoin] {
    var samples = JoinSamples(pairs: 1)
    samples.keep(most: most)
    for number in numbers { samples.add(0, GatheredJoin(), number: number) }
    return samples.sample(0).joins
  }

  @Test("Joins that never count cost ever less: of 100,000 begun the answers of few are kept")
  func neverCounted() {
    var samples = JoinSamples(pairs: 1)
    samples.keep(most: 16)
    var taken = 0
    for number in 0..<UInt64(100_000) where samples.takes(0, number: number, inWindow: 1) {
      taken += 1
    }
    // 128 at first, then half as many for each of ten doublings.
    #expect((500...1_100).contains(taken), "\(taken)")
    #expect(samples.sample(0).joins.isEmpty)
  }
}
