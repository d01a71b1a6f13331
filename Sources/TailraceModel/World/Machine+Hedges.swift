import TailraceEngine

// Further copies of a call while the first has not come back, and copies tied to each other.
extension Machine {
  /// Plans when the next copy is due.
  mutating func planCopy(_ c: Int32, _ policy: RowReference<AttemptPolicy>) {
    if policy.hedgesAtOnce { return }
    let k = frames[c].callRow
    if policy.hedgeLine >= 0 {
      arm(policy.hedgeLine, c)
    } else if let delay = callerStates[callRows[k].state].latencies.delay(
      policy.quantile, at: time, recentLatencies)
    {
      post(EventKey(time &+ delay, .timer), word(.hedge, c))
    } else {
      return
    }
    callRows[k].hasHedgeDue = true
  }

  /// The next copy is due: it goes if something is out and nothing has started or forbids it.
  @inline(never) mutating func hedge(_ c: Int32) {
    let k = frames[c].callRow
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    callRows[k].hasHedgeDue = false
    if frames[c].outstanding == 0 || callRows[k].hasStarted || frames[c].state != .waiting
      || callRows[k].copies >= policy.copies
    {
      return
    }
    guard permitsCopy(callRows[k].state, policy) else {
      if inWindow == 1 { attemptSums[frames[c].edge].refusals &+= 1 }
      return
    }
    callRows[k].copies &+= 1
    callRows[k].kind = .copy
    frames[c].state = .running
    walk(c)
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
    let wire = edge.back < 0 ? edge.wire : fabric.rows[steps[edge.back].target].there.law
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
