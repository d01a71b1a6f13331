extension Measure {
  /// Which way of it is better for the users.
  public var better: Sense {
    if Self.lowerIsBetter.contains(name.metric) { return .lower }
    return Self.higherIsBetter.contains(name.metric) ? .higher : .neither
  }

  /// Whether people who choose between designs look at it first.
  public var isHeadline: Bool {
    guard let metrics = Self.headlines[name.entityKind], metrics.contains(name.metric)
    else { return false }
    switch name.statistic {
    case .value, .mean: return true
    case .quantile: return name.entityKind == "workload"
    case .min, .max, .count, .busiest, .variation: return false
    }
  }

  private static let lowerIsBetter: Set<String> = [
    "latency", "wait", "errors", "timeouts", "degraded", "extra_load", "wasted", "stale",
    "moved_keys", "imbalance", "origin_load_ratio", "cost", "cost_per_million", "recovery",
    "pool_wait", "open", "hostless", "panicked",
  ]
  private static let higherIsBetter: Set<String> = [
    "goodput", "hit_ratio", "byte_hit_ratio", "completeness", "complete", "affinity",
    "connection_reuse", "recovered",
  ]
  private static let headlines: [String: Set<String>] = [
    "workload": ["latency", "goodput", "errors"],
    "service": ["utilization", "extra_load", "stale", "imbalance"],
    "cache": ["hit_ratio"], "scatter": ["completeness"], "run": ["cost"],
    "fault": ["recovery", "recovered"],
  ]
}
