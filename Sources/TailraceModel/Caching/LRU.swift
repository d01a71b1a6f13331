/// Evicts what was used longest ago.
public enum LRU: EvictionPolicy {
  public static let name = "LRU"
  public static let summary = "Evicts the entry that was used longest ago."

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) { cache.bringToFront(i) }

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    cache.evictLast(of: 0)
    return true
  }
}
