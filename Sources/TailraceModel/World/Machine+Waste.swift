import TailraceEngine

// Work for nobody: by copies that lost, and by visits whose callers had given them up.
//
// All work of such a visit is lost, also what it did while it was waited for, that of its branches
// apart. It is counted when the visit ends, as far as it surely lies in the window: what a visit did
// that came before is less the time before.
extension Machine {
  /// A visit ends that nobody waits for.
  @inline(never) mutating func noteWasted(_ f: Int32, at end: UInt64) {
    let frame = frames.row(f)
    if frame.station >= 0 {
      noteWasted(frame.worked, at: frame.station, from: frame.born, to: end)
    }
  }

  /// A visit or a branch is stopped where it stands.
  @inline(never) mutating func noteStopped(_ f: Int32) {
    let frame = frames.row(f)
    let kind = frame.kind
    if frame.station < 0 || (kind != .visit && kind != .branch) { return }
    let piece = frame.state == .working ? time &- frame.since : 0
    // What a plain visit has there is what it was going to do.
    let before = frame.flags.contains(.plain) ? 0 : frame.worked
    noteWasted(before &+ piece, at: frame.station, from: frame.born, to: time)
  }

  /// The same of a visit that began at an instant and has been computed ahead, which its caller
  /// will give up at another.
  @inline(never)
  mutating func noteWasted(_ fate: Fate, at s: Int32, from born: UInt64, until giveUp: UInt64) {
    let end = fate.outcome == .success ? fate.due : giveUp
    if end > fate.begin { noteWasted(end &- fate.begin, at: s, from: born, to: end) }
  }

  private mutating func noteWasted(
    _ work: UInt64, at s: Int32, from born: UInt64, to end: UInt64
  ) {
    guard window.contains(end) else { return }
    let before = window.lowerBound > born ? window.lowerBound &- born : 0
    if work > before { wastedWork[s] &+= work &- before }
  }

  /// All work at each station within the window that ends at `end`, pieces in progress included.
  mutating func workDone(end: UInt64) -> [UInt64] {
    var done = (0..<stations.count).map { s in
      services[stations[s].service].holdsSlots
        ? accounts[s].worked
        : accounts[s].busyArea(end: end) &+ (bookings.count > 0 ? bookings[s].worked : 0)
    }
    for f in 0..<frameHigh where frames[f].state == .working {
      let s = frames[f].station
      if services[stations[s].service].holdsSlots {
        done[Int(s)] &+= end &- clipped(frames[f].since)
      }
    }
    return done
  }
}
