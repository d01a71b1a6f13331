/// The full version of 2Q (Johnson and Shasha, VLDB 1994): keys prove themselves before they stay.
///
/// New entries enter a queue A1in of 25 % of the capacity, in which use moves nothing. Keys that
/// leave it are remembered in A1out, a queue of ghosts worth 50 % of the capacity; a key inserted
/// while it is remembered enters the LRU list Am. When room is needed, A1in gives it where it is
/// larger than its share (or Am is empty), else Am, whose evicted keys are not remembered. A
/// remembered key leaves A1out before room is made for it.
public enum TwoQ: EvictionPolicy {
  public static let name = "TWO_Q"
  public static let summary =
    "A queue for new entries (25 %), ghosts of those that left it (50 %), an LRU list for the rest."
  public static var ghostsPerEntry: Double { 0.5 }

  static let newcomers = 0
  static let main = 1
  static let ghosts = Cache.ghosts

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {
    if cache.links[i].chain == main { cache.bringToFront(i) }
  }

  @inline(__always)
  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    admit(key, charge: charge, ghost: ghost, to: newcomers, orIfKnown: main, in: &cache)
  }

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    let old = cache.last(of: main)
    if old >= 0, cache.chains[newcomers].charge <= cache.share(250) {
      cache.evict(old)
      return true
    }
    cache.evict(cache.last(of: newcomers), rememberIn: ghosts)
    while cache.chains[ghosts].charge > cache.share(500) { cache.dropGhost(cache.last(of: ghosts)) }
    return true
  }
}
