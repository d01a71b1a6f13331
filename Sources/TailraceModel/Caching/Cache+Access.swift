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
      if now >= cache.rows[i].value.expires { return lookupExpired(i, in: &cache) }
      cache.counters.hitBytes &+= cache.rows[i].value.size
    }
    cache.counters.hits &+= 1
    use(i, in: &cache)
    return .hit(i)
  }

  @inline(never)
  private static func lookupExpired(_ i: Int32, in cache: inout Cache) -> Cache.Lookup {
    if cache.now < cache.rows[i].value.staleUntil {
      cache.counters.staleHits &+= 1
      use(i, in: &cache)
      return .stale(i)
    }
    cache.counters.expirations &+= 1
    cache.counters.misses &+= 1
    if cache.notesLeaving { cache.noteLeaving(cache.rows[i].key) }
    drop(i, in: &cache)
    return .miss
  }

  public static func insert(
    _ value: Cache.Value, of key: UInt64, now: UInt64, in cache: inout Cache
  ) -> Int32 {
    cache.now = now
    if value.expires != Cache.never || value.size > 0 { cache.readsValues = true }
    let charge = cache.charge(ofSize: value.size)
    var ghost = cache.row(of: key)
    if ghost >= 0, !cache.isGhost(ghost) {
      let old = cache.rows[ghost].value
      if cache.charge(ofSize: old.size) == charge
        && (old.expires == Cache.never) == (value.expires == Cache.never)
      {
        cache.counters.replacements &+= 1
        cache.rows[ghost].value = value
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
