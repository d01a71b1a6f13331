import TailraceEngine

// Cache steps: look up, fetch, store. Nothing of it runs in a scenario without caches.
extension Machine {
  /// Fills caches that begin warm.
  mutating func startCaches() {
    for i in 0..<Int32(caches.count) {
      let row = cacheRows[cacheSums[i].cache]
      if row.map < 0 { warm(i, row) } else if isFirstOfHost(i) { warmShards(from: i, row) }
    }
    for i in 0..<Int32(caches.count) {
      cacheSums[i].settle(
        caches[i].counters, entries: caches[i].count, at: clipped(0), counted: 0)
    }
  }

  /// Fills an instance that begins with all warm keys.
  private mutating func warm(_ i: Int32, _ row: CacheRow) {
    for k in row.firstWarm..<(row.firstWarm &+ row.warmCount) {
      storeWarm(warmKeys[k], in: i...i, row)
    }
  }

  /// Fills the instances of a sharded host, each with the keys of its own shard.
  ///
  /// One pass over the keys, however many shards there are.
  private mutating func warmShards(from first: Int32, _ row: CacheRow) {
    for k in row.firstWarm..<(row.firstWarm &+ row.warmCount) {
      let shard = owner(of: warmKeys[k], row.map)
      let i = first &+ shard &* row.replicas
      storeWarm(warmKeys[k], in: i...(i &+ row.replicas &- 1), row)
    }
  }

  private mutating func storeWarm(
    _ key: UInt64, in instances: ClosedRange<Int32>, _ row: CacheRow
  ) {
    if isAbsent(key, row) { return }
    let luck = Luck.child(Luck.root(base: row.base, request: key), 1)
    let value = value(row, luck, size: size(of: key, row))
    for i in instances { caches[i].insert(key, value, now: 0) }
  }

  /// A value that is stored now.
  @inline(__always)
  private mutating func value(_ row: CacheRow, _ luck: UInt64, size: UInt64) -> Cache.Value {
    guard row.ttl != never else { return Cache.Value(size: size) }
    let life = life(row, luck)
    return Cache.Value(
      size: size, expires: time &+ life, staleUntil: row.staleUntil(expires: time &+ life))
  }

  /// How long a value is fresh, in nanoseconds.
  mutating func life(_ row: CacheRow, _ luck: UInt64) -> UInt64 {
    if row.jitter == 0 { return row.ttl }
    var draw = Luck.draw(luck, salt: row.salt)
    let longer = 1 + row.jitter * (2 * draw.unit() - 1)
    return max(1, TimeRounding.instant(Double(row.ttl) * longer))
  }

  /// Bytes of what a key stands for, the same whenever it is asked for.
  @inline(__always) mutating func size(of key: UInt64, _ row: CacheRow) -> UInt64 {
    if row.size < 0 || isAbsent(key, row) { return 0 }
    let luck = Luck.root(base: row.sizeBase, request: key)
    return sampler.time(row.size, luck: luck, salt: 0, number: key, source: 0)
  }

  /// The instance that a frame's step uses.
  mutating func instance(_ use: CacheUseRow, _ f: Int32) -> Int32 {
    if use.isHosted { return fetchNotes[noteCell(f, use)].instance }
    return use.firstStation < 0
      ? use.firstInstance : use.firstInstance &+ frames[f].station &- use.firstStation
  }

  /// The key that a frame's step is about: its own, else the request's first.
  mutating func key(_ use: CacheUseRow, _ f: Int32) -> UInt64 {
    let own = ownKey(f, use.column)
    let key = keys.key(use.space, frames[f].root, index: max(0, own), &sampler)
    noteSent(keys.takeDrawn())
    return key
  }

  @inline(__always) mutating func settle(_ i: Int32) {
    cacheSums[i].settle(
      caches[i].counters, entries: caches[i].count, at: cutTime, counted: inWindow)
  }

  // MARK: Steps

  /// Looks a frame's key up.
  ///
  /// - Returns: whether it goes on now; else it waits for somebody else's fetch.
  @inline(never) mutating func lookUp(_ f: Int32) -> Bool {
    let use = cacheUses[steps[frames[f].pc].target]
    let i = instance(use, f)
    let key = key(use, f)
    let found = caches[i].lookup(key, now: time)
    let goesOn = take(found, f, use, i, key)
    if _slowPath(records) { recordLookUp(f, found, use, i, key) }
    return goesOn
  }

  /// A frame goes on with what a lookup has found.
  ///
  /// The row of a hit is -1 where the value was there when it was looked up but no longer is.
  ///
  /// - Returns: whether it goes on now; else it waits for somebody else's fetch.
  mutating func take(
    _ found: Cache.Lookup, _ f: Int32, _ use: CacheUseRow, _ i: Int32, _ key: UInt64
  ) -> Bool {
    let pc = frames[f].pc
    let row = cacheRows.row(use.cache)
    let bytes = size(of: key, row.row) &* inWindow
    switch found {
    case .hit(let entry):
      if row.beta > 0 && entry >= 0 && fetchesEarly(f, use, row.row, i, key, caches[i][entry]) {
        break
      }
      cacheSums[i].hits &+= inWindow
      cacheSums[i].hitBytes &+= bytes
      seriesLookedUp(i, isHit: true)
      judgeHit(f, row.store, i, key, counted: inWindow)
      if row.negativeLife > 0 && isAbsent(key, row.row) {
        cacheSums[i].note(.negativeHits, inWindow)
      } else if row.renews && entry >= 0 {
        let until = time &+ row.ttl
        caches[i].renew(
          entry, expires: until, staleUntil: row.row.staleUntil(expires: until))
      }
      frames[f].pc = use.hit
      return true
    case .stale(let entry) where time < caches[i][entry].expires &+ row.stale:
      cacheSums[i].hits &+= inWindow
      cacheSums[i].hitBytes &+= bytes
      cacheSums[i].staleHits &+= inWindow
      seriesLookedUp(i, isHit: true)
      judgeHit(f, row.store, i, key, counted: inWindow)
      let expired = caches[i][entry].expires
      frames[f].pc = use.hit
      if flights.find(i, key) < 0 { refresh(f, use, pc, i, key, expired: expired) }
      return true
    case .stale where use.stale >= 0: return revalidate(f, use, row.row, i, key, bytes: bytes)
    case .stale: break  // Kept in case that the fetch fails.
    case .miss:
      settle(i)
      if row.writesBack { storeLeaving(i) }
    }
    cacheSums[i].misses &+= inWindow
    cacheSums[i].missBytes &+= bytes
    seriesLookedUp(i, isHit: false)
    if row.locks && !startsFetch(f, row.row, i, key) { return false }
    cacheSums[i].fetches &+= inWindow
    noteFetch(f, use, instance: i)
    if row.store >= 0 { versionNotes[f].known = 0 }
    frames[f].pc = pc &+ 1
    return true
  }

  /// Whether a frame is the one that fetches a missing key; else it waits.
  mutating func startsFetch(
    _ f: Int32, _ row: CacheRow, _ i: Int32, _ key: UInt64
  ) -> Bool {
    let flight = flights.find(i, key)
    if flight < 0 {
      flights.begin(i, key, leader: f, isRefresh: false)
      return true
    }
    // Who already fetches it further up must not wait for himself.
    if flights[flight].leader == f { return true }
    cacheSums[i].coalesced &+= inWindow
    frames[f].state = .parked
    frames[f].since = time
    frames[f].next = -1
    let last = flights[flight].last
    if last < 0 { flights[flight].first = f } else { frames[last].next = f }
    flights[flight].last = f
    post(EventKey(time &+ row.lockTimeout, .timer), word(.unlocked, f))
    return false
  }

  /// Renews a value that is served meanwhile: the steps of a miss, for which nobody waits.
  ///
  /// Its luck is named by key and expiry, not by the request that happened to come first.
  private mutating func refresh(
    _ f: Int32, _ use: CacheUseRow, _ pc: Int32, _ i: Int32, _ key: UInt64, expired: UInt64
  ) {
    let base = cacheRows[use.cache].base
    let b = makeFrame(
      .branch, parent: -2, root: frames[f].root,
      luck: Luck.child(Luck.root(base: base, request: key), expired), edge: frames[f].edge,
      branch: 0, station: frames[f].station, pc: use.stale >= 0 ? use.stale : pc &+ 1)
    if keyColumns > 0 { copyKeys(to: b, from: f) }
    flights.begin(i, key, leader: b, isRefresh: true)
    if use.stale < 0 { cacheSums[i].fetches &+= inWindow }
    noteFetch(b, use, instance: i)
    walk(b)
  }

  /// Stores what a frame has fetched and lets those who wait for it go on.
  ///
  /// A fresh value that somebody else stored meanwhile stays: it is not made to live longer.
  ///
  /// - Returns: whether the frame goes on; one that only renewed a value ends here.
  @inline(never) mutating func store(_ f: Int32) -> Bool {
    let use = cacheUses[steps[frames[f].pc].target]
    let row = cacheRows.row(use.cache)
    let i = instance(use, f)
    let key = key(use, f)
    if mayStore(f, row.row, i, key) {
      put(key, row, i, from: f, cost: use.noteColumn < 0 ? 0 : fetchTime(f, use))
    }
    frames[f].pc = use.end
    return !row.tracks || land(f, i, key, .success)
  }

  /// Stores the value that a frame has fetched.
  mutating func put(
    _ key: UInt64, _ row: RowReference<CacheRow>, _ i: Int32, from f: Int32, cost: Float
  ) {
    if isAbsent(key, row.row) {
      storeAbsence(of: key, row.row, i)
      keepVersion(f, row.store, i, key)
    } else if row.beta > 0 || !caches[i].isFresh(key, at: time) {
      keepVersion(f, row.store, i, key)
      var value = value(row.row, frames[f].luck, size: size(of: key, row.row))
      value.cost = cost
      caches[i].insert(key, value, now: time)
      settle(i)
    }
    if row.revalidates { outdated.remove(i, key) }
    if row.writesBack { storeLeaving(i) }
  }

  /// The steps of a miss have failed: those who wait for the value share the failure.
  ///
  /// - Returns: whether the frame goes on, which is with its failure.
  @inline(never) mutating func giveUpFetch(_ f: Int32) -> Bool {
    let pc = frames[f].pc
    let use = cacheUses[steps[pc].target]
    let i = instance(use, f)
    let key = key(use, f)
    if maySettle(i, key, forErrorsOf: cacheRows[use.cache]) { return answerError(f, use, i, key) }
    let outcome = frames[f].outcome
    frames[f].pc = steps[pc].onError
    if steps[pc].recovers {
      frames[f].outcome = .degraded
      // The step inside has counted a failure of the whole visit, at this instant.
      if frames[f].kind == .visit { accounts[frames[f].station].failed &-= inWindow }
    }
    return land(f, i, key, outcome)
  }

  /// The fetch of a key has come to its end, if it was this frame's.
  mutating func land(_ f: Int32, _ i: Int32, _ key: UInt64, _ outcome: Outcome) -> Bool {
    let flight = flights.find(i, key)
    guard flight >= 0, flights[flight].leader == f else { return true }
    return land(f, flight: flight, outcome)
  }

  /// The fetch that a frame leads has come to its end.
  @inline(__always)
  mutating func land(_ f: Int32, flight: Int32, _ outcome: Outcome) -> Bool {
    let isRefresh = flights[flight].isRefresh
    let i = flights[flight].instance
    var w = flights[flight].first
    flights.leave(flight)
    flights.end(flight)
    while w >= 0 {
      let next = frames[w].next
      unpark(w)
      if outcome.isAnswered {
        if keepsVersions { versionNotes[w].known = versionNotes[f].known }
        if outcome == .degraded {
          frames[w].outcome = .degraded
          cacheSums[i].note(.servedOnError, inWindow)
        }
        frames[w].pc = cacheUses[steps[frames[w].pc].target].end
      } else {
        fail(w, outcome)
      }
      w = next
    }
    if isRefresh {
      if _slowPath(records) { recordStop(f, .answered) }
      freeTree(f)
    }
    return !isRefresh
  }

  /// Somebody who waited goes on at this instant.
  private mutating func unpark(_ w: Int32) {
    frames[w].delayed &+= time &- frames[w].since
    if _slowPath(records) { record(.coalesced, w, since: frames[w].since) }
    pauses[w].coalesced &+= time &- frames[w].since
    frames[w].next = -1
    frames[w].state = .running
    ready.append(w)
  }

  // MARK: Ends

  /// A frame has waited for somebody else's fetch as long as it may: it fetches itself.
  @inline(never) mutating func stopWaiting(_ f: Int32) {
    guard frames[f].state == .parked else { return }
    if steps[frames[f].pc].op == .takePermit {
      stopWaitingForPermit(f)
      return
    }
    let use = cacheUses[steps[frames[f].pc].target]
    // It may wait for another fetch by now.
    guard frames[f].since &+ cacheRows[use.cache].lockTimeout == time else { return }
    leaveFlight(f)
    fetchInstead(f, instance(use, f))
  }

  /// Somebody who waited takes the steps of a miss after all.
  private mutating func fetchInstead(_ w: Int32, _ i: Int32) {
    cacheSums[i].fetches &+= inWindow
    unpark(w)
    noteFetch(w, cacheUses[steps[frames[w].pc].target], instance: i)
    frames[w].pc &+= 1
  }

  /// A frame that waits is taken out of the line.
  mutating func leaveFlight(_ f: Int32) {
    if steps[frames[f].pc].op == .takePermit {
      leavePool(f)
      return
    }
    let use = cacheUses[steps[frames[f].pc].target]
    let flight = flights.find(instance(use, f), key(use, f))
    var before: Int32 = -1
    var w = flights[flight].first
    while w != f {
      before = w
      w = frames[w].next
    }
    let next = frames[f].next
    if before < 0 { flights[flight].first = next } else { frames[before].next = next }
    if next < 0 { flights[flight].last = before }
    frames[f].next = -1
  }

  /// A frame ends before its fetches: who has waited longest fetches instead. Its permits go back.
  @inline(__always) mutating func endFetches(of f: Int32) {
    if _slowPath(flights.count > 0) { handOver(f) }
    if _slowPath(permits.held > 0) { returnPermits(of: f) }
  }

  @inline(never) private mutating func handOver(_ f: Int32) {
    while true {
      let flight = flights.led(by: f)
      if flight < 0 { return }
      flights.leave(flight)
      let heir = flights[flight].first
      if heir < 0 {
        flights.end(flight)
        continue
      }
      flights[flight].first = frames[heir].next
      if frames[heir].next < 0 { flights[flight].last = -1 }
      flights.lead(flight, heir)
      flights[flight].isVoid = false
      fetchInstead(heir, flights[flight].instance)
    }
  }

  /// All entries of an instance are lost.
  mutating func flushCache(_ i: Int32) {
    caches[i].clear()
    settle(i)
    if cacheRows[cacheSums[i].cache].writesBack { loseWrites(of: i) }
  }

  /// A replica is gone with the caches it held.
  ///
  /// So is what renewed their values: branches that nobody waits for.
  mutating func loseCaches(of s: Int32) {
    for f in 0..<frameHigh
    where frames[f].station == s && frames[f].kind == .branch && frames[f].parent == -2
      && frames[f].state != .free && frames[f].state != .dead
    {
      if writes.count > 0 { returnWrites(of: f) }
      stop(f)
    }
    for i in 0..<Int32(caches.count) where cacheSums[i].station == s { flushCache(i) }
  }

  /// All instances of a cache are emptied.
  mutating func flushCaches(_ cache: Int32) {
    for i in 0..<Int32(caches.count) where cacheSums[i].cache == cache { flushCache(i) }
  }
}
