import TailraceEngine

// Stations whose queue is not plain first-in-first-out: who waits stands in a heap.
extension Machine {
  /// `enter` where those who wait stand in a heap.
  @inline(never) mutating func enterOrdered(_ f: Int32, _ s: Int32) -> Bool {
    accounts[s].requests &+= inWindow
    if queues[stations[s].queue].plan.dropsExpired && hasExpired(f) {
      turnAway(f, s)
      return false
    }
    let isFull = stations[s].busy >= stations[s].slots
    if isFull && isOutOfRoom(f, s) {
      refuse(f, s)
      return false
    }
    accounts[s].enter(at: cutTime)
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
    waitOrdered(f, s)
    return false
  }

  /// Joins those who wait.
  mutating func waitOrdered(_ f: Int32, _ s: Int32) {
    frames[f].state = .queued
    frames[f].since = time
    wait(f, s)
    if queues[stations[s].queue].plan.patience >= 0 && !hasBegun(f) { limitWait(f, s) }
  }

  /// Gives a frame its place in the order of its station.
  mutating func enrol(_ f: Int32, _ s: Int32) {
    entries &+= 1
    var key: UInt64 = 0
    switch stations[s].order {
    case .lifo: key = ~entries
    case .priority:
      let index = sampler.classes.index(source: Int32(frames[f].source), number: frames[f].number)
      key = sampler.classes.priorities[index]
    case .sjf, .srpt: key = size(of: f)
    case .fifo, .attended, .sharing, .random, .codel, .adaptive, .fair: break
    }
    var row = JobRow(key: key, order: entries)
    if queues[stations[s].queue].plan.isMeasured { row.work = Double(size(of: f)) }
    setJob(f, row)
  }

  /// The piece of work that a visit asks for the slot for; 0 if it does not work.
  private mutating func size(of f: Int32) -> UInt64 {
    let pc = frames[f].pc
    return steps[pc].law >= 0 ? max(1, stepTime(f, pc)) : 0
  }

  @inline(__always) mutating func setJob(_ f: Int32, _ row: JobRow) {
    if jobs.count < frames.count {
      jobs.grow(to: max(frames.count, jobs.count * 2), with: JobRow())
    }
    jobs[f] = row
  }

  mutating func wait(_ f: Int32, _ s: Int32) {
    let q = stations[s].queue
    if queues[q].plan.isMeasured {
      queues[q].backlog &+= TimeRounding.nanoseconds(jobs[f].work)
    }
    if stations[s].order == .random {
      queues[q].waiting.append(f, jobs)
    } else if stations[s].order.usesLines {
      queues[q].waiting.append(f, jobs)
      joinLine(f, s)
    } else {
      queues[q].waiting.insert(f, jobs)
    }
    stations[s].length &+= 1
    noteLength(s)
  }

  /// The slot that `f` gave back goes to the next in order, or is free.
  mutating func passOn(_ f: Int32, _ s: Int32) {
    let q = stations[s].queue
    if queues[q].plan.dropsExpired && queues[q].downs == 0 { dropExpired(s) }
    if stations[s].order.sheds && queues[q].downs == 0 { shedOverdue(s) }
    if queues[q].waiting.isEmpty || queues[q].downs > 0 {
      stations[s].busy &-= 1
      if _slowPath(clusters.lines.count > 0) && isServing(s) { pull(to: s) }
    } else if stations[s].order == .random {
      // Drawn by the luck of who leaves: a draw for each start, as waiting gives no claim.
      var draws = Luck.draw(
        frames[f].luck,
        salt: services[stations[s].service].salt &+ 1 &+ UInt64(UInt32(bitPattern: frames[f].pc)))
      if queues[q].plan.dropsExpired {
        startDrawn(&draws, s)
      } else {
        startWaiting(Int(draws.below(UInt64(queues[q].waiting.count))), s)
      }
    } else if stations[s].order.usesLines {
      let i = nextPlace(s)
      takeTurn(i, s)
      startWaiting(i, s)
    } else {
      startWaiting(0, s)
    }
  }

  /// One who waits takes a slot, for the first time or to go on where it was preempted.
  mutating func startWaiting(_ i: Int, _ s: Int32) {
    let g = takeWaiting(i, s)
    // Who waited no longer gives up.
    if queues[stations[s].queue].plan.patience >= 0 { frames[g].generation &+= 1 }
    let wait = time &- frames[g].since
    frames[g].queued &+= wait
    if _slowPath(records) { record(.queue, g, since: frames[g].since) }
    noteWaited(g, s)
    begin(g, s)
    if jobs[g].isStarted {
      accounts[s].starts &-= inWindow
      frames[g].state = .working
      frames[g].since = time
      jobs[g].isStarted = false
      workOn(g, s)
      return
    }
    if inWindow == 1 { waits.record(wait, in: Int(stations[s].waits)) }
    let pc = frames[g].pc
    if steps[pc].op == .serve {
      beginWork(g)
    } else {
      frames[g].pc = pc &+ 1
      ready.append(g)
    }
  }

  /// Takes the frame at a place of the waiting room out of it.
  mutating func takeWaiting(_ i: Int, _ s: Int32) -> Int32 {
    let q = stations[s].queue
    let g = queues[q].waiting.pile[i]
    if queues[q].plan.isMeasured {
      queues[q].backlog &-= TimeRounding.nanoseconds(jobs[g].work)
    }
    if stations[s].order == .random {
      queues[q].waiting.exchange(at: i, jobs)
    } else if stations[s].order.usesLines {
      leaveLine(g, s)
      queues[q].waiting.exchange(at: i, jobs)
    } else {
      queues[q].waiting.remove(at: i, jobs)
    }
    stations[s].length &-= 1
    return g
  }

  /// `leaveQueue` where those who wait stand in a heap: nothing is left behind.
  mutating func leaveHeap(_ f: Int32, _ s: Int32) {
    leaveWaiting(f, s)
    accounts[s].aborted &+= inWindow
    freeTree(f)
  }
}
