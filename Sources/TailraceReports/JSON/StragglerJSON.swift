import TailraceExperiment

/// A scatter's part of the summary document: who answered last, and what that cost.
struct StragglerJSON: Encodable {
  /// More members than this stand in `stragglers.csv` only.
  static let membersMax = 10

  let report: StragglerReport

  init(_ report: StragglerReport) {
    self.report = report
  }

  func encode(to encoder: any Encoder) throws {
    try encoder.encodeScatter(
      workload: report.workload, from: report.from, to: report.to,
      isByReplica: report.isByReplica, members: report.members, joins: report.joins)
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(report.gathered, forKey: .gathered)
    try document.encode(Finite(report.fairShare), forKey: .fairShare)
    try document.encode(Finite(report.overSecond / 1e6), forKey: .overSecond)
    try document.encode(Finite(report.overMedian.map { $0 / 1e6 }), forKey: .overMedian)
    try document.encode(
      NumberMap(members: report.causes.map { ($0.cause, report.share(of: $0.count)) }),
      forKey: .causes)
    try document.encode(
      report.ranking.prefix(Self.membersMax).map { Member($0.member, $0.count, report) },
      forKey: .last)
    try document.encode(report.times.map(Time.init), forKey: .times)
  }

  private struct Member: Encodable {
    let member: Int
    let count: UInt64
    let share: Finite

    init(_ member: Int, _ count: UInt64, _ report: StragglerReport) {
      (self.member, self.count) = (member, count)
      share = Finite(report.share(of: count))
    }

    enum CodingKeys: String, CodingKey {
      case member
      case count = "last_count"
      case share = "last_share_ratio"
    }
  }

  private struct Time: Encodable {
    let share: Finite
    let p50: Finite
    let p99: Finite
    let mean: Finite

    init(_ time: StragglerTime) {
      share = Finite(time.share)
      p50 = Finite(time.p50.map { Double($0) / 1e6 })
      p99 = Finite(time.p99.map { Double($0) / 1e6 })
      mean = Finite(time.mean.map { $0 / 1e6 })
    }

    enum CodingKeys: String, CodingKey {
      case share = "answers_ratio"
      case p50 = "p50_ms"
      case p99 = "p99_ms"
      case mean = "mean_ms"
    }
  }

  private enum Key: String, CodingKey {
    case gathered, last
    case fairShare = "fair_share_ratio"
    case overSecond = "over_second_mean_ms"
    case overMedian = "over_median_mean_ms"
    case causes = "causes_ratio"
    case times = "times"
  }
}

extension StragglerReport {
  /// A count over all joins.
  func share(of count: UInt64) -> Double { joins == 0 ? 0 : Double(count) / Double(joins) }
}
