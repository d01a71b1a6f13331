import Testing

@testable import TailraceModel

@Suite("Memory ahead") struct FootprintTests {
  /// Ten replicas with a cache of 1,000 of 5,000 keys each.
  private func topology(_ policy: CacheSpec.WritePolicy) -> Topology {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(1_000))
    cache.placement = .perReplica
    cache.writePolicy = policy
    var web = ServiceSpec(
      name: "web", handler: [StepSpec(.cache(CacheUse("c", store: [.wait(.constant(1))])))])
    web.replicas = 10
    var workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 1), steps: [.call("web")])
    workload.keys = [CarriedKeys(space: "item", law: .uniform(0...4_999))]
    var topology = Topology(workloads: [workload], services: [web])
    topology.caches = [cache]
    return topology
  }

  private func parts(_ policy: CacheSpec.WritePolicy) -> [Footprint.Part] {
    Footprint(topology(policy), pairs: 0, policies: 0).parts
      .filter { $0.what.contains("values to store") }
  }

  @Test("Caches that write back take memory for what they have not stored, others none")
  func writes() {
    #expect(parts(.writeThrough).isEmpty)
    let kept = parts(.writeBack)
    // 10 x 1,000 values: 16,384 rows, and an index of 16,384 slots of 8 bytes.
    let rows = 16_384 * (MemoryLayout<BufferedWrite>.stride + 8)
    #expect(kept.map(\.count) == [10_000, 10])
    #expect(kept[0].bytes == (rows + 9_999) / 10_000)
    #expect(kept[1].bytes == MemoryLayout<WriteLine>.stride)
    let more = Footprint(topology(.writeBack), pairs: 0, policies: 0).total
    let less = Footprint(topology(.writeThrough), pairs: 0, policies: 0).total
    #expect(more - less == kept.reduce(0) { $0 + $1.total })
  }

  @Test("That is what the buffer takes when so many values wait", arguments: [1, 16, 17, 5_000])
  func buffer(count: Int) {
    for columns in [0, 3] {
      var plan = PlanBuilder.build(topology(.writeBack), seed: 1, window: 0..<10)
      plan.keyColumns = Int32(columns)
      var buffer = WriteBuffer(plan)
      for key in 0..<UInt64(count) { buffer.accept(buffer.row(Int32(key % 10), key)) }
      let bytes = buffer.bytesOfRows + KeyIndexBytes.of(count)
      #expect(bytes == WriteBuffer.bytes(writes: count, keyColumns: columns))
    }
  }
}

/// Slots of 8 bytes, at most two thirds of them taken.
private enum KeyIndexBytes {
  static func of(_ count: Int) -> Int {
    var slots = 16
    while slots * 2 < count * 3 { slots *= 2 }
    return slots * 8
  }
}
