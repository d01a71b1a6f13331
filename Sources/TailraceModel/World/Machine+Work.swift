import TailraceEngine

// Work at stations with a discipline of their own: its pace, and who may interrupt whom.
extension Machine {
  /// A piece of work begins.
  @inline(never) mutating func beginOrdered(_ f: Int32, _ drawn: UInt64, _ s: Int32) {
    let work = mishaps.warmsUp ? warmed(drawn, s) : drawn
    if stations[s].order == .sharing {
      share(f, work, s)
      return
    }
    if !stations[s].tracks {
      let speed = queues[stations[s].queue].speed
      let pace = speed == 1 ? work : max(1, TimeRounding.nanoseconds(Double(work) / speed))
      agenda.push(EventKey(time &+ pace, .completion), word(.worked, f))
      return
    }
    if !frames[f].holdsSlot {
      // A branch works under its visit's slot, and has no place in the order of those who wait.
      entries &+= 1
      setJob(f, JobRow(order: entries))
    }
    jobs[f].work = Double(work)
    if stations[s].order == .srpt { jobs[f].key = work }
    workOn(f, s)
    // A holder that comes back from a call finds its betters waiting: they come first.
    let q = stations[s].queue
    if queues[q].plan.dropsExpired && stations[s].preempts { dropExpired(s) }
    if stations[s].preempts && frames[f].holdsSlot && !queues[q].waiting.isEmpty
      && JobHeap.precedes(queues[q].waiting.pile[0], f, jobs)
    {
      suspend(f, s)
      startWaiting(0, s)
    }
  }

  /// Joins those at work with what is left to do.
  mutating func workOn(_ f: Int32, _ s: Int32) {
    queues[stations[s].queue].working.append(f, jobs)
    expectEnd(of: f, s)
  }

  /// Plans the end of a piece of work at the present speed.
  private mutating func expectEnd(of f: Int32, _ s: Int32) {
    let speed = queues[stations[s].queue].speed
    if speed == 0 {
      jobs[f].due = never
      return
    }
    jobs[f].due = time &+ max(1, TimeRounding.nanoseconds(jobs[f].work / speed))
    agenda.push(EventKey(jobs[f].due, .completion), word(.worked, f))
  }

  /// A piece of work ends or is stopped: it no longer counts among those at work.
  @inline(never) mutating func leaveWork(_ f: Int32, _ s: Int32) {
    if stations[s].order == .sharing {
      unshare(f, s)
    } else if stations[s].tracks {
      queues[stations[s].queue].working.exchange(at: Int(jobs[f].position), jobs)
    }
  }

  /// Work left of one who works, at speed 1.
  private mutating func left(_ g: Int32, _ s: Int32) -> Double {
    let done = Double(time &- frames[g].since) * queues[stations[s].queue].speed
    return max(0, jobs[g].work - done)
  }

  // MARK: Pace

  /// Changes how fast a station works; work in progress goes on from where it is.
  mutating func setSpeed(_ speed: Double, _ s: Int32) {
    let q = stations[s].queue
    if speed == queues[q].speed { return }
    if queues[q].speed == 0 { queues[q].stoodUntil = time }
    if queues[q].isSlow { queues[q].slowUntil = time }
    if stations[s].order == .sharing {
      advanceShares(q)
      queues[q].speed = speed
      queues[q].armed = .max
      queues[q].generation &+= 1
      armShares(q, s)
      return
    }
    for i in 0..<queues[q].working.count {
      let g = queues[q].working.pile[i]
      jobs[g].work = left(g, s)
      frames[g].worked &+= time &- frames[g].since
      if _slowPath(records) { recordWork(g) }
      noteWorked(g, s)
      frames[g].since = time
      frames[g].generation &+= 1  // its end is another one now
    }
    queues[q].speed = speed
    for i in 0..<queues[q].working.count { expectEnd(of: queues[q].working.pile[i], s) }
  }

  /// Time until a station has done all pieces of work that are at it, if nobody else comes.
  ///
  /// Work after a visit's calls is not known yet and does not count.
  mutating func timeLeft(_ s: Int32) -> Double {
    let q = stations[s].queue
    var sum = Double(queues[q].backlog)
    if stations[s].order == .sharing {
      advanceShares(q)
      for i in 0..<queues[q].working.count {
        sum += Double(bitPattern: jobs[queues[q].working.pile[i]].key) - queues[q].shared
      }
    } else {
      for i in 0..<queues[q].working.count { sum += left(queues[q].working.pile[i], s) }
    }
    return sum == 0 ? 0 : sum / queues[q].speed
  }

  // MARK: Preemption

  /// Whose work `f` may interrupt: the last in order of those at work; -1 if none goes after it.
  mutating func victim(of f: Int32, _ s: Int32) -> Int32 {
    let q = stations[s].queue
    var last = f
    for i in 0..<queues[q].working.count {
      let g = queues[q].working.pile[i]
      // What ends at this instant is done, and a branch has no slot to give.
      if jobs[g].due <= time || !frames[g].holdsSlot { continue }
      if stations[s].order == .srpt { jobs[g].key = TimeRounding.nanoseconds(left(g, s)) }
      if JobHeap.precedes(last, g, jobs) { last = g }
    }
    return last == f ? -1 : last
  }

  /// Sends one who works back to the waiting room; its slot is the caller's to give.
  mutating func suspend(_ g: Int32, _ s: Int32) {
    queues[stations[s].queue].working.exchange(at: Int(jobs[g].position), jobs)
    jobs[g].work = left(g, s)
    jobs[g].isStarted = true
    if stations[s].order == .srpt { jobs[g].key = TimeRounding.nanoseconds(jobs[g].work) }
    frames[g].generation &+= 1  // its completion no longer comes
    frames[g].worked &+= time &- frames[g].since
    if _slowPath(records) { recordSuspension(g) }
    noteWorked(g, s)
    frames[g].state = .queued
    frames[g].since = time
    frames[g].holdsSlot = false
    accounts[s].left &+= 1
    accounts[s].leftAt &+= cutTime
    accounts[s].entered &+= 1
    accounts[s].enteredAt &+= cutTime
    seriesLeft(s)
    seriesEntered(s)
    wait(g, s)
  }
}
