import TailraceEngine

// Connections: a call takes one that is free or opens one, and gives it back with its answer.
extension Machine {
  /// A call asks for a connection; `load` is its balancer's count of them, if it has one.
  ///
  /// - Returns: whether its frame goes on now.
  @inline(never) mutating func connect(_ f: Int32, load: Int32 = -1) -> Bool {
    let row = fabric.rows.row(steps[frames[f].pc].target)
    let s = frames[f].station
    let pool =
      row.firstPool &+ fabric.travels[f].caller &* row.stations &+ s &- row.firstStation
    let c = fabric.take(from: pool, at: time)
    if c >= 0 {
      fabric.travels[f].connection = c
      return use(c, f, row.row)
    }
    let policy = fabric.policies.row(row.policy)
    if fabric.callees[s].open >= policy.connectionsMax {
      fabric.closeIdle(at: s, time)
      if fabric.callees[s].open >= policy.connectionsMax { return refuseConnection(f, row.row) }
    }
    fabric.travels[f].connection = fabric.open(pool, by: f, load: load)
    fabric.sums[s].handshakes &+= inWindow
    return shakeHands(f, row.row, policy.row)
  }

  /// A call goes over a connection that was there, which may be opening yet.
  mutating func use(_ c: Int32, _ f: Int32, _ row: FabricRow) -> Bool {
    fabric.sums[frames[f].station].reused &+= inWindow
    if fabric.connections[c].isOpen {
      frames[f].pc = row.send
      return true
    }
    fabric.wait(for: c, f, word(.resumed, f))
    frames[f].since = time
    frames[f].state = .delayed
    return false
  }

  /// The callee has as many connections as it accepts: the caller hears so after a round trip.
  private mutating func refuseConnection(_ f: Int32, _ row: FabricRow) -> Bool {
    fabric.sums[frames[f].station].refused &+= inWindow
    frames[f].outcome = .connectionFailure
    frames[f].replied = true
    frames[f].pc = row.end
    let delay = hop(f, row.there, 0) &+ hop(f, row.back, 1)
    return travel(f, until: time &+ delay, isBack: true, isHandshake: true)
  }

  /// The round trips of a new connection, up to where the callee works for it, if it does.
  private mutating func shakeHands(
    _ f: Int32, _ row: FabricRow, _ policy: ConnectionPolicy
  ) -> Bool {
    var isResumed = false
    if policy.resumptionFraction > 0 {
      var draw = Luck.draw(frames[f].luck, salt: policy.salt)
      isResumed = draw.unit() < policy.resumptionFraction
      if isResumed { fabric.sums[frames[f].station].resumed &+= inWindow }
    }
    let works = row.visit >= 0 && !isResumed
    var delay: UInt64 = 0
    for trip in 0..<policy.roundTrips {
      delay &+= hop(f, row.there, 2 &* trip)
      // The last answer comes when the callee has worked: see `greet`.
      if !works || trip < policy.roundTrips &- 1 { delay &+= hop(f, row.back, 2 &* trip &+ 1) }
    }
    frames[f].pc = works ? row.visit : row.open
    return travel(f, until: time &+ delay, isBack: false, isHandshake: true)
  }

  /// The callee has done its work for a new connection: its answer goes back.
  @inline(never) mutating func greet(_ f: Int32) -> Bool {
    let row = fabric.rows.row(steps[frames[f].pc].target)
    // What happens to the callee no longer strikes the call, which is on its way again.
    frames[f].flags.remove(.inside)
    frames[f].pc = row.open
    let last = fabric.policies[row.policy].roundTrips &- 1
    return travel(
      f, until: time &+ hop(f, row.row.back, 2 &* last &+ 1), isBack: true, isHandshake: true)
  }

  /// A connection is open: all who waited for it send their requests.
  ///
  /// - Returns: whether the visit that opened it goes on; not if its caller has given it up.
  @inline(never) mutating func openUp(_ f: Int32) -> Bool {
    let row = fabric.rows.row(steps[frames[f].pc].target)
    let c = fabric.travels[f].connection
    fabric.connections[c].isOpen = true
    fabric.connections[c].opener = -1
    fabric.travels[f].greeted = frames[f].worked
    wake(c, opened: true)
    if frames[f].parent == -2 {
      hangUp(f, breaks: false)
      if _slowPath(records) { recordStop(f) }
      freeTree(f)
      return false
    }
    frames[f].pc = row.send
    return true
  }

  /// Those who waited for a connection go on at this instant, each on its own way: callers of other
  /// handlers share it.
  private mutating func wake(_ c: Int32, opened isOpen: Bool) {
    var w = fabric.connections[c].firstWaiter
    fabric.connections[c].firstWaiter = -1
    while w >= 0 {
      let waiter = fabric.waiters[w]
      fabric.waiters.remove(w)
      w = waiter.next
      if !isCurrent(waiter.word) { continue }
      let g = waiter.frame
      frames[g].wire &+= time &- frames[g].since
      if _slowPath(records) { record(.connection, g, since: frames[g].since) }
      let row = fabric.rows.row(steps[frames[g].pc].target)
      frames[g].pc = isOpen ? row.send : row.end
      post(EventKey(time, .arrival), waiter.word)
    }
  }

  /// A visit needs its connection no more; one that was being opened fails for all who wait. If it
  /// `breaks`, it cannot be used again.
  @inline(never) mutating func hangUp(_ f: Int32, breaks: Bool) {
    let c = connection(of: f)
    if c < 0 { return }
    fabric.travels[f].connection = -1
    let isFailing = fabric.connections[c].opener == f
    if isFailing {
      fabric.connections[c].opener = -1
      let outcome = frames[f].outcome
      var w = fabric.connections[c].firstWaiter
      while w >= 0 {
        let waiter = fabric.waiters[w]
        w = waiter.next
        if !isCurrent(waiter.word) { continue }
        fabric.travels[waiter.frame].connection = -1
        fabric.leave(c)
        frames[waiter.frame].outcome = outcome.isAnswered ? .connectionFailure : outcome
        frames[waiter.frame].replied = true
      }
      wake(c, opened: false)
    }
    fabric.leave(c)
    fabric.settle(c, breaks: breaks || isFailing, at: time)
  }

  /// The connection of a visit; -1 if it has none.
  @inline(__always) mutating func connection(of f: Int32) -> Int32 {
    frames[f].kind == .visit && Int(f) < fabric.travels.count ? fabric.travels[f].connection : -1
  }

  /// The caller of a visit has given it up.
  ///
  /// Who opens a connection goes on for the connection's sake; who waits for one is gone.
  ///
  /// - Returns: whether that is all there is to do.
  @inline(never) mutating func giveUpConnection(_ f: Int32) -> Bool {
    let c = connection(of: f)
    if c < 0 { return false }
    let opener = fabric.connections[c].opener
    if opener == f && frames[f].state != .silent { return true }
    if opener >= 0 && opener != f {
      fabric.travels[f].connection = -1
      fabric.leave(c)
      if _slowPath(records) { recordStop(f) }
      freeTree(f)
      return true
    }
    // With one request at a time, nothing else can be sent until its answer has come.
    let pool = fabric.connections[c].pool
    hangUp(f, breaks: fabric.policies[fabric.pools[pool].policy].streamsMax == 1)
    return false
  }

  /// What must hold of connections at any time; empty unless the program is at fault.
  mutating func brokenConnections() -> [String] {
    if !fabric.hasConnections { return [] }
    var streams = 0
    for f in 0..<min(frameHigh, Int32(fabric.travels.count)) {
      if fabric.travels[f].connection < 0 { continue }
      if frames[f].state == .free { return ["a visit is gone and its connection is not"] }
      streams += 1
    }
    if streams != fabric.streams { return ["visits and requests on connections do not balance"] }
    return brokenCounts()
  }
}
