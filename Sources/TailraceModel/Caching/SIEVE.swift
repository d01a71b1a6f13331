/// A queue whose hand evicts the first entry that was not used since it last passed, and stays.
///
/// New entries join at the head with a bit that is off; a use turns it on. The hand moves from
/// tail to head, turning bits off; survivors keep their place, which is all that tells SIEVE from
/// CLOCK (Zhang et al., NSDI 2024). After the head it goes on at the tail.
public enum SIEVE: EvictionPolicy {
  public static let name = "SIEVE"
  public static let summary =
    "One queue; a hand that stays evicts the first entry not used since it last passed."

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) { cache.links[i].note = 1 }

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    var i = cache.hand < 0 ? cache.last(of: 0) : cache.hand
    while cache.links[i].note != 0 {
      cache.links[i].note = 0
      i = cache.links[i].previous
    }
    cache.hand = i
    pass(i, in: &cache)
    cache.evict(i)
    return true
  }

  /// The hand leaves an entry that goes; beyond the head it waits for whoever is last then.
  @inline(__always) private static func pass(_ i: Int32, in cache: inout Cache) {
    if cache.hand == i { cache.hand = cache.chains[0].first == i ? -1 : cache.links[i].previous }
  }

  @inline(__always)
  public static func forget(_ i: Int32, in cache: inout Cache) {
    pass(i, in: &cache)
    cache.unchain(i)
  }
}
