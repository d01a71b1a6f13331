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
  private mutating func makeCall(
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
  private mutating func state(of c: Int32, _ policy: RowReference<AttemptPolicy>) -> Int32 {
    let station = edges[frames[c].edge].callerStation
    let first = policy.firstState
    return station < 0 ? first : first &+ frames[frames[c].parent].station &- station
  }

  /// Sends a first attempt like a call that is only watched: most calls need no more.
  private mutating func beginLean(
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
  private mutating func open(
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
    if policy.hedgeLine >= 0 && policy.firstLine == policy.hedgeLine && !hasTimer {
      post(EventKey(call.born &+ lines[policy.hedgeLine].delay, .timer), word(.hedge, c))
    }
    row.first = attemptRows.add(
      AttemptRow(
        next: -1, child: max(-1, child), station: child < 0 ? -2 &- child : frames[child].station,
        number: 0, kind: .first, sent: call.born, lost: 0))
    if child >= 0 { frames[child].branch = row.first }
    call.child = -1
    call.outstanding = 1
    call.callRow = callRows.add(row)
    callerStates[row.state].out &+= 1
  }

  /// Starts the timeout of a whole call.
  private mutating func armDeadline(_ c: Int32, _ policy: RowReference<AttemptPolicy>) {
    let k = frames[c].callRow
    let ownTimeout = policy.timeoutLine >= 0 ? lines[policy.timeoutLine].delay : never
    if callRows[k].deadline &- time < ownTimeout && callRows[k].deadline < never {
      post(EventKey(callRows[k].deadline, .timer), word(.deadline, c))
    } else if policy.timeoutLine >= 0 {
      callRows[k].deadline = time &+ ownTimeout
      arm(policy.timeoutLine, c)
    }
  }

  /// Such a call begins as the whole of a request, and its first attempt, booked already, will be
  /// given up: it has no visit.
  mutating func loseFirst(_ e: Int32, at station: Int32, root: Root, luck: UInt64) {
    begin(root)
    noteCall(e)
    let c = makeCall(e, parent: -1, root: root, luck: luck, branch: root.source)
    noteAttempt(.first, edge: e, station: station)
    let policy = attemptPolicies.row(edges[e].policy)
    let patience = lines[policy.firstLine].delay
    if policy.row.foreseesRetries {
      frames[c].outstanding = 1
      frames[c].worked = patience
      goOnForeseen(c, from: time &+ patience)
    } else {
      frames[c].child = -2 &- station
      arm(policy.firstLine, c)
    }
  }

  /// When the callers of a frame's visit give up, so far as it has been told.
  private mutating func toldDeadline(_ first: Int32) -> UInt64 {
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
  private mutating func send(_ c: Int32) {
    let call = frames.row(c)
    let e = call.edge
    let edge = edges.row(e)
    let policy = attemptPolicies.row(edge.policy)
    let k = call.callRow
    passTime(c)
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
        lost: call.worked))
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
    if policy.hedgesAtOnce && call.generation == generation && call.outstanding > 0 { hedge(c) }
  }

  /// Makes the visit of an attempt.
  private mutating func launch(
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
    if edge.route >= 0 { noteKey(v, route: edge.route, branch: branch) }
    if policy.isTied { frames[v].flags.insert(.tied) }
    if edge.wire >= 0 {
      let delay = sampler.time(
        edge.wire, luck: luck, salt: edge.salt, number: root.number, source: root.source)
      frames[v].wire = delay
      frames[v].state = .delayed
      post(EventKey(time &+ delay, .arrival), word(.resumed, v))
      return
    }
    if steps[edge.entry].op == .serve { serve(v) } else { walk(v) }
  }

  /// Another replica than `place`, one that the call has not tried, if there is one.
  ///
  /// The balancer is asked four times more; then the next in order is taken.
  private mutating func placeElsewhere(_ c: Int32, _ place: Place, luck: UInt64) -> Place {
    let e = frames[c].edge
    let service = services.row(edges[e].service)
    let k = frames[c].callRow
    if service.replicas == 1 || !hasTried(k, place.station) { return place }
    // Some calls are about one replica.
    if edges[e].aim == .replicas || edges[e].aim == .peers { return place }
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
      if !hasTried(k, first &+ next) {
        return Place(
          station: first &+ next, load: place.load < 0 ? -1 : place.load &- index &+ next)
      }
    }
    return place
  }

  private mutating func hasTried(_ k: Int32, _ station: Int32) -> Bool {
    var a = callRows[k].first
    while a >= 0 {
      if attemptRows[a].station == station { return true }
      a = attemptRows[a].next
    }
    return false
  }

  // MARK: Answers

  /// An attempt came back.
  ///
  /// - Returns: whether the call is over.
  @inline(never) mutating func hear(call c: Int32, attempt f: Int32) -> Bool {
    let call = frames.row(c)
    if call.callRow < 0 {
      open(
        c, attemptPolicies.row(edges[call.edge].policy), hasTimer: !call.flags.contains(.plain))
    }
    let k = call.callRow
    let a = frames[f].branch
    let outcome = frames[f].outcome
    passTime(c)
    end(a, of: c, outcome)
    if !outcome.isAnswered {
      // A copy that waits for its turn in this instant is as good as out.
      if call.outstanding > 0 || call.state == .batched || mayRetry(c, outcome) {
        freeTree(f)
        return false
      }
    } else if attemptRows[a].kind == .copy && inWindow == 1 {
      attemptSums[call.edge].hedgeWins &+= 1
    }
    if outcome.isAnswered { noteLatency(c) }
    // What came before the attempt was sent: time lost on others, and pauses.
    let lost = attemptRows[a].lost
    // A copy is sent while what it copies is out: nothing else was waited for in between.
    var copied = a
    while attemptRows[copied].kind == .copy { copied = attemptRows[copied].next }
    call.worked = attemptRows[copied].lost
    call.queued = lost &- attemptRows[copied].lost
    call.delayed = attemptRows[a].sent &- call.born &- lost
    call.outcome = outcome
    frames[f].next = call.path
    call.path = f
    close(c, k, cancels: attemptPolicies[edges[call.edge].policy].cancelsLosers)
    return true
  }

  /// Time passes for a call: lost while attempts are out, a pause else.
  private mutating func passTime(_ c: Int32) {
    let call = frames.row(c)
    let passed = time &- call.since
    call.since = time
    if call.outstanding > 0 { call.worked &+= passed } else { call.delayed &+= passed }
  }

  /// An attempt has come back or been given up.
  private mutating func end(_ a: Int32, of c: Int32, _ outcome: Outcome) {
    let k = frames[c].callRow
    let attempt = attemptRows.row(a)
    attempt.isOver = true
    frames[c].outstanding &-= 1
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    let state = callRows[k].state
    callerStates[state].out &-= 1
    if attempt.kind == .retry { callerStates[state].retrying &-= 1 }
    learn(state, policy, outcome, cost: callRows[k].cost, isFirst: attempt.number == 0)
  }

  /// Notes how long the first attempt of an answered call took.
  ///
  /// One that a copy overtook took longer than so far, and counts as that long.
  private mutating func noteLatency(_ c: Int32) {
    let k = frames[c].callRow
    if attemptPolicies[edges[frames[c].edge].policy].quantile == 0 || callRows[k].retries > 0 {
      return
    }
    var a = callRows[k].first
    while attemptRows[a].next >= 0 { a = attemptRows[a].next }
    callerStates[callRows[k].state].latencies.record(
      time &- attemptRows[a].sent, at: time, recentLatencies)
  }

  /// Decides whether a failed attempt is followed by another, and plans it.
  private mutating func mayRetry(_ c: Int32, _ outcome: Outcome) -> Bool {
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    let k = frames[c].callRow
    if !policy.row.retries(on: outcome) || callRows[k].retries >= policy.retries { return false }
    guard let cost = permit(callRows[k].state, outcome) else {
      if inWindow == 1 { attemptSums[frames[c].edge].refusals &+= 1 }
      return false
    }
    callRows[k].cost = cost
    callRows[k].retries &+= 1
    callRows[k].kind = .retry
    callRows[k].hasRetryDue = true
    callerStates[callRows[k].state].retrying &+= 1
    let pause = backOff(c, policy)
    if pause == 0 {
      frames[c].state = .running
    } else {
      post(EventKey(time &+ pause, .arrival), word(.resumed, c))
    }
    return true
  }

  /// The pause before the retry that has been decided.
  private mutating func backOff(_ c: Int32, _ policy: RowReference<AttemptPolicy>) -> UInt64 {
    let k = frames[c].callRow
    var latest = callRows[k].pause
    let length = pause(
      c, policy, sent: callRows[k].sent, retries: callRows[k].retries, latest: &latest)
    callRows[k].pause = latest
    return length
  }

  /// The pause before an attempt; `latest` is the one before, as drawn, and becomes this one.
  private mutating func pause(
    _ c: Int32, _ policy: RowReference<AttemptPolicy>, sent: Int32, retries: Int32,
    latest: inout Double
  ) -> UInt64 {
    let luck = Luck.child(frames[c].luck, UInt64(UInt32(bitPattern: sent)) &<< 40)
    if policy.pauseLaw >= 0 {
      return sampler.time(
        policy.pauseLaw, luck: luck, salt: policy.salt, number: frames[c].number,
        source: Int32(frames[c].source))
    }
    let whole = min(
      policy.most, policy.base * Double(UInt64(1) &<< UInt64(min(retries &- 1, 62))))
    var source = Luck.draw(luck, salt: policy.salt)
    let draw = source.unit()
    switch policy.jitter {
    case .full: latest = whole * draw
    case .equal: latest = whole * (0.5 + 0.5 * draw)
    case .none: latest = whole
    case .decorrelated:
      let before = retries == 1 ? policy.base : latest
      latest = min(policy.most, policy.base + draw * (3 * before - policy.base))
    }
    return TimeRounding.nanoseconds(latest)
  }

  // MARK: Retries on arrival

  /// A call whose latest attempt will be given up at an instant: it is over, or tries again.
  ///
  /// Its frame is all it has: `outstanding` counts its attempts, of which none is out.
  private mutating func goOnForeseen(_ c: Int32, from giveUp: UInt64) {
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    let deadline = policy.row.deadline(from: frames[c].born, lines)
    let sent = frames[c].outstanding
    frames[c].outcome = .timeout
    if giveUp >= deadline || sent > policy.retries || !policy.row.retries(on: .timeout) {
      complete(c, at: giveUp)
      return
    }
    var latest = 0.0
    let pause = pause(c, policy, sent: sent, retries: sent, latest: &latest)
    if pause >= deadline &- giveUp {
      frames[c].delayed &+= deadline &- giveUp
      complete(c, at: deadline)
      return
    }
    frames[c].delayed &+= pause
    frames[c].state = .delayed
    // Without a pause it goes at once, which is when the timeout strikes.
    post(EventKey(giveUp &+ pause, pause == 0 ? .timer : .arrival), word(.resumed, c))
  }

  /// Sends the next attempt of such a call.
  private mutating func foreseeNext(_ c: Int32) {
    let e = frames[c].edge
    let policy = attemptPolicies.row(edges[e].policy)
    let number = frames[c].outstanding
    let root = frames[c].root
    let own = Luck.child(frames[c].luck, UInt64(UInt32(bitPattern: number)) &<< 40)
    frames[c].outstanding = number &+ 1
    let perTry = policy.perTryLine < 0 ? never : time &+ lines[policy.perTryLine].delay
    let giveUp = min(perTry, policy.row.deadline(from: frames[c].born, lines))
    let answer = foreseeRetry(
      e, root: root, place: own, luck: policy.repeatsLuck ? frames[c].luck : own, until: giveUp)
    noteAttempt(.retry, edge: e, station: answer.station)
    if answer.end > giveUp {
      frames[c].worked &+= giveUp &- time
      goOnForeseen(c, from: giveUp)
      return
    }
    let v = makeFrame(
      .visit, parent: c, root: root, luck: own, edge: e, branch: 0, station: answer.station,
      state: .waiting)
    frames[v].queued = answer.begin &- time
    frames[v].worked = answer.end &- answer.begin
    frames[c].path = v
    frames[c].outcome = .success
    complete(c, at: answer.end)
  }

  // MARK: Giving up

  /// One of a call's timers went off.
  @inline(never) mutating func expire(managed c: Int32, _ line: Int32) {
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    if frames[c].callRow < 0 { open(c, policy, hasTimer: true) }
    if line == policy.perTryLine {
      expireTry(c)
    } else if line == policy.hedgeLine {
      hedge(c)
    } else {
      giveUp(call: c)
    }
  }

  /// An attempt has taken as long as it may.
  private mutating func expireTry(_ c: Int32) {
    let k = frames[c].callRow
    var a = callRows[k].first
    while a >= 0 && attemptRows[a].number != callRows[k].expired { a = attemptRows[a].next }
    callRows[k].expired &+= 1
    if a < 0 || attemptRows[a].isOver { return }
    passTime(c)
    end(a, of: c, .timeout)
    if attemptRows[a].child >= 0 { abandon(attemptRows[a].child) }
    if frames[c].outstanding > 0 || frames[c].state == .batched { return }
    if mayRetry(c, .timeout) {
      if frames[c].state == .running { walk(c) }
      return
    }
    frames[c].outcome = .timeout
    close(c, k, cancels: true)
    if let up = reply(c) { walk(up) }
  }

  /// The caller gives up a call and all its attempts.
  mutating func giveUp(call c: Int32) {
    passTime(c)
    frames[c].outcome = .timeout
    close(c, frames[c].callRow, cancels: true)
    if let up = reply(c) { walk(up) }
  }

  /// Nobody wants a call's answer any more.
  mutating func dropCall(_ c: Int32) {
    if frames[c].callRow >= 0 {
      close(c, frames[c].callRow, cancels: true)
    } else if frames[c].child >= 0 {
      abandon(frames[c].child)
      frames[c].child = -1
    }
    freeTree(c)
  }

  /// Ends what is left of a call.
  private mutating func close(_ c: Int32, _ k: Int32, cancels: Bool) {
    if callRows[k].hasRetryDue { callerStates[callRows[k].state].retrying &-= 1 }
    var a = callRows[k].first
    while a >= 0 {
      let next = attemptRows[a].next
      if !attemptRows[a].isOver {
        let child = attemptRows[a].child
        end(a, of: c, frames[c].outcome == .timeout ? .timeout : .cancelled)
        if child >= 0 {
          if cancels || frames[child].state == .silent {
            abandon(child)
          } else {
            frames[child].parent = -2
          }
        }
      }
      attemptRows.remove(a)
      a = next
    }
    callRows.remove(k)
    frames[c].child = -1
  }

  mutating func noteAttempt(_ kind: AttemptKind, edge e: Int32, station s: Int32) {
    if inWindow == 0 { return }
    attemptSums[e].note(kind)
    stationAttempts[s].note(kind)
  }
}

extension AttemptSum {
  mutating func note(_ kind: AttemptKind) {
    attempts &+= 1
    switch kind {
    case .first: break
    case .retry: retries &+= 1
    case .copy: hedges &+= 1
    }
  }
}

extension Frame {
  /// The row of a call that may be sent more than once; -1 while its first attempt has none.
  @inline(__always) var callRow: Int32 {
    get { pending }
    set { pending = newValue }
  }
}

extension Machine {
  /// Takes back an attempt that has not started.
  mutating func withdraw(_ a: Int32, of c: Int32) {
    let child = attemptRows[a].child
    passTime(c)
    end(a, of: c, .cancelled)
    frames[child].parent = -2
    if frames[child].load >= 0 {
      loads[frames[child].load] &-= 1
      frames[child].load = -1
    }
    if _slowPath(fabric.hasConnections) && giveUpConnection(child) { return }
    stop(child)
  }
}
