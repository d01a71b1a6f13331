import TailraceExperiment

extension ReportTables {
  /// `summary.csv`: one row per metric and statistic, merged ones first, then each replication.
  public static func summary(_ results: [RunResult]) -> String {
    var file = CSVWriter(.summary)
    for result in results {
      let measures = result.measures
      for measure in measures {
        file.append(context(result) + measure.names + measure.mergedCells)
      }
      for replication in 0..<result.replications {
        for measure in measures {
          guard let cells = measure.cells(of: replication) else { continue }
          file.append(context(result, replication) + measure.names + cells)
        }
      }
    }
    return file.text
  }
}
