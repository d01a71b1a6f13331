import TailraceEngine

/// A call to a service of any number of slots that first looks into a cache, where a hit is all of
/// it but the time that it takes.
struct CachedCallRow: BitwiseCopyable, Sendable {
  /// The step that looks the key up.
  var lookUp: Int32
  /// The step that takes the time of a hit; -1 if it takes none.
  var pause: Int32
  /// Nanoseconds that each hit takes; `never` where they are drawn.
  var hitTime: UInt64
  /// The one call of a miss, where its visit may stand for the whole request; -1 if it may not.
  var fetch: Int32
  /// Whether a hit is over as soon as it is found: nobody but a workload waits for it.
  var isForeseen: Bool
}

/// The end of a hit.
struct HitEnd: BitwiseCopyable {
  var due: UInt64
  var station: Int32
  var source: UInt16
  /// Whether its request lies in the window.
  var counted: Bool
}

/// Hits at a station that came and left within the window, and how long they stayed.
struct HitSum: BitwiseCopyable, Sendable {
  var count: UInt64 = 0
  var stayed: UInt64 = 0
}

extension Plan {
  /// Marks calls of workloads whose answer is a hit or begins with a miss, and nothing before it.
  mutating func markCachedCalls(foreseesHits: Bool) {
    for source in sources where source.edge >= 0 {
      let e = Int(source.edge)
      guard edges[e].cached < 0, let row = cachedCall(edges[e]) else { continue }
      edges[e].cached = Int32(cachedCalls.count)
      cachedCalls.append(row)
      cachedCalls[cachedCalls.count - 1].isForeseen = foreseesHits
    }
  }

  private func cachedCall(_ edge: EdgeRow) -> CachedCallRow? {
    let service = services[Int(edge.service)]
    let first = Int(service.firstStation)
    let lookUp = edge.entry + 1
    guard edge.timeoutLine < 0, edge.policy < 0, edge.wire < 0, edge.wireBack < 0, edge.back < 0,
      edge.aim == .balanced, !service.readsLoad, !edge.isForeseen, !edge.isDirect,
      steps[Int(edge.entry)].op == .acquire, steps[Int(lookUp)].op == .lookUp,
      stations[first..<(first + Int(service.shards * service.replicas))].allSatisfy({
        $0.slots == .max && $0.order == .fifo && !$0.tracks
      })
    else { return nil }
    let use = cacheUses[Int(steps[Int(lookUp)].target)]
    let cache = cacheRows[Int(use.cache)]
    guard !use.isHosted, use.column < 0, cache.beta == 0, cache.absent == 0, !cache.renews,
      cache.stale == 0, cache.size < 0, !cache.revalidates, cache.store < 0
    else { return nil }
    var next = Int(use.hit)
    var pause: Int32 = -1
    if steps[next].op == .wait {
      if steps[next].reads != 0 { return nil }
      pause = use.hit
      next += 1
    }
    guard steps[next].op == .release, steps[next + 1].op == .end else { return nil }
    return CachedCallRow(
      lookUp: lookUp, pause: pause, hitTime: constantTime(pause),
      fetch: edge.route < 0 ? plainFetch(use, lookUp) : -1,
      isForeseen: false)
  }

  /// Nanoseconds that a pause always takes; `never` where they are drawn.
  private func constantTime(_ pause: Int32) -> UInt64 {
    if pause < 0 { return 0 }
    if case .constant(let time) = laws[Int(steps[Int(pause)].law)] { return time }
    return never
  }
}

// What a visit of such a call does, without a walk through its program up to the lookup; a hit
// that nobody can interfere with needs no frame and no event. Tests compare both ways.
extension Machine {
  /// Whether some hits are over before their time has come.
  var foreseesHits: Bool {
    mutating get { cachedCalls.count > 0 && cachedCalls[0].isForeseen }
  }

  /// A request begins that is one such call, at the present instant.
  @inline(never) mutating func callCached(_ e: Int32, _ root: Root, _ luck: UInt64) {
    let edge = edges.row(e)
    let row = cachedCalls[edge.cached]
    let use = cacheUses.row(steps[row.lookUp].target)
    var place = Place(station: edge.onlyStation, load: -1)
    if place.station < 0 {
      place = self.place(e, parent: -1, root: root, luck: luck, branch: root.source)
    }
    let key = keys.key(use.space, root, index: 0, &sampler)
    noteSent(keys.takeDrawn())
    let i =
      use.firstStation < 0
      ? use.firstInstance : use.firstInstance &+ place.station &- use.firstStation
    let found = caches[i].lookup(key, now: time)
    if keys.isTimeToDraw(use.space, root) { drawAhead(use.space, root, i) }
    if case .hit = found, !hasDetails {
      if row.isForeseen, inWindow == 1 {
        let stay =
          row.hitTime != never
          ? row.hitTime
          : sampler.time(
            steps[row.pause].law, luck: luck, salt: steps[row.pause].salt, number: root.number,
            source: root.source)
        if time &+ stay < window.upperBound {
          handled &+= 1
          cacheSums[i].hits &+= 1
          let sum = hitSums.row(place.station)
          sum.count &+= 1
          sum.stayed &+= stay
          if notesVisits { noteUnseen(at: place.station, from: time, until: time &+ stay) }
          noteForeseen(Int(root.source), stay, queued: 0)
          return
        }
      }
      if row.hitTime != never {
        cacheSums[i].hits &+= inWindow
        passHit(edge.cached, place.station, root, takes: row.hitTime)
        return
      }
    }
    if case .miss = found, row.fetch >= 0, !hasDetails,
      fetch(row, use, i, key, root, luck, at: place.station)
    {
      return
    }
    begin(root)
    noteCall(e)
    let f = makeFrame(
      .visit, parent: -1, root: root, luck: luck, edge: e, branch: root.source,
      station: place.station, pc: row.lookUp)
    if _slowPath(edge.route >= 0) { noteKey(f, route: edge.route, branch: root.source) }
    accounts[place.station].requests &+= inWindow
    accounts[place.station].enter(at: cutTime)
    seriesEntered(place.station)
    stations[place.station].busy &+= 1
    self.begin(f, place.station)
    if take(found, f, use.row, i, key) { walk(f) }
  }

  /// Draws the keys of requests to come, and reads what will be read when they are looked up:
  /// memory takes as long as a draw.
  @inline(never) private mutating func drawAhead(_ space: Int32, _ root: Root, _ i: Int32) {
    let cache = caches.row(i)
    var touched: Int32 = 0
    var before: Int32 = 0
    keys.drawGroup(space, root) { key in
      touched &+= cache.row.touch(row: before)
      before = cache.row.touch(key)
    }
    cache.touched = cache.touched &+ touched
  }

  /// A request enters a station of any number of slots, without a frame.
  @inline(__always) mutating func enterUnseen(_ root: Root, _ s: Int32) {
    begin(root)
    let account = accounts.row(s)
    account.requests &+= inWindow
    account.row.pass(at: cutTime, counted: inWindow)
    stations[s].busy &+= 1
  }

  /// A hit takes as long as all others of its call: they end in the order in which they begin, and
  /// nothing depends on when that is noted.
  @inline(__always)
  private mutating func passHit(_ c: Int32, _ s: Int32, _ root: Root, takes stay: UInt64) {
    enterUnseen(root, s)
    endHits(c, until: time)
    hitEnds[c].append(
      HitEnd(
        due: time &+ stay, station: s, source: UInt16(truncatingIfNeeded: root.source),
        counted: root.counted))
  }

  /// Notes the hits of a call that are over.
  @inline(__always) private mutating func endHits(_ c: Int32, until instant: UInt64) {
    while !hitEnds[c].isEmpty && hitEnds[c].first.due <= instant {
      let hit = hitEnds[c].first
      hitEnds[c].removeFirst()
      let cut = clipped(hit.due)
      accounts[hit.station].leave(at: cut)
      stations[hit.station].busy &-= 1
      handled &+= 1
      let s = Int(hit.source)
      let stay = cachedCalls[c].hitTime
      let born = hit.due &- stay
      if notesVisits { noteUnseen(at: hit.station, from: born, until: hit.due) }
      let cell = noteEnd(s, from: born, until: hit.due, cut: cut, counted: hit.counted)
      // The time of a hit is all of the visit: `foldVisits` tells it from work.
      if cell >= 0 { tally.blame.addVisit(s, cell, queued: 0, worked: stay) }
    }
  }

  /// Notes all hits that are over.
  @inline(never) mutating func endHits(until instant: UInt64) {
    for c in 0..<Int32(hitEnds.count) { endHits(c, until: instant) }
  }

  /// The hits that are not over, and when each began.
  mutating func hitsInFlight() -> [(hit: HitEnd, born: UInt64)] {
    var found: [(hit: HitEnd, born: UInt64)] = []
    for c in 0..<hitEnds.count {
      var ends = hitEnds[c]
      while !ends.isEmpty {
        found.append((ends.first, ends.first.due &- cachedCalls[c].hitTime))
        ends.removeFirst()
      }
    }
    return found
  }

  /// Adds what was kept apart of hits to their stations' accounts.
  mutating func foldHits() {
    for s in 0..<hitSums.count {
      let sum = hitSums[s]
      hitSums[s] = HitSum()
      accounts[s].requests &+= sum.count
      accounts[s].starts &+= sum.count
      accounts[s].entered &+= sum.count
      accounts[s].started &+= sum.count
      accounts[s].left &+= sum.count
      // Only differences of these sums have a meaning.
      accounts[s].leftAt &+= sum.stayed
    }
  }
}
