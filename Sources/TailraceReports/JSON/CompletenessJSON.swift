import TailraceExperiment

/// A scatter's part of the summary document: how complete its answers were.
struct CompletenessJSON: Encodable {
  /// More members than this stand in `completeness.csv` only.
  static let membersMax = 10

  let report: CompletenessReport

  init(_ report: CompletenessReport) {
    self.report = report
  }

  func encode(to encoder: any Encoder) throws {
    try encoder.encodeScatter(
      workload: report.workload, from: report.from, to: report.to,
      isByReplica: report.isByReplica, members: report.members, joins: report.joins)
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(report.asked, forKey: .asked)
    try document.encode(report.answers, forKey: .answers)
    try document.encode(Finite(report.completeShare), forKey: .complete)
    try document.encode(
      NumberMap(
        members: [("mean", report.mean.value), ("mean_ci95", report.mean.halfWidth)]
          + CompletenessReport.quantiles.map { (DecimalText.percentile($0), report.quantile($0)) }
          + [("min", report.least)]),
      forKey: .completeness)
    try document.encode(Finite(report.fairShare), forKey: .fairShare)
    try document.encode(
      report.missing.prefix(Self.membersMax).map { Member($0.member, $0.count, report) },
      forKey: .missing)
  }

  private struct Member: Encodable {
    let member: Int
    let count: UInt64
    let share: Finite

    init(_ member: Int, _ count: UInt64, _ report: CompletenessReport) {
      (self.member, self.count) = (member, count)
      share = Finite(Double(count) / Double(report.joins))
    }

    enum CodingKeys: String, CodingKey {
      case member
      case count = "missing_count"
      case share = "missing_ratio"
    }
  }

  private enum Key: String, CodingKey {
    case asked, answers, missing
    case complete = "complete_ratio"
    case completeness = "completeness_ratio"
    case fairShare = "fair_missing_ratio"
  }
}
