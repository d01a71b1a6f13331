import TailraceExperiment

extension ReportTables {
  /// `shards.csv`: one row per shard of a service and replication; nil where no key decides about a
  /// shard.
  ///
  /// `over_mean_ratio` is the requests over the mean of all shards. Latencies run from a call to its
  /// answer, of the `answered_count` visits that were answered in the window; `failed_count` failed,
  /// were turned away or stopped.
  public static func shards(_ results: [RunResult]) -> String? {
    guard results.contains(where: { $0.services.contains { $0.shardLoad != nil } }) else {
      return nil
    }
    var file = CSVWriter(.shards)
    for result in results {
      for replication in 0..<result.replications {
        for service in result.services {
          for row in service.shardLoad?.parts ?? [] where row.replication == replication {
            file.append(context(result, replication) + [service.name] + cells(row))
          }
        }
      }
    }
    return file.text
  }

  private static func cells(_ part: ShardPart) -> [String?] {
    let row = part.row
    return [
      String(row.shard), String(row.requests), row.load.flatMap(DecimalText.shortest),
      row.utilization.flatMap(DecimalText.shortest),
      row.waitMean.flatMap { DecimalText.shortest($0 / 1e6) },
      row.waitP99.flatMap(DecimalText.milliseconds), String(part.answered), String(part.failed),
      row.latencyMean.flatMap { DecimalText.shortest($0 / 1e6) },
      row.latencyP99.flatMap(DecimalText.milliseconds),
    ]
  }
}
