import TailraceEngine

// Breakers and adaptive throttles: attempts that the caller itself rejects.
//
// Each attempt asks, so that a retry may find the breaker open that its first attempt has opened;
// a rejected one is not sent, and counts for no balancer and no breaker.
extension Machine {
  /// What a call's caller remembers for the step.
  private mutating func guardState(_ c: Int32, _ policy: RowReference<AttemptPolicy>) -> Int32 {
    guards.rows[policy.guardRow].firstState
      &+ callRows[frames[c].callRow].state &- policy.firstState
  }

  /// Whether the attempt that a call has decided on may go.
  @inline(never)
  mutating func letsGo(_ c: Int32, _ policy: RowReference<AttemptPolicy>) -> Bool {
    let row = guards.rows[policy.guardRow]
    let s = guardState(c, policy)
    let sum = guards.sums.row(row.pair)
    sum.asked &+= inWindow
    if let law = row.breaker, !guards.states[s].breaker.admits(law, at: time) {
      sum.rejectedByBreaker &+= inWindow
      return false
    }
    if row.k > 0 && throttles(c, row, s) {
      sum.rejectedByThrottle &+= inWindow
      if row.breaker != nil {
        guards.states[s].breaker.forget(epoch: guards.states[s].breaker.epoch)
      }
      return false
    }
    return true
  }

  /// Rejects an attempt with the chance max(0, (requests - k x accepts) / (requests + 1)).
  private mutating func throttles(_ c: Int32, _ row: GuardRow, _ s: Int32) -> Bool {
    guards.states[s].throttle.advance(to: time, slice: row.slice)
    let requests = Double(guards.states[s].throttle.all)
    let accepts = Double(guards.states[s].throttle.marks)
    guards.states[s].throttle.add(calls: 1, marks: 0)
    let chance = (requests - row.k * accepts) / (requests + 1)
    if chance <= 0 { return false }
    let k = frames[c].callRow
    let number = callRows[k].sent &+ callRows[k].turnedBack
    let luck = Luck.child(frames[c].luck, UInt64(UInt32(bitPattern: number)) &<< 40)
    var source = Luck.draw(luck, salt: row.salt)
    return source.unit() < chance
  }

  /// The epoch of the breaker that an attempt goes in.
  mutating func guardEpoch(_ c: Int32, _ policy: RowReference<AttemptPolicy>) -> UInt32 {
    guards.states[guardState(c, policy)].breaker.epoch
  }

  /// An attempt that the caller has rejected is over before it was sent.
  @inline(never) mutating func turnBack(_ c: Int32) {
    let k = frames[c].callRow
    if callRows[k].hasRetryDue {
      callRows[k].hasRetryDue = false
      callerStates[callRows[k].state].retrying &-= 1
    }
    callRows[k].turnedBack &+= 1
    if _slowPath(records) { recordEvent(.attemptRejected, c) }
    if goesOn(c, after: .rejected) {
      if frames[c].state == .running { walk(c) }
      return
    }
    frames[c].outcome = .rejected
    close(c, k, cancels: true)
    if let up = reply(c) { walk(up) }
  }

  /// An attempt that went has ended: the breaker and the throttle hear how.
  ///
  /// Whatever is no answer is a failure, and so is one that took too long; one that was given up
  /// since nobody needed it any more tells nothing. The callee has accepted what it answered,
  /// with an error too, and what nobody knows anything else of.
  @inline(never)
  mutating func learnGuard(_ a: Int32, of c: Int32, _ outcome: Outcome) {
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    let row = guards.rows[policy.guardRow]
    let s = guardState(c, policy)
    if let law = row.breaker {
      let before = guards.states[s].breaker.phase
      if outcome == .cancelled {
        guards.states[s].breaker.forget(epoch: attemptRows[a].epoch)
      } else {
        guards.states[s].breaker.record(
          law, failed: !outcome.isAnswered || time &- attemptRows[a].sent >= law.slow,
          epoch: attemptRows[a].epoch, at: time)
      }
      note(before, guards.states[s].breaker.phase, row.pair)
    }
    if row.k > 0, outcome.isAnswered || outcome == .applicationError || outcome == .cancelled {
      guards.states[s].throttle.advance(to: time, slice: row.slice)
      guards.states[s].throttle.add(calls: 0, marks: 1)
    }
  }

  private mutating func note(
    _ before: BreakerState.Phase, _ after: BreakerState.Phase, _ pair: Int32
  ) {
    if after == .open && before != .open { guards.sums[pair].trips &+= inWindow }
    if (before == .closed) == (after == .closed) { return }
    if before == .closed {
      guards.sums[pair].openTime &-= cutTime
    } else {
      guards.sums[pair].openTime &+= cutTime
    }
  }

  // MARK: Results

  mutating func guardOutcomes(_ plan: Plan, end: UInt64) -> [GuardOutcome] {
    var outcomes = plan.guardPairs.enumerated().map { p, pair in
      GuardOutcome(
        from: Int(pair.caller), to: Int(pair.service), breakers: 0, hasBreaker: false,
        hasThrottle: false, sum: guards.sums[p])
    }
    for row in plan.guards {
      let p = Int(row.pair)
      if row.k > 0 { outcomes[p].hasThrottle = true }
      guard row.breaker != nil else { continue }
      outcomes[p].hasBreaker = true
      for s in plan.guardStates.indices where plan.guardStates[s] == row.firstState {
        outcomes[p].breakers += 1
        if guards.states[s].breaker.phase != .closed { outcomes[p].sum.openTime &+= end }
      }
    }
    return outcomes.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }
}
