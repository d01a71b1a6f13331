import TailraceExperiment

extension SummaryText {
  /// How complete the answers were of scatters that may go on without some of them, and whose were
  /// missing.
  var completenessLines: [String] {
    guard !result.completeness.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append([
      "COMPLETENESS", "mean", "p10", "p1", "min", "complete", "most often missing", "fair",
    ])
    for report in result.completeness.prefix(isVerbose ? .max : 5) {
      func share(_ value: Double?) -> String {
        value.map { DecimalText.percent($0) } ?? DecimalText.missing
      }
      table.append([
        "  " + title(report.workload, report.from, report.to), share(report.mean.value),
        share(report.quantile(0.1)), share(report.quantile(0.01)), share(report.least),
        share(report.completeShare), mostMissing(report), share(report.fairShare),
      ])
    }
    return styled(table)
  }

  private func mostMissing(_ report: CompletenessReport) -> String {
    guard let first = report.missing.first else { return DecimalText.missing }
    let kind = report.isByReplica ? "replica" : "shard"
    let share = Double(first.count) / Double(report.joins)
    return "\(kind) \(first.member): \(DecimalText.percent(share))"
  }

  /// The way of a scatter, with its workload where that is not clear.
  func title(_ workload: String?, _ from: String, _ to: String) -> String {
    let way = "\(from) → \(to)"
    guard result.workloads.count > 1, let workload, workload != from else { return way }
    return "\(workload): \(way)"
  }
}
