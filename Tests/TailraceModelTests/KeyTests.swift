import Testing

@testable import TailraceModel

@Suite("Keys and shards") struct KeyTests {
  /// Shards of one slot that work a tick for each call.
  private func shards(_ count: Int, work ticks: UInt64 = 1, name: String = "s") -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: [.work(.ticks(ticks))])
    service.shards = count
    service.sharding = Sharding(key: "item")
    return service
  }

  @Test("One request to keys 0...31 over 8 one-slot shards takes four rounds, with four slots one")
  func scatterRounds() {
    var leaf = shards(8, work: 10)
    let keys = CarriedKeys(space: "item", law: .uniform(0...31), count: .constant(32))
    _ = expectTimeline([leaf], steps: [.scatter("s", .keys)], keys: [keys]) {
      """
      arrive  a........................................
      leave   ........................................a
      """
    }
    leaf.slots = 4
    _ = expectTimeline([leaf], steps: [.scatter("s", .keys)], keys: [keys]) {
      """
      arrive  a..........
      leave   ..........a
      """
    }
  }

  @Test("A call goes to the shard of its key: equal remainders wait for each other, others do not")
  func modulo() {
    // Keys 1, 5 and 9 share shard 1 of 4; key 2 has shard 2 for itself.
    let keys = CarriedKeys(space: "item", law: .given([1, 5, 2, 9]))
    let run = expectTimeline([shards(4, work: 3)], steps: [.call("s")], keys: [keys]) {
      """
      arrive  abcd..........
      leave   ...a.cb..d....
      """
    }
    #expect(run.services[0].rows.map(\.requests) == [0, 3, 1, 0])
  }

  @Test("Every call below a visit goes by the same key, through tiers, branches and timeouts")
  func inheritance() {
    var front = ServiceSpec(
      name: "front",
      handler: [.parallel([[.call("s", timeout: 50)], [.wait(.ticks(1)), .call("t")]])])
    front.slots = nil
    let keys = CarriedKeys(space: "item", law: .given([6, 3, 6, 1]))
    let run = expectTimeline(
      [front, shards(4), shards(4, name: "t")], steps: [.call("front")], keys: [keys]
    ) {
      """
      arrive  a.b.c.d...
      leave   ..a.b.c.d.
      """
    }
    #expect(run.services[1].rows.map(\.requests) == [0, 1, 2, 1])
    #expect(run.services[2].rows.map(\.requests) == [0, 1, 2, 1])
  }

  @Test("A visit called for one key of several deals with that one, even after its caller has gone")
  func ownKeys() {
    // Each of keys 0...5 visits a shard of `front`, which waits and then calls its key's store.
    var front = ServiceSpec(name: "front", handler: [.wait(.ticks(4)), .call("s")])
    front.shards = 2
    front.slots = nil
    front.sharding = Sharding(key: "item")
    let keys = CarriedKeys(
      space: "item", law: .list((0..<6).map { WeightedKey($0) }), count: .constant(6))
    let whole = expectTimeline([front, shards(6)], steps: [.scatter("front", .keys)], keys: [keys])
    {
      """
      arrive  a.......
      leave   .....a..
      """
    }
    #expect(whole.services[1].rows.map(\.requests) == [1, 1, 1, 1, 1, 1])
    let orphans = expectTimeline(
      [front, shards(6)], steps: [.scatter("front", .keys, .need(.all, deadline: 2))], keys: [keys]
    ) {
      """
      arrive  a.......
      leave   ..A.....
      """
    }
    #expect(orphans.services[1].rows.map(\.requests) == [1, 1, 1, 1, 1, 1])
  }

  @Test("A scatter to keys waits for as many as asked, or until a deadline with completeness")
  func joins() {
    // Keys 0, 2, 4 queue at shard 0; key 1 has shard 1 to itself.
    let keys = CarriedKeys(
      space: "item", law: .list([0, 2, 4, 1].map { WeightedKey($0) }), count: .constant(4))
    func run(_ join: Join, _ picture: String) -> Outcome {
      expectTimeline(
        [shards(2, work: 2)], steps: [.scatter("s", .keys, join)], keys: [keys], { picture }
      ).requests[0].outcome
    }
    let two = "arrive a......\nleave  ..a...."
    #expect(run(.need(.responses(2)), two) == .success)
    let three = "arrive a......\nleave  ....a.."
    #expect(run(.need(.fraction(0.7)), three) == .success)
    #expect(run(.need(.all, deadline: 4), three) == .degraded)
    let late = "arrive a......\nleave  .A....."
    #expect(run(.need(.all, deadline: 1), late) == .timeout)
    // More answers than keys: all of them.
    let all = "arrive a......\nleave  ......a"
    #expect(run(.need(.responses(9)), all) == .success)
  }

  @Test("Keys of a request are different ones, and so many as drawn")
  func distinct() {
    // Four shards, one key each, Zipf so steep that keys repeat at nearly every draw.
    let keys = CarriedKeys(
      space: "item", law: .zipf(0...3, exponent: 6),
      count: .discrete([WeightedValue(value: 2, weight: 1), WeightedValue(value: 4, weight: 1)]))
    var s = shards(4)
    s.slots = nil
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 1_000), steps: [.scatter("s", .keys)]
    ).with(keys: [keys])
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      .init(seed: 3, number: 0, window: 0..<2_000_000_000))
    let counts = run.services[0].rows.map(\.requests)
    // Half of the 2,000 carry all four; of the others nearly all key 0, and 90 % of them key 1.
    #expect(counts[0] > 1_990 && counts[1] > 1_860 && counts[1] < 1_950)
    #expect(abs(Int(counts[3]) - 1_000) < 140)
    #expect(counts.reduce(0, +) % 2 == 0)
  }

  @Test("Keys do not depend on the design: the same luck with other shards, tiers and steps")
  func sameKeys() {
    let keys = CarriedKeys(space: "item", law: .zipf(0...999, exponent: 1))
    func perShard(_ steps: [StepSpec], _ others: [ServiceSpec], _ count: Int) -> [UInt64] {
      var s = shards(count)
      s.slots = nil
      let instants = (0..<1_000).map { UInt64($0) * Timeline.tick }
      let workload = WorkloadSpec(name: "w", arrivals: .instants(instants), steps: steps)
        .with(keys: [keys])
      let run = Replication.run(
        Topology(workloads: [workload], services: others + [s]),
        .init(seed: 9, number: 2, window: 0..<1_000_000_000_000))
      return run.services.first { $0.name == "s" }?.rows.map(\.requests) ?? []
    }
    let direct = perShard([.call("s")], [], 12)
    #expect(direct.reduce(0, +) == 1_000)
    let tier = ServiceSpec(name: "a", handler: [.wait(.ticks(1)), .call("s")])
    #expect(direct == perShard([.wait(.exponential(mean: 1e6)), .call("a")], [tier], 12))
    // Half as many shards: each has what two had before.
    let halved = perShard([.call("s")], [], 6)
    #expect(halved == (0..<6).map { direct[$0] + direct[$0 + 6] })
  }
}

extension WorkloadSpec {
  func with(keys: [CarriedKeys]) -> WorkloadSpec {
    var copy = self
    copy.keys = keys
    return copy
  }
}
