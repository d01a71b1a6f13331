/// Three queues (Yang et al., SOSP 2023), in libCacheSim's variant.
///
/// New entries enter the small queue of 10 %; use raises an entry's count, up to 3. What leaves
/// the small queue with a count of at least 2 moves to the main queue and keeps its count, else it
/// is evicted and its key remembered in a queue of ghosts as large as main. A key inserted while it
/// is remembered enters main with a count of 0. Main gives an entry with a count another round and
/// takes 1 off. Room is made in main where it is larger than its 90 % or the small queue is empty,
/// else in the small queue. While the cache is filling, new entries still enter the small queue.
public enum S3FIFO: EvictionPolicy {
  public static let name = "S3_FIFO"
  public static let summary =
    "A small queue (10 %) filters what a main queue keeps; ghosts of the filtered are remembered."
  public static var variant: [(part: String, rule: String)] {
    [
      ("variant", "that of libCacheSim"),
      ("small queue", "10 % of the capacity; new entries enter it, also while the cache fills"),
      ("count", "starts at 0; each use adds 1, up to 3"),
      ("threshold", "what leaves the small queue with a count of 2 or 3 moves to the main queue"),
      ("ghosts", "keys of the others, as many as the main queue holds: 90 % of the capacity"),
      ("known keys", "what is inserted while its ghost is there enters the main queue, count 0"),
      (
        "main queue",
        "the oldest leaves with a count of 0; with more it goes round again and loses 1"
      ),
      (
        "whose turn",
        "the main queue's where it holds more than 90 % or the small one is empty, else the small's;"
          + " at exactly 90 % the small queue gives way"
      ),
    ]
  }
  public static var ghostsPerEntry: Double { 0.9 }

  static let small = 0
  static let main = 1
  static let ghosts = Cache.ghosts

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {
    let count = cache.links[i].note
    if count < 3 { cache.links[i].note = count &+ 1 }
  }

  @inline(__always)
  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    admit(key, charge: charge, ghost: ghost, to: small, orIfKnown: main, in: &cache)
  }

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    let mainMax = cache.limit &- cache.share(100)
    if cache.chains[main].charge <= mainMax {
      while true {
        let i = cache.last(of: small)
        if i < 0 { break }
        if cache.links[i].note < 2 {
          cache.evict(i, rememberIn: ghosts)
          while cache.chains[ghosts].charge > mainMax { cache.dropGhost(cache.last(of: ghosts)) }
          return true
        }
        cache.move(i, to: main)
      }
    }
    evictFromMain(&cache)
    return true
  }

  private static func evictFromMain(_ cache: inout Cache) {
    while true {
      let i = cache.last(of: main)
      let count = cache.links[i].note
      if count == 0 { return cache.evict(i) }
      cache.links[i].note = count &- 1
      cache.turn(main)
    }
  }
}
