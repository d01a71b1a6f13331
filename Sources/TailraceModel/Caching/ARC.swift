/// Adaptive replacement (Megiddo and Modha, FAST 2003): recency against frequency, balanced by ghosts.
///
/// T1 holds what was seen once, T2 what was seen again, both LRU; B1 and B2 remember the keys that
/// left them. T1 has a target: a ghost hit in B1 raises it by max(1, B2/B1), one in B2 lowers it
/// by max(1, B1/B2), real numbers, between 0 and the capacity. In bytes lists are measured in
/// bytes, and the target moves by that many times the new entry's size.
public enum ARC: EvictionPolicy {
  public static let name = "ARC"
  public static let summary =
    "Balances what was seen once against what was seen again, by the ghosts that are asked for."
  public static var ghostsPerEntry: Double { 1 }

  static let once = 0
  static let again = 1
  static let onceGhosts = Cache.ghosts
  static let againGhosts = Cache.ghosts + 1

  @inline(__always)
  public static func use(_ i: Int32, in cache: inout Cache) {
    if cache.links[i].chain == again { cache.bringToFront(i) } else { cache.move(i, to: again) }
  }

  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    if ghost >= 0 { return admitAgain(key, charge: charge, ghost: ghost, in: &cache) }
    // T1 and B1 together hold at most what the cache holds, all four lists twice that.
    while cache.chains[once].charge + cache.chains[onceGhosts].charge > cache.limit - charge {
      let oldest = cache.last(of: onceGhosts)
      if oldest >= 0 { cache.dropGhost(oldest) } else { cache.evict(cache.last(of: once)) }
    }
    while cache.charge + ghostCharge(cache) > 2 * cache.limit - charge {
      let oldest = cache.last(of: againGhosts)
      if oldest < 0 { break }
      cache.dropGhost(oldest)
    }
    while !cache.hasRoom(for: charge) { replace(isGhostOfAgain: false, in: &cache) }
    return cache.add(key, charge: charge, to: once)
  }

  private static func ghostCharge(_ cache: borrowing Cache) -> Int64 {
    cache.chains[onceGhosts].charge + cache.chains[againGhosts].charge
  }

  private static func admitAgain(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    let one = Double(cache.chains[onceGhosts].charge)
    let two = Double(cache.chains[againGhosts].charge)
    let wasAgain = cache.links[ghost].chain == againGhosts
    if wasAgain {
      cache.target = max(0, cache.target - max(1, one / two) * Double(charge))
    } else {
      cache.target = min(
        Double(cache.limit), cache.target + max(1, two / one) * Double(charge))
    }
    // The ghost is gone before room is made, so that what leaves is not counted with it.
    cache.dropGhost(ghost)
    while !cache.hasRoom(for: charge) { replace(isGhostOfAgain: wasAgain, in: &cache) }
    return cache.add(key, charge: charge, to: again)
  }

  private static func replace(isGhostOfAgain: Bool, in cache: inout Cache) {
    let size = Double(cache.chains[once].charge)
    let isOver = size > cache.target || isGhostOfAgain && size == cache.target
    let old = cache.last(of: once)
    let used = cache.last(of: again)
    if old >= 0, isOver || used < 0 {
      cache.evict(old, rememberIn: onceGhosts)
    } else {
      cache.evict(used, rememberIn: againGhosts)
    }
  }

  @inline(__always)
  public static func evictOne(in cache: inout Cache) -> Bool {
    replace(isGhostOfAgain: false, in: &cache)
    return true
  }
}
