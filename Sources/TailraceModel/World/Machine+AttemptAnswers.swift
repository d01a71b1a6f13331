import TailraceEngine

// What becomes of a call when one of its attempts comes back.
extension Machine {
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
      if _slowPath(limits.keepsHints) { callRows[k].retryAt = retryInstant(after: f) }
      if goesOn(c, after: outcome) {
        freeTree(f)
        return false
      }
    } else if attemptRows[a].kind == .copy && inWindow == 1 {
      attemptSums[call.edge].hedgeWins &+= 1
    }
    if outcome.isAnswered { noteLatency(c, answer: a) }
    // What came before the attempt was sent: time lost on others, and pauses.
    let lost = attemptRows[a].lost
    // A copy is sent while what it copies is out, and nothing else was waited for in between; or
    // at once when that has failed: then all before it was lost.
    var copied = a
    while attemptRows[copied].kind == .copy && !attemptRows[copied].isAlone {
      copied = attemptRows[copied].next
    }
    call.worked = attemptRows[copied].lost
    call.queued = lost &- attemptRows[copied].lost
    call.delayed = attemptRows[a].sent &- call.born &- lost
    call.outcome = outcome
    if _slowPath(records) {
      recordHearing(c, sent: attemptRows[a].sent, copiedSent: attemptRows[copied].sent)
    }
    frames[f].next = call.path
    call.path = f
    close(c, k, cancels: attemptPolicies[edges[call.edge].policy].cancelsLosers)
    return true
  }

  /// Time passes for a call: lost while attempts are out, a pause else.
  mutating func passTime(_ c: Int32) {
    let call = frames.row(c)
    let passed = time &- call.since
    if _slowPath(records) {
      record(call.outstanding > 0 ? .lost : .backOff, c, since: call.since)
    }
    call.since = time
    if call.outstanding > 0 { call.worked &+= passed } else { call.delayed &+= passed }
  }

  /// An attempt has come back or been given up.
  mutating func end(_ a: Int32, of c: Int32, _ outcome: Outcome) {
    let k = frames[c].callRow
    let attempt = attemptRows.row(a)
    attempt.isOver = true
    if _slowPath(records) { recordEnd(ofAttempt: a, of: c, outcome) }
    frames[c].outstanding &-= 1
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    let state = callRows[k].state
    callerStates[state].out &-= 1
    if attempt.kind == .retry { callerStates[state].retrying &-= 1 }
    learn(state, policy, outcome, cost: callRows[k].cost, isFirst: attempt.number == 0)
    if _slowPath(policy.guardRow >= 0) { learnGuard(a, of: c, outcome) }
  }

  /// Notes how long the first attempt of an answered call took.
  ///
  /// One that a copy overtook took longer than so far, and counts as that long; one that failed
  /// counts not at all.
  mutating func noteLatency(_ c: Int32, answer: Int32) {
    let k = frames[c].callRow
    if attemptPolicies[edges[frames[c].edge].policy].quantile == 0 || callRows[k].retries > 0 {
      return
    }
    var a = callRows[k].first
    while attemptRows[a].next >= 0 { a = attemptRows[a].next }
    if attemptRows[a].isOver && a != answer { return }
    callerStates[callRows[k].state].latencies.record(
      time &- attemptRows[a].sent, at: time, recentLatencies)
  }

  /// Decides whether a failed attempt is followed by another, and plans it.
  mutating func mayRetry(_ c: Int32, _ outcome: Outcome) -> Bool {
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    let k = frames[c].callRow
    if !policy.row.retries(on: outcome) || callRows[k].retries >= policy.retries { return false }
    guard let cost = permit(callRows[k].state, outcome) else {
      if inWindow == 1 { attemptSums[frames[c].edge].refusals &+= 1 }
      if _slowPath(records) { recordEvent(.retryRefused, c) }
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
  mutating func backOff(_ c: Int32, _ policy: RowReference<AttemptPolicy>) -> UInt64 {
    let k = frames[c].callRow
    if _slowPath(policy.respectsRetryAfter), let pause = hintedPause(c, policy) { return pause }
    var latest = callRows[k].pause
    let length = pause(
      c, policy, sent: callRows[k].sent &+ callRows[k].turnedBack, retries: callRows[k].retries,
      latest: &latest)
    callRows[k].pause = latest
    return length
  }

  /// The pause before an attempt; `latest` is the one before, as drawn, and becomes this one.
  mutating func pause(
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
    case .aFifth: latest = whole * (0.8 + 0.4 * draw)
    case .decorrelated:
      let before = retries == 1 ? policy.base : latest
      latest = min(policy.most, policy.base + draw * (3 * before - policy.base))
    }
    return TimeRounding.nanoseconds(latest)
  }
}
