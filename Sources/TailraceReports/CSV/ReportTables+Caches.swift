import TailraceExperiment

extension ReportTables {
  /// `caches.csv`: one row per instance and replication.
  ///
  /// `hits` hold those `stale_served`, and `misses` those `coalesced`. Bytes stay empty where keys
  /// have no sizes.
  public static func caches(_ results: [RunResult]) -> String {
    var file = CSVWriter(.caches)
    for result in results {
      for replication in 0..<result.replications {
        for cache in result.caches {
          let hasBytes = cache.byteHitRatio.value != nil
          for row in cache.rows where row.replication == replication {
            let sums = row.outcome
            file.append(
              context(result, replication) + [
                cache.name, String(row.instance), String(sums.hits), String(sums.misses),
                hasBytes ? String(sums.hitBytes) : nil, hasBytes ? String(sums.missBytes) : nil,
                String(sums.coalesced), String(sums.staleHits), String(sums.evictions),
                String(sums.expirations), DecimalText.shortest(row.entriesMean),
              ])
          }
        }
      }
    }
    return file.text
  }
}
