/// What only some caches see: each is counted where the cache's settings allow it.
public enum CacheEvent: Int, CaseIterable, Sendable, BitwiseCopyable {
  /// Hits on the answer that a key does not exist.
  case negativeHits
  /// Misses by choice, of values renewed before they expired.
  case earlyRefreshes
  /// Misses whose fetch failed and that an expired value answered.
  case servedOnError
  /// Misses because the instance did not answer.
  case unanswered
  /// Entries dropped because their keys were written.
  case invalidated
  /// Expired values that were asked about and found to be right: hits.
  case revalidated
  /// Writes answered from the cache, to be stored for good later.
  case bufferedWrites
  /// Times that the steps were begun that store a written value for good.
  case stores
  /// Those of them that failed; the value stays written and is stored again.
  case failedStores
  /// Writes answered whose value was lost before it was stored.
  case lostWrites
  /// Hits on a value that is older than a write which had been answered.
  case outdatedHits

  /// The word of reports.
  public var word: String {
    switch self {
    case .negativeHits: "negative_hits"
    case .earlyRefreshes: "early_refreshes"
    case .servedOnError: "served_on_error"
    case .unanswered: "unanswered"
    case .invalidated: "invalidated"
    case .revalidated: "revalidated"
    case .bufferedWrites: "buffered_writes"
    case .stores: "stores"
    case .failedStores: "failed_stores"
    case .lostWrites: "lost_writes"
    case .outdatedHits: "outdated_hits"
    }
  }

  /// Whether a cache may see it.
  static func mayHappen(_ event: CacheEvent, in row: CacheRow) -> Bool {
    switch event {
    case .negativeHits: row.negativeLife > 0
    case .earlyRefreshes: row.beta > 0
    case .servedOnError: row.staleIfError > 0
    case .unanswered: row.isHosted
    case .invalidated: row.isWritten
    case .revalidated: row.revalidates
    case .bufferedWrites, .stores, .failedStores, .lostWrites: row.writesBack
    case .outdatedHits: row.store >= 0
    }
  }
}

/// How often it happened within the window.
public struct CacheEventCount: Sendable, Equatable {
  public var event: CacheEvent
  public var count: UInt64

  public init(_ event: CacheEvent, _ count: UInt64) {
    self.event = event
    self.count = count
  }
}

extension CacheSum {
  @inline(__always) mutating func note(_ event: CacheEvent, _ counted: UInt64) {
    events[event.rawValue] &+= counted
  }

  /// The counts of what a cache may see.
  func events(of row: CacheRow) -> [CacheEventCount] {
    CacheEvent.allCases.filter { CacheEvent.mayHappen($0, in: row) }
      .map { CacheEventCount($0, events[$0.rawValue]) }
  }
}
