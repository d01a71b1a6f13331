import TailraceExperiment

extension SummaryText {
  /// What became of the wish for narrow intervals.
  var precisionLines: [String] {
    guard let report = result.precision else { return [] }
    let (text, isReached) = report.words
    return [isReached ? text : ink.warning(text)]
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
