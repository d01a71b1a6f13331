import Testing

@testable import TailraceModel

/// Nothing in the reference is forgotten: a number is tested, or its mechanism is named here.
@Suite("Coverage of the reference") struct CoverageTests {
  /// Cases (or `case.metric`) that wait for a mechanism; a `*` at the end stands for any ending.
  static let left: [(mechanism: String, names: [String])] = [
    ("hedged copies", ["hedge_*", "tail_bigtable"]),
    ("tied copies", ["cancel_on_start_all", "tail_tied"]),
    (
      "retries",
      [
        "retry_no_queue", "retry_amplification", "mm1_retrial_lam0.6_th0.5", "sre_retry",
        "hotos21", "outage_retry1_o", "outage_retry2_o", "fanout_fail_prob.P_fail_one_retry",
        "fanout_fail_prob.P_fail_two_retries", "fanout_fail_prob.leaf_calls_*",
      ]
    ),
    (
      "caches",
      [
        "lru_exact_*", "fifo_exact_*", "che_*", "ttl_cache", "ttl_fetch_delay", "cache_*",
        "thundering_herd", "memcache_leases",
      ]
    ),
    (
      "hashes other than MODULO",
      ["conshash_N*", "conshash_move.moved_consistent", "bounded_loads_cap"]
    ),
    ("idle-queue balancing", ["lb_jiq_n3_rho0.8"]),
    ("set-up times", ["mm1_setup_exp"]),
    ("keep-alive times", ["keepalive_cold"]),
    ("rate limits", ["token_bucket_o"]),
    (
      "keys that choose shards",
      [
        "zipf_shares", "balls_bins_20_20", "hot_shard_zipf",
        "conshash_move.moved_modulo_10_to_11",
      ]
    ),
    ("traces", ["replay_azure_*", "worldcup_fluid_*"]),
    // The file itself says that independent leaves do not give this table.
    ("leaves that depend on each other", ["tail_table1"]),
  ]

  private static func isLeft(_ number: ReferenceNumber) -> Bool {
    left.flatMap(\.names).contains { name in
      for full in [number.name, "\(number.name).\(number.metric)"] {
        if name == full || name.hasSuffix("*") && full.hasPrefix(name.dropLast()) { return true }
      }
      return false
    }
  }

  /// `case.metric` of every number that some test judges.
  private static func tested() -> Set<String> {
    var found = Set<String>()
    for one in AnalyticCase.all {
      // What a case measures shows in a run of any length.
      for metric in one.metrics() { found.insert("\(one.name).\(metric)") }
    }
    for number in ReferenceNumber.read("analytic.csv") where number.name == TransientTests.name {
      found.insert("\(number.name).\(number.metric)")
    }
    for number in ReferenceNumber.read("micro.csv")
    where MicroTests.words.contains(where: { number.name == "micro_\($0)_o" })
      || OutageTests.names.contains(number.name)
    {
      found.insert("\(number.name).\(number.metric)")
    }
    return found.union(OmissionTests.metrics.map { "coordinated_omission_hdr.\($0)" })
  }

  @Test("Every number is tested or waits for a mechanism")
  func everyNumber() {
    let tested = Self.tested()
    var count = 0
    for file in ["micro.csv", "trace_replay.csv", "analytic.csv", "published.csv"] {
      let numbers = ReferenceNumber.read(file)
      #expect(numbers.count > 40, "\(file) is not there")
      for number in numbers {
        let name = "\(number.name).\(number.metric)"
        #expect(tested.contains(name) || Self.isLeft(number), "\(name) is forgotten")
        #expect(!tested.contains(name) || !Self.isLeft(number), "\(name) is not left out")
        if tested.contains(name) { count += 1 }
      }
    }
    print("\(count) numbers of the reference are tested")
  }
}
