import TailraceEngine
import Testing

@testable import TailraceModel

/// What sets the policies apart, and what they have in common.
@Suite("Eviction policies") struct CachePolicyTests {
  static let all = EvictionPolicies.all

  @Test("Names are those of the scenario language, each once; summaries are sentences")
  func names() {
    let exact = [
      "LRU", "FIFO", "CLOCK", "LFU", "RANDOM", "SLRU", "TWO_Q", "ARC", "W_TINYLFU", "S3_FIFO",
      "SIEVE",
    ]
    let sampled = [
      "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl", "noeviction",
    ]
    #expect(Self.all.map { $0.name } == exact + sampled)
    for policy in Self.all { #expect(policy.summary.hasSuffix(".") && policy.summary.count <= 100) }
  }

  @Test("A capacity of zero is no cache", arguments: all.indices)
  func noCapacity(_ i: Int) {
    for capacity in [Cache.Capacity.entries(0), .bytes(0)] {
      var cache = Cache(Self.all[i], capacity: capacity)
      #expect(cache.replay(zipfKeys(1000, among: 5, exponent: 1, seed: 1)) == 0)
      #expect(cache.counters.misses == 1000 && cache.counters.rejections == 1000)
      #expect(cache.count == 0 && cache.bytesHeld == MemoryLayout<Cache>.stride)
    }
  }

  @Test("A cache as large as the catalogue misses each key once", arguments: all.indices)
  func wholeCatalogue(_ i: Int) {
    var cache = Cache.of(Self.all[i], 300)
    defer { cache.deallocate() }
    let keys = zipfKeys(20_000, among: 300, exponent: 0.5, seed: 2)
    #expect(keys.count - cache.replay(keys) == Set(keys).count)
    #expect(cache.counters.evictions == 0)
  }

  @Test("A larger LRU cache holds whatever a smaller one holds")
  func stackProperty() {
    var caches = (1...30).map { Cache.of(LRU.self, $0) }
    defer { for i in caches.indices { caches[i].deallocate() } }
    for key in zipfKeys(3_000, among: 60, exponent: 0.7, seed: 3) {
      for i in caches.indices { caches[i].replay(CollectionOfOne(key)) }
      for i in caches.indices.dropFirst() {
        let holdsAll = (0..<60).allSatisfy {
          !caches[i - 1].contains($0) || caches[i].contains($0)
        }
        if !holdsAll { Issue.record("\(i + 1) entries, after key \(key)") }
      }
    }
    for i in caches.indices.dropFirst() {
      #expect(caches[i].counters.hits >= caches[i - 1].counters.hits)
    }
  }

  @Test("FIFO may miss more with more room (Belady's anomaly); LRU does not")
  func anomaly() {
    let keys: [UInt64] = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
    let misses = { (policy: any EvictionPolicy.Type, capacity: Int) in
      var cache = Cache.of(policy, capacity)
      defer { cache.deallocate() }
      return keys.count - cache.replay(keys)
    }
    #expect(misses(FIFO.self, 3) == 9 && misses(FIFO.self, 4) == 10)
    #expect(misses(LRU.self, 3) == 10 && misses(LRU.self, 4) == 8)
  }

  @Test("A scan of as many keys as fit flushes LRU and FIFO; others keep the hot set")
  func scans() {
    let kept = { (policy: any EvictionPolicy.Type) in
      var cache = Cache.of(policy, 100)
      defer { cache.deallocate() }
      // Fifty hot keys among strangers that come once.
      var random = SequentialRandom(seed: 4)
      for stranger: UInt64 in 0..<20_000 {
        cache.replay([random.below(50), random.below(50), 1_000 + stranger])
      }
      cache.replay(100_000..<100_100)
      return (0..<50).count { cache.contains($0) }
    }
    for policy in [LRU.self, FIFO.self] as [any EvictionPolicy.Type] { #expect(kept(policy) == 0) }
    let resistant: [any EvictionPolicy.Type] = [
      TwoQ.self, ARC.self, S3FIFO.self, WTinyLFU.self, SLRU.self, LFU.self,
    ]
    for policy in resistant { #expect(kept(policy) >= 45, "\(policy.name) keeps \(kept(policy))") }
  }

  /// Hit ratios in per cent, as in the notes on production systems.
  static let published: [(policy: any EvictionPolicy.Type, percent: Double)] = [
    (SIEVE.self, 74.4), (WTinyLFU.self, 73.8), (S3FIFO.self, 72.9), (LFU.self, 72.7),
    (ARC.self, 71.9), (TwoQ.self, 71.2), (CLOCK.self, 67.6), (LRU.self, 66.5), (FIFO.self, 62.0),
    (RANDOM.self, 62.0),
  ]

  @Test("Hit ratios for 10,000 keys, Zipf 0.99, room for 1,000, within half a point")
  func zipf() {
    let keys = zipfKeys(1_800_000, among: 10_000, exponent: 0.99, seed: 77)
    let percent = { (policy: any EvictionPolicy.Type, change: (inout Cache.Tuning) -> Void) in
      var cache = Cache.of(policy, 1_000) { change(&$0) }
      defer { cache.deallocate() }
      cache.replay(keys[..<300_000])
      return Double(cache.replay(keys[300_000...])) / 15_000
    }
    for (policy, expected) in Self.published {
      let measured = percent(policy) { $0.adaptsWindow = false }
      #expect(abs(measured - expected) < 0.5, "\(policy.name): \(measured), not \(expected)")
    }
    let twoBits = percent(CLOCK.self) { $0.clockMax = 3 }
    #expect(abs(twoBits - 68.9) < 0.5, "two bits: \(twoBits)")
    // Keeping the most popular for good gives 75.6: perfect LFU comes close.
    let perfect = percent(LFU.self) { $0.remembersCounts = true }
    #expect(abs(perfect - 75.6) < 0.5, "perfect LFU: \(perfect)")
  }

  @Test("Sampling more comes closer to LRU")
  func samples() {
    let keys = zipfKeys(400_000, among: 5_000, exponent: 0.9, seed: 5)
    let hits = { (policy: any EvictionPolicy.Type, samples: UInt32) in
      var cache = Cache.of(policy, 500) {
        $0.samples = samples
        $0.clockResolution = 1_000
      }
      defer { cache.deallocate() }
      return cache.replay(keys, every: 1_000)
    }
    let (lru, random) = (hits(LRU.self, 1), hits(RANDOM.self, 1))
    let (one, five, ten) = (
      hits(SampledLRU.self, 1), hits(SampledLRU.self, 5), hits(SampledLRU.self, 10)
    )
    // Of a single sample nothing stays in the pool: it is a draw.
    #expect(one == random && one < five && five < ten && ten < lru)
    #expect(lru - ten < (lru - random) / 20)
  }

  @Test("Where recency counts, the window of W-TinyLFU climbs, and hits with it")
  func climbing() {
    // Each key is asked for a few times soon after it first comes, and never again.
    var random = SequentialRandom(seed: 6)
    let keys = (0..<600_000).map { UInt64($0 / 4) + random.below(300) }
    let run = { (adapts: Bool) in
      var cache = Cache.of(WTinyLFU.self, 400) { $0.adaptsWindow = adapts }
      defer { cache.deallocate() }
      return (cache.replay(keys), cache.windowShift)
    }
    let (fixed, climbing) = (run(false), run(true))
    #expect(
      fixed.1 == 0 && climbing.1 > 40 && climbing.0 > fixed.0 * 11 / 10, "\(fixed) \(climbing)")
  }

  @Test("Every number of the tuning changes what its policy hits")
  func knobs() {
    let keys = zipfKeys(100_000, among: 3_000, exponent: 0.8, seed: 7)
    let knobs: [(any EvictionPolicy.Type, String, (inout Cache.Tuning) -> Void)] = [
      (CLOCK.self, "clockMax", { $0.clockMax = 3 }),
      (LFU.self, "remembersCounts", { $0.remembersCounts = true }),
      (WTinyLFU.self, "adaptsWindow", { $0.adaptsWindow = false }),
      (SampledLRU.self, "samples", { $0.samples = 10 }),
      (VolatileTTL.self, "samples", { $0.samples = 10 }),
      (SampledLRU.self, "clockResolution", { $0.clockResolution = 1_000_000 }),
      (SampledLFU.self, "logFactor", { $0.logFactor = 0 }),
      (SampledLFU.self, "decayTime", { $0.decayTime = 0 }),
    ]
    for (policy, name, change) in knobs {
      let run = { (change: (inout Cache.Tuning) -> Void) in
        var cache = Cache.of(policy, 300) { change(&$0) }
        defer { cache.deallocate() }
        var (hits, time): (Int, UInt64) = (0, 0)
        for key in keys {
          time += 20_000_000
          if cache.lookup(key, now: time) != .miss {
            hits += 1
          } else {
            // Times to live so long and so different that only eviction by them can tell.
            let expires = (key &* 0x9e37_79b9_7f4a_7c15) &>> 16 | 1 << 47
            cache.insert(key, Cache.Value(expires: expires), now: time)
          }
        }
        return hits
      }
      #expect(run { _ in } != run(change), "\(policy.name) \(name)")
    }
  }

  @Test("Only entries that expire may leave under volatile policies, and none under noeviction")
  func volatile() {
    for policy in [VolatileLRU.self, VolatileTTL.self] as [any EvictionPolicy.Type] {
      var cache = Cache.of(policy, 2)
      defer { cache.deallocate() }
      cache.insert(1, Cache.Value(), now: 0)
      cache.insert(2, Cache.Value(expires: 50), now: 0)
      #expect(cache.insert(3, Cache.Value(), now: 1) >= 0, "2 leaves, as it expires")
      #expect(cache.contains(1) && cache.contains(3) && !cache.contains(2))
      #expect(cache.insert(4, Cache.Value(expires: 9), now: 2) < 0, "nobody may leave")
      #expect(cache.counters.rejections == 1 && cache.counters.evictions == 1)
    }
    var cache = Cache.of(NoEviction.self, 1)
    defer { cache.deallocate() }
    #expect(cache.insert(1, Cache.Value(expires: 5), now: 0) >= 0)
    #expect(cache.insert(2, Cache.Value(), now: 1) < 0)
    #expect(cache.lookup(1, now: 5) == .miss && cache.insert(2, Cache.Value(), now: 5) >= 0)
  }
}
