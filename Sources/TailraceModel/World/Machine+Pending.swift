import TailraceEngine

// Calls that wait at their balancer for a connection; each carries one request at a time.
//
// The wait is that of the replica that has been chosen, as in `Machine+Lines`.
extension Machine {
  /// A call waits until another comes back, if there is room.
  mutating func waitForConnection(_ f: Int32, _ c: Int32, _ b: Int32) -> Bool {
    let line = Int(b)
    if clusters.pending[line].length >= clusters.rows[c].pendingMax { return false }
    frames[f].state = .inLine
    frames[f].since = time
    frames[f].next = -1
    frames[f].pending = b
    let tail = clusters.pending[line].tail
    if tail < 0 { clusters.pending[line].head = f } else { frames[tail].next = f }
    clusters.pending[line].tail = f
    clusters.pending[line].length &+= 1
    seriesEntered(frames[f].station)
    return true
  }

  /// A connection is free: the first who waits for one goes out.
  mutating func giveConnection(of b: Int32, _ c: Int32) {
    let line = Int(b)
    while clusters.pending[line].head >= 0 {
      let f = clusters.pending[line].head
      clusters.pending[line].head = frames[f].next
      if frames[f].next < 0 { clusters.pending[line].tail = -1 }
      if frames[f].state == .dead {
        freeFrame(f)
        continue
      }
      clusters.pending[line].length &-= 1
      if _slowPath(records) { record(.queue, f, since: frames[f].since) }
      leaveLine(f, at: frames[f].station)
      frames[f].state = .running
      frames[f].next = -1
      frames[f].pending = 0
      leaveBalancer(f, c, b)
      ready.append(f)
      return
    }
  }
}
