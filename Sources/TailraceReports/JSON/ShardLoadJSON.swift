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
    try document.encode(load.utilization.finite(), forKey: .utilization)
    try document.encode(load.utilization.finiteHalfWidth(), forKey: .utilizationInterval)
    try document.encode(load.waitMean.finite(per: 1e6), forKey: .waitMean)
    try document.encode(load.waitMean.finiteHalfWidth(per: 1e6), forKey: .waitMeanInterval)
  }

  private enum Key: String, CodingKey {
    case shard, requests
    case imbalance = "imbalance_ratio"
    case imbalanceInterval = "imbalance_ratio_ci95"
    case utilization = "utilization_ratio"
    case utilizationInterval = "utilization_ratio_ci95"
    case waitMean = "wait_mean_ms"
    case waitMeanInterval = "wait_mean_ms_ci95"
  }
}
