import TailraceEngine

extension Machine {
  /// Prepares the join of the frame's present step.
  @inline(__always) mutating func fork(_ f: Int32) {
    let pc = frames[f].pc
    frames[f].fork(at: time, need: steps[pc].need, of: steps[pc].count)
  }

  /// Branches, and keys that requests are given, count against `eventsMax` as soon as they are
  /// sent: one event may send 100,000.
  @inline(__always) mutating func noteSent(_ count: Int32) {
    sent &+= UInt64(truncatingIfNeeded: count)
    handled &+= UInt64(truncatingIfNeeded: count)
  }

  @inline(__always) mutating func scatter(_ f: Int32) {
    fork(f)
    let pc = frames[f].pc
    let count = steps[pc].count
    if steps[pc].window > 0 {
      frames[f].isWindowed = true
      takeBlock(f, count &+ 1)
      blocks[frames[f].block &+ count] = 0
      if gathersAnswers(of: f) { beginGather(f, most: count) }
      if steps[pc].deadlineLine >= 0 { arm(steps[pc].deadlineLine, f) }
      fillWindow(f, of: count, born: time)
      return
    }
    let edge = edges.row(steps[pc].target)
    let isPlain = edge.isDirect
    if endsEarly {
      takeBlock(f, count, clears: !isPlain)
    } else {
      frames[f].block = Frame.unnoted
    }
    if gathersAnswers(of: f) { beginGather(f, most: count) }
    noteSent(count)
    if steps[pc].deadlineLine >= 0 { arm(steps[pc].deadlineLine, f) }
    if isPlain {
      scatterPlain(f, count: count)
    } else {
      for i in 0..<count { invoke(steps[pc].target, parent: f, branch: i) }
    }
  }

  mutating func parallel(_ f: Int32) {
    fork(f)
    let pc = frames[f].pc
    let count = steps[pc].count
    takeBlock(f, count)
    noteSent(count)
    if steps[pc].deadlineLine >= 0 { arm(steps[pc].deadlineLine, f) }
    for i in 0..<count {
      let b = makeFrame(
        .branch, parent: f, root: frames[f].root, luck: frames[f].luck, edge: frames[f].edge,
        branch: i, station: frames[f].station, pc: branches[steps[pc].target &+ i])
      note(child: b, of: f, i)
      walk(b)
    }
  }

  /// All calls of a step have been sent; some may have come back.
  @inline(__always) mutating func joinForked(_ f: Int32) -> Int32? {
    frames[f].spawning = false
    return released(f) ? goOn(f) : nil
  }

  /// A child comes back at `at`: it is the latest, unless a tie goes to a lower branch.
  ///
  /// Answers known ahead of the clock may come in any order; a failure ends such a join at once.
  @inline(__always)
  mutating func answered(join q: Int32, by f: Int32, at: UInt64) -> Int32? {
    let join = frames.row(q)
    let child = frames.row(f)
    let branch = child.branch
    let outcome = child.outcome
    let born = child.born
    join.row.hear(outcome)
    let block = join.block
    if block >= 0 {
      blocks[block &+ branch] = _fastPath(outcome.isAnswered) ? -1 : mark(of: f, in: q)
    }
    if _slowPath(join.next >= 0) { gather(q, at: at) }
    // A single child stands in `child` while it is out; of several only the latest that came back.
    let latest = block == -1 ? -1 : join.child
    if latest < 0 {
      join.child = f
      join.since = at
      if block != -1 { child.answerBefore = never }
    } else {
      let other = frames.row(latest)
      let since = join.since
      if at > time && !other.outcome.isAnswered {
        freeTree(f)  // the join has failed before
      } else if at <= since && (at < since || branch > other.branch)
        && outcome.isAnswered == other.outcome.isAnswered
      {
        other.answerBefore = other.answerBefore == never ? at : max(other.answerBefore, at)
        freeTree(f)
      } else {
        freeTree(latest)
        join.child = f
        join.since = at
        child.answerBefore = since
      }
    }
    if join.spawning { return nil }
    if _slowPath(join.isWindowed) && steps[join.pc].window > 0 { refill(q, born: born) }
    return released(q) ? q : nil
  }

  /// Ends the join if it has what it needs, or can no longer get it.
  @inline(__always) mutating func released(_ q: Int32) -> Bool {
    let join = frames.row(q)
    let pending = join.pending
    if pending <= 0 {
      if steps[join.pc].straggler >= 0 { nameLast(of: q) }
      closeJoin(q)
      join.pc &+= 1
      return true
    }
    if join.outstanding < pending {
      let failure = join.failure
      // Where the program goes on all the same, it does so without any of them.
      let step = steps.row(join.pc)
      if step.isPartial && step.recovers { noteCompleteness(of: q, answers: 0) }
      closeJoin(q)
      fail(q, failure)
      return true
    }
    return false
  }

  /// The latest child joins the path; those still out are given up.
  @inline(__always) mutating func closeJoin(_ q: Int32) {
    if _slowPath(readsVisits) { noteResponses(q) }
    let join = frames.row(q)
    let last = join.child
    if _slowPath(join.next >= 0) { endGather(q) }
    if last >= 0 {
      frames[last].next = join.path
      join.path = last
      join.child = -1
    }
    if join.block >= 0 { closeBlock(q) } else { join.block = -1 }
    if steps[join.pc].deadlineLine >= 0 { join.generation &+= 1 }
    join.isWindowed = false
    join.state = .running
  }

  /// Rows for the children of a join; those that are not noted at once are to be cleared.
  @inline(__always)
  mutating func takeBlock(_ f: Int32, _ count: Int32, clears: Bool = true) {
    let pc = frames[f].pc
    var block = freeBlocks[pc]
    if block >= 0 {
      freeBlocks[pc] = blocks[block]
    } else {
      block = newBlock(count)
    }
    if clears { for i in 0..<count { blocks[block &+ i] = -1 } }
    frames[f].block = block
  }

  @inline(never) mutating func newBlock(_ count: Int32) -> Int32 {
    let needed = Int(blocksUsed) + Int(count)
    if needed > blocks.count { blocks.grow(to: max(needed, blocks.count * 2), with: -1) }
    defer { blocksUsed &+= count }
    return blocksUsed
  }

  @inline(__always) mutating func closeBlock(_ q: Int32) {
    let pc = frames[q].pc
    let block = frames[q].block
    frames[q].block = -1
    if frames[q].outstanding > 0 {
      for i in 0..<steps[pc].count where blocks[block &+ i] >= 0 { abandon(blocks[block &+ i]) }
    }
    blocks[block] = freeBlocks[pc]
    freeBlocks[pc] = block
  }

  /// The join's deadline came: it goes on with what is there.
  mutating func expire(join q: Int32) -> Int32? {
    // What came before the deadline is not what released the join: its time counts as waiting.
    let last = frames[q].child
    if last >= 0 {
      freeTree(last)
      frames[q].child = -1
    }
    frames[q].delayed &+= time &- joinStart(q)
    if _slowPath(records) { record(.deadline, q, since: joinStart(q)) }
    pauses[q].deadline &+= time &- joinStart(q)
    let answers = answersHeard(q)
    let step = steps.row(frames[q].pc)
    if step.isPartial && (answers > 0 || step.recovers) {
      noteCompleteness(of: q, answers: answers)
    }
    closeJoin(q)
    if answers == 0 {
      fail(q, .timeout)
    } else {
      frames[q].outcome = .degraded
      frames[q].pc &+= 1
    }
    return q
  }

  /// When the present join began: its deadline is one constant delay later.
  @inline(__always) mutating func joinStart(_ q: Int32) -> UInt64 {
    time &- lines[steps[frames[q].pc].deadlineLine].delay
  }
}

extension Frame {
  /// Waits for `need` answers of `count` children.
  @inline(__always) mutating func fork(at time: UInt64, need: Int32, of count: Int32) {
    state = .waiting
    since = time
    child = -1
    pending = need
    outstanding = count
    failure = .success
    spawning = true
  }

  /// Notes how a child of the join ended.
  @inline(__always) mutating func hear(_ outcome: Outcome) {
    outstanding &-= 1
    if outcome.isAnswered {
      pending &-= 1
      if outcome == .degraded { self.outcome = .degraded }
    } else {
      failure = outcome
    }
  }
}
