import TailraceExperiment

extension SummaryText {
  /// What became of the wish for narrow intervals.
  var precisionLines: [String] {
    guard let report = result.precision else { return [] }
    let (text, isReached) = report.words
    return [isReached ? text : ink.warning(text)] + controlLines(report)
  }

  /// Latencies at the known means, beside the intervals that they would have without.
  private func controlLines(_ report: PrecisionReport) -> [String] {
    guard let controls = report.controls else { return [] }
    let unit = timeUnit ?? .fitting(controls.rows.map(\.controlled.mean))
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["  at known means (\(unit.rawValue))", "value", "±", "± without", "worth"])
    for row in controls.rows {
      let plain = row.plain.halfWidth ?? 0
      let texts = [row.controlled.halfWidth, plain].map {
        DecimalText.significant(unit.value(of: $0), digits: 2, decimals: unit.power)
      }
      let estimate = Estimate(
        value: row.controlled.mean, halfWidth: row.controlled.halfWidth, perReplication: [])
      table.append(
        [
          "  \(row.name.entity) \(row.name.statistic.word)",
          EstimateText(estimate, unit: unit, hasInterval: true).value,
        ] + texts + [
          DecimalText.significant(row.gain, digits: 2, decimals: 1) + " times the replications"
        ])
    }
    return table.lines + ["  known: " + controls.controls.joined(separator: ", ")]
  }
}

extension PrecisionReport {
  /// What was wanted and what it took, in a line.
  var words: (text: String, isReached: Bool) {
    let limit = Self.percent(wanted.relative)
    let took = "\(replications) replications"
    guard let widest else { return ("PRECISION  no interval after \(took)", isReached) }
    let name = "\(widest.name.entity) \(widest.name.metric) \(widest.name.statistic.word)"
    let text = "widest ± \(Self.percent(widest.relative)) (\(name))"
    return isReached
      ? ("PRECISION  within ± \(limit) after \(took): \(text)", true)
      : ("PRECISION  ± \(limit) not reached in \(took): \(text)", false)
  }

  private static func percent(_ share: Double) -> String {
    DecimalText.significant(share * 100, digits: 2, decimals: 2) + " %"
  }
}
