import TailraceEngine

// Steps that are taken with a permit. It goes back however its holder ends: when the steps are
// over or have failed, and when the frame is stopped or lost in a crash.
extension Machine {
  /// Takes a permit for the steps that follow.
  ///
  /// - Returns: whether the frame goes on now, which may be with a failure; else it waits.
  @inline(never) mutating func takePermit(_ f: Int32) -> Bool {
    let use = permits.uses[steps[frames[f].pc].target]
    let lock = permits.lock(
      use, permitInstance(use, f), key: use.route < 0 ? 0 : ownKey(of: f, route: use.route))
    let row = permits[lock]
    let pool = permits.rows[use.pool]
    if row.held < pool.size {
      grant(lock, to: f, after: 0)
      return true
    }
    if row.line.length >= pool.maxWaiting {
      permits.sums[row.instance].refused &+= inWindow
      fail(f, .rejected)
      return true
    }
    frames[f].state = .parked
    frames[f].since = time
    frames[f].pending = lock
    permits.add(f, to: lock, frames)
    if inWindow == 1 {
      let sum = permits.sums.row(row.instance)
      sum.longest = max(sum.longest, UInt64(row.line.length &+ 1))
    }
    if use.timeout < never {
      post(EventKey(time &+ use.timeout, .timer), word(.unlocked, f))
    }
    return false
  }

  private mutating func permitInstance(_ use: HoldUseRow, _ f: Int32) -> Int32 {
    use.firstStation < 0
      ? use.firstInstance : use.firstInstance &+ frames[f].station &- use.firstStation
  }

  /// A frame has its permit and goes on with the steps.
  private mutating func grant(_ lock: Int32, to f: Int32, after wait: UInt64) {
    let sum = permits.sums.row(permits[lock].instance)
    sum.heldArea &-= cutTime
    if inWindow == 1 {
      sum.granted &+= 1
      sum.waited &+= wait > 0 ? 1 : 0
      sum.waitTime &+= wait
      if wait > 0 { permits.waits.record(wait, in: Int(permits[lock].pool)) }
    }
    permits.give(lock, to: f, frames: frames.count)
    frames[f].pc &+= 1
  }

  /// The steps are over: their permit goes to whoever waits.
  @inline(never) mutating func givePermit(_ f: Int32) {
    returnPermit(f)
    frames[f].pc &+= 1
  }

  /// The steps have failed: the permit goes back, and the failure where it would have gone.
  @inline(never) mutating func givePermitUp(_ f: Int32) {
    returnPermit(f)
    let pc = frames[f].pc
    frames[f].pc = steps[pc].onError
    if steps[pc].recovers {
      frames[f].outcome = .degraded
      // The step inside has counted a failure of the whole visit, at this instant.
      if frames[f].kind == .visit { accounts[frames[f].station].failed &-= inWindow }
    }
  }

  /// A frame ends before its steps are over: all its permits go back.
  @inline(never) mutating func returnPermits(of f: Int32) {
    while returnPermit(f) {}
  }

  /// The permit that a frame took last goes back.
  ///
  /// - Returns: whether there was one.
  @discardableResult private mutating func returnPermit(_ f: Int32) -> Bool {
    let lock = permits.takeBack(from: f)
    if lock < 0 { return false }
    permits.sums[permits[lock].instance].heldArea &+= cutTime
    let w = permits[lock].line.head
    if w >= 0 {
      permits.remove(w, from: lock, frames)
      frames[w].state = .running
      grant(lock, to: w, after: endPermitWait(w))
      ready.append(w)
    } else {
      permits.settle(lock)
    }
    return true
  }

  // MARK: Waiting

  /// Time that a frame has waited for a permit counts as queueing.
  private mutating func endPermitWait(_ f: Int32) -> UInt64 {
    let wait = time &- frames[f].since
    frames[f].queued &+= wait
    if _slowPath(records) { record(.queue, f, since: frames[f].since) }
    return wait
  }

  /// A frame that waits for a permit is taken out of the line.
  @inline(never) mutating func leavePool(_ f: Int32) {
    let lock = frames[f].pending
    permits.remove(f, from: lock, frames)
    permits.settle(lock)
  }

  /// A frame has waited for a permit as long as it may.
  @inline(never) mutating func stopWaitingForPermit(_ f: Int32) {
    let use = permits.uses[steps[frames[f].pc].target]
    // It may wait for another permit by now.
    guard frames[f].since &+ use.timeout == time else { return }
    permits.sums[permitInstance(use, f)].timedOut &+= inWindow
    leavePool(f)
    _ = endPermitWait(f)
    frames[f].state = .running
    fail(f, .rejected)
    ready.append(f)
  }

  // MARK: Results

  mutating func permitOutcomes(_ plan: Plan, end: UInt64) -> [PermitOutcome] {
    var open = [UInt64](repeating: 0, count: permits.sums.count)
    for f in 0..<frameHigh where frames[f].state != .free {
      for i in permits.instances(heldBy: f) { open[Int(i)] &+= 1 }
    }
    return plan.permitNames.indices.map { p in
      let own = plan.permitInstances.indices.filter { plan.permitInstances[$0] == Int32(p) }
      return PermitOutcome(
        name: plan.permitNames[p],
        size: plan.permitPools[p].isKeyed ? nil : Int(plan.permitPools[p].size),
        sums: own.map { i in
          var sum = permits.sums[i]
          sum.heldArea &+= open[i] &* end
          return sum
        }, waits: permits.waits.counts(p))
    }
  }

  /// What must hold of pools; empty unless the program is at fault.
  mutating func brokenPermits(_ plan: Plan) -> [String] {
    if plan.permitPools.isEmpty { return [] }
    var broken: [String] = []
    var (held, waiting) = (0, 0)
    for f in 0..<frameHigh where frames[f].state != .free {
      held += permits.instances(heldBy: f).count
      if frames[f].state == .parked && steps[frames[f].pc].op == .takePermit { waiting += 1 }
    }
    if held != permits.held || waiting != permits.waiting {
      broken.append("permits do not balance")
    }
    return broken
  }
}

/// What a pool did in one replication, within the window.
public struct PermitOutcome: Sendable {
  public var name: String
  /// Permits of an instance; nil where each key has its own.
  public var size: Int?
  /// One for each instance; none where no step uses it.
  public var sums: [PermitSum]
  /// Times that permits were waited for, in buckets as those of `ServiceOutcome.waits`.
  public var waits: [UInt64]
}

extension PermitDesk {
  /// The instances whose permits a frame holds.
  func instances(heldBy f: Int32) -> [Int32] { locksHeld(by: f).map { self[$0].instance } }
}
