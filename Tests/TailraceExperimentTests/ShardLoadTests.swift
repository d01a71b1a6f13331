import TailraceModel
import Testing

@testable import TailraceExperiment

@Suite("Load of shards") struct ShardLoadTests {
  /// Keys 0 to 3 with weights 5, 3, 1 and 1 over two shards of two replicas: 0 and 1 by turns.
  private func result(replications: Int = 4) throws -> RunResult {
    var store = ServiceSpec(name: "store", handler: [StepSpec(.work(.constant(500_000)))])
    store.shards = 2
    store.replicas = 2
    store.sharding = Sharding(key: "item")
    var users = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: 2_000),
      steps: [StepSpec(.call(CallSpec("store")))])
    let weights: [Double] = [5, 3, 1, 1]
    users.keys = [
      CarriedKeys(
        space: "item",
        law: .list(weights.enumerated().map { WeightedKey(UInt64($0), weight: $1) }))
    ]
    var experiment = Experiment(
      scenario: "shards", variant: "base",
      topology: Topology(workloads: [users], services: [store]), duration: 5_000_000_000)
    experiment.warmUp = 0
    experiment.replications = replications
    return try experiment.run()
  }

  @Test("Shares, spread and waits of the shards are those of their rows")
  func figures() throws {
    let service = try result().services[0]
    let load = try #require(service.shardLoad)
    #expect(load.hottest == 0 && load.shards.count == 2)
    for shard in load.shards {
      let own = service.rows.filter { $0.shard == shard.shard }
      #expect(shard.requests == own.reduce(0) { $0 + $1.requests })
      let busy = try #require(shard.utilization)
      #expect(abs(busy - Double(own.reduce(0) { $0 + $1.busy }) / (4 * 2 * 5e9)) < 1e-9)
    }
    // 6 and 4 of 10: 1.2 and 0.8 times the mean, so the deviation is 0.2 of it.
    let imbalance = try #require(load.imbalance.value)
    let variation = try #require(load.variation.value)
    #expect(abs(imbalance - 1.2) < 0.02)
    #expect(abs(variation - (imbalance - 1)) < 1e-12)
    #expect(load.shards.map(\.load) == [imbalance, 2 - imbalance])
    let (hot, cold) = (try #require(load.shards[0].waitP99), try #require(load.shards[1].waitP99))
    #expect(hot > cold && cold > 0)
    #expect(load.waitP99.value == hot && load.waitMean.value == load.shards[0].waitMean)
    #expect(load.waitP99.perReplication.count == 4)
  }

  @Test("The hottest keys have their shares and their owners; few keys are counted exactly")
  func hotKeys() throws {
    let load = try #require(try result().services[0].shardLoad)
    #expect(load.hotKeys.prefix(2).map(\.key) == [0, 1])
    #expect(load.hotKeys.map { $0.shard } == load.hotKeys.map { Int($0.key % 2) })
    #expect(load.hotKeys.allSatisfy { $0.errorBound == 0 })
    #expect(abs(load.hotKeys[0].share - 0.5) < 0.01)
    #expect(abs(load.hotKeys.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    let all = load.shards.reduce(0) { $0 + $1.requests }
    #expect(load.hotKeys.reduce(0) { $0 + $1.requests } == all)
  }

  @Test("A latency is the wait and the work; the hottest shard has the longest")
  func latencies() throws {
    let service = try result().services[0]
    let load = try #require(service.shardLoad)
    for (shard, latency) in zip(load.shards, service.latencies) {
      let (mean, wait) = (try #require(shard.latencyMean), try #require(shard.waitMean))
      // Those at work at an end of the window are in one of the two means only.
      #expect(abs(mean - wait - 500_000) < 20_000)
      #expect(latency.answered <= shard.requests + 20 && latency.failed == 0)
      #expect(latency.mean == mean && latency.p99 == shard.latencyP99)
    }
    let (hot, cold) = (
      try #require(load.shards[0].latencyP99), try #require(load.shards[1].latencyP99)
    )
    #expect(hot > cold && load.latencyP99.value == hot)
    #expect(load.parts.count == 8 && load.parts.allSatisfy { $0.row.latencyP99 != nil })
    let parts = load.parts.filter { $0.row.shard == 1 }
    #expect(parts.map(\.replication) == [0, 1, 2, 3])
    #expect(parts.reduce(0) { $0 + $1.answered } == service.latencies[1].answered)
  }

  @Test("Alike pieces of work: the hottest keys' share of the work is that of the calls")
  func work() throws {
    let load = try #require(try result().services[0].shardLoad)
    for hot in load.hotKeys { #expect(abs((hot.workShare ?? 0) - hot.share) < 0.002) }
    #expect(abs((load.hotKeysWorkShare ?? 0) - 1) < 1e-12)
  }

  @Test("Even shards have no spread, one shard of all has the most")
  func extremes() {
    #expect(ShardFigures.variation([5, 5, 5]) == 0)
    // Three means below and three times one: the root of (81 / 4 - (9 / 4)^2) over 9 / 4.
    #expect(abs((ShardFigures.variation([9, 0, 0, 0]) ?? 0) - 3.0.squareRoot()) < 1e-12)
    #expect(ShardFigures.imbalance([9, 0, 0, 0], of: 0) == 4)
    #expect(ShardFigures.variation([0, 0]) == nil)
  }
}
