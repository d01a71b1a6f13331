import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Caches: values, times, sizes, memory") struct CacheTests {
  static let all = EvictionPolicies.all

  @Test("Fresh until it expires, stale for the grace, then gone")
  func times() {
    var cache = Cache.of(LRU.self, 2)
    defer { cache.deallocate() }
    let value = Cache.Value(size: 9, expires: 10, staleUntil: 15, cost: 4)
    let i = cache.insert(1, value, now: 0)
    #expect(cache.lookup(1, now: 9) == .hit(i) && cache[i] == value)
    #expect(cache.lookup(1, now: 10) == .stale(i) && cache.lookup(1, now: 14) == .stale(i))
    #expect(cache.contains(1) && cache.lookup(1, now: 15) == .miss && !cache.contains(1))
    #expect(cache.lookup(1, now: 0) == .miss)
    let counters = cache.counters
    #expect(counters.hits == 1 && counters.staleHits == 2 && counters.misses == 2)
    #expect(counters.expirations == 1 && counters.evictions == 0 && counters.hitBytes == 9)
  }

  @Test("No grace: an entry is a miss at the instant at which it expires")
  func noGrace() {
    var cache = Cache.of(SIEVE.self, 2)
    defer { cache.deallocate() }
    cache.insert(1, Cache.Value(expires: 10), now: 0)
    cache.insert(2, Cache.Value(), now: 0)
    #expect(cache.lookup(1, now: 10) == .miss && cache.lookup(2, now: .max - 1) != .miss)
  }

  @Test("Renewed by each use, it lives on")
  func renewal() {
    var cache = Cache.of(LRU.self, 1)
    defer { cache.deallocate() }
    cache.insert(1, Cache.Value(expires: 10), now: 0)
    for now: UInt64 in stride(from: 5, to: 100, by: 5) {
      guard case .hit(let i) = cache.lookup(1, now: now) else {
        Issue.record("gone at \(now)")
        return
      }
      cache.renew(i, expires: now + 10, staleUntil: 0)
    }
    #expect(cache.lookup(1, now: 104) != .miss && cache.lookup(1, now: 105) == .miss)
  }

  @Test("A new value of the same size replaces the old one in place, and that is a use")
  func replacement() {
    var cache = Cache.of(LRU.self, 2)
    defer { cache.deallocate() }
    let one = cache.insert(1, Cache.Value(cost: 1), now: 0)
    cache.insert(2, Cache.Value(), now: 0)
    #expect(cache.insert(1, Cache.Value(cost: 2), now: 0) == one && cache[one].cost == 2)
    cache.insert(3, Cache.Value(), now: 0)
    #expect(cache.contains(1) && !cache.contains(2))
    #expect(cache.counters.insertions == 3 && cache.counters.replacements == 1)
  }

  @Test("In bytes, a large entry takes the room of many; what is larger than the cache stays out")
  func bytes() {
    var cache = Cache(LRU.self, capacity: .bytes(100))
    defer { cache.deallocate() }
    for key: UInt64 in 0..<10 { cache.insert(key, Cache.Value(size: 10), now: 0) }
    #expect(cache.count == 10 && cache.bytesUsed == 100)
    cache.insert(50, Cache.Value(size: 35), now: 0)
    #expect(cache.count == 7 && cache.bytesUsed == 95 && cache.counters.evictions == 4)
    #expect(!cache.contains(3) && cache.contains(4))
    #expect(cache.insert(51, Cache.Value(size: 101), now: 0) < 0 && cache.count == 7)
    #expect(cache.insert(50, Cache.Value(size: 101), now: 0) < 0 && !cache.contains(50))
    #expect(cache.bytesUsed == 60 && cache.counters.rejections == 2)
    // Nothing is free: an entry without bytes takes one.
    cache.insert(60, Cache.Value(size: 0), now: 0)
    #expect(cache.bytesUsed == 61)
  }

  @Test("Flushed, it is as new, but for its counters and its luck", arguments: all.indices)
  func flush(_ i: Int) {
    let keys = zipfKeys(5_000, among: 100, exponent: 0.8, seed: 8)
    var (used, fresh) = (Cache.of(Self.all[i], 20), Cache.of(Self.all[i], 20))
    defer {
      used.deallocate()
      fresh.deallocate()
    }
    used.replay(zipfKeys(5_000, among: 300, exponent: 0.2, seed: 9), every: 1_000_000_000)
    used.clear()
    #expect(used.count == 0 && used.charge == 0)
    used.random = fresh.random
    let (hits, expected) = (used.replay(keys), fresh.replay(keys))
    #expect(hits == expected)
  }

  @Test("Takes no more memory than stated, and none at all once warm", arguments: all.indices)
  func memory(_ i: Int) {
    let policy = Self.all[i]
    var cache = Cache.of(policy, 1_000)
    defer { cache.deallocate() }
    #expect(cache.bytesHeld == MemoryLayout<Cache>.stride)
    cache.replay(zipfKeys(100_000, among: 20_000, exponent: 0.7, seed: 10), every: 1_000_000)
    let (held, stated) = (cache.bytesHeld, Cache.bytes(policy, entries: 1_000))
    #expect(held <= stated + 512 && held > stated * 2 / 3, "\(policy.name): \(held) of \(stated)")
    cache.replay(zipfKeys(100_000, among: 20_000, exponent: 0.7, seed: 11), every: 1_000_000)
    #expect(cache.bytesHeld == held)
    cache.deallocate()
    #expect(cache.bytesHeld == MemoryLayout<Cache>.stride && cache.lookup(1, now: 0) == .miss)
    #expect(cache.insert(1, Cache.Value(), now: 0) >= 0 && cache.contains(1))
  }
}
