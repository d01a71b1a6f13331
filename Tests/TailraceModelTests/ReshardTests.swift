import Testing

@testable import TailraceModel

@Suite("Another number of shards") struct ReshardTests {
  static let named: [any ShardingPolicy] = [
    Modulo(), KeyRanges(), Jump(), HashSlots(), RingHash(), Maglev(), Rendezvous(),
  ]
  private let tick = Timeline.tick

  @Test("What each function moves from 10 to 11 shards is what its description says")
  func described() {
    let services = ["s", "db", "store", "cache", "a", "web", "items", "x1"]
    for policy in Self.named {
      let shares = services.map {
        MovedKeys.share(policy, of: $0, from: 10, to: 11, keyCount: 110_000)
      }
      let mean = shares.reduce(0, +) / Double(shares.count) * 100
      let said = type(of: policy).movedFromTenToEleven ?? -1
      #expect(abs(mean - said) < 0.03 * said, "\(type(of: policy).name): \(mean), said \(said)")
    }
  }

  @Test("Modulo from 10 to 11 moves ten of eleven keys; jump and rendezvous one of eleven")
  func exact() {
    func share(_ policy: any ShardingPolicy, _ count: UInt64) -> Double {
      MovedKeys.share(policy, of: "s", from: 10, to: 11, keyCount: count)
    }
    #expect(share(Modulo(), 110) == 100.0 / 110)
    #expect(share(KeyRanges(), 110_000) == 0.5)
    for policy in [Jump(), Rendezvous()] as [any ShardingPolicy] {
      // 131,072 keys sampled of 2^40: three standard deviations are 0.0024.
      #expect(abs(share(policy, 1 << 40) - 1.0 / 11) < 0.003)
    }
    #expect(abs(share(Modulo(), 1 << 40) - 10.0 / 11) < 0.003)
  }

  @Test("Functions that replications share are those that each would build")
  func shared() {
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    service.shards = 5
    service.replicas = 3
    service.slots = nil
    service.sharding = Sharding(key: "item", policy: RingHash(), keyCount: 1_000)
    service.sharding?.reshard = Reshard(at: 500 * tick, from: 4, to: 5)
    service.hashing = HashBalancing(key: "item", policy: Maglev())
    let keys = (0..<1_000).map { UInt64($0) }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(keys.indices.map { UInt64($0) * tick }), steps: [.call("s")]
    ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
    let topology = Topology(workloads: [workload], services: [service])
    let settings = Replication.Settings(seed: 1, number: 0, window: 0..<100_000_000_000_000)
    let shared = ShardFunctions(of: topology)
    #expect(shared.maps.count == 1 && shared.replicaMaps.count == 1 && shared.laterMaps.count == 1)
    let own = Replication.run(topology, settings)
    let run = Replication.run(topology, settings, sharding: shared)
    #expect(run.services[0].rows.map(\.requests) == own.services[0].rows.map(\.requests))
    #expect(Set(run.services[0].rows.map(\.requests)).count > 1)
  }

  /// A store without limits, called once with each key, a tick apart.
  private func perShard(_ reshard: Reshard?, keys: [UInt64], _ policy: any ShardingPolicy = Jump())
    -> [UInt64]
  {
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    service.shards = max(reshard?.from ?? 4, reshard?.to ?? 0)
    service.slots = nil
    service.sharding = Sharding(key: "item", policy: policy, keyCount: 1_000)
    service.sharding?.reshard = reshard
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(keys.indices.map { UInt64($0) * tick }), steps: [.call("s")]
    ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
    let run = Replication.run(
      Topology(workloads: [workload], services: [service]),
      .init(seed: 1, number: 0, window: 0..<100_000_000_000_000))
    #expect(run.violations.isEmpty)
    return run.services[0].rows.map(\.requests)
  }

  @Test("Calls go by the old function before the instant and by the new one from it on")
  func atTheInstant() {
    let keys = (0..<2_000).map { UInt64($0 % 1_000) }
    let (four, five) = (ShardFunction(Jump(), 4), ShardFunction(Jump(), 5))
    var expected = [UInt64](repeating: 0, count: 5)
    for key in keys[..<1_000] { expected[four.owner(key)] += 1 }
    for key in keys[1_000...] { expected[five.owner(key)] += 1 }
    #expect(perShard(Reshard(at: 1_000 * tick, from: 4, to: 5), keys: keys) == expected)
    // And back: the fifth shard has nothing more to do.
    var back = [UInt64](repeating: 0, count: 5)
    for key in keys[..<1_000] { back[five.owner(key)] += 1 }
    for key in keys[1_000...] { back[four.owner(key)] += 1 }
    #expect(perShard(Reshard(at: 1_000 * tick, from: 5, to: 4), keys: keys) == back)
  }

  @Test("Copied keys answer at the old owner until they are there: half of them at half time")
  func copying() {
    // All keys weigh 1 MB; a fifth moves at 1 GB/s, so copying takes 0.2 s from 0.1 s on.
    let function = ShardFunction(Jump(), 5)
    let moved = (0..<1_000).map { UInt64($0) }.filter { function.owner($0) == 4 }
    let share = Double(moved.count) / 1_000
    let reshard = Reshard(
      at: 100 * tick, from: 4, to: 5, copy: .init(bytes: 1e9, bytesPerSecond: 1e9))
    var row = ReshardRow(at: 100 * tick, map: 0)
    row.length = UInt64(share * 1e9)
    for (instant, done) in [(99, 0.0), (100, 0.0), (200, 0.5), (310, 1.0)] {
      let there = moved.count { row.arrival(of: $0) <= UInt64(instant) * tick }
      #expect(abs(Double(there) / Double(moved.count) - done) < 0.1, "\(there) at \(instant)")
    }
    // In the machine: one moved key, called each tick, changes over exactly then.
    let key = moved[7]
    let calls = perShard(reshard, keys: Array(repeating: key, count: 400))
    let before = (0..<400).count { row.arrival(of: key) > UInt64($0) * tick }
    #expect(calls[4] == UInt64(400 - before) && before > 100 && before < 320)
  }

  @Test("A sharded cache misses once for each key that moved, and for no other")
  func coldKeys() {
    let keys = (0..<3_000).map { UInt64($0 % 1_000) }
    for policy in Self.named {
      var cache = ServiceSpec(name: "cache", handler: [.work(.constant(1))])
      (cache.shards, cache.slots) = (11, nil)
      cache.sharding = Sharding(key: "item", policy: policy, keyCount: 1_000)
      cache.sharding?.reshard = Reshard(at: 2_000 * tick, from: 10, to: 11)
      let web = ServiceSpec(
        name: "web",
        handler: [StepSpec(.cache(CacheUse("items", onMiss: [.wait(.constant(1))])))])
      let workload = WorkloadSpec(
        name: "w", arrivals: .instants(keys.indices.map { UInt64($0) * tick }),
        steps: [.call("web")]
      ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
      var topology = Topology(workloads: [workload], services: [web, cache])
      var items = CacheSpec(name: "items", key: "item", capacity: .entries(1_000))
      items.host = CallSpec("cache")
      topology.caches = [items]
      // The first thousand fill it, the second thousand hit, the third comes after the change.
      let run = Replication.run(
        topology, .init(seed: 1, number: 0, window: (1_000 * tick)..<(100_000 * tick)))
      #expect(run.violations.isEmpty)
      let (ten, eleven) = (
        ShardFunction(policy, 10, service: "cache", keys: 1_000),
        ShardFunction(policy, 11, service: "cache", keys: 1_000)
      )
      let moved = (0..<1_000).count { ten.owner(UInt64($0)) != eleven.owner(UInt64($0)) }
      let misses = run.caches[0].rows.reduce(0) { $0 + $1.misses }
      #expect(misses == UInt64(moved), "\(type(of: policy).name)")
      #expect(run.services[0].reshard?.movedShare == Double(moved) / 1_000)
    }
  }
}
