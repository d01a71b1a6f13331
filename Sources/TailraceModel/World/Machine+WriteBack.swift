import TailraceEngine

// Caches that answer writes at once and store them for good later, one store for all writes of a
// key until then. A value that has to leave before is stored at once; a crash loses what waits.
extension Machine {
  /// A frame's write is answered from the cache.
  @inline(never) mutating func writeBack(_ f: Int32) {
    let pc = frames[f].pc
    let use = cacheUses[steps[pc].target]
    keepWrite(f, use, storing: pc &+ 1)
    frames[f].pc = use.hit
  }

  /// At a host: keeps the new value of a visit's key until the host stores it as the writer says.
  @inline(never) mutating func hostBack(_ v: Int32) {
    let asking = cacheUses[edges[frames[v].edge].hostUse]
    keepWrite(v, cacheUses[steps[frames[v].pc].target], storing: asking.miss)
    frames[v].pc &+= 1
  }

  /// An instance holds a new value until the steps from `pc` on store it for good.
  private mutating func keepWrite(_ f: Int32, _ use: CacheUseRow, storing pc: Int32) {
    let row = cacheRows[use.cache]
    let key = key(use, f)
    let i = instance(use, f)
    let w = writes.row(i, key)
    for other in 0..<Int32(caches.count) where cacheSums[other].cache == use.cache && other != i {
      // What other instances were to store is old now.
      let old = writes.find(other, key)
      if old >= 0 {
        writes.move(old, to: w)
        dropWrite(old)
      }
      drop(key, other)
    }
    noteWriter(f, of: w, pc: pc)
    writes.accept(w)
    cacheSums[i].note(.bufferedWrites, inWindow)
    revoke(key, i)
    replace(key, cacheRows.row(use.cache), i, from: f)
    if caches[i].peek(key) < 0 { storeWrite(of: key, i) }
    expectStores(i)
    if marksOutdated { markOutdated(key, row, use.cache) }
  }

  /// Remembers how a value is to be stored: as its latest writer says.
  private mutating func noteWriter(_ f: Int32, of w: Int32, pc: Int32) {
    let root = frames[f].root
    if TracedNumber.hasRow(root.number) { holdRow(root.number) }
    if writes[w].pc >= 0 { leaveRow(writes[w].root.number) }
    writes[w].root = root
    writes[w].station = frames[f].station
    writes[w].edge = frames[f].edge
    writes[w].pc = pc
    for column in 0..<keyColumns {
      writes.setOwnKey(w, column, keyOf[Int(f) &* keyColumns &+ column])
    }
  }

  /// Forgets a value of which nothing is left to store.
  private mutating func dropWrite(_ w: Int32) {
    if !writes.isDone(w) { return }
    if writes[w].pc >= 0 { leaveRow(writes[w].root.number) }
    writes.remove(w)
  }

  // MARK: Stores

  /// Plans the next instant at which an instance stores what waits, if anything does.
  private mutating func expectStores(_ i: Int32) {
    if writes.lines[i].isDue || writes.lines[i].count == 0 { return }
    // When all that counts has ended nothing needs to be stored any more.
    if time >= window.upperBound && (countedLive == 0 || time >= window.upperBound &* 2) { return }
    let interval = cacheRows[cacheSums[i].cache].flushInterval
    let due = (time / interval &+ 1) &* interval
    if due > Clock.latest { return }
    writes.lines[i].isDue = true
    post(
      EventKey(due, .timer),
      Happening.writeBack.rawValue &<< 60 | UInt64(UInt32(bitPattern: i)))
  }

  /// An instance stores what waits, in the order of the first writes.
  @inline(never) mutating func storeWrites(_ i: Int32) {
    writes.lines[i].isDue = false
    for _ in 0..<writes.lines[i].count {
      let w = writes.lines[i].first
      // What ends at once may have been next.
      if w < 0 { break }
      writes.leave(w)
      if !beginStore(w) { writes.join(w) }
      if !ready.isEmpty { runReady() }
    }
    expectStores(i)
  }

  /// What an instance had to let go of is stored at once.
  @inline(never) mutating func storeLeaving(_ i: Int32) {
    while let key = caches[i].takeLeaving() {
      if caches[i].peek(key) < 0 { storeWrite(of: key, i) }
    }
  }

  /// Stores a value at once, if it waits and is not being stored.
  mutating func storeWrite(of key: UInt64, _ i: Int32) {
    let w = writes.find(i, key)
    if w < 0 || writes[w].waiting == 0 { return }
    if !beginStore(w) { expectStores(i) }
  }

  /// Begins the steps that store a value, for which nobody waits.
  ///
  /// Their luck is named by key and instant, not by the request that happened to write last.
  ///
  /// - Returns: false where it is being stored, or the replica that would do it is down.
  private mutating func beginStore(_ w: Int32) -> Bool {
    let write = writes[w]
    if write.frame >= 0 || write.station >= 0 && isDown(write.station) { return false }
    let cache = cacheSums[write.instance].cache
    let named = Luck.root(base: cacheRows[cache].base, request: write.key)
    let place = UInt64(UInt32(bitPattern: write.instance)) &+ 1
    let b = makeFrame(
      .branch, parent: -2, root: write.root, luck: Luck.child(Luck.child(named, place), time),
      edge: write.edge, branch: 0, station: write.station, pc: write.pc)
    for column in 0..<keyColumns {
      keyOf[Int(b) &* keyColumns &+ column] = writes.ownKey(w, column)
    }
    writes.begin(w, by: b)
    cacheSums[write.instance].note(.stores, inWindow)
    walk(b)
    return true
  }

  private mutating func isDown(_ s: Int32) -> Bool {
    let q = stations[s].queue
    return q >= 0 && queues[q].downs > 0
  }

  /// A value has been stored for good, or could not be: then it waits again.
  @inline(never) mutating func endStore(_ f: Int32) {
    let step = steps[frames[f].pc]
    let use = cacheUses[step.target]
    let i = instance(use, f)
    let w = writes.find(i, key(use, f))
    if w >= 0 && writes[w].frame == f {
      let hasFailed = step.op == .storeFailed
      if hasFailed { cacheSums[i].note(.failedStores, inWindow) }
      writes.end(w, hasFailed: hasFailed)
      dropWrite(w)
      expectStores(i)
    }
    endFetches(of: f)
    if _slowPath(records) { recordStop(f, .answered) }
    freeTree(f)
  }

  // MARK: Losses

  /// A frame that stores a value is to be stopped: the value waits again.
  mutating func returnWrites(of f: Int32) {
    for w in 0..<writes.rowsUsed where writes[w].instance >= 0 && writes[w].frame == f {
      writes.end(w, hasFailed: true)
      expectStores(writes[w].instance)
    }
  }

  /// An instance has lost its entries, and with them what waits to be stored.
  mutating func loseWrites(of i: Int32) {
    while writes.lines[i].first >= 0 {
      let w = writes.lines[i].first
      cacheSums[i].note(.lostWrites, writes.lose(w) &* inWindow)
      dropWrite(w)
    }
  }
}
