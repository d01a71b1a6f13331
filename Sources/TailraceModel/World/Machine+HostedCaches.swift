import TailraceEngine

// Caches that a service holds: each lookup, and each value to be stored, is a call to a replica.
//
// Look-aside, as with memcached: who misses fetches for himself, then tells the instance that he
// had asked. An instance that does not answer is a miss, and nothing is stored there.
extension Machine {
  /// Whether an instance is that of its host's first station; the others follow in their order.
  mutating func isFirstOfHost(_ i: Int32) -> Bool {
    let station = cacheSums[i].station
    return services[stations[station].service].firstStation == station
  }

  // MARK: At the caller

  /// The answer to a lookup has come, or failed to.
  ///
  /// - Returns: whether the frame goes on now; else it waits for somebody else's fetch.
  @inline(never) mutating func heard(_ f: Int32) -> Bool {
    let use = cacheUses[steps[frames[f].pc].target]
    let key = key(use, f)
    let visit = latestVisit(of: f)
    let i =
      visit < 0
      ? use.firstInstance : use.firstInstance &+ frames[visit].station &- use.firstStation
    if frames[f].failure != .success {
      cacheSums[i].misses &+= inWindow
      cacheSums[i].missBytes &+= size(of: key, cacheRows[use.cache]) &* inWindow
      cacheSums[i].fetches &+= inWindow
      cacheSums[i].note(.unanswered, inWindow)
      seriesLookedUp(i, isHit: false)
      noteFetch(f, use, instance: -1)
      if _slowPath(records) { recordSilence(f, of: use.cache) }
      frames[f].pc &+= 1
      return true
    }
    noteFetch(f, use, instance: i)
    let entry = caches[i].peek(key)
    let found: Cache.Lookup =
      switch frames[visit].found {
      case .miss: .miss
      case .stale where entry >= 0: .stale(entry)
      case .hit, .stale: .hit(entry)
      }
    let goesOn = take(found, f, use, i, key)
    if _slowPath(records) { recordLookUp(f, found, use, i, key) }
    return goesOn
  }

  /// The visit that answered a frame's latest call, or failed; -1 if it is gone.
  private mutating func latestVisit(of f: Int32) -> Int32 {
    var child = frames[f].path
    while child >= 0 && frames[child].kind == .call { child = frames[child].path }
    return child
  }

  /// Sends what a frame has fetched to the instance that it had asked.
  ///
  /// - Returns: false where there is nothing to send, or nobody to send it to.
  @inline(never) mutating func tell(_ f: Int32) -> Bool {
    let step = steps[frames[f].pc]
    let use = cacheUses[step.law]
    let row = cacheRows[use.cache]
    let cell = noteCell(f, use)
    let i = fetchNotes[cell].instance
    let key = key(use, f)
    if i < 0 || row.negativeLife == 0 && isAbsent(key, row) || !mayStore(f, row, i, key) {
      frames[f].pc &+= 1
      return false
    }
    fetchNotes[cell].cost = fetchTime(f, use)
    fork(f)
    send(step.target, to: use.firstStation &+ i &- use.firstInstance, from: f)
    return true
  }

  /// Sends a single call to a station that needs no choosing; it may be given up after a while.
  mutating func send(_ e: Int32, to station: Int32, from f: Int32, branch: Int32 = 0) {
    noteCall(e)
    let edge = edges[e]
    let service = services[edge.service]
    var root = frames[f].root
    let lane = edge.site | UInt64(UInt32(bitPattern: branch)) &<< 16
    let luck = Luck.child(frames[f].luck, lane)
    var parent = f
    if edge.timeoutLine >= 0 {
      parent = makeFrame(
        .call, parent: f, root: root, luck: luck, edge: e, branch: branch,
        pc: Int32(truncatingIfNeeded: steps.count &- 1), state: .waiting)
      note(child: parent, of: f, branch)
      arm(edge.timeoutLine, parent)
      root.counted = false
    }
    var load: Int32 = -1
    if service.readsLoad {
      let b =
        service.cluster < 0
        ? balancer(of: e, caller: f)
        : clusterBalancer(e, clusters.rows.row(service.cluster), caller: f, luck)
      load = balancers[b].firstLoad &+ station &- service.firstStation
      loads[load] &+= 1
    }
    let v = makeFrame(
      .visit, parent: parent, root: root, luck: luck, edge: e, branch: branch, station: station,
      pc: edge.entry, load: load)
    note(child: v, of: parent, branch)
    if notesVisits { visits.begin(v, isKeyed: false, of: frames.count) }
    if edge.wire >= 0 {
      let delay = sampler.time(
        edge.wire, luck: luck, salt: edge.salt, number: root.number, source: root.source)
      frames[v].wire = delay
      if _slowPath(records) { record(.requestWire, v, until: time &+ delay) }
      frames[v].state = .delayed
      post(EventKey(time &+ delay, .arrival), word(.resumed, v))
      return
    }
    walk(v)
  }

  /// What a frame has fetched is stored, or could not be: those who wait for it go on.
  ///
  /// - Returns: whether the frame goes on; one that only renewed a value ends here.
  @inline(never) mutating func landed(_ f: Int32) -> Bool {
    let use = cacheUses[steps[frames[f].pc].target]
    let i = instance(use, f)
    frames[f].pc = use.end
    if i < 0 || !cacheRows[use.cache].tracks { return true }
    return land(f, i, key(use, f), .success)
  }

  // MARK: At the host

  /// Looks up the key of a visit's request.
  @inline(never) mutating func hostGet(_ v: Int32) {
    let use = cacheUses[steps[frames[v].pc].target]
    let i = instance(use, v)
    switch caches[i].lookup(key(use, v), now: time) {
    case .hit: frames[v].found = .hit
    case .stale(let entry):
      let isServed = time < caches[i][entry].expires &+ cacheRows[use.cache].stale
      frames[v].found = isServed ? .stale : .miss
    case .miss:
      frames[v].found = .miss
      settle(i)
      if cacheRows[use.cache].writesBack { storeLeaving(i) }
    }
    frames[v].pc &+= 1
  }

  /// Stores what the caller has fetched.
  @inline(never) mutating func hostSet(_ v: Int32) {
    let step = steps[frames[v].pc]
    let use = cacheUses[step.target]
    var cost: Float = 0
    var caller = frames[v].parent
    if caller >= 0 && frames[caller].kind == .call { caller = frames[caller].parent }
    // Nobody remembers the cost for who has given up.
    if caller >= 0 && steps[frames[caller].pc].op == .tell {
      let asking = cacheUses[edges[frames[v].edge].hostUse]
      cost = fetchNotes[noteCell(caller, asking)].cost
    }
    put(key(use, v), cacheRows.row(use.cache), instance(use, v), from: v, cost: cost)
    frames[v].pc &+= 1
  }
}

/// What a lookup at a host has found, until its caller hears of it.
enum HostFinding: Int32 {
  case miss, hit, stale
}

extension Frame {
  /// What a finished visit has found; a visit has no join in progress any more.
  var found: HostFinding {
    get { HostFinding(rawValue: pending) ?? .miss }
    set { pending = newValue.rawValue }
  }
}
