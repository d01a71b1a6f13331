/// Two LRU segments: what is used again in probation is protected (Karedla, Love and Wherry 1994).
///
/// New entries go to the front of probation. The protected segment takes at most 80 % of the
/// capacity; what overflows falls back to the front of probation. Probation is evicted first.
public enum SLRU: EvictionPolicy {
  public static let name = "SLRU"
  public static let summary =
    "Two LRU segments; an entry used again is protected, in at most 80 % of the capacity."

  static let probation = 0
  static let protected = 1

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {
    if cache.links[i].chain == protected { return cache.bringToFront(i) }
    cache.move(i, to: protected)
    let most = cache.limit / 10 &* 8 &+ cache.limit % 10 &* 8 / 10
    while cache.chains[protected].charge > most {
      cache.move(cache.last(of: protected), to: probation)
    }
  }

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    let i = cache.last(of: probation)
    cache.evict(i >= 0 ? i : cache.last(of: protected))
    return true
  }
}
