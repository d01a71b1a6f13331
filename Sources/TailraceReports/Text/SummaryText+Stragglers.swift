import TailraceExperiment

extension SummaryText {
  /// Who answered last in each scatter, and what the slowest answers cost.
  var stragglerLines: [String] {
    guard !result.stragglers.isEmpty else { return [] }
    let unit =
      timeUnit ?? .fitting(result.stragglers.flatMap { [$0.overSecond, $0.overMedian ?? 0] })
    func time(_ value: Double?) -> String {
      value.map { DecimalText.significant(unit.value(of: $0), digits: 3, decimals: unit.power) }
        ?? DecimalText.missing
    }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append([
      "STRAGGLERS", "most often last", "fair", "because of", "over second (\(unit.rawValue))",
      "over median", "p99 of all", "of 99 %", "of 95 %",
    ])
    for report in result.stragglers.prefix(isVerbose ? .max : 5) {
      table.append(
        [
          "  " + title(report.workload, report.from, report.to), mostOften(report),
          DecimalText.percent(report.fairShare),
          report.causes.first.map {
            "\(words($0.cause)) \(DecimalText.percent(report.share(of: $0.count)))"
          } ?? DecimalText.missing,
          time(report.overSecond), time(report.overMedian),
        ]
          + report.times.map { part in
            // A sample too small for the quantile has a mean all the same.
            part.p99.map { time(Double($0)) } ?? part.mean.map { "mean " + time($0) }
              ?? DecimalText.missing
          })
    }
    return styled(table)
  }

  private func mostOften(_ report: StragglerReport) -> String {
    guard let first = report.ranking.first else { return DecimalText.missing }
    let kind = report.isByReplica ? "replica" : "shard"
    return "\(kind) \(first.member): \(DecimalText.percent(report.share(of: first.count)))"
  }

  func words(_ name: String) -> String { name.withBlanks }
}
