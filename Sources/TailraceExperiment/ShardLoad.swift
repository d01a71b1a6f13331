import TailraceModel
import TailraceStatistics

/// How the load of a service is divided among its shards, where a key decides about the shard.
public struct ShardLoad: Sendable {
  /// Number of the hottest shard, to which most requests went; the lowest of several alike.
  public var hottest: Int
  /// Its requests over all replications.
  public var requests: UInt64
  /// Its requests over the mean of all shards: 1 is even, the number of shards is all on one.
  public var imbalance: Estimate
  /// Standard deviation of the shards' requests over their mean; 0 is even.
  public var variation: Estimate
  /// Its busy slots over all its slots; nil where slots are unlimited.
  public var utilization: Estimate
  /// Mean wait there, in nanoseconds.
  public var waitMean: Estimate
  /// 99th percentile of the wait there, in nanoseconds; nil where replicas share one histogram.
  public var waitP99: Estimate
  /// From a call to its answer there, in nanoseconds: mean and 99th percentile of those that came.
  public var latencyMean: Estimate
  public var latencyP99: Estimate
  /// All shards in order, over all replications.
  public var shards: [ShardRow] = []
  /// The same by replication.
  public var parts: [ShardPart] = []
  /// The hottest keys, at most ten, the hottest first; none that is not told from the others.
  public var hotKeys: [HotKey] = []

  /// Calls that surely had one of `hotKeys`, over all calls by key.
  public var hotKeysShare: Double { hotKeys.reduce(0) { $0 + $1.share } }

  /// Work of the visits of `hotKeys` over that of all visits by key; nil if there was none.
  public var hotKeysWorkShare: Double? {
    hotKeys.reduce(nil) { sum, key in key.workShare.map { (sum ?? 0) + $0 } ?? sum }
  }

  public init(
    hottest: Int, requests: UInt64, imbalance: Estimate, variation: Estimate,
    utilization: Estimate, waitMean: Estimate, waitP99: Estimate, latencyMean: Estimate,
    latencyP99: Estimate
  ) {
    self.hottest = hottest
    self.requests = requests
    self.imbalance = imbalance
    self.variation = variation
    self.utilization = utilization
    self.waitMean = waitMean
    self.waitP99 = waitP99
    self.latencyMean = latencyMean
    self.latencyP99 = latencyP99
  }
}

/// The shards of one service over the replications.
struct ShardFigures {
  let parts: [ServiceOutcome]
  /// Lengths of the measured windows, in nanoseconds.
  let lengths: [Double]

  private func rows(_ part: Int, _ shard: Int) -> ArraySlice<StationOutcome> {
    let size = parts[part].replicas
    return parts[part].rows[(shard * size)..<((shard + 1) * size)]
  }

  private func sum(
    _ part: Int, _ shard: Int, _ key: KeyPath<StationOutcome, UInt64>
  ) -> UInt64 {
    rows(part, shard).reduce(0) { $0 + $1[keyPath: key] }
  }

  /// Requests by shard.
  func requests(_ part: Int) -> [UInt64] {
    (0..<parts[part].shards).map { sum(part, $0, \.requests) }
  }

  /// Requests by shard over all replications.
  var totals: [UInt64] {
    parts.indices.reduce(into: Array(repeating: 0, count: parts[0].shards)) { totals, part in
      for (shard, count) in requests(part).enumerated() { totals[shard] += count }
    }
  }

  func utilization(_ part: Int, _ shard: Int) -> Double? {
    guard lengths[part] > 0, let slots = parts[part].slots else { return nil }
    let all = Double(slots * parts[part].replicas)
    return Double(sum(part, shard, \.busyArea)) / lengths[part] / all
  }

  /// Mean over the replications; nil where one has none.
  func utilization(_ shard: Int) -> Double? {
    let known = parts.indices.compactMap { utilization($0, shard) }
    return known.count == parts.count ? known.reduce(0, +) / Double(known.count) : nil
  }

  /// Mean wait of some replications together, in nanoseconds.
  func waitMean(_ chosen: some Sequence<Int>, _ shard: Int) -> Double? {
    var (area, starts) = (0.0, UInt64(0))
    for part in chosen {
      area += Double(sum(part, shard, \.queueArea))
      starts += sum(part, shard, \.starts)
    }
    return Merge.ratio(area, starts)
  }

  /// 99th percentile of the waits of some replications together, in nanoseconds.
  func waitP99(_ chosen: some Sequence<Int>, _ shard: Int) -> Double? {
    var waits = Waits()
    for part in chosen {
      let (size, histograms) = (parts[part].replicas, parts[part].waits)
      guard histograms.count == parts[part].rows.count else { return nil }
      for replica in shard * size..<(shard + 1) * size {
        waits.add(Waits(histograms[replica], starts: parts[part].rows[replica].starts))
      }
    }
    return waits.p99
  }

  /// The shards in one replication.
  func parts(_ part: Int) -> [ShardPart] {
    let counts = requests(part)
    let latencies = parts[part].latencies
    return counts.indices.map { shard in
      ShardPart(
        replication: part,
        row: ShardRow(
          shard: shard, requests: counts[shard], load: Self.imbalance(counts, of: shard),
          utilization: utilization(part, shard), waitMean: waitMean(part...part, shard),
          waitP99: waitP99(part...part, shard), latencyMean: latencies[shard].mean,
          latencyP99: latencies[shard].quantile(0.99).map { Double($0) }),
        answered: latencies[shard].count,
        failed: sum(part, shard, \.unanswered))
    }
  }

  /// The largest over the mean; nil without requests.
  static func imbalance(_ counts: [UInt64], of shard: Int) -> Double? {
    Merge.ratio(Double(counts[shard]) * Double(counts.count), counts.reduce(0, +))
  }

  /// Standard deviation over the mean; nil without requests.
  static func variation(_ counts: [UInt64]) -> Double? {
    let all = counts.reduce(0, +)
    guard all > 0 else { return nil }
    let mean = Double(all) / Double(counts.count)
    let squares = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (squares / Double(counts.count)).squareRoot() / mean
  }

  /// Most keys that are listed.
  static let hotKeysMax = 10

  /// The hottest keys of all replications; what may be no more than the error is left out.
  var hotKeys: [HotKey] {
    let sketches = parts.compactMap(\.hotKeys)
    let total = sketches.reduce(0) { $0 + $1.total }
    let cut = sketches.reduce(0) { $0 + $1.cut }
    let work = sketches.reduce(0) { $0 + $1.work }
    guard total > 0 else { return [] }
    var sums: [KeySketch.Counted] = []
    for counted in sketches.flatMap(\.keys).sorted(by: { $0.key < $1.key }) {
      if sums.last?.key == counted.key {
        sums[sums.count - 1].count += counted.count
        sums[sums.count - 1].work += counted.work
      } else {
        sums.append(counted)
      }
    }
    sums.sort { ($1.count, $0.key) < ($0.count, $1.key) }
    return sums.prefix(Self.hotKeysMax).filter { $0.count > cut }.map {
      HotKey(
        key: $0.key, shard: $0.shard, requests: $0.count,
        share: Double($0.count) / Double(total), errorBound: Double(cut) / Double(total),
        workShare: Merge.ratio(Double($0.work), work))
    }
  }
}

extension Merge {
  /// How uneven the shards of a service are; nil where no key decides about them.
  func shardLoad(_ s: Int, _ latencies: [VisitLatency]) -> ShardLoad? {
    let own = replications.map { $0.services[s] }
    guard own[0].isKeyed, own[0].shards > 1 else { return nil }
    let figures = ShardFigures(parts: own, lengths: own.indices.map { windowLength($0) })
    let totals = figures.totals
    guard let most = totals.max(), let hottest = totals.firstIndex(of: most) else { return nil }
    let each = own.indices.map { figures.requests($0) }
    var load = ShardLoad(
      hottest: hottest, requests: most,
      imbalance: estimate(
        ShardFigures.imbalance(totals, of: hottest),
        each.map { ShardFigures.imbalance($0, of: hottest) }),
      variation: estimate(ShardFigures.variation(totals), each.map(ShardFigures.variation)),
      utilization: estimate(
        figures.utilization(hottest), own.indices.map { figures.utilization($0, hottest) }),
      waitMean: estimate(
        figures.waitMean(own.indices, hottest),
        own.indices.map { figures.waitMean($0...$0, hottest) }),
      waitP99: estimate(
        figures.waitP99(own.indices, hottest),
        own.indices.map { figures.waitP99($0...$0, hottest) }),
      latencyMean: estimate(
        latencies[hottest].mean, own.map { $0.latencies[hottest].mean }),
      latencyP99: estimate(
        latencies[hottest].p99,
        own.map { $0.latencies[hottest].quantile(0.99).map { Double($0) } }))
    load.shards = totals.indices.map { shard in
      ShardRow(
        shard: shard, requests: totals[shard],
        load: ShardFigures.imbalance(totals, of: shard),
        utilization: figures.utilization(shard),
        waitMean: figures.waitMean(own.indices, shard),
        waitP99: figures.waitP99(own.indices, shard), latencyMean: latencies[shard].mean,
        latencyP99: latencies[shard].p99)
    }
    load.parts = own.indices.flatMap { figures.parts($0) }
    load.hotKeys = figures.hotKeys
    return load
  }
}
