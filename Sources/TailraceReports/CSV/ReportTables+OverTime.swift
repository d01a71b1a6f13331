import TailraceExperiment

// What only pictures need interval by interval; merged over the replications.
extension ReportTables {
  /// `latency_over_time.csv`: one row per interval and bucket of latency that is not empty.
  ///
  /// An interval holds the answered requests that began in it. Both bounds belong to a bucket; four
  /// make an octave.
  public static func latencyOverTime(_ results: [RunResult]) -> String {
    var file = CSVWriter(.latencyOverTime)
    for result in results {
      guard let series = result.details.series else { continue }
      for workload in series.latencies {
        for (i, buckets) in workload.intervals.enumerated() {
          let head =
            context(result) + times(series, i) + [workload.workload, Outcome.latencyLabel]
          for bucket in buckets {
            file.append(
              head + [
                DecimalText.milliseconds(bucket.low), DecimalText.milliseconds(bucket.high),
                String(bucket.count),
              ])
          }
        }
      }
    }
    return file.text
  }

  /// `replicas_over_time.csv`: one row per interval and replica; nil where no service has several
  /// and few enough to tell apart.
  public static func replicasOverTime(_ results: [RunResult]) -> String? {
    guard results.contains(where: { !($0.details.series?.replicas.isEmpty ?? true) }) else {
      return nil
    }
    var file = CSVWriter(.replicasOverTime)
    for result in results {
      guard let series = result.details.series else { continue }
      for replica in series.replicas {
        for i in replica.busy.indices {
          file.append(
            context(result) + times(series, i) + [
              replica.service, String(replica.shard), String(replica.replica),
              replica.utilization[i].flatMap(DecimalText.shortest),
              DecimalText.shortest(replica.busy[i]), DecimalText.shortest(replica.queue[i]),
            ])
        }
      }
    }
    return file.text
  }

  /// Start and length of an interval, in seconds.
  private static func times(_ series: TimeSeries, _ i: Int) -> [String?] {
    [
      DecimalText.seconds(series.bounds[i]),
      DecimalText.seconds(series.bounds[i + 1] - series.bounds[i]),
    ]
  }
}
