/// The skeleton: look up, admit, make room, insert. Compiled for each policy.
extension EvictionPolicy {
  public static func lookup(
    _ key: UInt64, now: UInt64, in cache: inout Cache
  ) -> Cache.Lookup {
    let i = cache.row(of: key)
    guard i >= 0, !cache.isGhost(i) else {
      cache.counters.misses &+= 1
      return .miss
    }
    cache.now = now
    if cache.readsValues {
      if now >= cache.values[i].expires { return lookupExpired(i, in: &cache) }
      cache.counters.hitBytes &+= cache.values[i].size
    }
    cache.counters.hits &+= 1
    use(i, in: &cache)
    return .hit(i)
  }

  @inline(never)
  private static func lookupExpired(_ i: Int32, in cache: inout Cache) -> Cache.Lookup {
    if cache.now < cache.values[i].staleUntil {
      cache.counters.staleHits &+= 1
      use(i, in: &cache)
      return .stale(i)
    }
    cache.counters.expirations &+= 1
    cache.counters.misses &+= 1
    if cache.notesLeaving { cache.noteLeaving(cache.keys[i]) }
    drop(i, in: &cache)
    return .miss
  }

  public static func insert(
    _ value: Cache.Value, of key: UInt64, now: UInt64, in cache: inout Cache
  ) -> Int32 {
    cache.now = now
    if !cache.readsValues && value != .plain && cache.limit > 0 { cache.keepValues() }
    let charge = cache.charge(ofSize: value.size)
    var ghost = cache.row(of: key)
    if ghost >= 0, !cache.isGhost(ghost) {
      let old = cache.value(of: ghost)
      if cache.charge(ofSize: old.size) == charge
        && (old.expires == Cache.never) == (value.expires == Cache.never)
      {
        cache.counters.replacements &+= 1
        if cache.readsValues { cache.values[ghost] = value }
        use(ghost, in: &cache)
        return ghost
      }
      drop(ghost, in: &cache)
      ghost = -1
    }
    var i: Int32 = -1
    if charge <= cache.limit {
      cache.pending = value
      i = admit(key, charge: charge, ghost: ghost, in: &cache)
    }
    if i < 0 { cache.counters.rejections &+= 1 } else { cache.counters.insertions &+= 1 }
    return i
  }

  public static func remove(_ key: UInt64, in cache: inout Cache) -> Bool {
    let i = cache.row(of: key)
    if i < 0 || cache.isGhost(i) { return false }
    drop(i, in: &cache)
    return true
  }

  private static func drop(_ i: Int32, in cache: inout Cache) {
    forget(i, in: &cache)
    cache.release(i)
  }
}
