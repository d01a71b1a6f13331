import TailraceExperiment

/// A cache's part of the summary document.
struct CacheJSON: Encodable {
  let cache: CacheResult

  init(_ cache: CacheResult) {
    self.cache = cache
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(cache.name, forKey: .name)
    try document.encode(cache.lookups, forKey: .lookups)
    try document.encode(cache.hits, forKey: .hits)
    try document.encode(cache.misses, forKey: .misses)
    try document.encode(cache.staleHits, forKey: .staleServed)
    try document.encode(cache.coalesced, forKey: .coalesced)
    try document.encode(cache.fetches, forKey: .fetches)
    try document.encode(cache.fills, forKey: .fills)
    try document.encode(cache.evictions, forKey: .evictions)
    try document.encode(cache.expirations, forKey: .expirations)
    if !cache.events.isEmpty {
      var events = document.nestedContainer(keyedBy: NumberMap.Key.self, forKey: .events)
      for event in cache.events {
        try events.encode(event.count, forKey: NumberMap.Key(event.event.word))
      }
    }
    try document.encode(cache.hitRatio.finite(), forKey: .hitRatio)
    try document.encode(cache.hitRatio.finiteHalfWidth(), forKey: .hitRatioInterval)
    try document.encode(cache.byteHitRatio.finite(), forKey: .byteHitRatio)
    try document.encode(cache.byteHitRatio.finiteHalfWidth(), forKey: .byteHitRatioInterval)
    try document.encode(cache.originLoad.finite(), forKey: .originLoad)
    try document.encode(cache.originLoad.finiteHalfWidth(), forKey: .originLoadInterval)
    try document.encode(cache.entries.finite(), forKey: .entries)
    try document.encode(cache.entries.finiteHalfWidth(), forKey: .entriesInterval)
  }

  private enum Key: String, CodingKey {
    case name, lookups, hits, misses
    case staleServed = "stale_served"
    case coalesced, fetches, fills, evictions, expirations, events
    case hitRatio = "hit_ratio"
    case hitRatioInterval = "hit_ratio_ci95"
    case byteHitRatio = "byte_hit_ratio"
    case byteHitRatioInterval = "byte_hit_ratio_ci95"
    case originLoad = "origin_load_ratio"
    case originLoadInterval = "origin_load_ratio_ci95"
    case entries = "entries_mean"
    case entriesInterval = "entries_mean_ci95"
  }
}
