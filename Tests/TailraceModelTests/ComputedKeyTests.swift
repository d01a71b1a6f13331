import Testing

@testable import TailraceModel

@Suite("Keys that follow from others") struct ComputedKeyTests {
  /// Requests by shard; the service is sharded by the remainder of a computed key.
  private func perShard(
    _ computed: ComputedKeys, shards: Int, _ keys: [CarriedKeys], requests: Int,
    _ step: StepSpec = .scatter("s", .keys), seed: UInt64 = 1
  ) -> [UInt64] {
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    service.shards = shards
    service.slots = nil
    service.sharding = Sharding(key: "computed")
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<requests).map { UInt64($0) * Timeline.tick }),
      steps: [step]
    ).with(keys: keys)
    var topology = Topology(workloads: [workload], services: [service])
    topology.computedKeys["computed"] = computed
    let run = Replication.run(
      topology, .init(seed: seed, number: 0, window: 0..<100_000_000_000_000))
    #expect(run.violations.isEmpty)
    return run.services[0].rows.map(\.requests)
  }

  private func given(_ space: String, _ keys: [UInt64], each: Int = 1) -> CarriedKeys {
    CarriedKeys(space: space, law: .given(keys), count: .constant(Double(each)))
  }

  @Test("A pair numbers its combinations, the second running fastest")
  func pair() {
    let pair = ComputedKeys(pairing: [.init("user", count: 3), .init("page", count: 4)])
    #expect(pair.count == 12)
    // (0, 1) is 1, (1, 2) is 6, (2, 3) is 11: a shard for each combination shows it.
    let counts = perShard(
      pair, shards: 12, [given("user", [0, 1, 2]), given("page", [1, 2, 3])], requests: 3,
      .call("s"))
    #expect(counts == [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test("One user with four pages has four pairs; who has fewer keys repeats the last")
  func several() {
    let pair = ComputedKeys(pairing: [.init("user", count: 3), .init("page", count: 4)])
    let counts = perShard(
      pair, shards: 12,
      [given("user", [1, 2]), given("page", [0, 1, 2, 3, 0, 1, 2, 3], each: 4)], requests: 2)
    // User 1 has pairs 4 to 7, user 2 has 8 to 11.
    #expect(counts == [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
  }

  @Test("A folded key is the same for each request that has its part, and as popular as said")
  func folded() {
    let user = ComputedKeys(
      of: [.init("page", count: 1_000)], count: 4,
      law: .list([WeightedKey(0, weight: 7), WeightedKey(1), WeightedKey(2), WeightedKey(3)]))
    let pages = (0..<1_000).map { UInt64($0) }
    let once = perShard(user, shards: 4, [given("page", pages)], requests: 1_000)
    let twice = perShard(user, shards: 4, [given("page", pages + pages)], requests: 2_000)
    #expect(twice == once.map { 2 * $0 })
    // Of 1,000 draws 700 and 100: three standard deviations are 43 and 28.
    #expect(abs(Int(once[0]) - 700) < 45 && once[1...].allSatisfy { abs(Int($0) - 100) < 30 })
    #expect(once != perShard(user, shards: 4, [given("page", pages)], requests: 1_000, seed: 2))
  }

  @Test("Co-location: a user's pages are one call by user and many by page")
  func colocation() {
    let pages = given("page", (0..<40).map { UInt64($0) }, each: 10)
    let byUser = ComputedKeys(pairing: [.init("user", count: 4)])
    let byPage = ComputedKeys(pairing: [.init("user", count: 4), .init("page", count: 40)])
    let users = given("user", [0, 1, 2, 3])
    #expect(perShard(byUser, shards: 4, [users], requests: 4) == [1, 1, 1, 1])
    #expect(perShard(byPage, shards: 4, [users, pages], requests: 4).reduce(0, +) == 40)
  }
}
