import TailraceEngine
import TailraceStatistics

// Who was last in the join of a scatter, and by how much. The last child, settled and on the
// critical path, keeps that in fields that it no longer needs until its request is complete.
//
// The second last is known of every join. All answers are gathered of the joins of one request in
// 256, chosen by its number: those alone know a median and what the slowest 1 % and 5 % cost.
extension Machine {
  /// Whether the answers of the scatter that a frame begins are gathered.
  @inline(__always) mutating func gathersAnswers(of f: Int32) -> Bool {
    steps[frames[f].pc].straggler >= 0 && Self.isSampled(frames[f].number)
  }

  /// Whether a request is one of 256.
  @inline(__always) static func isSampled(_ number: UInt64) -> Bool {
    (TracedNumber.plain(number) &* 0x9e37_79b9_7f4a_7c15) &>> 56 == 0
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
    // Every answer is to come the long way.
    frames[f].isWindowed = true
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

  /// How far before the last answer a share of the gathered ones had come.
  private mutating func lead(_ block: Int32, _ share: Int, of last: UInt64) -> UInt64 {
    let count = Int(truncatingIfNeeded: gathers[block])
    let rank = max(1, (count * share + 99) / 100)
    return last &- gathers.selectRank(rank - 1, first: Int(block) + 1, count: count)
  }

  // MARK: The last one

  /// The join of a scatter has what it needs.
  @inline(never) mutating func nameLast(of q: Int32) {
    let join = frames.row(q)
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
    last.joinTime = at &- born
    last.over99 = lead(block, 99, of: at)
    last.over95 = lead(block, 95, of: at)
    last.overMedian = lead(block, 50, of: at)
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
  private mutating func visit(of child: Int32) -> Int32 {
    var f = child
    while f >= 0 && frames[f].kind != .visit { f = frames[f].path }
    return f
  }

  /// The request of such a last child is complete and counted.
  @inline(never) mutating func noteLast(_ f: Int32, _ s: Int) {
    let last = frames.row(f)
    let group = scatterGroups.row(last.lastOf)
    let v = visit(of: f)
    let member = v < 0 ? 0 : (frames[v].station &- group.firstStation) / group.width
    var cause = largestPhase(of: f)
    if cause <= Phase.work.rawValue && last.trouble > 0 {
      cause = last.trouble == 2 ? StragglerCause.pause : StragglerCause.slowNode
    }
    let gathered =
      last.isGathered
      ? GatheredJoin(
        time: last.joinTime, overMedian: last.overMedian, over95: last.over95,
        over99: last.over99) : nil
    stragglers.note(
      group.firstPair &+ (group.isPerWorkload ? Int32(truncatingIfNeeded: s) : 0), member: member,
      cause: cause, overSecond: last.overSecond, gathered)
  }

  /// The phase that took most of a frame's time and its path's; the first of equal ones.
  private mutating func largestPhase(of f: Int32) -> Int {
    let frame = frames.row(f)
    if frame.kind == .visit && frame.path < 0 && frame.wire | frame.delayed == 0 {
      return frame.worked > frame.queued ? Phase.work.rawValue : Phase.queue.rawValue
    }
    var parts = InlineArray<9, UInt64>(repeating: 0)
    addParts(f, &parts)
    var cause = 0
    for phase in 1..<parts.count where parts[phase] > parts[cause] { cause = phase }
    return cause
  }

  /// Adds up a frame's phases and those of its path.
  private mutating func addParts(_ f: Int32, _ parts: inout InlineArray<9, UInt64>) {
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
      parts[Phase.wait.rawValue] &+= waited
    }
    parts[Phase.network.rawValue] &+= frame.wire
    var child = frame.path
    while child >= 0 {
      addParts(child, &parts)
      child = frames[child].next
    }
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
  var overMedian: UInt64 {
    get { born }
    set { born = newValue }
  }
  var over99: UInt64 {
    get { Self.joined(child, block) }
    set { (child, block) = Self.halves(newValue) }
  }
  var over95: UInt64 {
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
  /// The value at a rank, from 0, among `count` rows from `first` on, which are put in another order.
  ///
  /// Hoare's selection: expected time linear in `count`. The pivot is the middle one, so the time
  /// is a function of the values alone.
  func selectRank(_ rank: Int, first: Int, count: Int) -> UInt64 {
    precondition(0 <= rank && rank < count, "no such rank")
    var low = first
    var high = first + count - 1
    let wanted = first + rank
    while low < high {
      let pivot = self[low + (high - low) / 2]
      var i = low
      var j = high
      while i <= j {
        while self[i] < pivot { i += 1 }
        while self[j] > pivot { j -= 1 }
        if i <= j {
          let held = self[i]
          self[i] = self[j]
          self[j] = held
          i += 1
          j -= 1
        }
      }
      if wanted <= j {
        high = j
      } else if wanted >= i {
        low = i
      } else {
        break
      }
    }
    return self[wanted]
  }
}
