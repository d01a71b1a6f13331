import TailraceEngine

extension Machine {
  /// The caller no longer wants the answer. What happens to the work is the callee's `cancel`.
  mutating func abandon(_ f: Int32) {
    frames[f].parent = -2
    if _slowPath(records) { recordGivenUp(f) }
    if frames[f].load >= 0 {
      loads[frames[f].load] &-= 1
      if _slowPath(clusters.isUsed) { hear(f, clusters.cause) }
      frames[f].load = -1
    }
    switch frames[f].kind {
    case .call where edges[frames[f].edge].policy >= 0: dropCall(f)
    case .call, .branch, .client:
      stop(f)
    case .visit:
      if _slowPath(fabric.hasConnections) && giveUpConnection(f) { return }
      if frames[f].state == .silent {
        if _slowPath(records) { recordStop(f) }
        freeTree(f)
        return
      }
      if frames[f].state == .inLine {
        if _slowPath(records) { recordStop(f) }
        giveUpLine(f)
        return
      }
      switch services[edges[frames[f].edge].service].cancel {
      case .none: break
      case .queued:
        if frames[f].state == .queued {
          if _slowPath(records) { recordStop(f) }
          noteStopped(f)
          endFetches(of: f)
          if gates.isUsed { leaveGate(f, tells: false) }
          leaveQueue(f)
        }
      case .running: stop(f)
      }
    }
  }

  /// Ends a frame where it stands; a slot it holds is free at once.
  mutating func stop(_ f: Int32) {
    clusters.cause = .cancelled
    if _slowPath(records) { recordStop(f) }
    noteStopped(f)
    endFetches(of: f)
    if gates.isUsed { leaveGate(f, tells: false) }
    switch frames[f].state {
    case .queued:
      leaveQueue(f)
      return
    case .waiting: abandonChildren(of: f)
    case .free, .dead: preconditionFailure("a settled frame cannot be given up")
    case .working:
      let s = frames[f].station
      if stations[s].order != .fifo { leaveWork(f, s) }
      noteWorked(f, s)
    case .parked: leaveFlight(f)
    case .inLine:
      giveUpLine(f)
      return
    case .running, .delayed, .batched, .silent: break
    }
    if frames[f].holdsSlot {
      accounts[frames[f].station].aborted &+= inWindow
      release(f)
    }
    freeTree(f)
  }

  /// Gives up what a frame waits for.
  mutating func abandonChildren(of f: Int32) {
    let block = frames[f].block
    let child = frames[f].child
    frames[f].child = -1
    if frames[f].next >= 0 { endGather(f) }
    if block >= 0 {
      if child >= 0 { freeTree(child) }  // the latest that came back
      closeBlock(f)
    } else if child >= 0 {
      abandon(child)
    }
  }

  /// Gives up while queued: the row stays in the queue as a mark that is skipped when reached.
  private mutating func leaveQueue(_ f: Int32) {
    let s = frames[f].station
    if stations[s].order.usesHeap {
      leaveHeap(f, s)
      return
    }
    frames[f].state = .dead
    frames[f].generation &+= 1
    stations[s].length &-= 1
    accounts[s].gaveUp &+= 1
    accounts[s].gaveUpAt &+= cutTime
    noteWaited(f, s)
    seriesGaveUp(s)
    accounts[s].aborted &+= inWindow
    var child = frames[f].path
    frames[f].path = -1
    while child >= 0 {
      let next = frames[child].next
      freeTree(child)
      child = next
    }
  }
}
