import TailraceEngine
import TailraceModel

/// How fast eviction policies are by themselves: keys looked up, and stored after a miss.
enum CacheSection {
  static let keys: UInt64 = 1_000_000
  static let entries = 100_000
  static let exponent = 0.99
  /// Requests per second of one core: the cheap policies, and all others.
  static let goal = 1e7
  static let cheap = [LRU.name, FIFO.name, CLOCK.name, SIEVE.name]

  static func run(_ options: Options) {
    let law = ZipfLaw(count: keys, exponent: exponent)
    var random = StreamKey(seed: 1, name: 1).sequence()
    let drawn = (0..<options.requests).map { _ in law.drawRank(from: &random) }
    let policies = EvictionPolicies.all.filter { $0.name.contains(options.only) }
    var rates = [[Double]](repeating: [], count: policies.count)
    var hits = [Int](repeating: 0, count: policies.count)
    let rounds = min(options.pairs, 9)
    // Interleaved, since the machine's speed drifts.
    for _ in 0..<rounds {
      for (i, policy) in policies.enumerated() {
        var cache = Cache(policy, capacity: .entries(entries))
        // Policies that only let go of what expires need values that do, if never on the clock.
        let value = Cache.Value(expires: policy.name.hasPrefix("volatile") ? 1 << 62 : Cache.never)
        _ = replay(drawn, value, &cache)
        let begun = Meters.threadSeconds
        hits[i] = replay(drawn, value, &cache)
        rates[i].append(Double(drawn.count) / (Meters.threadSeconds - begun))
        cache.deallocate()
      }
    }
    print(
      """
      Eviction policies: \(entries) entries, \(keys) keys, Zipf \(exponent); \(drawn.count) keys \
      replayed once to fill the cache, then once more on the clock; \(rounds) rounds
      """)
    Report.row("policy", ["requests/s", "fastest", "ns/request", "hits", "goal", "reached"])
    for (i, policy) in policies.enumerated() {
      let rate = Measurement.median(rates[i])
      let goal = cheap.contains(policy.name) ? goal : goal / 3
      Report.row(
        policy.name,
        [
          Report.whole(rate), Report.whole(rates[i].max() ?? 0), Report.fixed(1e9 / rate, 1),
          Report.fixed(100 * Double(hits[i]) / Double(drawn.count), 1) + "%",
          Report.whole(goal), rate >= goal ? "yes" : "no",
        ])
    }
  }

  /// - Returns: the number of hits.
  private static func replay(_ keys: [UInt64], _ value: Cache.Value, _ cache: inout Cache) -> Int {
    let before = cache.counters.hits
    var time: UInt64 = 0
    for key in keys {
      time &+= 1_000
      if case .miss = cache.lookup(key, now: time) { cache.insert(key, value, now: time) }
    }
    return Int(cache.counters.hits - before)
  }
}
