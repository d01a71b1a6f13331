import TailraceEngine

// Calls that wait at their balancer for a connection; each carries one request at a time.
extension Machine {
  /// A call waits until another comes back, if there is room.
  mutating func waitForConnection(_ f: Int32, _ c: Int32, _ b: Int32) -> Bool {
    let l = clusters.firstPending &+ b
    if clusters.lines[l].length >= clusters.rows[c].pendingMax { return false }
    join(l, f)
    return true
  }

  /// A connection is free: the first who waits for one goes out.
  mutating func giveConnection(of b: Int32, _ c: Int32) {
    let l = clusters.firstPending &+ b
    dropGone(from: l)
    let f = clusters.lines[l].head
    if f < 0 { return }
    takeTurn(f, at: frames[f].station)
    leaveBalancer(f, c, b)
    ready.append(f)
  }
}
