import TailraceEngine

// Calls that may be sent more than once: a frame of their own watches over their attempts.
//
// Either attempts are out, or one is to come: the back-off of a retry begins when nothing is out.
extension Machine {
  /// Begins such a call.
  @inline(never)
  mutating func manage(_ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32) {
    let policy = attemptPolicies.row(edges[e].policy)
    let c = makeCall(e, parent: parent, root: root, luck: luck, branch: branch)
    if policy.startsLean {
      beginLean(c, root: root, policy)
      return
    }
    let k = callRows.add(CallRow(place: parent < 0 ? 0 : branch, state: state(of: c, policy)))
    frames[c].callRow = k
    earn(callRows[k].state, policy)
    if policy.isTold {
      let told = toldDeadline(parent)
      if told <= time {
        // Nobody waits for the answer any more: nothing is sent.
        giveUp(call: c)
        return
      }
      callRows[k].deadline = told
    }
    armDeadline(c, policy)
    send(c)
  }

  /// Makes the frame of such a call.
  mutating func makeCall(
    _ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Int32 {
    let c = makeFrame(
      .call, parent: parent, root: root, luck: luck, edge: e, branch: branch,
      pc: Int32(truncatingIfNeeded: steps.count &- 2), state: .waiting)
    if parent >= 0 { note(child: c, of: parent, branch) }
    frames[c].callRow = -1
    return c
  }

  /// What the caller of such a call remembers.
  mutating func state(of c: Int32, _ policy: RowReference<AttemptPolicy>) -> Int32 {
    let station = edges[frames[c].edge].callerStation
    let first = policy.firstState
    return station < 0 ? first : first &+ frames[frames[c].parent].station &- station
  }

  /// Sends a first attempt like a call that is only watched: most calls need no more.
  mutating func beginLean(
    _ c: Int32, root: Root, _ policy: RowReference<AttemptPolicy>
  ) {
    let call = frames.row(c)
    let e = call.edge
    let luck = call.luck
    var inner = root
    inner.counted = false
    let branch = call.parent < 0 ? 0 : call.branch
    if policy.firstLine >= 0 { arm(policy.firstLine, c) }
    let place = whereTo(e, parent: c, root: inner, luck: luck, branch: branch)
    if place.load >= 0 { loads[place.load] &+= 1 }
    noteAttempt(.first, edge: e, station: place.station)
    dispatch(e, to: place, parent: c, root: inner, luck: luck, branch: branch)
  }

  /// Something happens to the first attempt of a call that began so: it gets its rows.
  ///
  /// Where its timer is not running, since its visit had it and is over, what still matters of it
  /// is posted anew.
  mutating func open(
    _ c: Int32, _ policy: RowReference<AttemptPolicy>, hasTimer: Bool
  ) {
    let call = frames.row(c)
    let child = call.child
    var row = CallRow(place: call.parent < 0 ? 0 : call.branch, state: state(of: c, policy))
    row.sent = 1
    if policy.timeoutLine >= 0 {
      row.deadline = call.born &+ lines[policy.timeoutLine].delay
      if policy.firstLine != policy.timeoutLine || !hasTimer {
        post(EventKey(row.deadline, .timer), word(.deadline, c))
      }
    }
    // What has not been armed could only go off after the overall timeout.
    let awaitsTry = hasTimer && policy.firstLine == policy.perTryLine
    row.expired = policy.perTryLine >= 0 && !awaitsTry ? 1 : 0
    row.hasHedgeDue = policy.copies > 0
    if policy.hedgeLine >= 0 { row.hedgeDue = call.born &+ lines[policy.hedgeLine].delay }
    if policy.hedgeLine >= 0 && policy.firstLine == policy.hedgeLine && !hasTimer {
      post(EventKey(call.born &+ lines[policy.hedgeLine].delay, .timer), word(.hedge, c))
    }
    row.first = attemptRows.add(
      AttemptRow(
        next: -1, child: max(-1, child), station: child < 0 ? call.lostAt : frames[child].station,
        number: 0, kind: .first, sent: call.born, lost: 0))
    if child >= 0 { frames[child].branch = row.first }
    call.child = -1
    call.outstanding = 1
    call.callRow = callRows.add(row)
    callerStates[row.state].out &+= 1
  }

  /// Starts the timeout of a whole call.
  mutating func armDeadline(_ c: Int32, _ policy: RowReference<AttemptPolicy>) {
    let k = frames[c].callRow
    let ownTimeout = policy.timeoutLine >= 0 ? lines[policy.timeoutLine].delay : never
    if callRows[k].deadline &- time < ownTimeout && callRows[k].deadline < never {
      post(EventKey(callRows[k].deadline, .timer), word(.deadline, c))
    } else if policy.timeoutLine >= 0 {
      callRows[k].deadline = time &+ ownTimeout
      arm(policy.timeoutLine, c)
    }
  }

  /// When the callers of a frame's visit give up, so far as it has been told.
  mutating func toldDeadline(_ first: Int32) -> UInt64 {
    var f = first
    while f >= 0 && frames[f].kind == .branch { f = frames[f].parent }
    if f < 0 || frames[f].kind != .visit { return never }
    let policy = edges[frames[f].edge].policy
    if policy < 0 || !attemptPolicies[policy].propagates { return never }
    // Whoever has given up waits for nothing.
    let caller = frames[f].parent
    return caller < 0 ? 0 : callRows[frames[caller].callRow].deadline
  }

  // MARK: Sending

  /// Sends the attempt that a call has decided on.
  mutating func sendNext(_ c: Int32) {
    frames[c].state = .waiting
    if frames[c].callRow < 0 { foreseeNext(c) } else { send(c) }
  }

  /// Sends the next attempt at the present instant; the call may be over afterwards.
  mutating func send(_ c: Int32) {
    let call = frames.row(c)
    let e = call.edge
    let edge = edges.row(e)
    let policy = attemptPolicies.row(edge.policy)
    let k = call.callRow
    passTime(c)
    if _slowPath(policy.guardRow >= 0), !letsGo(c, policy) {
      turnBack(c)
      return
    }
    let number = callRows[k].sent
    // The upper eight bits of the lane's place for the branch: 2^24 branches and 256 attempts.
    let own = Luck.child(call.luck, UInt64(UInt32(bitPattern: number)) &<< 40)
    var root = call.row.root
    root.counted = false
    let branch = callRows[k].place
    var place = whereTo(e, parent: c, root: root, luck: own, branch: branch)
    let kind = callRows[k].kind
    if number > 0 && (kind == .copy || policy.prefersOthers) {
      place = placeElsewhere(c, place, luck: own)
    }
    if place.load >= 0 { loads[place.load] &+= 1 }
    let a = attemptRows.add(
      AttemptRow(
        next: callRows[k].first, station: place.station, number: number, kind: kind, sent: time,
        lost: call.worked, isAlone: call.outstanding == 0))
    if _slowPath(policy.guardRow >= 0) { attemptRows[a].epoch = guardEpoch(c, policy) }
    callRows[k].first = a
    callRows[k].sent = number &+ 1
    callRows[k].hasRetryDue = false
    call.outstanding &+= 1
    callerStates[callRows[k].state].out &+= 1
    noteAttempt(kind, edge: e, station: place.station)
    if policy.perTryLine >= 0 { arm(policy.perTryLine, c) }
    if callRows[k].copies < policy.copies && !callRows[k].hasHedgeDue { planCopy(c, policy) }
    let generation = call.generation
    launch(
      a, of: c, to: place, root: root, luck: policy.repeatsLuck ? call.luck : own, branch: branch)
    if call.generation != generation || policy.copies == 0 { return }
    if policy.hedgesAtOnce && call.outstanding > 0 {
      hedge(c)
    } else if callRows[k].owed > 0 && call.state == .waiting {
      callRows[k].owed &-= 1
      sendCopy(c)
      walk(c)
    }
  }

  /// Makes the visit of an attempt.
  mutating func launch(
    _ a: Int32, of c: Int32, to place: Place, root: Root, luck: UInt64, branch: Int32
  ) {
    let e = frames[c].edge
    let edge = edges.row(e)
    let policy = attemptPolicies.row(edge.policy)
    if policy.visitsArePlain && (isFlushing || mayGo) {
      let generation = frames[c].generation
      sendPlain(
        e, edge, to: place, parent: c, root: root, luck: luck, branch: a, isDirect: false)
      if frames[c].generation == generation && !attemptRows[a].isOver {
        attemptRows[a].child = frames[c].child
      }
      return
    }
    let v = makeFrame(
      .visit, parent: c, root: root, luck: luck, edge: e, branch: a, station: place.station,
      pc: edge.entry, load: place.load)
    attemptRows[a].child = v
    if _slowPath(records) { recordAttempt(v, a) }
    if edge.route >= 0 { noteKey(v, route: edge.route, branch: branch) }
    if policy.isTied { frames[v].flags.insert(.tied) }
    if edge.wire >= 0 {
      let delay = sampler.time(
        edge.wire, luck: luck, salt: edge.salt, number: root.number, source: root.source)
      frames[v].wire = delay
      if _slowPath(records) { record(.requestWire, v, until: time &+ delay) }
      frames[v].state = .delayed
      post(EventKey(time &+ delay, .arrival), word(.resumed, v))
      return
    }
    if steps[edge.entry].op == .serve { serve(v) } else { walk(v) }
  }

  /// Another replica than `place`, one that the call has not tried, if there is one.
  ///
  /// The balancer is asked four times more; then the next in order is taken.
  mutating func placeElsewhere(_ c: Int32, _ place: Place, luck: UInt64) -> Place {
    let e = frames[c].edge
    let service = services.row(edges[e].service)
    let k = frames[c].callRow
    if service.replicas == 1 || !hasTried(k, place.station) { return place }
    // A connection leads where it leads.
    if service.cluster >= 0 && clusters.rows[service.cluster].isPerConnection { return place }
    // Some calls are about one replica.
    if edges[e].aim == .replicas || edges[e].aim == .peers { return place }
    // And some have none, or have it later.
    if place.load < -1 { return place }
    var other = place
    for turn in 1...4 {
      other = whereTo(
        e, parent: c, root: frames[c].root, luck: Luck.child(luck, UInt64(turn)),
        branch: callRows[k].place)
      if !hasTried(k, other.station) { return other }
    }
    let index = (place.station &- service.firstStation) % service.replicas
    let first = place.station &- index
    for step in 1..<service.replicas {
      let next = (index &+ step) % service.replicas
      if hasTried(k, first &+ next) { continue }
      let load = place.load < 0 ? -1 : place.load &- index &+ next
      if service.cluster >= 0 {
        let mayGo = clusters.hosts[load].isInSubset && isInRotation(load, first &+ next)
        if !mayGo { continue }
      }
      return Place(station: first &+ next, load: load)
    }
    return place
  }

  mutating func hasTried(_ k: Int32, _ station: Int32) -> Bool {
    var a = callRows[k].first
    while a >= 0 {
      if attemptRows[a].station == station { return true }
      a = attemptRows[a].next
    }
    return false
  }

  mutating func noteAttempt(_ kind: AttemptKind, edge e: Int32, station s: Int32) {
    if inWindow == 0 { return }
    attemptSums[e].note(kind)
    stationAttempts[s].note(kind)
  }
}

extension Frame {
  /// The row of a call that may be sent more than once; -1 while its first attempt has none.
  @inline(__always) var callRow: Int32 {
    get { pending }
    set { pending = newValue }
  }

  /// Where a call's first attempt is booked that has no visit, since it will be given up: in the
  /// place of `child`, below -1.
  var lostAt: Int32 {
    get { -2 &- child }
    set { child = -2 &- newValue }
  }
}
