/// Redis' `volatile-ttl`: evicts what expires next, of a few that are sampled.
public enum VolatileTTL: SampledPolicy {
  public static let name = "volatile-ttl"
  public static let summary =
    "Evicts the entry that expires next among a few sampled ones; others never leave (Redis)."
  static var isVolatile: Bool { true }

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {}

  static func note(of i: Int32, in cache: inout Cache) -> UInt32 { 0 }

  static func idleness(of i: Int32, in cache: inout Cache) -> UInt64 {
    .max - cache.value(of: i).expires
  }
}
