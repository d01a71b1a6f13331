import TailraceEngine

/// A small LRU window before an SLRU main space that admits what is asked for more often.
///
/// As in Caffeine (Einziger, Eytan, Friedman and Manes 2018): the window starts at 1 % (at least
/// one entry); the main space protects 80 % of the rest. What leaves the window is a candidate:
/// where room is needed it replaces the end of probation if the sketch has seen it more often, and
/// else leaves; a candidate seen at least 6 times that loses gets in with a chance of 1/128. Uses
/// and insertions are counted in the sketch. The window climbs: after ten times as many
/// lookups as entries fit it moves on by 6.25 % of the capacity if the hit ratio did not fall, or
/// back if it did; steps shrink by 2 %, and start anew where the ratio moved by 5 % or more.
public enum WTinyLFU: EvictionPolicy {
  public static let name = "W_TINYLFU"
  public static let summary =
    "A window (1 % at first) before a segmented LRU that admits what a sketch has seen more often."
  public static var variant: [(part: String, rule: String)] {
    [
      ("variant", "that of Caffeine, without a doorkeeper"),
      ("window", "LRU, 1 % of the capacity at first and at least one entry"),
      ("main space", "SLRU: probation, and at most 80 % of it protected"),
      ("sketch", "count-min, four rows of counters up to 15; uses and insertions count"),
      ("aging", "all counts are halved after ten times as many as entries fit"),
      (
        "admission",
        "what leaves the window replaces the end of probation if it was seen more often"
      ),
      (
        "ties",
        "the newcomer leaves; if it was seen 6 times or more it gets in with a chance of 1/128"
      ),
      (
        "climb",
        "after ten times as many lookups as entries fit, the window moves by 6.25 % of the capacity,"
          + " back where the hit ratio fell; steps shrink by 2 %, or start anew at a change of 5 %"
      ),
    ]
  }
  /// The sketch takes a word for each entry, rounded up to a power of two.
  public static var extraBytes: Int { 16 }

  static let window = 0
  static let probation = 1
  static let protected = 2

  public static func use(_ i: Int32, in cache: inout Cache) {
    cache.fitSketch()
    cache.countFrequency(cache.keys[i])
    if cache.links[i].chain != probation { return cache.bringToFront(i) }
    cache.move(i, to: protected)
    demote(&cache)
  }

  static func windowMax(_ cache: borrowing Cache) -> Int64 {
    max(1, cache.share(10) &+ cache.windowShift)
  }

  static func protectedMax(_ cache: borrowing Cache) -> Int64 {
    let main = cache.limit &- max(1, cache.share(10))
    return max(0, main / 10 &* 8 &+ main % 10 &* 8 / 10 &- cache.windowShift)
  }

  private static func demote(_ cache: inout Cache) {
    let most = protectedMax(cache)
    while cache.chains[protected].charge > most {
      cache.move(cache.last(of: protected), to: probation)
    }
  }

  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    cache.fitSketch()
    if cache.tuning.adaptsWindow { climb(&cache) }
    cache.countFrequency(key)
    let i = cache.add(key, charge: charge, to: window)
    var isThere = true
    while cache.chains[window].charge > windowMax(cache) {
      let candidate = cache.last(of: window)
      cache.move(candidate, to: probation)
      while cache.charge > cache.limit {
        let loser = duel(candidate, in: &cache)
        if loser == i { isThere = false }
        cache.evict(loser)
        if loser == candidate { break }
      }
    }
    while cache.charge > cache.limit { _ = evictOne(in: &cache) }
    return isThere ? i : -1
  }

  /// Who leaves: the candidate, which is in probation, or the end of the main space.
  private static func duel(_ candidate: Int32, in cache: inout Cache) -> Int32 {
    var victim = cache.last(of: probation)
    if victim == candidate { victim = cache.last(of: protected) }
    if victim < 0 { return candidate }
    let fame = cache.frequency(cache.keys[candidate])
    if fame > cache.frequency(cache.keys[victim]) { return victim }
    return fame >= 6 && cache.random.below(128) == 0 ? victim : candidate
  }

  /// Without a candidate: the end of probation, of the protected, of the window.
  public static func evictOne(in cache: inout Cache) -> Bool {
    var i = cache.last(of: probation)
    if i < 0 { i = cache.last(of: protected) }
    if i < 0 { i = cache.last(of: window) }
    if i < 0 { return false }
    cache.evict(i)
    return true
  }
}

/// The window's climb.
extension WTinyLFU {
  private static func climb(_ cache: inout Cache) {
    let hits = cache.counters.hits &- cache.sampleHits
    let asked = hits &+ cache.counters.misses &- cache.sampleMisses
    let entries = cache.countsBytes ? cache.count : Int(cache.limit)
    if asked < 10 * UInt64(max(1, entries)) { return }
    cache.sampleHits = cache.counters.hits
    cache.sampleMisses = cache.counters.misses
    let ratio = Double(hits) / Double(asked)
    let change = ratio - cache.sampleRatio
    cache.sampleRatio = ratio
    let whole = 0.0625 * Double(cache.limit)
    // Before the first step the direction is down.
    let step = cache.target == 0 ? -whole : cache.target
    let amount = change >= 0 ? step : -step
    cache.target = abs(change) >= 0.05 ? (amount < 0 ? -whole : whole) : 0.98 * amount
    resize(by: Int64(amount), in: &cache)
  }

  private static func resize(by amount: Int64, in cache: inout Cache) {
    if amount > 0 {
      cache.windowShift += min(amount, protectedMax(cache))
      demote(&cache)
      // The window fills from the end of probation, then of the protected.
      while true {
        var i = cache.last(of: probation)
        if i < 0 { i = cache.last(of: protected) }
        if i < 0 || cache.chains[window].charge + cache.charge(of: i) > windowMax(cache) { return }
        cache.move(i, to: window)
      }
    } else {
      cache.windowShift -= min(-amount, windowMax(cache) - 1)
      while cache.chains[window].charge > windowMax(cache) {
        cache.move(cache.last(of: window), to: probation)
      }
    }
  }
}
