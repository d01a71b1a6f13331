import TailraceEngine

// Retries where departures are computed on arrival: a lost attempt is known when it is sent.
extension Machine {
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
      frames[c].lostAt = station
      arm(policy.firstLine, c)
    }
  }

  /// A call whose latest attempt will be given up at an instant: it is over, or tries again.
  ///
  /// Its frame is all it has: `outstanding` counts its attempts, of which none is out.
  mutating func goOnForeseen(_ c: Int32, from giveUp: UInt64) {
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
  mutating func foreseeNext(_ c: Int32) {
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
}
