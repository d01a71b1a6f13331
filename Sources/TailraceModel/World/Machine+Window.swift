// Scatters that have at most some calls out at a time: each call is a branch of its own, which
// takes its turn among the steps of an instant like any other.
extension Machine {
  /// Sends calls of a scatter while there is room.
  ///
  /// The cell behind the block's rows counts the calls sent. All branches are born with the join:
  /// what one waited for its turn is part of its time.
  @inline(never) mutating func fillWindow(_ q: Int32, of count: Int32, born: UInt64) {
    let pc = frames[q].pc
    let cell = frames[q].block &+ steps[pc].count
    while blocks[cell] < count && !isDecided(q) {
      let i = blocks[cell]
      let out = frames[q].outstanding &- (count &- i)
      if out >= steps[pc].window || mustHearCanaries(q, sent: i) { return }
      blocks[cell] = i &+ 1
      let b = makeFrame(
        .branch, parent: q, root: frames[q].root, luck: frames[q].luck, edge: frames[q].edge,
        branch: i, station: frames[q].station, pc: branches[steps[pc].windowBranch])
      frames[b].born = born
      frames[b].delayed = time &- born
      if _slowPath(records) { recordTurn(b) }
      note(child: b, of: q, i)
      walk(b)
    }
  }

  /// Sends the call of one branch.
  @inline(never) mutating func callPlaced(_ f: Int32) {
    fork(f)
    invoke(steps[frames[f].pc].target, parent: f, branch: frames[f].branch)
  }

  /// Whether a request of this class, in this turn or with this key takes the steps that follow.
  @inline(never) mutating func isTaken(_ f: Int32, _ pc: Int32) -> Bool {
    if steps[pc].op == .skipCopied { return isBeingCopied(f, steps[pc].law) }
    if steps[pc].op == .skipTurn {
      return steps[pc].law >= 0 && UInt64(steps[pc].count) < stepTime(f, pc)
    }
    return sampler.classes.meets(
      steps[pc].law, source: Int32(frames[f].source), number: frames[f].number)
  }

  /// Whether the calls of a scatter that go first have not all been answered.
  ///
  /// If one of them has failed the others do not go at all, and the join fails with it.
  private mutating func mustHearCanaries(_ q: Int32, sent: Int32) -> Bool {
    let canary = Int32(steps[frames[q].pc].canary)
    if canary == 0 || sent > canary { return false }
    if frames[q].failure != .success {
      frames[q].pending = .max
      return true
    }
    return sent == canary && answersNeeded(q) &- frames[q].pending < canary
  }

  /// Whether the join has what it needs, or can no longer get it.
  private mutating func isDecided(_ q: Int32) -> Bool {
    frames[q].pending <= 0 || frames[q].outstanding < frames[q].pending
  }

  /// A call of a scatter came back: the next may go.
  @inline(never) mutating func refill(_ q: Int32, born: UInt64) {
    frames[q].spawning = true
    let pc = frames[q].pc
    let count = steps[pc].op == .scatterKeys ? scatterCount(q) : steps[pc].count
    fillWindow(q, of: count, born: born)
    frames[q].spawning = false
  }
}
