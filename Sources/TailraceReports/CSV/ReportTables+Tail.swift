import TailraceExperiment

extension ReportTables {
  /// `breakdown.csv`: one row per part of a mean latency, merged over the replications.
  ///
  /// `subset` says of which requests: `all`, or those in or above the bucket of latency that holds
  /// p50, p90, p99 or p99.9. Parts of a subset sum to its mean; one that the sample does not support
  /// has no row.
  public static func breakdown(_ results: [RunResult]) -> String {
    var file = CSVWriter(.breakdown)
    for result in results {
      for workload in result.workloads {
        for (subset, rows) in workload.subsets {
          for row in rows {
            file.append(
              context(result) + [
                workload.name, subset, row.phase, row.entity,
                DecimalText.shortest(row.mean / 1e6), DecimalText.shortest(row.share),
              ])
          }
        }
      }
    }
    return file.text
  }

  /// `stragglers.csv`: one row per member that was last and cause, merged over the replications.
  ///
  /// `shard` is empty where all calls go to one shard and replicas are told apart, `replica`
  /// elsewhere. Distances to the median are known where all answers of a join were kept. Of more than 1,000 members those have rows that were last most often.
  public static func stragglers(_ results: [RunResult]) -> String {
    var file = CSVWriter(.stragglers)
    for result in results {
      for report in result.stragglers {
        for row in report.rows {
          let member = row.member.map { String($0) }
          file.append(
            context(result) + [
              report.workload, report.to, report.isByReplica ? nil : member, row.cause,
              String(row.count), DecimalText.shortest(Double(row.count) / Double(report.joins)),
              DecimalText.shortest(row.overSecond / 1e6),
              row.overMedian.flatMap { DecimalText.shortest($0 / 1e6) }, report.from,
              report.isByReplica ? member : nil, DecimalText.shortest(report.fairShare),
            ])
        }
      }
    }
    return file.text
  }
}

extension WorkloadResult {
  /// The parts of each subset of the requests, by its word: all, and those above quantiles.
  var subsets: [(word: String, rows: [BreakdownRow])] {
    [("all", breakdown)] + bands.map { ($0.subset, $0.rows) }
  }
}

extension BreakdownBand {
  /// `above_p99` and the like.
  var subset: String { "above_" + DecimalText.percentile(quantile) }
}
