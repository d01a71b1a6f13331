/// Where the time of the requests above a quantile went.
public struct BreakdownBand: Sendable {
  /// The quantile of the latency above which they lie.
  public var quantile: Double
  /// The least latency of the band: the start of the bucket that holds the quantile; nanoseconds.
  public var start: UInt64
  /// Requests in the band, those in the quantile's own bucket among them.
  public var requests: UInt64
  /// Their mean latency, in nanoseconds.
  public var mean: Double
  /// Parts of that mean; they sum to it.
  public var rows: [BreakdownRow]

  public init(
    quantile: Double, start: UInt64, requests: UInt64, mean: Double, rows: [BreakdownRow]
  ) {
    self.quantile = quantile
    self.start = start
    self.requests = requests
    self.mean = mean
    self.rows = rows
  }

  /// The quantiles that bands are made for.
  public static let quantiles = [0.5, 0.9, 0.99, 0.999]
}

/// Who answered last in one scatter, over the joins on critical paths of answered requests.
public struct StragglerReport: Sendable {
  /// The workload whose requests these are; nil for those of all.
  public var workload: String?
  /// The caller: a workload or a service.
  public var from: String
  /// The service that was called.
  public var to: String
  /// Shards of the service, or replicas of a shard where all calls go to one.
  public var members: Int
  public var isByReplica: Bool
  /// Joins of two answers or more.
  public var joins: UInt64
  /// Joins of which every answer was kept: all where a replication has at most 256 (2,560 for fewer
  /// than ten replications together), else those of one request in a power of two, drawn by its
  /// number so that about half as many or more are left.
  ///
  /// The p99 of n such joins lies between the true quantiles 0.99 -+ 0.2 / sqrt(n) in 95 % of cases.
  public var gathered: UInt64
  /// Mean distance of the last answer from the second last over all joins, in nanoseconds.
  public var overSecond: Double
  /// The same from the median answer, nil without gathered joins: `overSecond` and the mean distance
  /// of the second last from the median over gathered joins.
  public var overMedian: Double?
  /// By cause, most frequent first; they sum to `joins`.
  public var causes: [(cause: String, count: UInt64)]
  /// By member and cause, in that order; at most `rowsMax` members, those most often last.
  public var rows: [StragglerRow]
  /// Quantiles of the time from the scatter's start over gathered joins.
  public var times: [StragglerTime]

  /// Most members with rows of their own.
  public static let membersMax = 1_000

  /// What each would have if all were last equally often.
  public var fairShare: Double { 1 / Double(members) }

  /// How often each member was last, most often first; the lowest first of the tied.
  public var ranking: [(member: Int, count: UInt64)] {
    var sums: [(member: Int, count: UInt64)] = []
    for row in rows {
      guard let member = row.member else { continue }
      if sums.last?.member == member {
        sums[sums.count - 1].count += row.count
      } else {
        sums.append((member, row.count))
      }
    }
    return sums.sorted { ($1.count, $0.member) < ($0.count, $1.member) }
  }
}

/// One member of a scatter that was last for one cause.
public struct StragglerRow: Sendable {
  /// Shard or replica; nil where they are too many to be told apart.
  public var member: Int?
  public var cause: String
  public var count: UInt64
  /// Mean distances from the second last answer and from the median one, in nanoseconds.
  public var overSecond: Double
  public var overMedian: Double?
}

/// Quantiles of the time until a share of a scatter's answers has come.
public struct StragglerTime: Sendable {
  /// The share of the answers, from 0 to 1.
  public var share: Double
  /// In nanoseconds; nil where fewer than 10 samples lie beyond.
  public var p50: UInt64?
  public var p99: UInt64?
  public var mean: Double?
}
