import Testing

@testable import TailraceModel

/// A change of the number of shards beside copies of hot keys, tables and scatters to all shards.
@Suite("Another number of shards, and what else there is") struct ReshardCombinationTests {
  private let tick = Timeline.tick

  /// A store without limits, whose workload sends a request at each tick.
  private func run(
    _ sharding: Sharding, shards: Int, keys: [UInt64], work: UInt64 = 1, _ steps: [StepSpec]
  ) -> Replication {
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(work))])
    (service.shards, service.slots) = (shards, nil)
    service.sharding = sharding
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(keys.indices.map { UInt64($0) * tick }), steps: steps
    ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
    var settings = Replication.Settings(seed: 3, number: 0, window: 0..<100_000_000_000_000)
    settings.keepsRequests = true
    let run = Replication.run(Topology(workloads: [workload], services: [service]), settings)
    #expect(run.violations.isEmpty)
    return run
  }

  private func perShard(_ run: Replication) -> [UInt64] { run.services[0].rows.map(\.requests) }

  /// Four shards by the remainder that become others.
  private func modulo(to shards: Int, at: UInt64, copy: Reshard.Copy? = nil) -> Sharding {
    var sharding = Sharding(key: "item", keyCount: 1_000)
    sharding.reshard = Reshard(at: at * tick, from: 4, to: shards, copy: copy)
    return sharding
  }

  @Test("Copies lie next to the owner of the time, among the shards of the time")
  func hotKeys() {
    // Key 3 lies at shards 3 and, around the end of four, 0; of two shards at 1 and 0; of six at 3
    // and 4. 1,000 draws of one half: three standard deviations are 47.
    func near(_ count: UInt64, _ expected: Int) -> Bool { abs(Int(count) - expected) < 60 }
    let keys = Array(repeating: UInt64(3), count: 2_000)
    var fewer = modulo(to: 2, at: 1_000)
    fewer.hotKeys = HotKeys(keys: [3], ways: 2)
    let two = perShard(run(fewer, shards: 4, keys: keys, [.call("s")]))
    #expect(two[2] == 0 && two.reduce(0, +) == 2_000)
    #expect(near(two[0], 1_000) && near(two[1], 500) && near(two[3], 500), "\(two)")
    var more = modulo(to: 6, at: 1_000)
    more.hotKeys = HotKeys(keys: [3], ways: 2)
    let six = perShard(run(more, shards: 6, keys: keys, [.call("s")]))
    #expect(six[1] + six[2] + six[5] == 0 && six.reduce(0, +) == 2_000)
    #expect(near(six[3], 1_000) && near(six[0], 500) && near(six[4], 500), "\(six)")
  }

  @Test("While keys are copied, a copied hot key changes over when its own copy is there")
  func hotKeysCopied() {
    // Of 0 to 999 the remainders by 4 and by 2 differ for half the keys: 1 s of copying.
    let sharding = modulo(
      to: 2, at: 500, copy: .init(bytes: 2e9, bytesPerSecond: 1e9))
    var row = ReshardRow(at: 500 * tick, map: 0)
    row.length = 1_000_000_000
    // A key that moves from 2 and 3 to 0 and 1, somewhere on the way.
    let key = (0..<250).map { UInt64(4 * $0 + 2) }.first {
      (700...1_200).contains(row.arrival(of: $0) / tick)
    }!
    var hot = sharding
    hot.hotKeys = HotKeys(keys: [key], ways: 2)
    let calls = perShard(
      run(hot, shards: 4, keys: Array(repeating: key, count: 2_000), [.call("s")]))
    let before = (0..<2_000).count { UInt64($0) * tick < row.arrival(of: key) }
    #expect(calls[2] + calls[3] == UInt64(before) && calls[0] + calls[1] == UInt64(2_000 - before))
    #expect(calls.allSatisfy { $0 > 200 })
  }

  @Test("A table gives way to another: a hot range is split, and what else moves is nothing")
  func table() {
    var (before, after) = (ShardTable(), ShardTable())
    before.rows = [(0, 0), (500, 1)]
    after.rows = [(0, 0), (250, 2), (500, 1)]
    var sharding = Sharding(key: "item", policy: before, keyCount: 1_000)
    sharding.reshard = Reshard(at: 1_000 * tick, from: 2, to: 3)
    sharding.reshard?.policy = after
    let keys = (0..<2_000).map { UInt64($0 % 1_000) }
    let split = run(sharding, shards: 3, keys: keys, [.call("s")])
    #expect(perShard(split) == [500 + 250, 500 + 500, 250])
    #expect(split.services[0].reshard?.movedShare == 0.25)
    // A range may also move between shards that are there already.
    after.rows = [(0, 0), (250, 1)]
    sharding.reshard = Reshard(at: 1_000 * tick, from: 2, to: 2)
    sharding.reshard?.policy = after
    let moved = run(sharding, shards: 2, keys: keys, [.call("s")])
    #expect(perShard(moved) == [500 + 250, 500 + 750])
    #expect(moved.services[0].reshard?.movedShare == 0.25)
  }

  @Test("A scatter to all shards asks as many as there are when it begins")
  func scatter() {
    let keys = (0..<200).map { UInt64($0) }
    let more = run(modulo(to: 6, at: 100), shards: 6, keys: keys, [.scatter("s", .shards)])
    #expect(perShard(more) == [200, 200, 200, 200, 100, 100])
    let fewer = run(modulo(to: 1, at: 100), shards: 4, keys: keys, [.scatter("s", .shards)])
    #expect(perShard(fewer) == [200, 100, 100, 100])
    // Three at a time after a first one, which is heard before: the same calls.
    var join = Join()
    (join.maxParallel, join.canary) = (3, 1)
    let windowed = run(
      modulo(to: 6, at: 100), shards: 6, keys: keys, [.scatter("s", .shards, join)])
    #expect(perShard(windowed) == [200, 200, 200, 200, 100, 100])
    #expect(windowed.requests.allSatisfy { $0.outcome == .success })
  }

  @Test("While keys are copied away, a shard that goes still owns some: it is asked to the end")
  func scatterWhileCopying() {
    // Half of the keys move: 50 ticks at 1 MB per tick.
    let copy = Reshard.Copy(bytes: 1e8, bytesPerSecond: 1e9)
    let keys = (0..<200).map { UInt64($0) }
    let fewer = run(
      modulo(to: 2, at: 100, copy: copy), shards: 4, keys: keys, [.scatter("s", .shards)])
    #expect(fewer.services[0].reshard?.copyTime == 50 * tick)
    #expect(perShard(fewer) == [200, 200, 150, 150])
    // New shards are asked from the first copied key on.
    let more = run(
      modulo(to: 8, at: 100, copy: copy), shards: 8, keys: keys, [.scatter("s", .shards)])
    #expect(perShard(more) == [200, 200, 200, 200, 100, 100, 100, 100])
  }

  @Test("A scatter under way keeps the number that it began with")
  func underWay() {
    // Asked at tick 0 of four shards; work takes six ticks, and at tick 3 there are eight.
    let all = run(modulo(to: 8, at: 3), shards: 8, keys: [0], work: 6, [.scatter("s", .shards)])
    #expect(all.requests.map(\.ended) == [6 * tick])
    #expect(perShard(all) == [1, 1, 1, 1, 0, 0, 0, 0])
    // Nobody has answered at its deadline: eight less the four still missing would be somebody.
    for need in [Join.Need.all, .fraction(1), .responses(3)] {
      let late = run(
        modulo(to: 8, at: 3), shards: 8, keys: [0], work: 6,
        [.scatter("s", .shards, .need(need, deadline: 5))])
      #expect(late.requests.map(\.outcome) == [.timeout], "\(need)")
    }
    // Half of four, and half of eight.
    let half = run(
      modulo(to: 8, at: 3), shards: 8, keys: [0, 1, 2, 3, 4], work: 6,
      [.scatter("s", .shards, .need(.fraction(0.5), deadline: 5))])
    #expect(half.requests.allSatisfy { $0.outcome == .timeout })
  }

  @Test("Read twice, a key on its way asks its new owner, then its old one; others ask one")
  func doubleReads() {
    // Half of the keys, those of shards 2 and 3, move to 0 and 1 in 50 ticks.
    let copy = Reshard.Copy(bytes: 1e8, bytesPerSecond: 1e9)
    var sharding = modulo(to: 2, at: 100, copy: copy)
    sharding.reshard?.readsTwice = true
    var row = ReshardRow(at: 100 * tick, map: 0)
    row.length = 50 * tick
    func isMoving(_ key: UInt64, at i: Int) -> Bool {
      key % 4 > 1 && i >= 100 && UInt64(i) * tick < row.arrival(of: key)
    }
    for steps in [[StepSpec.call("s")], [.scatter("s", .keys)]] {
      let keys = (0..<200).map { UInt64($0 * 7 % 1_000) }
      let twice = run(sharding, shards: 4, keys: keys, steps)
      var expected: [UInt64] = [0, 0, 0, 0]
      for (i, key) in keys.enumerated() {
        let isMoving = isMoving(key, at: i)
        if isMoving { expected[Int(key % 2)] += 1 }
        // The second call goes a tick after the first, and finds the owner of that instant.
        let asked = UInt64(isMoving ? i + 1 : i) * tick
        expected[Int(asked >= row.arrival(of: key) ? key % 2 : key % 4)] += 1
      }
      #expect(perShard(twice) == expected)
      let times = twice.requests.map { ($0.ended - $0.began) / tick }
      #expect(times == keys.enumerated().map { isMoving($1, at: $0) ? 2 : 1 })
      #expect(times.count { $0 == 2 } > 5)
    }
  }

  @Test("Who fails to answer for a key that it has not got yet does no harm")
  func doubleReadsOfDeadShards() {
    let copy = Reshard.Copy(bytes: 1e8, bytesPerSecond: 1e9)
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    (service.shards, service.slots) = (4, nil)
    service.sharding = modulo(to: 2, at: 100, copy: copy)
    service.sharding?.reshard?.readsTwice = true
    // Keys of shard 2, asked for while they go to shard 0, which is down then.
    let keys = (0..<20).map { UInt64($0 * 4 + 2) }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(keys.indices.map { (101 + UInt64($0)) * tick }),
      steps: [.call("s")]
    ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
    var topology = Topology(workloads: [workload], services: [service])
    var target = FaultTarget("s")
    target.shard = 0
    var crash = FaultSpec(name: "crash", target: target, verb: .crash(drops: false), at: 90 * tick)
    crash.length = .ticks(200)
    topology.faults = [crash]
    var settings = Replication.Settings(seed: 3, number: 0, window: 0..<1_000_000_000)
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    var row = ReshardRow(at: 100 * tick, map: 0)
    row.length = 50 * tick
    for (i, request) in run.requests.enumerated() {
      let isThere = row.arrival(of: keys[i]) <= (101 + UInt64(i)) * tick
      #expect(request.outcome == (isThere ? .connectionFailure : .success), "key \(keys[i])")
    }
    #expect(Set(run.requests.map(\.outcome)).count == 2)
  }
}
