import TailraceExperiment

extension ReportTables {
  /// `completeness.csv`: a row per scatter that may go on without some answers, then one per member
  /// that was missing, merged over the replications.
  ///
  /// `missing_count` counts answers that had not come when their join ended. `missing_ratio` is that
  /// over the answers asked for, and for a member over the joins: how often it was missing. Rows of
  /// members have neither `asked` nor what is about whole joins.
  public static func completeness(_ results: [RunResult]) -> String {
    var file = CSVWriter(.completeness)
    for result in results {
      for report in result.completeness {
        let names: [String?] = [report.workload, report.from, report.to]
        func missing(_ count: UInt64, of all: UInt64) -> [String?] {
          [String(count), DecimalText.shortest(Double(count) / Double(all))]
        }
        let lacking = report.asked - report.answers
        var whole: [String?] = names + [nil, nil, String(report.joins), String(report.asked)]
        whole += missing(lacking, of: report.asked)
        whole += ([report.mean.value] + CompletenessReport.quantiles.map(report.quantile)).map {
          $0.flatMap(DecimalText.shortest)
        }
        whole += [DecimalText.shortest(report.least), DecimalText.shortest(report.completeShare)]
        file.append(context(result) + whole)
        for (member, count) in report.missing.sorted(by: { $0.member < $1.member }) {
          let place = [String(member), nil]
          file.append(
            context(result) + names + (report.isByReplica ? place.reversed() : place)
              + [String(report.joins), nil] + missing(count, of: report.joins)
              + Array(repeating: nil, count: 5))
        }
      }
    }
    return file.text
  }
}
