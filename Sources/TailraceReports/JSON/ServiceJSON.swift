import TailraceExperiment

/// A service's part of the summary document.
struct ServiceJSON: Encodable {
  let service: ServiceResult

  init(_ service: ServiceResult) {
    self.service = service
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(service.name, forKey: .name)
    try document.encode(service.shards, forKey: .shards)
    try document.encode(service.replicas, forKey: .replicas)
    try document.encode(service.slots, forKey: .slots)
    try document.encode(service.requests, forKey: .requests)
    try document.encode(service.errors, forKey: .errors)
    try document.encode(service.shed, forKey: .shed)
    try document.encode(service.down.finite(), forKey: .down)
    try document.encode(service.down.finiteHalfWidth(), forKey: .downInterval)
    try document.encode(service.utilization.finite(), forKey: .utilization)
    try document.encode(service.utilization.finiteHalfWidth(), forKey: .utilizationInterval)
    try document.encode(service.queueMean.finite(), forKey: .queueMean)
    try document.encode(service.queueMean.finiteHalfWidth(), forKey: .queueMeanInterval)
    try document.encode(service.queueMax, forKey: .queueMax)
    try document.encode(service.waitMean.finite(per: 1e6), forKey: .waitMean)
    try document.encode(service.waitMean.finiteHalfWidth(per: 1e6), forKey: .waitMeanInterval)
    try document.encode(service.waitP99.finite(per: 1e6), forKey: .waitP99)
    try document.encode(service.waitP99.finiteHalfWidth(per: 1e6), forKey: .waitP99Interval)
    if let attempts = service.attempts {
      try document.encode(attempts.attempts, forKey: .attempts)
      try document.encode(attempts.retries, forKey: .retries)
      try document.encode(attempts.hedges, forKey: .hedges)
      try document.encode(attempts.extraLoad, forKey: .extraLoad)
    }
    if let givenUp = service.givenUp {
      try document.encode(givenUp.stopped, forKey: .stopped)
      if let expired = givenUp.expired { try document.encode(expired, forKey: .expired) }
      try document.encode(Finite(givenUp.wastedShare), forKey: .wasted)
    }
    if let admission = service.admission {
      try document.encode(AdmissionJSON(admission), forKey: .admission)
    }
    if let connections = service.connections {
      try document.encode(connections.handshakes, forKey: .handshakes)
      try document.encode(connections.resumed, forKey: .resumed)
      try document.encode(connections.reused, forKey: .reused)
      try document.encode(connections.refused, forKey: .refused)
      try document.encode(connections.reuse, forKey: .reuse)
    }
    if let affinity = service.affinity {
      try document.encode(Finite(affinity.share), forKey: .affinity)
    }
    if let versions = service.versions {
      try document.encode(versions.reads, forKey: .reads)
      try document.encode(versions.writes, forKey: .writes)
      try document.encode(versions.stale, forKey: .stale)
      try document.encode(Finite(versions.staleShare), forKey: .staleShare)
    }
    if let sum = service.balancing {
      try document.encode(sum.calls, forKey: .balanced)
      try document.encode(sum.capped, forKey: .capped)
      try document.encode(sum.hostless, forKey: .hostless)
      try document.encode(sum.panicked, forKey: .panicked)
      try document.encode(sum.ejections, forKey: .ejections)
      try document.encode(sum.restarts, forKey: .restarts)
    }
    try document.encodeIfPresent(service.tooDeep, forKey: .tooDeep)
    if let reshard = service.reshard {
      try document.encode(Finite(reshard.movedShare), forKey: .movedKeys)
      if let bytes = reshard.copiedBytes {
        try document.encode(Finite(bytes), forKey: .copiedBytes)
        try document.encode(Finite(Double(reshard.copyTime) / 1e6), forKey: .copyTime)
      }
    }
    guard let load = service.shardLoad else { return }
    try document.encode(ShardLoadJSON(load), forKey: .hottestShard)
    try document.encode(load.hotKeys.map(HotKeyJSON.init), forKey: .hotKeys)
    try document.encode(Finite(load.hotKeysShare), forKey: .hotKeysShare)
    try document.encode(Finite(load.hotKeysWorkShare), forKey: .hotKeysWorkShare)
    if load.shards.count <= ShardRowJSON.shardsMax {
      try document.encode(load.shards.map(ShardRowJSON.init), forKey: .shardLoads)
    }
  }

  private enum Key: String, CodingKey {
    case name, shards, replicas, slots, requests, errors, shed, attempts, retries, hedges
    case handshakes, reads, writes, stopped, expired
    case capped, hostless, panicked, ejections, restarts
    case balanced = "balanced_calls"
    case admission = "admission_control"
    case wasted = "wasted_ratio"
    case stale = "stale_reads"
    case staleShare = "stale_ratio"
    case tooDeep = "too_deep"
    case resumed = "handshakes_resumed"
    case reused = "connections_reused"
    case refused = "connections_refused"
    case reuse = "connection_reuse_ratio"
    case extraLoad = "extra_load_ratio"
    case affinity = "affinity_ratio"
    case movedKeys = "moved_keys_ratio"
    case copiedBytes = "copied_bytes"
    case copyTime = "copy_ms"
    case down = "down_ratio"
    case downInterval = "down_ratio_ci95"
    case utilization = "utilization_ratio"
    case utilizationInterval = "utilization_ratio_ci95"
    case queueMean = "queue_length_mean"
    case queueMeanInterval = "queue_length_mean_ci95"
    case queueMax = "queue_length_max"
    case waitMean = "wait_mean_ms"
    case waitMeanInterval = "wait_mean_ms_ci95"
    case waitP99 = "wait_p99_ms"
    case waitP99Interval = "wait_p99_ms_ci95"
    case hottestShard = "hottest_shard"
    case hotKeys = "hot_keys"
    case hotKeysShare = "hot_keys_share_ratio"
    case hotKeysWorkShare = "hot_keys_work_share_ratio"
    case shardLoads = "shard_loads"
  }
}
