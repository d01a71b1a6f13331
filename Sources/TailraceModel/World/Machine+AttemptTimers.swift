import TailraceEngine

// Timers of calls that may be sent more than once, and how attempts and calls are given up.
extension Machine {
  /// One of a call's timers went off.
  @inline(never) mutating func expire(managed c: Int32, _ line: Int32) {
    let policy = attemptPolicies.row(edges[frames[c].edge].policy)
    if frames[c].callRow < 0 { open(c, policy, hasTimer: true) }
    if line == policy.perTryLine {
      expireTry(c)
    } else if line == policy.hedgeLine {
      hedgeAfterDelay(c)
    } else {
      giveUp(call: c)
    }
  }

  /// An attempt has taken as long as it may.
  mutating func expireTry(_ c: Int32) {
    let k = frames[c].callRow
    var a = callRows[k].first
    while a >= 0 && attemptRows[a].number != callRows[k].expired { a = attemptRows[a].next }
    callRows[k].expired &+= 1
    if a < 0 || attemptRows[a].isOver { return }
    passTime(c)
    end(a, of: c, .timeout)
    if attemptRows[a].child >= 0 {
      clusters.cause = .timeout
      abandon(attemptRows[a].child)
      clusters.cause = .cancelled
    }
    if goesOn(c, after: .timeout) {
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
    if _slowPath(records) { recordStop(c) }
    if frames[c].callRow >= 0 {
      close(c, frames[c].callRow, cancels: true)
    } else if frames[c].child >= 0 {
      abandon(frames[c].child)
      frames[c].child = -1
    }
    freeTree(c)
  }

  /// Ends what is left of a call.
  mutating func close(_ c: Int32, _ k: Int32, cancels: Bool) {
    if callRows[k].hasRetryDue { callerStates[callRows[k].state].retrying &-= 1 }
    var a = callRows[k].first
    // Whoever joins this call may want to know whose answer it lacks.
    if a >= 0 { frames[c].station = attemptRows[a].station }
    while a >= 0 {
      let next = attemptRows[a].next
      if !attemptRows[a].isOver {
        let child = attemptRows[a].child
        end(a, of: c, frames[c].outcome == .timeout ? .timeout : .cancelled)
        if child >= 0 {
          if cancels || frames[child].state == .silent {
            clusters.cause = frames[c].outcome == .timeout ? .timeout : .cancelled
            abandon(child)
            clusters.cause = .cancelled
          } else {
            frames[child].parent = -2
            frames[child].runsOn = true
          }
        }
      }
      attemptRows.remove(a)
      a = next
    }
    callRows.remove(k)
    frames[c].child = -1
  }

  /// Takes back an attempt that has not started.
  mutating func withdraw(_ a: Int32, of c: Int32) {
    let child = attemptRows[a].child
    if _slowPath(records) { recordGivenUp(child, .withdrawn) }
    passTime(c)
    end(a, of: c, .cancelled)
    frames[child].parent = -2
    if frames[child].load >= 0 {
      loads[frames[child].load] &-= 1
      if _slowPath(clusters.isUsed) { hear(child, .cancelled) }
      frames[child].load = -1
    }
    if _slowPath(fabric.hasConnections) && giveUpConnection(child) { return }
    stop(child)
  }
}
