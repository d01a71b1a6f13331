import TailraceExperiment

extension ReportTables {
  /// `hot_keys.csv`: one row per hot key of a service, merged over the replications; nil where no
  /// key decides about a shard.
  ///
  /// `requests` and `share_ratio` are surely not too high; the share may lack `error_bound_ratio`,
  /// which is less than 1/768.
  public static func hotKeys(_ results: [RunResult]) -> String? {
    guard results.contains(where: { $0.services.contains { $0.shardLoad != nil } }) else {
      return nil
    }
    var file = CSVWriter(
      columns: context + [
        "service", "shard", "key", "requests", "share_ratio", "error_bound_ratio",
      ])
    for result in results {
      for service in result.services {
        for hot in service.shardLoad?.hotKeys ?? [] {
          file.append(
            context(result) + [
              service.name, String(hot.shard), String(hot.key), String(hot.requests),
              DecimalText.shortest(hot.share), DecimalText.shortest(hot.errorBound),
            ])
        }
      }
    }
    return file.text
  }
}
