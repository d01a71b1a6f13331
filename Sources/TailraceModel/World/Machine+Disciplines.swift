import TailraceEngine

// Stations whose queue is not plain first-in-first-out: who waits stands in a heap.
extension Machine {
  /// `enter` where those who wait stand in a heap.
  @inline(never) mutating func enterOrdered(_ f: Int32, _ s: Int32) -> Bool {
    accounts[s].requests &+= inWindow
    let isFull = stations[s].busy >= stations[s].slots
    if isFull && stations[s].length >= stations[s].limit {
      refuse(f, s)
      return false
    }
    accounts[s].enter(at: clipped(time))
    seriesEntered(s)
    enrol(f, s)
    if !isFull {
      stations[s].busy &+= 1
      begin(f, s)
      return true
    }
    if stations[s].preempts {
      let g = victim(of: f, s)
      if g >= 0 {
        suspend(g, s)
        begin(f, s)
        return true
      }
    }
    frames[f].state = .queued
    frames[f].since = time
    wait(f, s)
    return false
  }

  /// Gives a frame its place in the order of its station.
  private mutating func enrol(_ f: Int32, _ s: Int32) {
    entries &+= 1
    var key: UInt64 = 0
    switch stations[s].order {
    case .lifo: key = ~entries
    case .priority:
      let index = sampler.classes.index(source: Int32(frames[f].source), number: frames[f].number)
      key = sampler.classes.priorities[index]
    case .sjf, .srpt:
      let pc = frames[f].pc
      if steps[pc].law >= 0 { key = max(1, stepTime(f, pc)) }
    case .fifo, .sharing, .random: break
    }
    setJob(f, JobRow(key: key, order: entries))
  }

  @inline(__always) mutating func setJob(_ f: Int32, _ row: JobRow) {
    if jobs.count < frames.count { jobs.grow(to: frames.count, with: JobRow()) }
    jobs[f] = row
  }

  private mutating func wait(_ f: Int32, _ s: Int32) {
    let q = stations[s].queue
    if stations[s].order == .random {
      queues[q].waiting.append(f, jobs)
    } else {
      queues[q].waiting.insert(f, jobs)
    }
    stations[s].length &+= 1
    noteLength(s)
  }

  /// The slot that `f` gave back goes to the next in order, or is free.
  mutating func passOn(_ f: Int32, _ s: Int32) {
    let q = stations[s].queue
    if queues[q].waiting.isEmpty {
      stations[s].busy &-= 1
    } else if stations[s].order == .random {
      // Drawn by the luck of who leaves: a draw for each start, as waiting gives no claim.
      var draws = Luck.draw(
        frames[f].luck,
        salt: services[stations[s].service].salt &+ 1 &+ UInt64(UInt32(bitPattern: frames[f].pc)))
      startWaiting(Int(draws.below(UInt64(queues[q].waiting.count))), s)
    } else {
      startWaiting(0, s)
    }
  }

  /// One who waits takes a slot, for the first time or to go on where it was preempted.
  private mutating func startWaiting(_ i: Int, _ s: Int32) {
    let g = takeWaiting(i, s)
    let wait = time &- frames[g].since
    frames[g].queued &+= wait
    noteWaited(g, s)
    begin(g, s)
    if jobs[g].isStarted {
      accounts[s].starts &-= inWindow
      frames[g].state = .working
      frames[g].since = time
      work(g, for: jobs[g].remaining, s)
      return
    }
    noteWait(s, wait)
    let pc = frames[g].pc
    if steps[pc].op == .serve {
      beginWork(g)
    } else {
      frames[g].pc = pc &+ 1
      ready.append(g)
    }
  }

  /// Takes the frame at a place of the waiting room out of it.
  private mutating func takeWaiting(_ i: Int, _ s: Int32) -> Int32 {
    let q = stations[s].queue
    let g = queues[q].waiting.pile[i]
    if stations[s].order == .random {
      queues[q].waiting.exchange(at: i, jobs)
    } else {
      queues[q].waiting.remove(at: i, jobs)
    }
    stations[s].length &-= 1
    return g
  }

  /// `leaveQueue` where those who wait stand in a heap: nothing is left behind.
  mutating func leaveHeap(_ f: Int32, _ s: Int32) {
    _ = takeWaiting(Int(jobs[f].position), s)
    accounts[s].gaveUp &+= 1
    accounts[s].gaveUpAt &+= clipped(time)
    noteWaited(f, s)
    seriesGaveUp(s)
    accounts[s].aborted &+= inWindow
    freeTree(f)
  }

  // MARK: Work

  /// A piece of work begins at a station with a discipline of its own.
  @inline(never) mutating func beginOrdered(_ f: Int32, _ work: UInt64, _ s: Int32) {
    if stations[s].order == .sharing {
      share(f, work, s)
    } else if stations[s].preempts && frames[f].holdsSlot {
      if stations[s].order == .srpt { jobs[f].key = work }
      self.work(f, for: work, s)
      // A holder that comes back from a call finds its betters waiting: they come first.
      let q = stations[s].queue
      if !queues[q].waiting.isEmpty && JobHeap.precedes(queues[q].waiting.pile[0], f, jobs) {
        suspend(f, s)
        startWaiting(0, s)
      }
    } else {
      agenda.push(EventKey(time &+ work, .completion), word(.worked, f))
    }
  }

  /// Works until done or preempted.
  private mutating func work(_ f: Int32, for work: UInt64, _ s: Int32) {
    jobs[f].due = time &+ work
    jobs[f].isStarted = false
    queues[stations[s].queue].working.append(f, jobs)
    agenda.push(EventKey(jobs[f].due, .completion), word(.worked, f))
  }

  /// A piece of work ends or is stopped: it no longer counts among those at work.
  @inline(never) mutating func leaveWork(_ f: Int32, _ s: Int32) {
    if stations[s].order == .sharing {
      unshare(f, s)
    } else if stations[s].preempts && frames[f].holdsSlot {
      queues[stations[s].queue].working.exchange(at: Int(jobs[f].position), jobs)
    }
  }

  // MARK: Preemption

  /// Whose work `f` may interrupt: the last in order of those at work; -1 if none goes after it.
  private mutating func victim(of f: Int32, _ s: Int32) -> Int32 {
    let q = stations[s].queue
    var last = f
    for i in 0..<queues[q].working.count {
      let g = queues[q].working.pile[i]
      // What ends at this instant is done.
      if jobs[g].due <= time { continue }
      if stations[s].order == .srpt { jobs[g].key = jobs[g].due &- time }
      if JobHeap.precedes(last, g, jobs) { last = g }
    }
    return last == f ? -1 : last
  }

  /// Sends one who works back to the waiting room; its slot is the caller's to give.
  private mutating func suspend(_ g: Int32, _ s: Int32) {
    queues[stations[s].queue].working.exchange(at: Int(jobs[g].position), jobs)
    jobs[g].remaining = jobs[g].due &- time
    jobs[g].isStarted = true
    if stations[s].order == .srpt { jobs[g].key = jobs[g].remaining }
    frames[g].generation &+= 1  // its completion no longer comes
    frames[g].worked &+= time &- frames[g].since
    noteWorked(g, s)
    frames[g].state = .queued
    frames[g].since = time
    frames[g].holdsSlot = false
    accounts[s].left &+= 1
    accounts[s].leftAt &+= clipped(time)
    accounts[s].entered &+= 1
    accounts[s].enteredAt &+= clipped(time)
    seriesLeft(s)
    seriesEntered(s)
    wait(g, s)
  }
}
