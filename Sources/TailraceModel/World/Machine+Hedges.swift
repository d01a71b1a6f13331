import TailraceEngine

// Further copies of a call while the first has not come back, and copies tied to each other.
extension Machine {
  /// Plans when the next copy is due.
  mutating func planCopy(_ c: Int32, _ policy: RowReference<AttemptPolicy>) {
    if policy.hedgesAtOnce { return }
    let k = frames[c].callRow
    if policy.hedgeLine >= 0 {
      arm(policy.hedgeLine, c)
      callRows[k].hedgeDue = time &+ lines[policy.hedgeLine].delay
    } else if let delay = callerStates[callRows[k].state].latencies.delay(
      policy.quantile, at: time, recentLatencies)
    {
      post(EventKey(time &+ delay, .timer), word(.hedge, c))
      callRows[k].hedgeDue = time &+ delay
    } else {
      return
    }
    callRows[k].hasHedgeDue = true
  }

  /// The delay of a copy is over, unless one that went earlier has put it off.
  @inline(never) mutating func hedgeAfterDelay(_ c: Int32) {
    if callRows[frames[c].callRow].hedgeDue == time { hedge(c) }
  }

  /// The next copy is due: it goes if something is out and nothing has started or forbids it.
  mutating func hedge(_ c: Int32) {
    let k = frames[c].callRow
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    callRows[k].hasHedgeDue = false
    if frames[c].outstanding == 0 || callRows[k].hasStarted || frames[c].state != .waiting
      || callRows[k].copies >= policy.copies
    {
      return
    }
    if !takeCopy(c, policy) { return }
    sendCopy(c)
    walk(c)
  }

  /// Takes a copy from what the call may send, and from its budget.
  private mutating func takeCopy(_ c: Int32, _ policy: RowReference<AttemptPolicy>) -> Bool {
    let k = frames[c].callRow
    guard permitsCopy(callRows[k].state, policy) else {
      if inWindow == 1 { attemptSums[frames[c].edge].refusals &+= 1 }
      if _slowPath(records) { recordEvent(.copyRefused, c) }
      return false
    }
    callRows[k].copies &+= 1
    return true
  }

  /// Lets a call send a copy that it has taken.
  mutating func sendCopy(_ c: Int32) {
    callRows[frames[c].callRow].kind = .copy
    frames[c].state = .running
  }

  // MARK: Failures

  /// An attempt has failed: decides whether its call goes on, and what it sends.
  ///
  /// If the outcome is fatal, only a retry could follow. Else the next copy goes at once, and the
  /// delay of the one after it begins anew; a retry comes first, where nothing else is out.
  ///
  /// - Returns: whether the call goes on: at this instant if it is running.
  mutating func goesOn(_ c: Int32, after outcome: Outcome) -> Bool {
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    // An attempt that waits for its turn in this instant is as good as out.
    let hasOthers = frames[c].outstanding > 0 || frames[c].state == .batched
    if policy.row.isFatal(outcome) { return !hasOthers && mayRetry(c, outcome) }
    if !hasOthers && mayRetry(c, outcome) { return true }
    let k = frames[c].callRow
    if !hasOthers { callRows[k].hasStarted = false }
    if callRows[k].copies >= policy.copies || callRows[k].hasStarted || !takeCopy(c, policy) {
      return hasOthers
    }
    callRows[k].hasHedgeDue = false
    if frames[c].state == .batched {
      callRows[k].owed &+= 1
    } else {
      sendCopy(c)
    }
    return true
  }

  // MARK: Tied copies

  /// A tied copy has its slot: a message to the others goes out.
  @inline(never) mutating func startTied(_ f: Int32) {
    frames[f].flags.remove(.tied)
    let c = frames[f].parent
    if c < 0 { return }
    let k = frames[c].callRow
    callRows[k].hasStarted = true
    if callRows[k].sent == 1 { return }
    let edge = edges.row(frames[f].edge)
    let wire = edge.back < 0 ? edge.wire : fabric.rows[fabricRow(of: f)].there.law
    if wire < 0 {
      untie(c)
      return
    }
    let delay = sampler.time(
      wire, luck: frames[f].luck, salt: edge.salt &+ 2, number: frames[f].number,
      source: Int32(frames[f].source))
    post(EventKey(time &+ delay, .timer), word(.untie, c))
  }

  /// Copies that have not started are withdrawn, wherever they wait.
  mutating func untie(_ c: Int32) {
    var a = callRows[frames[c].callRow].first
    while a >= 0 {
      let child = attemptRows[a].child
      if !attemptRows[a].isOver && child >= 0 && frames[child].flags.contains(.tied) {
        withdraw(a, of: c)
      }
      a = attemptRows[a].next
    }
  }
}
