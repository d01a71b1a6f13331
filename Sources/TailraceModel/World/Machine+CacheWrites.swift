import TailraceEngine

// Writes of keys that caches hold.
extension Machine {
  /// Whether what a frame has fetched may be stored.
  ///
  /// A lock is a lease (Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013): a write while
  /// the fetch is under way takes it back, so that no old value outlives the write.
  @inline(__always)
  mutating func mayStore(_ f: Int32, _ row: CacheRow, _ i: Int32, _ key: UInt64) -> Bool {
    if !row.isWritten || !row.tracks { return true }
    let flight = flights.find(i, key)
    return flight < 0 || flights[flight].leader != f || !flights[flight].isVoid
  }

  /// A frame has stored a new value for good: caches hear of it at once.
  @inline(never) mutating func noteWrite(_ f: Int32, storing isStored: Bool) {
    let use = cacheUses[steps[frames[f].pc].target]
    let row = cacheRows[use.cache]
    let key = key(use, f)
    let own = isStored ? instance(use, f) : -1
    var holders: Int32 = 0
    for i in 0..<Int32(caches.count) where cacheSums[i].cache == use.cache && i != own {
      if drop(key, i) { holders &+= 1 }
    }
    if readsVisits { facts[f].holders = holders }
    if own >= 0 {
      revoke(key, own)
      replace(key, cacheRows.row(use.cache), own, from: f)
    }
    if marksOutdated { markOutdated(key, row, use.cache) }
    frames[f].pc &+= 1
  }

  /// An instance forgets a key, and what is being fetched of it will not be stored.
  ///
  /// - Returns: whether it held the key.
  @discardableResult mutating func drop(_ key: UInt64, _ i: Int32) -> Bool {
    revoke(key, i)
    let isHeld = caches[i].remove(key)
    if isHeld {
      cacheSums[i].note(.invalidated, inWindow)
      settle(i)
    }
    if writes.count > 0 { storeWrite(of: key, i) }
    return isHeld
  }

  mutating func revoke(_ key: UInt64, _ i: Int32) {
    let flight = flights.find(i, key)
    if flight >= 0 { flights[flight].isVoid = true }
  }

  /// An instance holds a frame's new value, whether or not it held an old one.
  mutating func replace(
    _ key: UInt64, _ row: RowReference<CacheRow>, _ i: Int32, from f: Int32
  ) {
    caches[i].remove(key)
    put(key, row, i, from: f, cost: 0)
    settle(i)
  }

  // MARK: Hosted caches

  /// Sends a write to every replica of the shard that owns the key.
  ///
  /// The writer goes on when all have answered, or when one could not.
  @inline(never) mutating func tellAll(_ f: Int32) {
    let step = steps[frames[f].pc]
    let use = cacheUses[step.law]
    let edge = edges[step.target]
    let service = services[edge.service]
    var shard: Int32 = 0
    if cacheRows[use.cache].map >= 0 {
      shard = owner(of: key(use, f), cacheRows[use.cache].map)
    }
    if marksOutdated { markOutdated(key(use, f), cacheRows[use.cache], use.cache) }
    fork(f)
    if step.count > 1 { takeBlock(f, step.count) }
    noteSent(step.count)
    let first = service.firstStation &+ shard &* service.replicas
    for k in 0..<step.count { send(step.target, to: first &+ k, from: f, branch: k) }
  }

  /// At the host: drops the key of a visit's request.
  @inline(never) mutating func hostDrop(_ v: Int32) {
    let use = cacheUses[steps[frames[v].pc].target]
    drop(key(use, v), instance(use, v))
    frames[v].pc &+= 1
  }

  /// At the host: stores the new value of that key.
  @inline(never) mutating func hostPut(_ v: Int32) {
    let use = cacheUses[steps[frames[v].pc].target]
    let i = instance(use, v)
    let key = key(use, v)
    revoke(key, i)
    replace(key, cacheRows.row(use.cache), i, from: v)
    frames[v].pc &+= 1
  }
}
