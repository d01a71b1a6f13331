import TailraceModel

/// The shard that most requests went to, where a key decides about the shard.
public struct ShardLoad: Sendable {
  /// Number of the shard; the lowest of several alike.
  public var hottest: Int
  /// Its requests over all replications.
  public var requests: UInt64
  /// Its requests over the mean of all shards: 1 is even, the number of shards is all on one.
  public var imbalance: Estimate
  /// Its busy slots over all its slots; nil where slots are unlimited.
  public var utilization: Estimate
  /// Mean wait there, in nanoseconds.
  public var waitMean: Estimate

  public init(
    hottest: Int, requests: UInt64, imbalance: Estimate, utilization: Estimate, waitMean: Estimate
  ) {
    self.hottest = hottest
    self.requests = requests
    self.imbalance = imbalance
    self.utilization = utilization
    self.waitMean = waitMean
  }
}

extension Merge {
  /// How uneven the shards of a service are; nil where no key decides about them.
  func shardLoad(_ s: Int) -> ShardLoad? {
    let own = replications.map { $0.services[s] }
    guard own[0].isKeyed, own[0].shards > 1 else { return nil }
    let size = own[0].replicas
    func rows(_ part: ServiceOutcome, _ shard: Int) -> ArraySlice<StationOutcome> {
      part.rows[(shard * size)..<((shard + 1) * size)]
    }
    func requests(_ part: ServiceOutcome, _ shard: Int) -> UInt64 {
      rows(part, shard).reduce(0) { $0 + $1.requests }
    }
    let totals = (0..<own[0].shards).map { shard in own.reduce(0) { $0 + requests($1, shard) } }
    guard let most = totals.max(), let hottest = totals.firstIndex(of: most) else { return nil }
    let count = Double(totals.count)
    let imbalances = own.map { part -> Double? in
      let all = part.rows.reduce(0) { $0 + $1.requests }
      return all == 0 ? nil : Double(requests(part, hottest)) * count / Double(all)
    }
    let all = totals.reduce(0, +)
    let members = own.map { rows($0, hottest) }
    let utilizations = members.indices.map { number -> Double? in
      let busy = members[number].reduce(0) { $0 + $1.busyArea }
      let length = windowLength(number)
      guard length > 0, let slots = own[0].slots else { return nil }
      return Double(busy) / length / Double(slots * size)
    }
    let mean = utilizations.compactMap { $0 }.reduce(0, +) / Double(own.count)
    func wait(_ parts: [ArraySlice<StationOutcome>]) -> Double? {
      Self.ratio(
        parts.reduce(0) { $0 + Double($1.reduce(0) { $0 + $1.queueArea }) },
        parts.reduce(0) { $0 + $1.reduce(0) { $0 + $1.starts } })
    }
    return ShardLoad(
      hottest: hottest, requests: most,
      imbalance: estimate(all == 0 ? nil : Double(most) * count / Double(all), imbalances),
      utilization: estimate(own[0].slots == nil ? nil : mean, utilizations),
      waitMean: estimate(wait(members), members.map { wait([$0]) }))
  }
}
