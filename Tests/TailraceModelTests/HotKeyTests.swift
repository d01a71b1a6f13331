import Testing

@testable import TailraceModel

@Suite("Copies of hot keys") struct HotKeyTests {
  /// Requests by shard for keys that come in turn; key 1 of the four has copies.
  private func perShard(_ hot: HotKeys?, shards: Int = 4, each: Int = 3_000) -> [UInt64] {
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    service.shards = shards
    service.slots = nil
    service.sharding = Sharding(key: "item")
    service.sharding?.hotKeys = hot
    let keys = (0..<4 * each).map { UInt64($0 % 4) }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(keys.indices.map { UInt64($0) * Timeline.tick }),
      steps: [.call("s")]
    ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
    let run = Replication.run(
      Topology(workloads: [workload], services: [service]),
      .init(seed: 5, number: 0, window: 0..<100_000_000_000_000))
    #expect(run.violations.isEmpty)
    // The owner is counted, whoever holds a copy.
    #expect(run.services[0].hotKeys?.keys.allSatisfy { $0.shard == Int($0.key) % shards } == true)
    return run.services[0].rows.map(\.requests)
  }

  @Test("Calls with a copied key go to its holders alike, all others to their owner")
  func holders() {
    #expect(perShard(nil) == [3_000, 3_000, 3_000, 3_000])
    // Key 1 lies at shards 1 and 2; key 3 at 3 and, around the end, at 0.
    let one = perShard(HotKeys(keys: [1], ways: 2))
    #expect(one[0] == 3_000 && one[3] == 3_000 && one[1] + one[2] == 6_000)
    // 3,000 draws of one half: three standard deviations are 82.
    #expect(abs(Int(one[1]) - 1_500) < 100)
    let last = perShard(HotKeys(keys: [3], ways: 2))
    #expect(last[1] == 3_000 && last[2] == 3_000)
    #expect(abs(Int(last[0]) - 4_500) < 100)
  }

  @Test("Keys copied to every shard load all alike, whatever their order")
  func everywhere() {
    let all = perShard(HotKeys(keys: [3, 0, 2, 1], ways: 4))
    #expect(all.reduce(0, +) == 12_000)
    #expect(all.allSatisfy { abs(Int($0) - 3_000) < 200 })
    // A single call needs no copies of what only one shard could hold.
    #expect(perShard(HotKeys(keys: [0], ways: 2), shards: 2).reduce(0, +) == 12_000)
  }

  @Test("A key that is not copied moves nowhere when others are")
  func others() {
    let some = perShard(HotKeys(keys: [0, 2, 9, 77, 1 << 39], ways: 1 + 1))
    // Keys 1 and 3 stay; 0 goes to 0 and 1, 2 to 2 and 3.
    #expect(some[0] + some[1] == 6_000 && some[2] + some[3] == 6_000)
    #expect(some[1] > 3_000 && some[3] > 3_000)
  }

  @Test("The most popular keys by each popularity")
  func hottest() {
    #expect(KeyLaw.zipf(100...199, exponent: 1).hottest(3) == [100, 101, 102])
    #expect(KeyLaw.zipf(100...101, exponent: 1).hottest(3) == [100, 101])
    #expect(KeyLaw.uniform(5...9).hottest(2) == [5, 6])
    let list = KeyLaw.list([
      WeightedKey(4), WeightedKey(8, weight: 3), WeightedKey(6), WeightedKey(7, weight: 2),
    ])
    #expect(list.hottest(3) == [8, 7, 4])
    // Key 8 has 3/7 of half, key 0 of Zipf's ten 0.34 of half; key 4 gains from both.
    let mixture = KeyLaw.mixture([
      WeightedKeyLaw(weight: 1, law: list),
      WeightedKeyLaw(weight: 1, law: .zipf(0...9, exponent: 1)),
    ])
    #expect(mixture.hottest(3) == [8, 0, 7])
    #expect(KeyLaw.column("key").hottest(1) == nil)
  }
}
