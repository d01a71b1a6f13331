import TailraceModel

/// What a cache did in the measured window, all its instances together.
public struct CacheResult: Sendable {
  public var name: String
  /// Lookups over all replications.
  public var lookups: UInt64
  public var hits: UInt64
  public var misses: UInt64
  /// Hits that were served though expired.
  public var staleHits: UInt64
  /// Misses that waited for somebody else's fetch.
  public var coalesced: UInt64
  /// Times that the steps of a miss were begun, to renew a value too.
  public var fetches: UInt64
  /// Entries stored.
  public var fills: UInt64
  public var evictions: UInt64
  public var expirations: UInt64
  /// What only some caches see, in the order of the cases.
  public var events: [CacheEventCount] = []
  /// Hits over lookups; nil without lookups.
  public var hitRatio: Estimate
  /// Bytes of the hits over those of all lookups; nil where keys have no sizes.
  public var byteHitRatio: Estimate
  /// Fetches over lookups.
  public var originLoad: Estimate
  /// Mean number of entries, over all instances together.
  public var entries: Estimate
  /// Each instance in each replication.
  public var rows: [CacheInstanceRow]

  public init(
    name: String, hits: UInt64, misses: UInt64, staleHits: UInt64, coalesced: UInt64,
    fetches: UInt64, fills: UInt64, evictions: UInt64, expirations: UInt64, hitRatio: Estimate,
    byteHitRatio: Estimate, originLoad: Estimate, entries: Estimate, rows: [CacheInstanceRow]
  ) {
    self.name = name
    lookups = hits + misses
    self.hits = hits
    self.misses = misses
    self.staleHits = staleHits
    self.coalesced = coalesced
    self.fetches = fetches
    self.fills = fills
    self.evictions = evictions
    self.expirations = expirations
    self.hitRatio = hitRatio
    self.byteHitRatio = byteHitRatio
    self.originLoad = originLoad
    self.entries = entries
    self.rows = rows
  }
}

/// One instance of a cache in one replication.
public struct CacheInstanceRow: Sendable {
  public var replication: Int
  public var instance: Int
  public var outcome: CacheInstanceOutcome
  /// Mean number of entries.
  public var entriesMean: Double

  public init(
    replication: Int, instance: Int, outcome: CacheInstanceOutcome, entriesMean: Double
  ) {
    self.replication = replication
    self.instance = instance
    self.outcome = outcome
    self.entriesMean = entriesMean
  }
}

extension Merge {
  /// The caches that some step uses.
  func caches() -> [CacheResult] {
    (replications.first?.caches.indices ?? 0..<0).compactMap(cache)
  }

  private func cache(_ c: Int) -> CacheResult? {
    let own = replications.map { $0.caches[c].rows }
    if own[0].isEmpty { return nil }
    func sum(_ rows: [CacheInstanceOutcome], _ key: KeyPath<CacheInstanceOutcome, UInt64>)
      -> UInt64
    {
      rows.reduce(0) { $0 + $1[keyPath: key] }
    }
    func total(_ key: KeyPath<CacheInstanceOutcome, UInt64>) -> UInt64 {
      own.reduce(0) { $0 + sum($1, key) }
    }
    let lookups = own.map { sum($0, \.hits) + sum($0, \.misses) }
    let all = lookups.reduce(0, +)
    let bytes = own.map { sum($0, \.hitBytes) + sum($0, \.missBytes) }
    var rows: [CacheInstanceRow] = []
    for (number, part) in own.enumerated() {
      let length = windowLength(number)
      for (instance, outcome) in part.enumerated() {
        rows.append(
          CacheInstanceRow(
            replication: number, instance: instance, outcome: outcome,
            entriesMean: length > 0 ? Double(outcome.entryArea) / length : 0))
      }
    }
    var result = CacheResult(
      name: replications[0].caches[c].name, hits: total(\.hits), misses: total(\.misses),
      staleHits: total(\.staleHits), coalesced: total(\.coalesced), fetches: total(\.fetches),
      fills: total(\.fills),
      evictions: total(\.evictions), expirations: total(\.expirations),
      hitRatio: estimate(
        Self.ratio(Double(total(\.hits)), all),
        own.indices.map { Self.ratio(Double(sum(own[$0], \.hits)), lookups[$0]) }),
      byteHitRatio: estimate(
        Self.ratio(Double(total(\.hitBytes)), bytes.reduce(0, +)),
        own.indices.map { Self.ratio(Double(sum(own[$0], \.hitBytes)), bytes[$0]) }),
      originLoad: estimate(
        Self.ratio(Double(total(\.fetches)), all),
        own.indices.map { Self.ratio(Double(sum(own[$0], \.fetches)), lookups[$0]) }),
      entries: perWindow { Double(sum(own[$0], \.entryArea)) / $1 }, rows: rows)
    result.events = (own[0].first?.events ?? []).map(\.event).map { event in
      CacheEventCount(event, own.joined().reduce(0) { $0 + $1.count(event) })
    }
    return result
  }
}
