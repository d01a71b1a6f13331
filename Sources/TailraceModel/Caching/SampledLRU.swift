/// Redis' `allkeys-lru`: evicts what was used longest ago, of a few that are sampled.
///
/// Instants are kept in whole units of `Cache.Tuning.clockResolution` (a second): uses within one
/// unit are not told apart.
public enum SampledLRU: SampledPolicy {
  public static let name = "allkeys-lru"
  public static let summary =
    "Evicts the entry used longest ago among a few sampled ones, by a clock of seconds (Redis)."

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) { cache.links[i].note = clock(cache) }

  static func note(of i: Int32, in cache: inout Cache) -> UInt32 { clock(cache) }

  static func idleness(of i: Int32, in cache: inout Cache) -> UInt64 {
    UInt64((clock(cache) &- cache.links[i].note) & Cache.Link.noteMask)
  }

  /// The clock's reading; it wraps after 2^29 units.
  @inline(__always) static func clock(_ cache: borrowing Cache) -> UInt32 {
    UInt32(truncatingIfNeeded: cache.now / cache.tuning.clockResolution) & Cache.Link.noteMask
  }
}

/// Redis' `volatile-lru`: as `allkeys-lru`, among the entries that expire.
public enum VolatileLRU: SampledPolicy {
  public static let name = "volatile-lru"
  public static let summary =
    "As allkeys-lru, but only entries that expire may leave; else insertions are turned away."
  static var isVolatile: Bool { true }

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) { SampledLRU.use(i, in: &cache) }

  static func note(of i: Int32, in cache: inout Cache) -> UInt32 { SampledLRU.clock(cache) }

  static func idleness(of i: Int32, in cache: inout Cache) -> UInt64 {
    SampledLRU.idleness(of: i, in: &cache)
  }
}
