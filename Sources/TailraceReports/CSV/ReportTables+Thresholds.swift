import TailraceExperiment

extension ReportTables {
  /// `thresholds.csv`: one row per threshold; nil where there are none.
  ///
  /// `measured` is empty without data, and where it falls on a request without an answer.
  public static func thresholds(_ results: [RunResult]) -> String? {
    guard results.contains(where: { !$0.thresholds.isEmpty }) else { return nil }
    var file = CSVWriter(.thresholds)
    for result in results {
      for row in result.thresholds {
        file.append(
          context(result) + [
            row.threshold.metric.name, row.threshold.selector, row.threshold.condition,
            row.fileValue.flatMap(DecimalText.shortest), row.threshold.metric.unit.fileName,
            row.status.rawValue,
          ])
      }
    }
    return file.text
  }
}
