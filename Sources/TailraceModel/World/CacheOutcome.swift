import TailraceEngine

/// What a cache's instances did in one replication, within the window.
public struct CacheOutcome: Sendable {
  public var name: String
  /// One row per instance; none where no step uses the cache.
  public var rows: [CacheInstanceOutcome]
}

/// One instance's sums over the window.
public struct CacheInstanceOutcome: Sendable, Equatable {
  /// Lookups answered from the cache, those with a stale value among them.
  public var hits: UInt64
  /// All other lookups, those that waited for somebody else's fetch among them.
  public var misses: UInt64
  /// Bytes of what was asked for and found; 0 where keys have no sizes.
  public var hitBytes: UInt64
  public var missBytes: UInt64
  public var staleHits: UInt64
  public var coalesced: UInt64
  /// Times that the steps of a miss were begun, to renew a value too.
  public var fetches: UInt64
  /// Entries stored.
  public var fills: UInt64
  /// Entries that left for want of room.
  public var evictions: UInt64
  /// Entries found to have expired beyond use.
  public var expirations: UInt64
  /// Area under the number of entries, in nanoseconds.
  public var entryArea: UInt64
  /// What only some caches see, in the order of the cases.
  public var events: [CacheEventCount] = []

  /// Hits on a value that is older than a write which had been answered; 0 where none is written.
  public var outdatedHits: UInt64 { count(.outdatedHits) }

  /// Whether it keeps what somebody writes.
  public var keepsVersions: Bool { events.contains { $0.event == .outdatedHits } }

  /// How often something happened; 0 where it cannot.
  public func count(_ event: CacheEvent) -> UInt64 {
    events.first { $0.event == event }?.count ?? 0
  }
}

extension Machine {
  mutating func cacheOutcomes(_ plan: Plan, end: UInt64) -> [CacheOutcome] {
    var outcomes = plan.cacheNames.map { CacheOutcome(name: $0, rows: []) }
    for i in 0..<caches.count {
      let sum = cacheSums[i]
      let row = cacheRows[sum.cache]
      outcomes[Int(sum.cache)].rows.append(
        CacheInstanceOutcome(
          hits: sum.hits, misses: sum.misses, hitBytes: sum.hitBytes, missBytes: sum.missBytes,
          staleHits: sum.staleHits, coalesced: sum.coalesced,
          fetches: sum.fetches, fills: sum.fills, evictions: sum.evictions,
          expirations: sum.expirations, entryArea: sum.entryArea(end: end),
          events: sum.events(of: row)))
    }
    return outcomes
  }

  /// What must hold of caches; empty unless the program is at fault.
  mutating func brokenCaches(_ plan: Plan) -> [String] {
    var broken: [String] = []
    for i in 0..<caches.count {
      let sum = cacheSums[i]
      let name = plan.cacheNames[Int(sum.cache)]
      let row = cacheRows[sum.cache]
      if case .entries(let most) = row.capacity, caches[i].count > most {
        broken.append("cache \(name) holds more than fits")
      }
      if sum.coalesced > sum.misses || sum.staleHits > sum.hits
        || sum.events[CacheEvent.negativeHits.rawValue] > sum.hits
        || sum.events[CacheEvent.earlyRefreshes.rawValue] > sum.misses
      {
        broken.append("lookups in cache \(name) do not balance")
      }
    }
    var parked = 0
    for f in 0..<frameHigh
    where frames[f].state == .parked && steps[frames[f].pc].op != .takePermit { parked += 1 }
    if !writes.isBalanced { broken.append("writes that caches answered do not balance") }
    if parked > 0 && flights.count == 0 {
      broken.append("\(parked) requests wait for fetches that do not run")
    }
    return broken
  }
}
