/// Redis' `allkeys-random`: the same as RANDOM.
public enum SampledRandom: EvictionPolicy {
  public static let name = "allkeys-random"
  public static let summary = "Evicts an entry drawn at random, as RANDOM does (Redis' name)."
  public static var extraBytes: Int { RANDOM.extraBytes }

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {}

  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    RANDOM.admit(key, charge: charge, ghost: ghost, in: &cache)
  }

  public static func evictOne(in cache: inout Cache) -> Bool { RANDOM.evictOne(in: &cache) }

  public static func forget(_ i: Int32, in cache: inout Cache) { cache.unseat(i) }
}
