import TailraceEngine

// Queues that drop expired visits: who has done nothing yet and whose caller has given up, since
// its own time or one that it was told is over, or another copy has won.
//
// Until its turn comes such a visit keeps its place: it counts as waiting, and against the bound.
extension Machine {
  /// Whether nobody waits for a visit that has done nothing yet.
  ///
  /// One that holds a connection without a caller is opening it, for whoever comes after it.
  mutating func hasExpired(_ f: Int32) -> Bool {
    frames[f].kind == .visit && frames[f].parent == -2 && !frames[f].runsOn && !hasBegun(f)
      && connection(of: f) < 0
  }

  /// Drops those whose turn it is, up to the first who is waited for.
  @inline(never) mutating func dropExpired(_ s: Int32) {
    // Where turns are drawn, who is drawn is looked at.
    if stations[s].order == .random { return }
    let q = stations[s].queue
    while !queues[q].waiting.isEmpty {
      let g = queues[q].waiting.pile[nextPlace(s)]
      if jobs[g].isStarted || !hasExpired(g) { return }
      drop(g, s)
    }
  }

  /// Draws who is next where anybody may be, until it is one who is waited for.
  mutating func startDrawn(_ draws: inout KeyedRandom, _ s: Int32) {
    let q = stations[s].queue
    while !queues[q].waiting.isEmpty {
      let i = Int(draws.below(UInt64(queues[q].waiting.count)))
      let g = queues[q].waiting.pile[i]
      if jobs[g].isStarted || !hasExpired(g) {
        startWaiting(i, s)
        return
      }
      drop(g, s)
    }
    stations[s].busy &-= 1
  }

  /// A visit leaves the queue unserved.
  private mutating func drop(_ g: Int32, _ s: Int32) {
    queues[stations[s].queue].expired &+= inWindow
    endFetches(of: g)
    if gates.isUsed { leaveGate(g, tells: false) }
    if _slowPath(records) { recordStop(g, .expired) }
    leaveHeap(g, s)
  }

  /// A visit has expired on its way: it does not enter.
  @inline(never) mutating func turnAway(_ f: Int32, _ s: Int32) {
    queues[stations[s].queue].expired &+= inWindow
    accounts[s].aborted &+= inWindow
    endFetches(of: f)
    if gates.isUsed { leaveGate(f, tells: false) }
    if _slowPath(records) { recordStop(f, .expired) }
    freeTree(f)
  }
}

extension Frame {
  /// Whether a visit without a caller is to be done all the same: a copy that lost, and has not
  /// been told. Its place among attempts means nothing any more.
  @inline(__always) var runsOn: Bool {
    get { branch == -2 }
    set { branch = newValue ? -2 : -1 }
  }
}
