import TailraceEngine

// Steps that pass a rate limit. Nothing of it runs in a scenario without one.
extension Machine {
  /// Asks a rate limit for a frame's tokens.
  ///
  /// Who is delayed has taken his tokens: they are gone even if he is given up meanwhile.
  ///
  /// - Returns: whether the frame goes on now, which may be with a failure.
  @inline(never) mutating func askLimit(_ f: Int32) -> Bool {
    let pc = frames[f].pc
    let use = limits.uses[steps[pc].target]
    let instance =
      use.firstStation < 0
      ? use.firstInstance : use.firstInstance &+ frames[f].station &- use.firstStation
    let key = use.route < 0 ? 0 : ownKey(of: f, route: use.route)
    let verdict = limits.ask(use, instance: instance, key: key, at: time)
    if limits.isOverfull { overcrowd() }
    note(verdict, of: f, use.limit)
    if !verdict.passes {
      if limits.keepsHints && !steps[pc].recovers { leaveHint(f, verdict.wait) }
      fail(f, .shed)
      return true
    }
    frames[f].pc = pc &+ 1
    if verdict.wait == 0 { return true }
    frames[f].delayed &+= verdict.wait
    if _slowPath(records) { recordPause(f, until: time &+ verdict.wait) }
    frames[f].state = .delayed
    post(EventKey(time &+ verdict.wait, .completion), word(.resumed, f))
    return false
  }

  private mutating func note(_ verdict: RateVerdict, of f: Int32, _ limit: Int32) {
    if inWindow == 0 { return }
    let classes = limits.sums.count / limits.rows.count
    let own = sampler.classes.index(source: Int32(frames[f].source), number: frames[f].number)
    let sum = limits.sums.row(Int(limit) * classes + Int(own))
    if verdict.passes {
      sum.admitted &+= 1
      sum.delayed &+= verdict.wait > 0 ? 1 : 0
      sum.delay &+= verdict.wait
    } else {
      sum.refused &+= 1
    }
    sum.remaining &+= verdict.remaining
    sum.leastRemaining = min(sum.leastRemaining, verdict.remaining)
    sum.mostRemaining = max(sum.mostRemaining, verdict.remaining)
  }

  /// The key that a limit or a lock goes by; an address is that of who called the visit.
  mutating func ownKey(of f: Int32, route: Int32) -> UInt64 {
    var asker = f
    if routes[route].isAddress {
      asker = programOwner(of: f)
      if asker >= 0 { asker = frames[asker].parent }
    }
    return key(route: route, parent: asker, root: frames[f].root, branch: 0)
  }

  /// The visit or the request that a frame is, or is a branch of; -1 where that has gone.
  mutating func programOwner(of f: Int32) -> Int32 {
    var g = f
    while g >= 0 && frames[g].kind == .branch { g = frames[g].parent }
    return max(-1, g)
  }

  // MARK: Hints

  /// Tells a visit's caller when it would pass, if nobody else came.
  private mutating func leaveHint(_ f: Int32, _ wait: UInt64) {
    let v = programOwner(of: f)
    if v < 0 { return }
    if limits.hints.count < frames.count {
      limits.hints.grow(to: max(frames.count, limits.hints.count * 2), with: RetryHint())
    }
    limits.hints[v] = RetryHint(born: frames[v].born, luck: frames[v].luck, wait: wait)
  }

  /// The instant that an attempt which was shed named for the next; 0 if it named none.
  mutating func retryInstant(after f: Int32) -> UInt64 {
    guard frames[f].outcome == .shed, Int(f) < limits.hints.count else { return 0 }
    let hint = limits.hints[f]
    guard hint.born == frames[f].born, hint.luck == frames[f].luck,
      hint.wait <= RetryPolicy.hintMax
    else { return 0 }
    return time &+ hint.wait
  }

  /// The pause before a retry that a limiter has named an instant for: its jitter makes it up to
  /// half as long again.
  mutating func hintedPause(_ c: Int32, _ policy: RowReference<AttemptPolicy>) -> UInt64? {
    let k = frames[c].callRow
    let instant = callRows[k].retryAt
    callRows[k].retryAt = 0
    if instant <= time { return nil }
    let luck = Luck.child(
      frames[c].luck, UInt64(UInt32(bitPattern: callRows[k].sent)) &<< 40)
    var source = Luck.draw(luck, salt: policy.salt)
    let least = instant &- time
    return least &+ TimeRounding.nanoseconds(0.5 * Double(least) * source.unit())
  }

  // MARK: Results

  mutating func limitOutcomes(_ plan: Plan) -> [LimitOutcome] {
    let classes = plan.classNames.count
    return plan.limitNames.indices.map { l in
      LimitOutcome(
        name: plan.limitNames[l], classes: plan.classNames,
        sums: (0..<classes).map { limits.sums[l * classes + $0] })
    }
  }
}

/// What a rate limit did in one replication, within the window.
public struct LimitOutcome: Sendable {
  public var name: String
  /// Names of the request classes, and what it did to each.
  public var classes: [String]
  public var sums: [LimitSum]
}
