import TailraceExperiment

extension SummaryText {
  /// What each cache answered; shares are of all its lookups.
  var cacheLines: [String] {
    guard !result.caches.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    let hasBytes = result.caches.contains { $0.byteHitRatio.value != nil }
    let hasStale = result.caches.contains { $0.staleHits > 0 }
    table.append(
      ["CACHES", "lookups", "hits"] + (hasBytes ? ["by bytes"] : []) + (hasStale ? ["stale"] : [])
        + ["misses", "coalesced", "fetches", "evicted", "expired", "entries (mean)"])
    for cache in result.caches {
      func share(_ count: UInt64) -> String {
        cache.lookups == 0
          ? DecimalText.missing : DecimalText.percent(Double(count) / Double(cache.lookups))
      }
      var cells = ["  " + cache.name, DecimalText.count(cache.lookups), share(cache.hits)]
      if hasBytes {
        let ratio = cache.byteHitRatio.value
        cells.append(ratio.map { DecimalText.percent($0) } ?? DecimalText.missing)
      }
      if hasStale { cells.append(share(cache.staleHits)) }
      cells += [
        share(cache.misses), share(cache.coalesced), share(cache.fetches),
        DecimalText.count(cache.evictions), DecimalText.count(cache.expirations),
        EstimateText(cache.entries, decimals: 1, hasInterval: hasIntervals).value,
      ]
      table.append(cells)
    }
    return styled(table) + result.caches.compactMap(events)
  }

  /// What only this cache sees, in a line of its own.
  private func events(of cache: CacheResult) -> String? {
    if cache.events.isEmpty { return nil }
    let counts = cache.events.map { event in
      let words = event.event.word.replacing("_", with: " ")
      return "\(words) \(DecimalText.count(event.count))"
    }
    return "  \(cache.name): \(counts.joined(separator: ", "))"
  }
}
