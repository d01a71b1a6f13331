// Joins that may go on without some of their answers: how many there were, and whose were missing.
//
// Nothing of it is asked of a join that waits for all.
extension Machine {
  /// The join of a scatter that may lack answers has ended and the program goes on.
  @inline(never) mutating func noteCompleteness(of q: Int32, answers: Int32) {
    // What is known ahead of the clock may lie beyond the end.
    guard isCounted(q), frames[q].since <= horizon else { return }
    let join = frames.row(q)
    let step = steps.row(join.pc)
    let block = join.block
    let asked = step.op == .scatterKeys ? blocks[block &+ step.count &+ 1] : step.count
    let p = pair(of: step.straggler, join.source)
    completeness.note(p, answers: min(answers, asked), of: asked)
    if answers >= asked || block < 0 { return }
    let sent = step.window > 0 ? blocks[block &+ step.count] : asked
    for i in 0..<asked {
      let mark = blocks[block &+ i]
      if _fastPath(mark == -1) && i < sent { continue }
      let member = missingMember(q, step.row, i, mark)
      if member >= 0 { completeness.noteMissing(p, member: member) }
    }
  }

  /// Answers that a join has heard.
  @inline(__always) mutating func answersHeard(_ q: Int32) -> Int32 {
    answersNeeded(q) &- frames[q].pending
  }

  /// Whether a frame belongs to a request of the window that still waits for it.
  private mutating func isCounted(_ frame: Int32) -> Bool {
    var f = frame
    while frames[f].parent >= 0 { f = frames[f].parent }
    return frames[f].parent == -1 && frames[f].counted
  }

  /// What a join remembers of a call that came back: -1 for an answer, else -2, or -3 less the
  /// member that did not answer.
  @inline(never) mutating func mark(of f: Int32, in q: Int32) -> Int32 {
    if frames[f].outcome.isAnswered { return -1 }
    let step = steps.row(frames[q].pc)
    if !step.isPartial { return -2 }
    let s = stationAsked(by: f, isOver: true)
    return s < 0 ? -2 : -3 &- scatterGroups.row(step.straggler).row.member(s)
  }

  /// The station that a call of a join went to, or that its latest attempt did; -1 if to none.
  private mutating func stationAsked(by child: Int32, isOver: Bool) -> Int32 {
    var f = child
    while f >= 0 {
      let frame = frames.row(f)
      if frame.kind == .visit { return frame.station }
      if frame.kind == .call {
        if frame.station >= 0 { return frame.station }
        if !isOver && edges[frame.edge].policy >= 0 && frame.row.callRow >= 0 {
          let a = callRows[frame.row.callRow].first
          return a < 0 ? -1 : attemptRows[a].station
        }
      }
      f = isOver ? frame.path : frame.child
    }
    return -1
  }

  /// Who was called by a call whose answer is not there, or would have been; -1 if that is not
  /// known, since a balancer was to choose.
  private mutating func missingMember(
    _ q: Int32, _ step: StepRow, _ branch: Int32, _ mark: Int32
  ) -> Int32 {
    let edge = edges.row(step.target)
    let group = scatterGroups.row(step.straggler)
    if edge.aim == .replicas { return branch }
    if edge.aim == .childShards {
      let caller = services.row(stations[edge.callerStation].service)
      let shard = (callerStation(q) &- edge.callerStation) / caller.replicas
      return shard &* (group.members / caller.shards) &+ branch
    }
    if !group.isByReplica && edge.route < 0 { return branch % group.members }
    if mark <= -3 { return -3 &- mark }
    let s = mark < 0 ? -1 : stationAsked(by: mark, isOver: false)
    if s >= 0 { return group.row.member(s) }
    // Not sent yet: its key says where it would have gone.
    if group.isByReplica || edge.route < 0 { return -1 }
    let key = key(route: edge.route, parent: q, root: frames[q].root, branch: branch)
    return owner(of: key, routes[edge.route].map)
  }

  mutating func completenessOutcomes(_ plan: Plan) -> [CompletenessOutcome] {
    plan.scatterPairs.indices.compactMap {
      completeness.outcome(Int32($0), plan.scatterGroups[Int(plan.scatterPairs[$0].group)])
    }
  }
}
