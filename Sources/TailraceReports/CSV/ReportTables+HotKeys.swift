import TailraceExperiment

extension ReportTables {
  /// `hot_keys.csv`: one row per hot key of a service, merged over the replications; nil where no
  /// key decides about a shard.
  ///
  /// `requests` and both shares are surely not too high; `share_ratio` may lack
  /// `error_bound_ratio`, which is less than 1/768. `work_share_ratio` is the key's part of the work
  /// for all keys.
  public static func hotKeys(_ results: [RunResult]) -> String? {
    guard results.contains(where: { $0.services.contains { $0.shardLoad != nil } }) else {
      return nil
    }
    var file = CSVWriter(.hotKeys)
    for result in results {
      for service in result.services {
        for hot in service.shardLoad?.hotKeys ?? [] {
          file.append(
            context(result) + [
              service.name, String(hot.shard), String(hot.key), String(hot.requests),
              DecimalText.shortest(hot.share), DecimalText.shortest(hot.errorBound),
              hot.workShare.flatMap(DecimalText.shortest),
            ])
        }
      }
    }
    return file.text
  }
}
