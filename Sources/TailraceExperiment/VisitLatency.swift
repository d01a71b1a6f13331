import TailraceModel
import TailraceStatistics

/// How long the visits to one shard took over all replications, as whoever called them saw it.
///
/// Those that were answered in the window, each attempt by itself, whether or not anybody still
/// waited for it; within 1.6 %, mean, minimum and maximum exactly.
public struct VisitLatency: Sendable {
  /// Visits that were answered.
  public var answered: UInt64
  /// Visits that failed, were turned away or stopped in the window: they have no latency.
  public var failed: UInt64
  /// In nanoseconds; nil without an answer.
  public var mean: Double?
  public var least: UInt64?
  public var most: UInt64?
  /// In nanoseconds; nil where fewer than 10 answers lie beyond.
  public var p99: Double?
  /// Buckets that are not empty, ascending.
  public var histogram: [HistogramRow]

  init(_ parts: [HistogramSnapshot], failed: UInt64) {
    var merged = Histogram(.medium)
    for part in parts { merged.merge(part) }
    answered = merged.count
    self.failed = failed
    (mean, least, most) = (merged.mean, merged.minimum, merged.maximum)
    p99 = merged.quantile(0.99).map { Double($0) }
    var histogram: [HistogramRow] = []
    merged.forEachBucket {
      histogram.append(HistogramRow(low: $0.low, high: $0.high, count: $0.count))
    }
    self.histogram = histogram
  }
}

extension Merge {
  /// How long visits took, by shard; empty where that is not kept.
  func visitLatencies(_ own: [ServiceOutcome]) -> [VisitLatency] {
    own[0].latencies.indices.map { shard in
      let stations = own[0].replicas * shard..<own[0].replicas * (shard + 1)
      return VisitLatency(
        own.map { $0.latencies[shard] },
        failed: own.reduce(0) { sum, part in
          part.rows[stations].reduce(sum) { $0 + $1.unanswered }
        })
    }
  }
}

extension ThresholdSelection {
  /// The latency of visits to the shards that are meant; nil where it is not kept.
  ///
  /// One that failed, was turned away or stopped is later than every bound.
  func visitLatency(_ statistic: ThresholdStatistic) -> Double? {
    let parts = services.flatMap { service in
      service.latencies.indices.filter { matches("\($0)", .shard) }.map { service.latencies[$0] }
    }
    let answered = parts.reduce(UInt64(0)) { $0 + $1.answered }
    let total = parts.reduce(answered) { $0 + $1.failed }
    guard total > 0 else { return nil }
    switch statistic {
    case .min: return parts.compactMap(\.least).min().map { Double($0) } ?? .infinity
    case .max:
      return answered == total
        ? parts.compactMap(\.most).max().map { Double($0) } : .infinity
    case .mean:
      guard answered == total else { return .infinity }
      if parts.count == 1 { return parts[0].mean }
      return parts.reduce(0.0) { $0 + ($1.mean ?? 0) * Double($1.answered) } / Double(answered)
    case .quantile(let q):
      guard let rank = NearestRank.supportedRank(of: q, among: total) else { return nil }
      return Self.value(atRank: rank, parts.flatMap(\.histogram), most: parts.compactMap(\.most))
    case .value: return nil
    }
  }

  /// The value at a rank of the buckets of several samples; infinite beyond them.
  private static func value(
    atRank rank: UInt64, _ buckets: [HistogramRow], most: [UInt64]
  ) -> Double {
    var below: UInt64 = 0
    for bucket in buckets.sorted(by: { $0.low < $1.low }) {
      below += bucket.count
      if rank > below { continue }
      return Double(min(bucket.low + (bucket.high - bucket.low + 1) / 2, most.max() ?? bucket.high))
    }
    return .infinity
  }
}
