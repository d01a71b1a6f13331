import TailraceExperiment

extension SummaryText {
  /// What became of the wish for narrow intervals.
  var precisionLines: [String] {
    guard let report = result.precision else { return [] }
    let wanted = Self.percent(report.wanted.relative)
    let took = "\(report.replications) replications"
    guard let widest = report.widest else {
      return ["PRECISION  no interval after \(took)"]
    }
    let name = "\(widest.name.entity) \(widest.name.metric) \(widest.name.statistic.word)"
    let text = "widest ± \(Self.percent(widest.relative)) (\(name))"
    if report.isReached {
      return ["PRECISION  within ± \(wanted) after \(took): \(text)"]
    }
    return [ink.warning("PRECISION  ± \(wanted) not reached in \(took): \(text)")]
  }

  private static func percent(_ share: Double) -> String {
    DecimalText.significant(share * 100, digits: 2, decimals: 2) + " %"
  }
}
