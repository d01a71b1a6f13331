/// Evicts what was inserted longest ago.
public enum FIFO: EvictionPolicy {
  public static let name = "FIFO"
  public static let summary = "Evicts the entry that was inserted longest ago; use changes nothing."

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {}

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    cache.evictLast(of: 0)
    return true
  }
}
