import TailraceExperiment

/// The hottest shard's part of the summary document.
struct ShardLoadJSON: Encodable {
  let load: ShardLoad

  init(_ load: ShardLoad) {
    self.load = load
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(load.hottest, forKey: .shard)
    try document.encode(load.requests, forKey: .requests)
    try document.encode(load.imbalance.finite(), forKey: .imbalance)
    try document.encode(load.imbalance.finiteHalfWidth(), forKey: .imbalanceInterval)
    try document.encode(load.variation.finite(), forKey: .variation)
    try document.encode(load.variation.finiteHalfWidth(), forKey: .variationInterval)
    try document.encode(load.utilization.finite(), forKey: .utilization)
    try document.encode(load.utilization.finiteHalfWidth(), forKey: .utilizationInterval)
    try document.encode(load.waitMean.finite(per: 1e6), forKey: .waitMean)
    try document.encode(load.waitMean.finiteHalfWidth(per: 1e6), forKey: .waitMeanInterval)
    try document.encode(load.waitP99.finite(per: 1e6), forKey: .waitP99)
    try document.encode(load.waitP99.finiteHalfWidth(per: 1e6), forKey: .waitP99Interval)
    try document.encode(load.latencyMean.finite(per: 1e6), forKey: .latencyMean)
    try document.encode(
      load.latencyMean.finiteHalfWidth(per: 1e6), forKey: .latencyMeanInterval)
    try document.encode(load.latencyP99.finite(per: 1e6), forKey: .latencyP99)
    try document.encode(load.latencyP99.finiteHalfWidth(per: 1e6), forKey: .latencyP99Interval)
  }

  private enum Key: String, CodingKey {
    case shard, requests
    case imbalance = "imbalance_ratio"
    case imbalanceInterval = "imbalance_ratio_ci95"
    case variation = "variation_ratio"
    case variationInterval = "variation_ratio_ci95"
    case utilization = "utilization_ratio"
    case utilizationInterval = "utilization_ratio_ci95"
    case waitMean = "wait_mean_ms"
    case waitMeanInterval = "wait_mean_ms_ci95"
    case waitP99 = "wait_p99_ms"
    case waitP99Interval = "wait_p99_ms_ci95"
    case latencyMean = "latency_mean_ms"
    case latencyMeanInterval = "latency_mean_ms_ci95"
    case latencyP99 = "latency_p99_ms"
    case latencyP99Interval = "latency_p99_ms_ci95"
  }
}

/// A shard's part of the summary document.
struct ShardRowJSON: Encodable {
  /// More shards than this stand in `shards.csv` only.
  static let shardsMax = 1_000

  let row: ShardRow

  init(_ row: ShardRow) {
    self.row = row
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(row.shard, forKey: .shard)
    try document.encode(row.requests, forKey: .requests)
    try document.encode(Finite(row.load), forKey: .load)
    try document.encode(Finite(row.utilization), forKey: .utilization)
    try document.encode(Finite(row.waitMean.map { $0 / 1e6 }), forKey: .waitMean)
    try document.encode(Finite(row.waitP99.map { $0 / 1e6 }), forKey: .waitP99)
    try document.encode(Finite(row.latencyMean.map { $0 / 1e6 }), forKey: .latencyMean)
    try document.encode(Finite(row.latencyP99.map { $0 / 1e6 }), forKey: .latencyP99)
  }

  private enum Key: String, CodingKey {
    case shard, requests
    case load = "over_mean_ratio"
    case utilization = "utilization_ratio"
    case waitMean = "wait_mean_ms"
    case waitP99 = "wait_p99_ms"
    case latencyMean = "latency_mean_ms"
    case latencyP99 = "latency_p99_ms"
  }
}

/// A hot key's part of the summary document.
struct HotKeyJSON: Encodable {
  let key: UInt64
  let shard: Int
  let requests: UInt64
  let share: Finite
  let errorBound: Finite
  let workShare: Finite

  init(_ hot: HotKey) {
    (key, shard, requests) = (hot.key, hot.shard, hot.requests)
    (share, errorBound) = (Finite(hot.share), Finite(hot.errorBound))
    workShare = Finite(hot.workShare)
  }

  private enum CodingKeys: String, CodingKey {
    case key, shard, requests
    case share = "share_ratio"
    case errorBound = "error_bound_ratio"
    case workShare = "work_share_ratio"
  }
}
