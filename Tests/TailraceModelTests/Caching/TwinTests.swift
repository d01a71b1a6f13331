import TailraceEngine
import Testing

@testable import TailraceModel

/// Every policy against a cache of arrays, access by access.
@Suite("Caches against their twins") struct CacheTwinTests {
  /// A policy, its twin, and the numbers that both were given.
  struct Pair: CustomTestStringConvertible, Sendable {
    var policy: any EvictionPolicy.Type
    var twin: any Twin.Type
    var tuning = Cache.Tuning()
    var testDescription: String { "\(policy.name) \(twin)" }
  }

  static let pairs: [Pair] = [
    Pair(policy: LRU.self, twin: LRUTwin.self), Pair(policy: FIFO.self, twin: FIFOTwin.self),
    Pair(policy: CLOCK.self, twin: CLOCKTwin.self),
    Pair(policy: CLOCK.self, twin: CLOCKTwin.self, tuning: tuned { $0.clockMax = 3 }),
    Pair(policy: SIEVE.self, twin: SIEVETwin.self), Pair(policy: SLRU.self, twin: SLRUTwin.self),
    Pair(policy: TwoQ.self, twin: TwoQTwin.self), Pair(policy: ARC.self, twin: ARCTwin.self),
    Pair(policy: S3FIFO.self, twin: S3FIFOTwin.self),
    Pair(policy: LFU.self, twin: LFUTwin.self),
    Pair(policy: LFU.self, twin: LFUTwin.self, tuning: tuned { $0.remembersCounts = true }),
    Pair(policy: WTinyLFU.self, twin: WTinyLFUTwin.self),
    Pair(policy: WTinyLFU.self, twin: WTinyLFUTwin.self, tuning: tuned { $0.adaptsWindow = false }),
    Pair(policy: RANDOM.self, twin: RandomTwin.self),
    Pair(policy: SampledRandom.self, twin: RandomTwin.self),
    Pair(policy: SampledLRU.self, twin: SampledLRUTwin.self),
    Pair(policy: VolatileLRU.self, twin: VolatileLRUTwin.self),
    Pair(policy: VolatileLRU.self, twin: VolatileLRUTwin.self, tuning: tuned { $0.samples = 2 }),
    Pair(policy: SampledLFU.self, twin: SampledLFUTwin.self),
    // Counters that go up by each use and never down reach their end.
    Pair(
      policy: SampledLFU.self, twin: SampledLFUTwin.self,
      tuning: tuned {
        $0.logFactor = 0
        $0.decayTime = 0
      }),
    Pair(policy: VolatileTTL.self, twin: VolatileTTLTwin.self),
    Pair(policy: NoEviction.self, twin: NoEvictionTwin.self),
  ]
  static func tuned(_ change: (inout Cache.Tuning) -> Void) -> Cache.Tuning {
    var tuning = Cache.Tuning()
    change(&tuning)
    return tuning
  }

  @Test("Every policy has a twin")
  func everyPolicy() {
    for policy in EvictionPolicies.all {
      #expect(Self.pairs.contains { $0.policy == policy }, "\(policy.name) has no twin")
    }
  }

  @Test("Same answers, same entries, same evictions, in entries", arguments: pairs)
  func inEntries(_ pair: Pair) {
    for capacity in [0, 1, 2, 3, 7, 20, 50] {
      for isZipf in [false, true] {
        compare(pair, .entries(capacity), steps: 4_000, keys: isZipf ? 200 : 60, isZipf: isZipf)
      }
    }
  }

  @Test("The same in bytes, with entries of many sizes", arguments: pairs)
  func inBytes(_ pair: Pair) {
    for capacity: UInt64 in [0, 1, 5, 40, 300] {
      compare(pair, .bytes(capacity), steps: 4_000, keys: 60, isZipf: true)
    }
  }

  /// Lookups, fills of most misses, and now and then a removal, a new value, or a flush.
  private func compare(
    _ pair: Pair, _ capacity: Cache.Capacity, steps: Int, keys: UInt64, isZipf: Bool
  ) {
    var cache = Cache(
      pair.policy, capacity: capacity, tuning: pair.tuning, random: SequentialRandom(seed: 11))
    defer { cache.deallocate() }
    let twin = pair.twin.init(capacity, pair.tuning)
    var random = SequentialRandom(seed: keys)
    let law = ZipfLaw(count: keys, exponent: isZipf ? 0.9 : 0)
    var now: UInt64 = 0
    for step in 0..<steps {
      now += random.below(40_000_000_000)
      let key = law.drawRank(from: &random)
      let kind = random.below(1000)
      let value = Cache.Value(
        size: random.below(30),
        expires: random.below(3) == 0 ? now + random.below(1 << 42) : Cache.never,
        staleUntil: now + random.below(1 << 42), cost: Float(step))
      // Judged once a step: an expectation costs more than an access.
      var isSame = true
      if kind < 900 {
        let found = cache.lookup(key, now: now)
        let expected = twin.lookup(key, now: now)
        isSame = word(found) == expected.word && stored(found, cache) == expected.value
        if expected.word != "hit" && random.below(10) != 0 {
          let isThere = cache.insert(key, value, now: now) >= 0
          isSame = twin.insert(key, value, now: now) == isThere && isSame
        }
      } else if kind < 950 {
        let isThere = cache.insert(key, value, now: now) >= 0
        isSame = twin.insert(key, value, now: now) == isThere
      } else if kind < 999 {
        isSame = cache.remove(key) == (twin.values[key] != nil)
        twin.remove(key)
      } else {
        cache.clear()
        twin.clear()
      }
      isSame =
        isSame && cache.count == twin.values.count && cache.charge == Int64(twin.used)
        && cache.counters.evictions == UInt64(twin.evictions)
        && cache.counters.hits == UInt64(twin.hits) && cache.counters.misses == UInt64(twin.misses)
      if step % 50 == 0 {
        isSame =
          isSame && (0..<keys).allSatisfy { cache.contains($0) == (twin.values[$0] != nil) }
      }
      if !isSame {
        Issue.record(
          "\(pair.testDescription) \(capacity), step \(step), key \(key): \(cache.counters)")
        return
      }
    }
  }

  private func word(_ found: Cache.Lookup) -> String {
    switch found {
    case .miss: "miss"
    case .hit: "hit"
    case .stale: "stale"
    }
  }

  private func stored(_ found: Cache.Lookup, _ cache: borrowing Cache) -> Cache.Value? {
    switch found {
    case .miss: nil
    case .hit(let i), .stale(let i): cache[i]
    }
  }
}
