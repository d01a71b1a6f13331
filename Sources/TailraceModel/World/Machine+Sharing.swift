import TailraceEngine

// Processor sharing. `shared` is the work that each sharer has received since the station was
// idle; who came when it stood at V with work W is done when it reaches V + W. So one number moves
// for all, and only the first of a heap has an event.
extension Machine {
  /// Beyond this many nanoseconds all places are moved back, to keep the fractions of one.
  private var sharedMax: Double { 0x1p47 }

  /// A piece of work joins those that share the cores.
  mutating func share(_ f: Int32, _ work: UInt64, _ s: Int32) {
    let q = stations[s].queue
    advanceShares(q)
    entries &+= 1
    let done = queues[q].shared + Double(work)
    setJob(f, JobRow(key: done.bitPattern, order: entries))
    queues[q].working.insert(f, jobs)
    armShares(q, s)
  }

  /// A piece of work is stopped.
  mutating func unshare(_ f: Int32, _ s: Int32) {
    let q = stations[s].queue
    if jobs[f].position < 0 { return }
    advanceShares(q)
    queues[q].working.remove(at: Int(jobs[f].position), jobs)
    armShares(q, s)
  }

  /// The first of the sharers may be done.
  @inline(never) mutating func fireShares(_ word: UInt64) {
    let s = Int32(truncatingIfNeeded: word & 0xfff_ffff)
    let q = stations[s].queue
    if UInt32(truncatingIfNeeded: word &>> 28) != queues[q].generation { return }
    queues[q].armed = .max
    if queues[q].working.isEmpty { return }
    advanceShares(q)
    if firstDeparture(q) <= time {
      let f = queues[q].working.pile[0]
      queues[q].working.remove(at: 0, jobs)
      finishWork(f)
    }
    armShares(q, s)
  }

  /// Brings the work that each sharer has received up to the present.
  mutating func advanceShares(_ q: Int32) {
    let sharers = queues[q].working.count
    if sharers == 0 {
      queues[q].shared = 0
    } else {
      let elapsed = Double(time &- queues[q].updated)
      let cores = Int(queues[q].plan.cores)
      let alone = elapsed * queues[q].speed
      queues[q].shared += sharers <= cores ? alone : alone * Double(cores) / Double(sharers)
      if queues[q].shared > sharedMax { moveBack(q) }
    }
    queues[q].updated = time
  }

  private mutating func moveBack(_ q: Int32) {
    for i in 0..<queues[q].working.count {
      let f = queues[q].working.pile[i]
      let left = Double(bitPattern: jobs[f].key) - queues[q].shared
      jobs[f].key = max(0, left).bitPattern
    }
    queues[q].shared = 0
  }

  /// When the first sharer is done if nobody comes or goes: the one place that rounds.
  private mutating func firstDeparture(_ q: Int32) -> UInt64 {
    let left = Double(bitPattern: jobs[queues[q].working.pile[0]].key) - queues[q].shared
    let sharers = queues[q].working.count
    let cores = Int(queues[q].plan.cores)
    let wait = sharers <= cores ? left : left * Double(sharers) / Double(cores)
    return time &+ TimeRounding.nanoseconds(wait / queues[q].speed)
  }

  /// Sees to it that an event comes no later than the first departure; it may come earlier.
  mutating func armShares(_ q: Int32, _ s: Int32) {
    if queues[q].working.isEmpty || queues[q].speed == 0 { return }
    let key = max(EventKey(firstDeparture(q), .completion), agenda.now)
    if key.bits >= queues[q].armed { return }
    queues[q].armed = key.bits
    queues[q].generation &+= 1
    agenda.push(
      key,
      Happening.shares.rawValue &<< 60 | UInt64(queues[q].generation) &<< 28
        | UInt64(UInt32(bitPattern: s)))
  }
}
