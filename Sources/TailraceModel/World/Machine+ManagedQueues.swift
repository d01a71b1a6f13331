import TailraceEngine

// Queues that drop who has waited too long, and queues with a line for each value of a key.
extension Machine {
  /// Whether a visit that would wait is refused: its line, or what its class may have, is full.
  mutating func isOutOfRoom(_ f: Int32, _ s: Int32) -> Bool {
    let m = queues[stations[s].queue].plan.managed
    if m < 0 { return stations[s].length >= stations[s].limit }
    let first = overload.managed[m].plan.firstClassLimit
    if first >= 0 {
      let index = sampler.classes.index(source: Int32(frames[f].source), number: frames[f].number)
      if stations[s].length >= overload.classLimits[first &+ index] { return true }
    }
    if stations[s].order == .fair {
      if stations[s].limit == .max { return false }
      return overload.managed[m].lines.count(of: lineKey(f, m)) >= stations[s].limit
    }
    return stations[s].length >= stations[s].limit
  }

  /// The key whose line a visit joins; 0 where there is one line.
  private mutating func lineKey(_ f: Int32, _ m: Int32) -> UInt64 {
    let r = overload.managed[m].plan.route
    if r < 0 { return 0 }
    var g = f
    if routes[r].isAddress {
      // What counts is the address of whoever called.
      while g >= 0 && frames[g].kind == .branch { g = frames[g].parent }
      if g >= 0 { g = frames[g].parent }
    }
    return key(route: r, parent: g, root: frames[f].root, branch: 0)
  }

  mutating func joinLine(_ f: Int32, _ s: Int32) {
    let m = queues[stations[s].queue].plan.managed
    overload.managed[m].lines.join(f, key: lineKey(f, m), jobs)
  }

  mutating func leaveLine(_ f: Int32, _ s: Int32) {
    overload.managed[queues[stations[s].queue].plan.managed].lines.leave(f, jobs)
  }

  /// The place in the waiting room of who is next; of use where somebody waits and turns are not
  /// drawn.
  mutating func nextPlace(_ s: Int32) -> Int {
    let q = stations[s].queue
    guard stations[s].order.usesLines else { return 0 }
    let m = queues[q].plan.managed
    let f =
      stations[s].order == .adaptive && overload.managed[m].watch.isOverloaded
      ? overload.managed[m].lines.latest : overload.managed[m].lines.next
    return Int(jobs[f].position)
  }

  /// One who waits is served: its line has had its turn.
  mutating func takeTurn(_ i: Int, _ s: Int32) {
    let q = stations[s].queue
    overload.managed[queues[q].plan.managed].lines.takeTurn(of: queues[q].waiting.pile[i], jobs)
  }

  /// A slot is free: drops those who have waited too long.
  @inline(never) mutating func shedOverdue(_ s: Int32) {
    if stations[s].order == .adaptive { shedOldest(s) } else { shedByRate(s) }
  }

  /// While the queue stands nobody older than twice the target is served.
  private mutating func shedOldest(_ s: Int32) {
    let m = queues[stations[s].queue].plan.managed
    let oldest = overload.managed[m].lines.next
    overload.managed[m].watch.note(
      wait: oldest < 0 ? 0 : time &- frames[oldest].since, now: time)
    var f = oldest
    while f >= 0 && overload.managed[m].watch.drops(wait: time &- frames[f].since) {
      // Who was let in before goes on, first of all.
      if hasBegun(f) { break }
      shedWaiting(f, s)
      f = overload.managed[m].lines.next
    }
    // Another may be next by now.
    if queues[stations[s].queue].plan.dropsExpired { dropExpired(s) }
  }

  private mutating func shedByRate(_ s: Int32) {
    let q = stations[s].queue
    let m = queues[q].plan.managed
    var isFirst = true
    while !queues[q].waiting.isEmpty {
      let f = queues[q].waiting.pile[0]
      if hasBegun(f) { return }
      let drops = overload.managed[m].codel.drops(
        wait: time &- frames[f].since, behind: queues[q].waiting.count &- 1, isFirst: isFirst,
        now: time)
      if !drops { return }
      shedWaiting(f, s)
      if queues[q].plan.dropsExpired { dropExpired(s) }
      isFirst = false
    }
    overload.managed[m].codel.rest()
  }

  /// One who waits is refused after all; its caller hears of it when this step is done.
  private mutating func shedWaiting(_ f: Int32, _ s: Int32) {
    frames[f].queued &+= time &- frames[f].since
    if _slowPath(records) { record(.queue, f, since: frames[f].since) }
    leaveWaiting(f, s)
    // Who waited no longer gives up.
    if queues[stations[s].queue].plan.patience >= 0 { frames[f].generation &+= 1 }
    frames[f].state = .running
    countRefused(f, s)
    endRefused(f)
    ready.append(f)
  }
}
