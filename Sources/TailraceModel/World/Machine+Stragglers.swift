import TailraceEngine

// Who was last in the join of a scatter, and by how much. The last child, settled and on the
// critical path, keeps that in fields that it no longer needs until its request is complete.
//
// The second last is known of every join. All answers are gathered of a sample of the joins, chosen
// by request: those alone know a median and what the slowest 1 % and 5 % cost.
extension Machine {
  /// Whether the answers of the scatter that a frame begins are gathered.
  @inline(__always) mutating func gathersAnswers(of f: Int32) -> Bool {
    let group = steps[frames[f].pc].straggler
    // Joins before the window belong to requests that do not count.
    return group >= 0 && time >= window.lowerBound
      && stragglers.samples.takes(
        pair(of: group, frames[f].source), number: frames[f].number, inWindow: inWindow)
  }

  /// The row of a group's scatters in requests of a workload.
  @inline(__always) mutating func pair(of group: Int32, _ source: UInt16) -> Int32 {
    let group = scatterGroups.row(group)
    return group.firstPair &+ (group.isPerWorkload ? Int32(source) : 0)
  }

  // MARK: Gathering

  /// Takes room for the answers of a frame's join: a bump allocator with a free list per step.
  @inline(never) mutating func beginGather(_ f: Int32, most count: Int32) {
    let pc = frames[f].pc
    var block = freeGathers[pc]
    if block >= 0 {
      freeGathers[pc] = Int32(truncatingIfNeeded: Int64(bitPattern: gathers[block]))
    } else {
      block = gathersUsed
      gathersUsed &+= count &+ 1
      if gathersUsed > 1 << 28 { overcrowd() }
      if Int(gathersUsed) > gathers.count {
        gathers.grow(to: max(Int(gathersUsed), gathers.count * 2), with: 0)
      }
    }
    gathers[block] = 0
    frames[f].next = block
  }

  @inline(never) mutating func gather(_ q: Int32, at instant: UInt64) {
    let block = frames[q].next
    gathers[block] &+= 1
    gathers[Int(block) &+ Int(truncatingIfNeeded: gathers[block])] = instant
  }

  /// Gives the room back.
  @inline(never) mutating func endGather(_ q: Int32) {
    let pc = frames[q].pc
    let block = frames[q].next
    gathers[block] = UInt64(bitPattern: Int64(freeGathers[pc]))
    freeGathers[pc] = block
    frames[q].next = -1
  }

  /// When 50, 95 and 99 % of the answers that were gathered had come.
  private mutating func gatheredRanks(
    _ block: Int32
  ) -> (median: UInt64, most95: UInt64, most99: UInt64) {
    let count = Int(truncatingIfNeeded: gathers[block])
    let first = Int(block) + 1
    func rank(_ share: Int) -> Int { max(1, (count * share + 99) / 100) - 1 }
    let (half, most95, most99) = (rank(50), rank(95), rank(99))
    // Answers that were heard one by one stand in order.
    if !gathers.isSorted(first: first, count: count) {
      gathers.select(half, first: first, count: count)
      gathers.select(most95 - half, first: first + half, count: count - half)
      gathers.select(most99 - most95, first: first + most95, count: count - most95)
    }
    return (gathers[first + half], gathers[first + most95], gathers[first + most99])
  }

  // MARK: The last one

  /// The join of a scatter has what it needs.
  @inline(never) mutating func nameLast(of q: Int32) {
    let join = frames.row(q)
    if steps[join.pc].isPartial { noteCompleteness(of: q, answers: answersHeard(q)) }
    if join.child < 0 { return }
    let last = frames.row(join.child)
    if last.answerBefore == never { return }
    let at = join.since
    let born = last.born
    last.lastOf = steps[join.pc].straggler
    last.overSecond = at &- last.answerBefore
    last.trouble = trouble(of: join.child)
    let block = join.next
    last.isGathered = block >= 0
    if block < 0 { return }
    let (median, most95, most99) = gatheredRanks(block)
    let second = at &- last.overSecond
    last.secondOverMedian = second > median ? second &- median : 0
    last.joinTime = at &- born
    last.time99 = most99 &- born
    last.time95 = most95 &- born
  }

  /// Whether the replica that answered was slow or stood still since it was called.
  private mutating func trouble(of child: Int32) -> Int32 {
    let f = visit(of: child)
    if f < 0 { return 0 }
    let q = stations[frames[f].station].queue
    if q < 0 { return 0 }
    let born = frames[f].born
    if queues[q].stoodUntil > born { return 2 }
    return queues[q].isSlow || queues[q].slowUntil > born ? 1 : 0
  }

  /// The visit that a child of a scatter's join is, or stands for; -1 if none came back.
  mutating func visit(of child: Int32) -> Int32 {
    var f = child
    while f >= 0 && frames[f].kind != .visit { f = frames[f].path }
    return f
  }

  /// The request of such a last child is complete and counted.
  @inline(never) mutating func noteLast(_ f: Int32, _ s: Int) {
    let last = frames.row(f)
    let group = scatterGroups.row(last.lastOf)
    let v = visit(of: f)
    let member = v < 0 ? 0 : group.row.member(frames[v].station)
    var cause = largestPhase(of: f)
    if cause <= Phase.work.rawValue && last.trouble > 0 {
      cause = last.trouble == 2 ? StragglerCause.pause : StragglerCause.slowNode
    }
    let p = pair(of: last.lastOf, UInt16(truncatingIfNeeded: s))
    stragglers.note(p, member: member, cause: cause, overSecond: last.overSecond)
    if !last.isGathered { return }
    stragglers.samples.add(
      p,
      GatheredJoin(
        time: last.joinTime, time99: last.time99, time95: last.time95,
        secondOverMedian: last.secondOverMedian, member: member,
        cause: UInt8(truncatingIfNeeded: cause)), number: last.number)
  }

  /// The phase that took most of a frame's time and its path's; the first of equal ones.
  private mutating func largestPhase(of f: Int32) -> Int {
    let frame = frames.row(f)
    if frame.kind == .visit && frame.path < 0 && frame.wire | frame.delayed == 0 {
      return frame.worked > frame.queued ? Phase.work.rawValue : Phase.queue.rawValue
    }
    var parts = InlineArray<12, UInt64>(repeating: 0)
    addParts(f, &parts)
    var cause = 0
    for phase in 1..<parts.count where parts[phase] > parts[cause] { cause = phase }
    return cause
  }

  /// Adds up a frame's phases and those of its path.
  private mutating func addParts(_ f: Int32, _ parts: inout InlineArray<12, UInt64>) {
    let frame = frames.row(f)
    if frame.kind == .call {
      parts[Phase.hedgeDelay.rawValue] &+= frame.queued
      parts[Phase.lost.rawValue] &+= frame.worked
      parts[Phase.backOff.rawValue] &+= frame.delayed
    } else {
      var waited = frame.delayed
      if keepsPauses && !frame.flags.contains(.plain) {
        waited &-= pauses[f].coalesced &+ pauses[f].deadline
        parts[Phase.coalesced.rawValue] &+= pauses[f].coalesced
        parts[Phase.deadline.rawValue] &+= pauses[f].deadline
      }
      parts[Phase.queue.rawValue] &+= frame.queued
      parts[Phase.work.rawValue] &+= frame.worked
      parts[isTurn(f) ? StragglerCause.turn : Phase.wait.rawValue] &+= waited
    }
    parts[Phase.network.rawValue] &+= frame.wire
    var child = frame.path
    while child >= 0 {
      addParts(child, &parts)
      child = frames[child].next
    }
  }

  /// Whether what a finished frame was delayed is that it waited for its turn among the calls of a
  /// scatter: the branch that sends one such call does nothing else.
  private mutating func isTurn(_ f: Int32) -> Bool {
    let frame = frames.row(f)
    guard frame.kind == .branch else { return false }
    return frame.lastOf >= 0 || (frame.pc > 0 && steps[frame.pc &- 1].op == .callPlaced)
  }

  mutating func stragglerOutcomes(_ plan: Plan) -> [StragglerOutcome] {
    plan.scatterPairs.indices.compactMap {
      stragglers.outcome(
        Int32($0), plan.scatterGroups[Int(plan.scatterPairs[$0].group)])
    }
  }
}

/// What the child that ended a scatter's join keeps: its own fields for that are done with.
extension Frame {
  /// The group of its scatter; -1 for all other frames that have ended.
  @inline(__always) var lastOf: Int32 {
    get { load }
    set { load = newValue }
  }
  /// While the join lasts, when the answer before the latest came; `never` if there was none.
  @inline(__always) var answerBefore: UInt64 {
    get { luck }
    set { luck = newValue }
  }
  /// Afterwards, how much later than that it came.
  var overSecond: UInt64 {
    get { luck }
    set { luck = newValue }
  }
  /// 1 if its replica was slow, 2 if it stood still.
  var trouble: Int32 {
    get { pc }
    set { pc = newValue }
  }
  var isGathered: Bool {
    get { serial != 0 }
    set { serial = newValue ? 1 : 0 }
  }
  /// From the join's start to the last answer.
  var joinTime: UInt64 {
    get { since }
    set { since = newValue }
  }
  /// How much later than the median answer the second last came.
  var secondOverMedian: UInt64 {
    get { born }
    set { born = newValue }
  }
  /// From the join's start to 99 % and to 95 % of the answers.
  var time99: UInt64 {
    get { Self.joined(child, block) }
    set { (child, block) = Self.halves(newValue) }
  }
  var time95: UInt64 {
    get { Self.joined(pending, outstanding) }
    set { (pending, outstanding) = Self.halves(newValue) }
  }

  private static func joined(_ high: Int32, _ low: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: high)) << 32 | UInt64(UInt32(bitPattern: low))
  }

  private static func halves(_ value: UInt64) -> (Int32, Int32) {
    (
      Int32(bitPattern: UInt32(truncatingIfNeeded: value >> 32)),
      Int32(bitPattern: UInt32(truncatingIfNeeded: value))
    )
  }
}

extension Table<UInt64> {
  /// Whether `count` rows from `first` on do not decrease.
  func isSorted(first: Int, count: Int) -> Bool {
    for i in first + 1..<max(first + 1, first + count) where self[i] < self[i - 1] { return false }
    return true
  }

  /// Puts the value of a rank, from 0, in its place among `count` rows from `first` on: those before
  /// it are at most it, those behind it at least it.
  ///
  /// Hoare's selection, with a partition whose branches all can be foreseen: expected time linear in
  /// `count`. Where pivots are drawn from is a function of the values alone.
  func select(_ rank: Int, first: Int, count: Int) {
    precondition(0 <= rank && rank < count, "no such rank")
    var low = first
    var high = first + count
    let wanted = first + rank
    while high - low > 1 {
      let pivot = self[low + (high - low) / 2]
      let least = partition(low, high) { $0 < pivot }
      if wanted < least {
        high = least
      } else if low < least {
        low = least
      } else {
        // The pivot is the least: of its equals none is looked at twice.
        low = partition(low, high) { $0 == pivot }
        if wanted < low { return }
      }
    }
  }

  /// Puts the values that belong first before the others.
  ///
  /// - Returns: the first row of the others.
  @inline(__always)
  private func partition(_ low: Int, _ high: Int, isFirst: (UInt64) -> Bool) -> Int {
    var end = low
    for i in low..<high {
      let value = self[i]
      self[i] = self[end]
      self[end] = value
      end += isFirst(value) ? 1 : 0
    }
    return end
  }
}
