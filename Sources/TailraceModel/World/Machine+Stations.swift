import TailraceEngine
import TailraceStatistics

extension Machine {
  /// An instant cut to the window, for sums that measure the window.
  @inline(__always) mutating func clipped(_ t: UInt64) -> UInt64 {
    min(max(t, window.lowerBound), window.upperBound)
  }

  /// 1 while the present instant lies in the window.
  @inline(__always) var inWindow: UInt64 { window.contains(time) ? 1 : 0 }

  /// Asks for a slot. If none is free the visit waits, or is refused.
  ///
  /// - Returns: whether it has a slot now.
  @inline(__always) mutating func enter(_ f: Int32) -> Bool {
    let s = frames[f].station
    if frames[f].kind == .branch && frames[f].holdsSlot { return true }
    if stations[s].order.usesHeap { return enterOrdered(f, s) }
    accounts[s].requests &+= inWindow
    if stations[s].busy < stations[s].slots {
      stations[s].busy &+= 1
      accounts[s].entered &+= 1
      accounts[s].enteredAt &+= clipped(time)
      begin(f, s)
      return true
    }
    if stations[s].length < stations[s].limit {
      accounts[s].entered &+= 1
      accounts[s].enteredAt &+= clipped(time)
      append(f, s)
      return false
    }
    refuse(f, s)
    return false
  }

  @inline(__always) mutating func append(_ f: Int32, _ s: Int32) {
    frames[f].state = .queued
    frames[f].since = time
    frames[f].next = -1
    let tail = stations[s].tail
    if tail < 0 { stations[s].head = f } else { frames[tail].next = f }
    stations[s].tail = f
    stations[s].length &+= 1
  }

  /// A visit takes a slot.
  @inline(__always) mutating func begin(_ f: Int32, _ s: Int32) {
    frames[f].holdsSlot = true
    frames[f].state = .running
    accounts[s].started &+= 1
    accounts[s].startedAt &+= clipped(time)
    accounts[s].starts &+= inWindow
  }

  @inline(never) mutating func refuse(_ f: Int32, _ s: Int32) {
    accounts[s].refused &+= inWindow
    if steps[frames[f].pc].onError >= 0 {
      fail(f, .shed)
    } else {
      // Refused at the door: the program ends without having begun.
      frames[f].outcome = .shed
      var pc = frames[f].pc
      while steps[pc].op != .end { pc &+= 1 }
      frames[f].pc = pc
    }
    walk(f)
  }

  @inline(__always) mutating func beginWork(_ f: Int32) {
    let pc = frames[f].pc
    let work = max(1, stepTime(f, pc))
    frames[f].state = .working
    frames[f].since = time
    let s = frames[f].station
    if stations[s].order != .fifo {
      beginOrdered(f, work, s)
      return
    }
    agenda.push(EventKey(time &+ work, .completion), word(.worked, f))
  }

  /// The draw of a step that takes time.
  @inline(__always) mutating func stepTime(_ f: Int32, _ pc: Int32) -> UInt64 {
    sampler.time(
      steps[pc].law, luck: frames[f].luck, salt: steps[pc].salt, number: frames[f].number,
      source: frames[f].source)
  }

  @inline(__always) mutating func finishWork(_ f: Int32) {
    let s = frames[f].station
    if stations[s].preempts { leaveWork(f, s) }
    frames[f].worked &+= time &- frames[f].since
    frames[f].state = .running
    let pc = frames[f].pc
    frames[f].pc = pc &+ 1
    if steps[pc].op == .serve { release(f) }
    walk(f)
  }

  /// Gives the slot back; the next in the queue takes it.
  @inline(__always) mutating func release(_ f: Int32) {
    let s = frames[f].station
    frames[f].holdsSlot = false
    accounts[s].left &+= 1
    accounts[s].leftAt &+= clipped(time)
    if stations[s].order.usesHeap {
      passOn(f, s)
      return
    }
    while stations[s].head >= 0 {
      let g = stations[s].head
      stations[s].head = frames[g].next
      if frames[g].next < 0 { stations[s].tail = -1 }
      frames[g].next = -1
      if frames[g].state == .dead {
        freeFrame(g)
        continue
      }
      stations[s].length &-= 1
      let wait = time &- frames[g].since
      frames[g].queued &+= wait
      noteWait(s, wait)
      begin(g, s)
      let pc = frames[g].pc
      if steps[pc].op == .serve {
        beginWork(g)
      } else {
        frames[g].pc = pc &+ 1
        ready.append(g)
      }
      return
    }
    stations[s].busy &-= 1
  }

  /// Counts a wait that ended in a start.
  @inline(__always) mutating func noteWait(_ s: Int32, _ wait: UInt64) {
    let row = waitRows[stations[s].service]
    let replica =
      row.isPerReplica ? s &- services[stations[s].service].firstStation : 0
    let cell = LogBuckets.coarse.index(of: wait)
    if inWindow == 1 {
      waits[Int(row.first) &+ Int(replica) &* WaitRow.cells &+ cell] &+= 1
    }
  }
}
