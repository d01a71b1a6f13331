import TailraceExperiment
import TailraceModel

/// What rate limits did.
extension CSVFile {
  static let rateLimits = CSVFile(
    "rate_limits.csv", row: "rate limit, class of requests that asked it and replication",
    when: "where there are rate limits",
    context(.perReplication) + [
      .text("rate_limit", "the limit"), .text("class", "the class of the requests"),
      .count("admitted", "requests that passed, those delayed among them"),
      .count("refused", "requests that were shed"),
      .count("delayed", "requests that waited for their token"),
      .seconds("delay_s", "time that these waited, all together"),
      CSVColumn(
        "remaining_mean", .number, "whole tokens left after each decision, mean over requests"),
      .count("remaining_min", "the fewest that one met"),
    ])
}

extension ReportTables {
  /// `rate_limits.csv`: one row per limit, class and replication.
  static func rateLimits(_ results: [RunResult]) -> String {
    var file = CSVWriter(.rateLimits)
    for result in results {
      for replication in 0..<result.replications {
        for limit in result.rateLimits {
          for row in limit.rows where row.replication == replication {
            let sum = row.sum
            file.append(
              context(result, replication) + [
                limit.name, row.requestClass, String(sum.admitted), String(sum.refused),
                String(sum.delayed), DecimalText.shortest(Double(sum.delay) / 1e9),
                DecimalText.shortest(Double(sum.remaining) / Double(sum.asked)),
                String(sum.leastRemaining),
              ])
          }
        }
      }
    }
    return file.text
  }
}
