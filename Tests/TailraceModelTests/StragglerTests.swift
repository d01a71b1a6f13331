import TailraceStatistics
import Testing

@testable import TailraceModel

/// Who answers last in a scatter, by how much and why.
@Suite("Stragglers") struct StragglerTests {
  private static let tick = Timeline.tick

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
    var part = StragglerPart(member: 1, cause: Phase.work.rawValue)
    (part.count, part.overSecond) = (1, 3 * Self.tick)
    (part.gathered, part.overMedian) = (1, 3 * Self.tick)
    #expect(last.parts == [part])
    #expect(last.times.map { $0.maximum } == [7, 7, 7].map { $0 * Self.tick })
  }

  @Test("At a tie the lowest is last, decided at the join and not by the order of events")
  func tie() {
    let run = one([leaves([2, 5, 5, 5])], [.scatter("leaf", .fanOut(4))])
    #expect(run.stragglers[0].parts.map(\.member) == [1])
    #expect(run.stragglers[0].parts[0].overSecond == 0)
    #expect(run.stragglers[0].parts[0].overMedian == 0)
  }

  @Test("Of 100 answers after 1 to 100 ticks, 99 are there after 99 ticks and 95 after 95")
  func hundred() {
    let run = one([leaves(Array(1...100))], [.scatter("leaf", .fanOut(100))])
    let last = run.stragglers[0]
    #expect(last.times.map { $0.maximum } == [100, 99, 95].map { $0 * Self.tick })
    #expect(last.parts[0].overMedian == 50 * Self.tick)
    #expect(last.parts[0].member == 99 && last.parts[0].overSecond == Self.tick)
  }

  @Test("Enough of the answers: the last is the one that was waited for")
  func some() {
    let run = one(
      [leaves([2, 7, 4, 30])], [.scatter("leaf", .fanOut(4), .need(.responses(3)))])
    #expect(run.stragglers[0].parts.map(\.member) == [1])
    #expect(run.stragglers[0].parts[0].overSecond == 3 * Self.tick)
    // Of the three that came.
    #expect(run.stragglers[0].parts[0].overMedian == 3 * Self.tick)
  }

  @Test("Limited width: the same last, and what it waited for its turn is its cause")
  func window() {
    var join = Join()
    join.maxParallel = 1
    let run = one([leaves([2, 1, 1])], [.scatter("leaf", .fanOut(3), join)])
    let part = run.stragglers[0].parts[0]
    #expect(part.member == 2 && part.cause == Phase.wait.rawValue)
    #expect(part.overSecond == 1 * Self.tick)
    #expect(part.overMedian == 1 * Self.tick)
    #expect(run.stragglers[0].times[0].maximum == 4 * Self.tick)
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

  @Test("Answers are gathered of one request in 256; the second last is known of every one")
  func sampled() {
    var leaf = ServiceSpec(name: "leaf", handler: [.work(.exponential(mean: 1e6))])
    leaf.shards = 10
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 300), steps: [.scatter("leaf", .shards)])
    let run = Replication.run(
      Topology(workloads: [workload], services: [leaf]),
      .init(seed: 3, number: 0, window: 0..<60_000_000_000))
    let last = run.stragglers[0]
    let joins = last.parts.reduce(0) { $0 + $1.count }
    let gathered = last.parts.reduce(0) { $0 + $1.gathered }
    #expect(!last.isByReplica && last.members == 10)
    #expect(joins == run.workloads[0].latencies.count)
    #expect(gathered == last.times[0].count)
    #expect(abs(Double(gathered) / Double(joins) * 256 - 1) < 0.3)
    // Even shards: each is last about one time in ten.
    for member in 0..<10 {
      let own = last.parts.filter { $0.member == member }.reduce(0) { $0 + $1.count }
      #expect(abs(Double(own) / Double(joins) - 0.1) < 0.015)
    }
  }
}
