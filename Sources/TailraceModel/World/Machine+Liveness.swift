import TailraceEngine

// Liveness probes, as Kubernetes does them: a replica that misses several checks in a row is
// restarted, and all that was in it is lost.
//
// A check goes through the queue and takes a slot for no time, so nobody waits for it and it needs
// no frame. Turns go by arrival: it has its slot as soon as those that waited before it have had
// theirs, or have left, and one more is free. That is a number of slots given back.
extension Machine {
  /// Plans the first check of each replica of a service.
  mutating func startLiveness(_ row: ClusterRow) {
    let service = services[row.service]
    for s in 0..<(service.shards &* service.replicas) {
      let luck = Luck.root(base: row.phases, request: UInt64(UInt32(bitPattern: s)))
      var draw = Luck.draw(luck, salt: 1)
      tick(.checkLife, service.firstStation &+ s, at: draw.below(row.liveness.period))
    }
  }

  mutating func livenessRule(of s: Int32) -> ProbeRow {
    clusters.rows[services[stations[s].service].cluster].liveness
  }

  /// A check is due at a replica. One that starts refuses it, as one whose queue is full does.
  mutating func checkLife(_ s: Int32) {
    // Where a check has a whole period, the last one's time is over now.
    if clusters.vitals[s].isOpen { judgeLife(s) }
    let rule = livenessRule(of: s)
    let start = clusters.health[s].startedAt
    if !isUp(s) || start > 0 && time < start &+ rule.initialDelay { return }
    let isFree = stations[s].busy < stations[s].slots
    if !isServing(s) || !isFree && stations[s].length >= stations[s].limit {
      noteLife(false, s)
      return
    }
    let row = clusters.vitals.row(s)
    row.isOpen = true
    row.due = time &+ rule.timeout
    row.entries = entries
    row.turn =
      accounts[s].left &+ (isFree ? 0 : UInt64(UInt32(bitPattern: stations[s].length)) &+ 1)
    hearLife(s)
    if row.isOpen { tick(.judgeLife, s, at: row.due) }
  }

  /// The time of a check is over, unless it has been answered or the replica was restarted.
  mutating func endCheck(_ s: Int32) {
    let row = clusters.vitals[s]
    if row.isOpen && time >= row.due { judgeLife(s) }
  }

  /// Counts a check as answered if its turn has come while the replica worked.
  mutating func hearLife(_ s: Int32) {
    let row = clusters.vitals[s]
    if !row.isOpen || accounts[s].left < row.turn || queues[stations[s].queue].speed == 0 { return }
    clusters.vitals[s].isOpen = false
    noteLife(true, s)
  }

  private mutating func judgeLife(_ s: Int32) {
    hearLife(s)
    if !clusters.vitals[s].isOpen { return }
    clusters.vitals[s].isOpen = false
    if isUp(s) { noteLife(false, s) }
  }

  /// One who waited leaves the queue without a slot: who waits behind comes earlier.
  mutating func moveUpCheck(past f: Int32, _ s: Int32) {
    let row = clusters.vitals.row(s)
    if row.isOpen && jobs[f].order <= row.entries { row.turn &-= 1 }
  }

  private mutating func noteLife(_ isAlive: Bool, _ s: Int32) {
    let row = clusters.vitals.row(s)
    row.failures = isAlive ? 0 : row.failures &+ 1
    if row.failures >= livenessRule(of: s).failures { restartDead(s) }
  }

  /// A replica that has missed its checks goes down with all that is in it, and starts at once.
  private mutating func restartDead(_ s: Int32) {
    let c = services[stations[s].service].cluster
    clusters.sums[c].restarts &+= inWindow
    if clusters.rows[c].isProbed { loseReadiness(s) }
    // Whoever tries again at this instant is refused.
    mishaps.starts[s].servesFrom = never
    crash(s, drops: false)
    endPauses(s)
    restart(s)
  }

  /// A new process stands still for none of the reasons that the old one had.
  private mutating func endPauses(_ s: Int32) {
    let plan = queues[stations[s].queue].plan
    for i in plan.firstClock..<(plan.firstClock &+ plan.clockCount) {
      let clock = faultClocks[stationClocks[i]]
      if clock.isOn && faults[clock.fault].verb == .pause {
        clusters.endedPauses[i] = clock.turn &+ 1
      }
    }
    setSpeed(faultySpeed(s), s)
  }

  /// Whether the pause of a clock in force was ended by a restart; `i` is its row among the clocks of
  /// stations.
  mutating func hasEnded(pause i: Int32, _ clock: FaultClock) -> Bool {
    clusters.endedPauses.count > 0 && clusters.endedPauses[i] == clock.turn &+ 1
  }
}

/// What liveness checks of a replica have found.
struct LivenessRow: BitwiseCopyable, Sendable {
  /// Failures in a row.
  var failures: Int32 = 0
  /// Whether a check waits for its answer, and until when.
  var isOpen = false
  var due: UInt64 = 0
  /// How many slots the replica has given back when the check's turn has come.
  var turn: UInt64 = 0
  /// Entries to all such stations when the check came: who entered later is behind it.
  var entries: UInt64 = 0
}
