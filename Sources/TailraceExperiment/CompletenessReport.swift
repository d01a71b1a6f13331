import TailraceModel
import TailraceStatistics

/// How complete the answers of one scatter were, where it may go on without some of them.
///
/// A join counts if it ended while its request, which began in the window, still waited for it, and
/// if the program went on: at once, at its deadline, or as its `on_error` says (with no answer then).
public struct CompletenessReport: Sendable {
  /// The workload whose requests these are; nil for those of all.
  public var workload: String?
  /// The caller: a workload or a service.
  public var from: String
  /// The service that was called.
  public var to: String
  /// Shards of the service, or replicas of a shard where all calls go to one.
  public var members: Int
  public var isByReplica: Bool
  public var joins: UInt64
  /// Joins that had every answer.
  public var complete: UInt64
  /// Answers asked for, and those that had come when the joins ended.
  public var asked: UInt64
  public var answers: UInt64
  /// Mean share of the answers that a join had.
  public var mean: Estimate
  /// Joins by share of the answers, in thousandths rounded down, the least first; none with 0 joins.
  public var shares: [CompletenessShare]
  /// How often the answer of a member had not come when a join ended; those at least once, the most
  /// often missing first, the lowest first of the tied.
  public var missing: [(member: Int, count: UInt64)]

  /// Most members that are listed.
  public static let membersMax = 1_000

  /// Joins with every answer over all joins.
  public var completeShare: Double { Double(complete) / Double(joins) }
  /// How often each member would be missing, of a join, if all were alike.
  public var fairShare: Double {
    Double(asked - answers) / Double(joins) / Double(members)
  }

  /// Low quantiles that reports show.
  public static let quantiles = [0.01, 0.1]

  /// The share of the answers that a part `q` of the joins does not exceed; nil where fewer than 10
  /// joins lie at or below it, or above it if `q` is more than a half.
  public func quantile(_ q: Double) -> Double? {
    CompletenessShare.quantile(q, of: shares)
  }

  /// The least share of the answers.
  public var least: Double { shares.first?.share ?? 0 }
}

/// Joins that had one share of their answers.
public struct CompletenessShare: Sendable, Equatable {
  public var share: Double
  public var count: UInt64

  public init(_ share: Double, _ count: UInt64) {
    (self.share, self.count) = (share, count)
  }

  /// The nearest rank among shares, the least first; nil where fewer than 10 lie on its outer side.
  static func quantile(_ q: Double, of shares: [CompletenessShare]) -> Double? {
    let count = shares.reduce(UInt64(0)) { $0 + $1.count }
    // The outer side of a low quantile is below it: its mirror image needs support.
    guard NearestRank.supportedRank(of: max(q, 1 - q), among: count) != nil else { return nil }
    let rank = NearestRank.rank(of: q, among: count)
    var below: UInt64 = 0
    for part in shares {
      below += part.count
      if rank <= below { return part.share }
    }
    return shares.last?.share
  }
}

extension Merge {
  /// How complete scatters were, by workload, caller and callee.
  func completeness() -> [CompletenessReport] {
    var merged: [(key: ScatterKey, parts: [(replication: Int, CompletenessOutcome)])] = []
    for (number, replication) in replications.enumerated() {
      for outcome in replication.completeness {
        let key = ScatterKey(outcome.workload, outcome.from, outcome.to, outcome.isByReplica)
        if let i = merged.firstIndex(where: { $0.key == key }) {
          merged[i].parts.append((number, outcome))
        } else {
          merged.append((key, [(number, outcome)]))
        }
      }
    }
    return merged.sorted { $0.key < $1.key }.map { report($0.parts) }
  }

  private func report(
    _ parts: [(replication: Int, outcome: CompletenessOutcome)]
  ) -> CompletenessReport {
    let first = parts[0].outcome
    var all = first
    var own = [Double?](repeating: nil, count: replications.count)
    for (number, part) in parts {
      own[number] = Self.mean(part)
      if number == parts[0].replication { continue }
      all.joins += part.joins
      all.complete += part.complete
      all.asked += part.asked
      all.answers += part.answers
      all.ratios += part.ratios
      for i in all.shares.indices { all.shares[i] += part.shares[i] }
      for i in all.missing.indices { all.missing[i] += part.missing[i] }
    }
    let missing = all.missing.enumerated().filter { $0.element > 0 }
      .map { (member: $0.offset, count: $0.element) }
      .sorted { ($1.count, $0.member) < ($0.count, $1.member) }
    let steps = Double(all.shares.count - 1)
    return CompletenessReport(
      workload: first.workload.map { replications[0].workloads[$0].name },
      from: replications[0].components[first.from],
      to: replications[0].services[first.to].name, members: first.members,
      isByReplica: first.isByReplica, joins: all.joins, complete: all.complete, asked: all.asked,
      answers: all.answers, mean: estimate(Self.mean(all), own),
      shares: all.shares.enumerated().filter { $0.element > 0 }
        .map { CompletenessShare(Double($0.offset) / steps, $0.element) },
      missing: Array(missing.prefix(CompletenessReport.membersMax)))
  }

  /// To nine decimals, which the sum supports: 95 of 100 are 0.95.
  private static func mean(_ part: CompletenessOutcome) -> Double? {
    ratio(Double(part.ratios) / 4_294_967_296, part.joins).map { ($0 * 1e9).rounded() / 1e9 }
  }
}
