import TailraceEngine

extension Machine {
  /// Starts a constant delay after which `f` expires, unless its generation has moved on.
  @inline(__always) mutating func arm(_ line: Int32, _ f: Int32) {
    let due = EventKey(time &+ lines[line].delay, .timer)
    lines[line].entries.append(Event(key: due, word: word(.timer, f)))
    if !lines[line].isArmed { schedule(line, due) }
  }

  @inline(__always) mutating func schedule(_ line: Int32, _ due: EventKey) {
    lines[line].isArmed = true
    post(due, Happening.timer.rawValue &<< 60 | UInt64(UInt32(bitPattern: line)))
  }

  /// Expires at most one entry: what it starts may complete at this instant, which comes first.
  @inline(never) mutating func fire(line: Int32) {
    while !lines[line].entries.isEmpty {
      let entry = lines[line].entries.first
      if !isCurrent(entry.word) {
        lines[line].entries.removeFirst()
        continue
      }
      if entry.key.nanoseconds > time { break }
      lines[line].entries.removeFirst()
      expire(Int32(truncatingIfNeeded: entry.word & 0xfff_ffff), line)
      break
    }
    if lines[line].entries.isEmpty {
      lines[line].isArmed = false
    } else {
      schedule(line, lines[line].entries.first.key)
    }
  }

  private mutating func expire(_ f: Int32, _ line: Int32) {
    if frames[f].kind == .visit && frames[f].flags.contains(.plain) {
      // Its caller may have gone, who alone could give it up.
      if standsForCall(f) { expire(raiseCall(above: f), line) }
      return
    }
    if frames[f].kind != .call {
      if let up = expire(join: f) { walk(up) }
      return
    }
    if edges[frames[f].edge].policy >= 0 {
      expire(managed: f, line)
      return
    }
    // A call's caller gives up: the time since the call is lost.
    let child = frames[f].child
    frames[f].child = -1
    if child >= 0 {
      // Whoever joins this call may want to know whose answer it lacks.
      frames[f].station = frames[child].station
      if _slowPath(records) { recordGivenUp(child, .timedOut) }
      clusters.cause = .timeout
      abandon(child)
      clusters.cause = .cancelled
    }
    frames[f].outcome = .timeout
    frames[f].worked &+= time &- frames[f].born
    if _slowPath(records) { record(.lost, f, since: frames[f].born) }
    if let up = reply(f) { walk(up) }
  }
}
