import Testing

@testable import TailraceModel

@Suite("Counts of the hottest keys") struct KeyCountsTests {
  /// Counts a stream and holds every count against the truth.
  private func judge(_ stream: [UInt64], _ name: String) -> KeySketch {
    var counts = KeyCounts(services: 2)
    var truth: [UInt64: UInt64] = [:]
    for key in stream {
      // Another service's keys, the same in another order, must not mix in.
      counts.note(key, of: 1)
      counts.note(key ^ 1, of: 0)
      truth[key, default: 0] += 1
    }
    let sketch = counts.sketch(1)
    #expect(sketch.total == UInt64(stream.count))
    #expect(sketch.cut <= sketch.total / 768, "\(name): \(sketch.cut) of \(sketch.total)")
    let found = Dictionary(uniqueKeysWithValues: sketch.keys.map { ($0.key, $0.count) })
    for (key, count) in truth {
      let seen = found[key] ?? 0
      #expect(seen <= count && seen + sketch.cut >= count, "\(name): key \(key)")
    }
    #expect(sketch.keys.allSatisfy { truth[$0.key] != nil })
    #expect(zip(sketch.keys, sketch.keys.dropFirst()).allSatisfy { $0.count >= $1.count })
    return sketch
  }

  @Test("As many keys as fit are counted exactly")
  func few() {
    let stream = (0..<1_500).flatMap { key in Array(repeating: UInt64(key), count: key % 7 + 1) }
    let sketch = judge(stream, "few")
    #expect(sketch.cut == 0 && sketch.keys.count == 1_500)
    #expect(sketch.keys[0] == .init(key: 6, shard: 0, count: 7), "among alike the lowest key")
  }

  @Test("Whatever the stream, a count lacks at most 1/768 of all")
  func bounds() {
    var luck = SplitMix(seed: 3)
    // Popularity near Zipf's: the key is the inverse of a uniform number.
    let popular = (0..<300_000).map { _ in UInt64(1 / luck.unit()) }
    let sketch = judge(popular, "popular")
    #expect(sketch.keys.prefix(3).map(\.key) == [1, 2, 3])
    _ = judge((0..<100_000).map { UInt64($0) }, "each once")
    _ = judge((0..<100_000).map { UInt64($0) << 53 }, "2,048 keys far apart")
    _ = judge((0..<100_000).map { UInt64($0 % 1_537) }, "one more than fits, in turn")
    _ = judge((0..<200_000).map { UInt64($0 / 50) }, "in runs")
    let late = Array(0..<50_000) + Array(repeating: 7, count: 5_000)
    #expect(judge(late.map { UInt64($0) }, "late").keys[0].key == 7)
  }
}

/// SplitMix64, for the same cases on every machine.
private struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func unit() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) / Double(1 << 53)
  }
}
