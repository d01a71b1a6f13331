@testable import TailraceModel

extension AnalyticCase {
  /// Cases of keys and shards.
  ///
  /// Left out: `lru_exact_*`, `fifo_exact_*`, `che_*`, `ttl_cache` and the replays `cache_*`
  /// (judged without a machine); `bounded_loads_cap` (bounded-load hashing); `tail_bigtable` of
  /// `published.csv` (hedged copies).
  static var keys: [AnalyticCase] {
    [hotShard, ballsInBins, fetches(locks: false), fetches(locks: true)] + zipfShares
  }

  private static func sharded(_ law: LawSpec, _ shards: Int, slots: Int? = 1) -> ServiceSpec {
    ServiceSpec.station(law, slots: slots).with {
      $0.shards = shards
      $0.sharding = Sharding(key: "key")
    }
  }

  /// 100 keys, Zipf(1), over 8 shards: each shard is a queue of its own.
  private static var hotShard: AnalyticCase {
    var topology = simple(.rate(4), sharded(.exp(0.5), 8))
    topology.workloads[0].keys = [
      CarriedKeys(space: "key", law: .zipf(0...99, exponent: 1))
    ]
    return AnalyticCase(name: "hot_shard_zipf", topology: topology, length: 120_000) {
      let rows = $0.run.services[0].rows
      let length = Double($0.window.upperBound - $0.window.lowerBound)
      let stay = Double(rows[0].queueArea + rows[0].busyArea) / Double(rows[0].starts)
      return [
        "hot_share": Double(rows[0].requests) / rows.reduce(0) { $0 + Double($1.requests) },
        "hot_rho": Double(rows[0].busyArea) / length, "T": $0.latency(), "hot_T": stay / unit,
        "cold_rho": Double(rows[7].busyArea) / length,
      ]
    }
  }

  /// Twenty keys far apart, each at its shard: the fullest shard, a tick a key, ends the request.
  private static var ballsInBins: AnalyticCase {
    var topology = simple(.constant(ratePerSecond: 1e9 / unit / 25), sharded(.fixed(1), 20))
    topology.workloads[0].steps = [.scatter("s", .keys)]
    topology.workloads[0].keys = [
      CarriedKeys(space: "key", law: .uniform(0...(1 << 40 - 1)), count: .constant(20))
    ]
    return AnalyticCase(name: "balls_bins_20_20", topology: topology, length: 200_000) {
      ["max_mean": $0.latency()]
    }
  }

  /// One key that lives for 10 from the end of a fetch of 0.5, asked for at rate 20.
  private static func fetches(locks: Bool) -> AnalyticCase {
    var topology = simple(.rate(20), .station(.fixed(1)))
    topology.workloads[0].steps = [
      StepSpec(.cache(CacheUse("c", onMiss: [.wait(.fixed(0.5))])))
    ]
    topology.workloads[0].keys = [CarriedKeys(space: "key", law: .uniform(0...0))]
    var cache = CacheSpec(name: "c", key: "key", capacity: .entries(1))
    cache.ttl = UInt64(10 * unit)
    cache.locks = locks
    topology.caches = [cache]
    let word = locks ? "singleflight" : "plain"
    return AnalyticCase(name: "ttl_fetch_delay", topology: topology, length: 120_000) {
      let sums = $0.run.caches[0].rows[0]
      let fetches = Double(sums.fetches)
      let length = Double($0.window.upperBound - $0.window.lowerBound) / unit
      return [
        "origin_per_cycle_\(word)": fetches / Double(sums.expirations),
        "origin_rate_\(word)": fetches / length, "mean_wait_\(word)": $0.latency(),
        "hit_ratio": Double(sums.hits) / Double(sums.hits + sums.misses),
      ]
    }
  }

  /// Share of the requests that ask for the most popular keys, by the shards that own them.
  private static var zipfShares: [AnalyticCase] {
    let asked: [(keys: UInt64, exponent: Double, tops: [Int: String])] = [
      (1_000, 1, [1: "top1_N1000_a1", 10: "top10_N1000_a1"]),
      (100, 1.2, [1: "top1_N100_a1.2"]),
      (1_000, 0.8, [200: "top20pct_N1000_a0.8"]),
    ]
    return asked.map { keys, exponent, tops in
      var topology = simple(.rate(10), sharded(.fixed(0.01), Int(keys), slots: nil))
      topology.workloads[0].keys = [
        CarriedKeys(space: "key", law: .zipf(0...(keys - 1), exponent: exponent))
      ]
      return AnalyticCase(name: "zipf_shares", topology: topology, length: 150_000) {
        let rows = $0.run.services[0].rows.map { Double($0.requests) }
        let all = rows.reduce(0, +)
        return Dictionary(
          uniqueKeysWithValues: tops.map { ($0.value, rows[..<$0.key].reduce(0, +) / all) })
      }
    }
  }
}
