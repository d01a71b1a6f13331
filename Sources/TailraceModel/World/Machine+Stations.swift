import TailraceEngine
import TailraceStatistics

extension Machine {
  /// An instant cut to the window, for sums that measure the window.
  @inline(__always) mutating func clipped(_ t: UInt64) -> UInt64 {
    min(max(t, window.lowerBound), window.upperBound)
  }

  /// Asks for a slot. If none is free the visit waits, or is refused.
  ///
  /// - Returns: whether it has a slot now.
  @inline(__always) mutating func enter(_ f: Int32) -> Bool {
    let s = frames[f].station
    if frames[f].kind == .branch && frames[f].holdsSlot { return true }
    if stations[s].order.usesHeap { return enterOrdered(f, s) }
    accounts[s].requests &+= inWindow
    if stations[s].takeSlot() {
      accounts[s].enter(at: cutTime)
      seriesEntered(s)
      begin(f, s)
      return true
    }
    if stations[s].length < stations[s].limit {
      accounts[s].enter(at: cutTime)
      seriesEntered(s)
      append(f, s)
      return false
    }
    refuse(f, s)
    return false
  }

  @inline(__always) mutating func append(_ f: Int32, _ s: Int32) {
    frames[f].queue(at: time)
    let tail = stations[s].append(f)
    if tail >= 0 { frames[tail].next = f }
    noteLength(s)
  }

  /// A visit takes a slot.
  @inline(__always) mutating func begin(_ f: Int32, _ s: Int32) {
    frames[f].takeSlot()
    accounts[s].start(at: cutTime, counted: inWindow)
    seriesStarted(s)
    if _slowPath(records) { recordSlot(f) }
    if _slowPath(frames[f].flags.contains(.tied)) { startTied(f) }
  }

  @inline(never) mutating func refuse(_ f: Int32, _ s: Int32) {
    if hasBegun(f) {
      // Where work is left the visit was let in: it waits, whatever the bound.
      accounts[s].enter(at: cutTime)
      seriesEntered(s)
      if stations[s].order.usesHeap {
        enrol(f, s)
        waitOrdered(f, s)
      } else {
        append(f, s)
      }
      return
    }
    countRefused(f, s)
    goOnRefused(f)
  }

  mutating func countRefused(_ f: Int32, _ s: Int32) {
    accounts[s].refused &+= inWindow
    if keepsIntervals { intervals.refuse(Int(stations[s].service), at: time) }
  }

  @inline(never) mutating func goOnRefused(_ f: Int32) {
    endRefused(f)
    walk(f)
  }

  /// Puts a refused visit where its program ends.
  mutating func endRefused(_ f: Int32) {
    if steps[frames[f].pc].onError >= 0 {
      fail(f, .shed)
    } else {
      // Refused at the door: the program ends without having begun.
      frames[f].outcome = .shed
      if frames[f].kind == .visit { accounts[frames[f].station].failed &+= inWindow }
      var pc = frames[f].pc
      while steps[pc].op != .end { pc &+= 1 }
      frames[f].pc = pc
      if gates.isUsed { leaveGate(f) }
    }
  }

  /// Work that the callee did for the connection that a visit came over.
  private mutating func greeted(_ f: Int32) -> UInt64 {
    connection(of: f) < 0 ? 0 : fabric.travels[f].greeted
  }

  /// Whether the visit that a frame runs, or runs a branch of, has already worked or called.
  mutating func hasBegun(_ f: Int32) -> Bool {
    var g = f
    while true {
      if frames[g].path >= 0 || frames[g].worked > greeted(g) { return true }
      if frames[g].kind != .branch { return false }
      g = frames[g].parent
      // What renews a cached value goes on for a visit that was let in.
      if g < 0 { return true }
    }
  }

  @inline(__always) mutating func beginWork(_ f: Int32) {
    let pc = frames[f].pc
    let work = max(1, stepTime(f, pc))
    let s = frames[f].station
    let generation = frames[f].startWork(at: time)
    if stations[s].order != .fifo {
      beginOrdered(f, work, s)
      return
    }
    agenda.push(EventKey(time &+ work, .completion), Happening.worked.word(generation, f))
  }

  /// The draw of a step that takes time.
  @inline(__always) mutating func stepTime(_ f: Int32, _ pc: Int32) -> UInt64 {
    if _slowPath(steps[pc].reads != 0) { tellSampler(of: f, steps[pc].reads) }
    return sampler.time(
      steps[pc].law, luck: frames[f].luck, salt: steps[pc].salt, number: frames[f].number,
      source: Int32(frames[f].source))
  }

  @inline(__always) mutating func finishWork(_ f: Int32) {
    let s = frames[f].station
    if stations[s].tracks { leaveWork(f, s) }
    noteWorked(f, s)
    if _slowPath(records) { recordWork(f) }
    let pc = frames[f].endWork(at: time)
    if steps[pc].op == .serve { release(f) }
    if steps[pc &+ 1].op == .end {
      if let up = reply(f) { walk(up) }
    } else {
      walk(f)
    }
  }

  /// Gives the slot back; the next in the queue takes it.
  @inline(__always) mutating func release(_ f: Int32) {
    let s = frames[f].station
    frames[f].holdsSlot = false
    if _slowPath(records) { recordRelease(f) }
    accounts[s].leave(at: cutTime)
    seriesLeft(s)
    if stations[s].order.usesHeap {
      passOn(f, s)
      return
    }
    startNext(s, stations.row(s), accounts.row(s))
  }

  /// A visit that waited, and is not plain, has its slot.
  @inline(never) mutating func resumeStarted(_ g: Int32) {
    frames[g].takeSlot()
    if _slowPath(records) {
      record(.queue, g, since: frames[g].since)
      recordSlot(g)
    }
    if _slowPath(frames[g].flags.contains(.tied)) { startTied(g) }
    if steps[frames[g].pc].op == .serve {
      beginWork(g)
    } else {
      frames[g].pc &+= 1
      ready.append(g)
    }
  }

  @inline(__always) mutating func noteWait(_ wait: UInt64, _ row: WaitRow, _ replica: Int32) {
    waits.record(wait, in: Int(row.first &+ replica &* row.stride))
  }

  /// One more waits: the longest queue of the window may be this.
  @inline(__always) mutating func noteLength(_ s: Int32) {
    noteLength(stations[s].length, accounts.row(s))
  }

  @inline(__always)
  mutating func noteLength(_ length: Int32, _ account: RowReference<Account>) {
    let length = UInt64(truncatingIfNeeded: length)
    if length > account.longest && inWindow == 1 { account.longest = length }
  }

  /// A wait ends, in a start or not; it began at the frame's `since`.
  @inline(__always) mutating func noteWaited(_ f: Int32, _ s: Int32) {
    accounts[s].waited &+= inWindow(since: frames[f].since)
  }

  /// A stretch of work ends; it began at the frame's `since`.
  @inline(__always) mutating func noteWorked(_ f: Int32, _ s: Int32) {
    accounts[s].worked &+= inWindow(since: frames[f].since)
  }

  /// The part of the time since an instant that lies in the window.
  @inline(__always) mutating func inWindow(since start: UInt64) -> UInt64 {
    if start >= window.lowerBound && time <= window.upperBound { return time &- start }
    return clippedStay(since: start)
  }

  @inline(never) private mutating func clippedStay(since start: UInt64) -> UInt64 {
    cutTime &- clipped(start)
  }
}

extension StationRow {
  /// Takes a slot if one is free.
  @inline(__always) mutating func takeSlot() -> Bool {
    if busy >= slots { return false }
    busy &+= 1
    return true
  }

  /// Puts a frame at the end of the queue.
  ///
  /// - Returns: the frame before it; -1 if it is the first.
  @inline(__always) mutating func append(_ f: Int32) -> Int32 {
    let before = tail
    if before < 0 { head = f }
    tail = f
    length &+= 1
    return before
  }

  /// Takes the head off the queue; `next` follows it, or is -1.
  @inline(__always) mutating func removeFirst(before next: Int32) {
    head = next
    if next < 0 { tail = -1 }
  }
}

/// Several fields of one row at once: its place is looked up and checked once.
extension Frame {
  @inline(__always) mutating func queue(at time: UInt64) {
    state = .queued
    since = time
    next = -1
  }

  @inline(__always) mutating func takeSlot() {
    holdsSlot = true
    state = .running
  }

  /// - Returns: its generation, for the event at the end.
  @inline(__always) mutating func startWork(at time: UInt64) -> UInt32 {
    state = .working
    since = time
    return generation
  }

  /// - Returns: the step that is done.
  @inline(__always) mutating func endWork(at time: UInt64) -> Int32 {
    worked &+= time &- since
    state = .running
    pc &+= 1
    return pc &- 1
  }
}
