/// First in, first out, but what was used since the hand last passed stays for another round.
///
/// An entry starts unreferenced. The hand takes 1 off each count that it passes and evicts the
/// first entry whose count is 0; a new entry takes its place behind the hand (Corbató 1968).
/// Counts go up to `Cache.Tuning.clockMax`: the default of 1 is the classic reference bit.
/// An eviction passes each entry at most that often; on average a constant number of them.
public enum CLOCK: EvictionPolicy {
  public static let name = "CLOCK"
  public static let summary =
    "First in, first out, but an entry used since the hand last passed stays for a round."

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {
    let count = cache.links[i].note
    if count < cache.tuning.clockMax { cache.links[i].note = count &+ 1 }
  }

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    while true {
      let i = cache.last(of: 0)
      let count = cache.links[i].note
      if count == 0 {
        cache.evict(i)
        return true
      }
      cache.links[i].note = count &- 1
      cache.turn(0)
    }
  }
}
