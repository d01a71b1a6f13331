import TailraceExperiment

/// The CSV files of one or more variants, each row with its context in the first four columns.
public enum ReportTables {
  /// The context cells of a row; no replication where the row is merged over all.
  static func context(_ result: RunResult, _ replication: Int? = nil) -> [String?] {
    [result.scenario, result.variant, replication.map { String($0) }, String(result.seed)]
  }

  /// All files with their names, in order of the names.
  ///
  /// `caches.csv` is only there where a step uses a cache, `rate_limits.csv` where there are any, `hot_keys.csv` and `shards.csv` where keys
  /// choose shards, `replicas_over_time.csv` where a service has several replicas, at most 64,
  /// `thresholds.csv` where there are any, `stragglers.csv` where something is scattered,
  /// `completeness.csv` where that may go on without some answers.
  public static func all(_ results: [RunResult]) -> [ReportFile] {
    var files = [
      ReportFile(.breakdown, breakdown(results)), ReportFile(.calls, calls(results)),
      ReportFile(.latencyHistogram, latencyHistogram(results)),
      ReportFile(.latencyOverTime, latencyOverTime(results)),
      ReportFile(.latencyPercentiles, latencyPercentiles(results)),
      ReportFile(.services, services(results)), ReportFile(.summary, summary(results)),
      ReportFile(.timeSeries, timeSeries(results)),
    ]
    if results.contains(where: { !$0.caches.isEmpty }) {
      files.append(ReportFile(.caches, caches(results)))
    }
    if results.contains(where: { !$0.rateLimits.isEmpty }) {
      files.append(ReportFile(.rateLimits, rateLimits(results)))
    }
    if let asked = thresholds(results) { files.append(ReportFile(.thresholds, asked)) }
    if results.contains(where: { !$0.stragglers.isEmpty }) {
      files.append(ReportFile(.stragglers, stragglers(results)))
    }
    if results.contains(where: { !$0.completeness.isEmpty }) {
      files.append(ReportFile(.completeness, completeness(results)))
    }
    if let replicas = replicasOverTime(results) {
      files.append(ReportFile(.replicasOverTime, replicas))
    }
    if let hot = hotKeys(results) { files.append(ReportFile(.hotKeys, hot)) }
    if let shards = shards(results) { files.append(ReportFile(.shards, shards)) }
    return files.sorted { $0.name < $1.name }
  }

  /// `latency_percentiles.csv`: one row per quantile and replication; merged ones: summary.csv.
  public static func latencyPercentiles(_ results: [RunResult]) -> String {
    var file = CSVWriter(.latencyPercentiles)
    for result in results {
      for replication in 0..<result.replications {
        for workload in result.workloads {
          for row in workload.quantiles {
            let values = row.latency.perReplication
            let value = replication < values.count ? values[replication] : nil
            file.append(
              context(result, replication) + [
                workload.name, Outcome.latencyLabel, DecimalText.shortest(row.quantile),
                DecimalText.inverseTail(row.quantile).flatMap(DecimalText.shortest),
                value.flatMap(DecimalText.milliseconds), String(workload.answered[replication]),
              ])
          }
        }
      }
    }
    return file.text
  }

  /// `latency_histogram.csv`: one row per non-empty bucket, merged over the replications.
  ///
  /// Both bounds belong to a bucket, which is at most 1.6 % wide: right for a picture. The counts up
  /// to a bucket's upper bound are exact; exact quantiles stand in the other files.
  public static func latencyHistogram(_ results: [RunResult]) -> String {
    var file = CSVWriter(.latencyHistogram)
    for result in results {
      for workload in result.workloads {
        for bucket in HistogramRow.merged(workload.histogram) {
          file.append(
            context(result) + [
              workload.name, Outcome.latencyLabel, DecimalText.milliseconds(bucket.low),
              DecimalText.milliseconds(bucket.high), String(bucket.count),
            ])
        }
      }
    }
    return file.text
  }
}
