import TailraceEngine
import Testing

@testable import TailraceModel

/// The reference's cases that need no more than a cache and a sequence of keys.
@Suite("Caches in the reference") struct CacheReferenceTests {
  /// `case.metric` of every number judged here.
  static let tested: Set<String> = {
    var names: Set<String> = []
    for number in ReferenceNumber.read("trace_replay.csv") where number.name.hasPrefix("cache_") {
      names.insert("\(number.name).\(number.metric)")
    }
    for one in independent { for metric in one.metrics { names.insert("\(one.name).\(metric)") } }
    for metric in ["hit_fixed", "miss_rate_fixed", "hit_renew"] {
      names.insert("ttl_cache.\(metric)")
    }
    return names
  }()

  @Test("Misses on real traces, exactly", arguments: ["multi1", "sprite", "cpp", "2_pools"])
  func misses(_ name: String) throws {
    let keys = lirsTrace(name)
    var judged = 0
    for number in ReferenceNumber.read("trace_replay.csv")
    where number.name.hasPrefix("cache_\(name)_C") {
      let capacity = try #require(Int(number.name.dropFirst("cache_\(name)_C".count)))
      let word = number.metric.dropFirst("misses_".count)
      var misses = 0
      if word == "BELADY" {
        misses = Self.beladyMisses(keys, capacity)
      } else {
        let policy = try #require(
          EvictionPolicies.all.first { word == $0.name || word == "\($0.name)_lru_ties" })
        var cache = Cache.of(policy, capacity)
        defer { cache.deallocate() }
        misses = keys.count - cache.replay(keys)
      }
      #expect(Double(misses) == number.expected, "\(number.name) \(number.metric)")
      judged += 1
    }
    #expect(judged == 28)
  }

  /// Misses when the entry that is asked for again last leaves: no policy does better.
  private static func beladyMisses(_ keys: [UInt64], _ capacity: Int) -> Int {
    var next = [Int](repeating: .max, count: keys.count)
    var later: [UInt64: Int] = [:]
    for i in keys.indices.reversed() {
      next[i] = later[keys[i]] ?? .max
      later[keys[i]] = i
    }
    var due: [UInt64: Int] = [:]
    var misses = 0
    for (i, key) in keys.enumerated() {
      if due[key] == nil {
        misses += 1
        if due.count == capacity {
          // Those never asked for again are alike.
          let farthest = due.max { ($0.value, $0.key) < ($1.value, $1.key) }!
          due[farthest.key] = nil
        }
      }
      due[key] = next[i]
    }
    return misses
  }

  /// Keys that are drawn independently from a Zipf law.
  struct Independent: CustomTestStringConvertible, Sendable {
    var name: String
    var keys: UInt64
    var capacity: Int
    var exponent: Double
    /// Requests in a replication of full length, beyond the first fifth.
    var length: Int
    var policies: [String: [any EvictionPolicy.Type]]
    var ranks = false
    var testDescription: String { name }

    var metrics: [String] {
      policies.keys.sorted() + (ranks ? ["LRU_hit_rank1", "LRU_hit_rankC"] : [])
    }
  }

  static let independent: [Independent] =
    [2, 4].flatMap { capacity in
      [("lru", [LRU.self] as [any EvictionPolicy.Type]), ("fifo", [FIFO.self, RANDOM.self])].map {
        Independent(
          name: "\($0)_exact_N8_C\(capacity)", keys: 8, capacity: capacity, exponent: 1,
          length: 600_000, policies: ["hit_ratio": $1])
      }
    } + [
      Independent(
        name: "che_N1000_a0.8_C100", keys: 1000, capacity: 100, exponent: 0.8, length: 3_000_000,
        policies: mixed, ranks: true),
      Independent(
        name: "che_N10000_a1.0_C500", keys: 10_000, capacity: 500, exponent: 1,
        length: 12_000_000, policies: mixed, ranks: true),
    ]
  private static let mixed: [String: [any EvictionPolicy.Type]] = [
    "LRU": [LRU.self], "FIFO_RANDOM": [FIFO.self, RANDOM.self], "LFU_perfect": [LFU.self],
  ]

  @Test("Hit ratios of independent references", arguments: independent)
  func hitRatios(_ one: Independent) throws {
    let numbers = ReferenceNumber.byMetric("analytic.csv", one.name)
    for metric in one.policies.keys.sorted() {
      for policy in one.policies[metric]! {
        let samples = (0..<10).map { measure(one, policy, seed: 100 + $0, isRanked: false) }
        try judge(samples.map(\.ratio), numbers[metric], "\(one.name) \(policy.name) \(metric)")
      }
    }
    if !one.ranks { return }
    let samples = (0..<10).map { measure(one, LRU.self, seed: 200 + $0, isRanked: true) }
    try judge(samples.map(\.first), numbers["LRU_hit_rank1"], "\(one.name) rank 1")
    try judge(samples.map(\.last), numbers["LRU_hit_rankC"], "\(one.name) rank C")
  }

  /// The share of hits, and of the time in which ranks 1 and C are held: as references are
  /// independent, that is the share of their requests that hit.
  private func measure(
    _ one: Independent, _ policy: any EvictionPolicy.Type, seed: UInt64, isRanked: Bool
  ) -> (ratio: Double, first: Double, last: Double) {
    var cache = Cache.of(policy, one.capacity, seed: seed) { $0.remembersCounts = true }
    defer { cache.deallocate() }
    let law = ZipfLaw(count: one.keys, exponent: one.exponent)
    var random = SequentialRandom(seed: seed)
    // As in the other analytic cases: a quick run is a sixth as long, its bands thrice as wide.
    let full = isRanked ? one.length : min(one.length, 2_000_000)
    let length = AnalyticCase.runsLong ? full : full / 6
    var (hits, first, last, looks) = (0, 0, 0, 0)
    for i in 0..<(length + length / 5) {
      let key = law.drawRank(from: &random)
      let isCounted = i >= length / 5
      if isCounted, isRanked, i % 64 == 0 {
        looks += 1
        if cache.contains(0) { first += 1 }
        if cache.contains(UInt64(one.capacity - 1)) { last += 1 }
      }
      if cache.lookup(key, now: 0) == .miss {
        cache.insert(key, Cache.Value(), now: 0)
      } else if isCounted {
        hits += 1
      }
    }
    let share = { (count: Int) in Double(count) / Double(max(1, looks)) }
    return (Double(hits) / Double(length), share(first), share(last))
  }

  /// The rule of the reference's README: near enough, and sure enough to say so.
  private func judge(_ samples: [Double], _ number: ReferenceNumber?, _ what: String) throws {
    let number = try #require(number, "\(what) is not in the file")
    let count = Double(samples.count)
    let mean = samples.reduce(0, +) / count
    let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = 3 * (squares / (count - 1) / count).squareRoot()
    let band = (AnalyticCase.runsLong ? 1 : 3) * number.tolerance * number.expected
    let isNear = abs(mean - number.expected) <= max(band, error)
    #expect(
      isNear && error < band, "\(what): \(mean) +- \(error), not \(number.expected) +- \(band)")
  }

  @Test("One key that lives for 3 under Poisson requests at rate 2: from its fill, or from its use")
  func timeToLive() throws {
    let numbers = ReferenceNumber.byMetric("analytic.csv", "ttl_cache")
    var (fixed, rates, renewed): ([Double], [Double], [Double]) = ([], [], [])
    let second = 1e9
    for seed in 1...10 {
      for isRenewed in [false, true] {
        var cache = Cache.of(LRU.self, 1)
        defer { cache.deallocate() }
        let gap = ExponentialLaw(mean: second / 2)
        var random = SequentialRandom(seed: UInt64(seed))
        var now: UInt64 = 0
        let count = AnalyticCase.runsLong ? 300_000 : 50_000
        for _ in 0..<count {
          now += UInt64(gap.draw(from: &random, using: ZigguratTables.shared))
          let end = now + UInt64(3 * second)
          switch cache.lookup(7, now: now) {
          case .hit(let i): if isRenewed { cache.renew(i, expires: end, staleUntil: 0) }
          default: cache.insert(7, Cache.Value(expires: end), now: now)
          }
        }
        let share = Double(cache.counters.hits) / Double(count)
        if isRenewed {
          renewed.append(share)
        } else {
          fixed.append(share)
          rates.append(Double(cache.counters.misses) / (Double(now) / second))
        }
      }
    }
    try judge(fixed, numbers["hit_fixed"], "fixed")
    try judge(rates, numbers["miss_rate_fixed"], "miss rate")
    try judge(renewed, numbers["hit_renew"], "renewed")
  }
}
