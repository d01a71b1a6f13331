import TailraceEngine

// A limit on waiting: who has not begun when it has passed leaves the queue, shed.
extension Machine {
  /// Draws how long a visit waits for its first slot.
  mutating func limitWait(_ f: Int32, _ s: Int32) {
    let plan = queues[stations[s].queue].plan
    let limit = sampler.time(
      plan.patience, luck: frames[f].luck, salt: plan.patienceSalt, number: frames[f].number,
      source: Int32(frames[f].source))
    post(EventKey(time &+ limit, .timer), word(.impatience, f))
  }

  /// Who waits has waited as long as it may.
  @inline(never) mutating func leaveImpatiently(_ f: Int32) {
    if frames[f].state == .inLine {
      leaveLineImpatiently(f)
      return
    }
    let s = frames[f].station
    frames[f].queued &+= time &- frames[f].since
    if _slowPath(records) { record(.queue, f, since: frames[f].since) }
    leaveWaiting(f, s)
    frames[f].state = .running
    refuse(f, s)
  }

  /// Takes one who waits out of the waiting room for good.
  mutating func leaveWaiting(_ f: Int32, _ s: Int32) {
    if _slowPath(clusters.vitals.count > 0) { moveUpCheck(past: f, s) }
    _ = takeWaiting(Int(jobs[f].position), s)
    accounts[s].gaveUp &+= 1
    accounts[s].gaveUpAt &+= cutTime
    noteWaited(f, s)
    seriesGaveUp(s)
  }
}
