import TailraceEngine
import TailraceStatistics

// A miss whose steps are one call: a visit that is one piece of work stands for all of the request.
// It leaves behind what a walk through the program of the visit above it leaves; tests compare both.
extension Plan {
  /// The call of a miss that is such a visit, which can neither fail nor be given up; else -1.
  func plainFetch(_ use: CacheUseRow, _ lookUp: Int32) -> Int32 {
    let call = steps[Int(lookUp) + 1]
    let store = steps[Int(lookUp) + 2]
    let cache = cacheRows[Int(use.cache)]
    guard call.op == .call, store.op == .store, use.noteColumn < 0, !cache.writesBack,
      steps[Int(use.end)].op == .release, steps[Int(use.end) + 1].op == .end,
      versioned.isEmpty, !readsVisits, maxDepth == 0
    else { return -1 }
    let edge = edges[Int(call.target)]
    let service = services[Int(edge.service)]
    let first = Int(service.firstStation)
    let members = first..<(first + Int(service.shards * service.replicas))
    guard edge.isDirect || edge.isForeseen, !edge.isWatched, edge.policy < 0, edge.timeoutLine < 0,
      edge.route < 0, edge.wire < 0, edge.wireBack < 0, edge.back < 0, edge.aim == .balanced,
      service.shards == 1,
      stations[members].allSatisfy({ $0.limit == .max })
    else { return -1 }
    return call.target
  }
}

extension Machine {
  /// Sends the call of a miss, for a request that begins at a station.
  ///
  /// - Returns: whether it did; not if somebody else is already fetching the key.
  @inline(__always)
  mutating func fetch(
    _ row: CachedCallRow, _ use: RowReference<CacheUseRow>, _ i: Int32, _ key: UInt64,
    _ root: Root, _ luck: UInt64, at s: Int32
  ) -> Bool {
    let tracks = cacheRows.row(use.cache).row.locks
    if _slowPath(tracks && flights.find(i, key) >= 0) { return false }
    settle(i)
    cacheSums[i].misses &+= inWindow
    cacheSums[i].fetches &+= inWindow
    enterUnseen(root, s)
    let e = row.fetch
    let edge = edges.row(e)
    let own = Luck.child(luck, edge.site)
    var place = Place(station: edge.onlyStation, load: -1)
    if place.station < 0 {
      let balancer = edge.callerStation < 0 ? 0 : s &- edge.callerStation
      place = choose(services.row(edge.service), 0, edge.firstBalancer &+ balancer, own)
    }
    let v =
      edge.isForeseen
      ? foreseeFetch(e, to: place, root, own) : sendFetch(e, edge, to: place, root, own)
    let visit = frames.row(v)
    visit.key = key
    visit.child = s
    visit.block = i
    if tracks { flights.begin(i, key, leader: v, isRefresh: false) }
    return true
  }

  @inline(never)
  private mutating func sendFetch(
    _ e: Int32, _ edge: RowReference<EdgeRow>, to place: Place, _ root: Root, _ luck: UInt64
  ) -> Int32 {
    if place.load >= 0 { loads[place.load] &+= 1 }
    return sendPlain(
      e, edge, to: place, parent: Frame.fetching, root: root, luck: luck, branch: 0,
      isDirect: false)
  }

  /// The value has come: it is stored, those who wait for it go on, and the request is done.
  @inline(never) mutating func finishFetch(_ v: Int32) {
    if !isFlushing && !mayGo {
      spellOut(v)
      return
    }
    let visit = frames.row(v)
    let e = visit.edge
    let s = Int(visit.source)
    let use = cacheUses.row(steps[cachedCalls[edges[sources[s].edge].cached].lookUp].target)
    let cache = cacheRows.row(use.cache)
    let i = visit.block
    let key = visit.key
    if mayStore(v, cache.row, i, key) {
      if cache.jitter != 0 { visit.luck = luckAbove(v) }
      put(key, cache, i, from: v, cost: 0)
    }
    if cache.row.locks { _ = land(v, flight: flights.led(by: v), .success) }
    accounts[visit.child].leave(at: cutTime)
    stations[visit.child].busy &-= 1
    if notesVisits { noteUnseen(at: visit.child, from: visit.born, until: time) }
    let cell = noteEnd(
      s, from: visit.born, until: time, cut: cutTime, counted: visit.flags.contains(.counted))
    if cell >= 0 {
      let cells = tally.blame.rows.row(tally.blame.row(s, cell) &+ edges[e].component)
      cells.queue &+= visit.queued
      cells.work &+= visit.worked
      if visit.queued &+ visit.worked != time &- visit.born { tally.mismatches &+= 1 }
    }
    freeFrame(v)
  }

  /// The luck of the visit that such a fetch stands for as well.
  private mutating func luckAbove(_ v: Int32) -> UInt64 {
    let source = sources.row(Int(frames[v].source))
    let number = TracedNumber.plain(frames[v].number)
    return Luck.child(
      Luck.root(base: source.base, request: number), edges[source.edge].site)
  }

  /// Something else happens at this instant, so that the request has to wait for its turn: the
  /// visit that looked into the cache gets a frame of its own, above the one that has answered.
  @inline(never) private mutating func spellOut(_ v: Int32) {
    var root = frames[v].root
    root.counted = frames[v].counted
    let e = sources[root.source].edge
    let w = makeFrame(
      .visit, parent: -1, root: root, luck: luckAbove(v), edge: e, branch: root.source,
      station: frames[v].child, pc: cachedCalls[edges[e].cached].lookUp &+ 2)
    frames[w].holdsSlot = true
    frames[w].born = frames[v].born
    frames[w].path = v
    let visit = frames.row(v)
    visit.parent = w
    visit.flags.remove(.counted)
    visit.replied = true
    visit.generation &+= 1
    visit.state = .running
    visit.child = -1
    visit.block = -1
    visit.next = -1
    let flight = flights.led(by: v)
    if flight >= 0 {
      flights.leave(flight)
      flights.lead(flight, w)
    }
    walk(w)
  }
}

extension Frame {
  /// The `parent` of a visit that stands for the visit above it as well; that one's station is its
  /// `child`, and the cache's instance its `block`.
  static var fetching: Int32 { -3 }
  /// The key that such a visit fetches; it needs no luck any more.
  var key: UInt64 {
    get { luck }
    set { luck = newValue }
  }
}
