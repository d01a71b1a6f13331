import TailraceEngine

// Departures computed on arrival. At a first-in-first-out station where nobody leaves early, a
// visit starts when the slot that is free first becomes free, and nothing later changes that.
extension Machine {
  /// Books one piece of work at the present instant.
  @inline(__always)
  mutating func book(
    _ s: Int32, waits row: WaitRow, from firstStation: Int32, _ length: UInt64, isPlain: Bool,
    isLetIn: Bool = false, giveUp: UInt64 = never
  ) -> Fate {
    handled &+= 1
    if !isPlain {
      let booking = bookings.row(s)
      if booking.cancels && !booking.isBounded {
        return bookImpatient(s, waits: row, replica: s &- firstStation, length, until: giveUp)
      }
      return bookSlot(
        s, waits: row, from: firstStation, length, isLetIn: isLetIn, giveUp: giveUp)
    }
    let fate = bookings[s].take(time, for: length)
    account(fate, s)
    if fate.begin > time {
      bookings[s].join(time, until: fate.begin, isCounted: inWindow == 1)
      noteWait(fate, row, s &- firstStation)
    }
    return fate
  }

  /// Books one of several slots, or a place in a bounded queue.
  @inline(never)
  private mutating func bookSlot(
    _ s: Int32, waits row: WaitRow, from firstStation: Int32, _ length: UInt64, isLetIn: Bool,
    giveUp: UInt64
  ) -> Fate {
    let free = bookings[s].slots == 1 ? bookings[s].free : freeSlot(s)
    let begin = max(time, free)
    if begin > time && bookings[s].isBounded && isFull(s) && !isLetIn {
      accounts[s].requests &+= inWindow
      accounts[s].refused &+= inWindow
      if keepsIntervals { intervals.refuse(Int(stations[s].service), at: time) }
      return Fate(begin: time, due: time, outcome: .shed)
    }
    if bookings[s].cancels {
      return bookImpatient(s, waits: row, replica: s &- firstStation, length, until: giveUp)
    }
    let fate = Fate(begin: begin, due: min(begin &+ length, Clock.latest))
    if bookings[s].slots == 1 { bookings[s].free = fate.due } else { takeSlot(s, until: fate.due) }
    account(fate, s)
    if begin > time {
      bookings[s].join(time, until: begin, isCounted: inWindow == 1)
      noteWait(fate, row, s &- firstStation)
    }
    return fate
  }

  /// Books one slot for a caller who will cancel: the instant is known now.
  @inline(__always)
  private mutating func bookImpatient(
    _ s: Int32, waits row: WaitRow, replica: Int32, _ length: UInt64, until deadline: UInt64
  ) -> Fate {
    let booking = bookings.row(s)
    let begin = max(time, booking.free)
    if begin > deadline { return bookNothing(s, until: deadline) }
    var fate = Fate(begin: begin, due: min(begin &+ length, Clock.latest))
    if fate.due > deadline && booking.stopsWork {
      fate.outcome = .cancelled
      bookStopped(s, from: begin, until: deadline)
    } else {
      booking.free = fate.due
      account(fate, s)
    }
    if begin > time {
      booking.row.join(time, until: begin, isCounted: inWindow == 1)
      noteWait(fate, row, replica)
    }
    return fate
  }

  /// A visit waits until its caller gives up, and takes no slot.
  @inline(never) private mutating func bookNothing(_ s: Int32, until deadline: UInt64) -> Fate {
    accounts[s].requests &+= inWindow
    accounts[s].enter(at: cutTime)
    accounts[s].gaveUp &+= 1
    accounts[s].gaveUpAt &+= clipped(deadline)
    accounts[s].waited &+= clipped(deadline) &- cutTime
    accounts[s].aborted &+= window.contains(deadline) ? 1 : 0
    if keepsIntervals { seriesPassed(s, from: deadline, to: deadline) }
    bookings[s].join(time, until: deadline, isCounted: inWindow == 1)
    return Fate(begin: deadline, due: deadline &+ 1, outcome: .cancelled)
  }

  /// A visit's work is stopped when its caller gives up.
  @inline(never)
  private mutating func bookStopped(_ s: Int32, from begin: UInt64, until deadline: UInt64) {
    bookings[s].free = deadline
    accounts[s].requests &+= inWindow
    accounts[s].aborted &+= window.contains(deadline) ? 1 : 0
    accounts[s].pass(
      at: cutTime, from: clipped(begin), to: clipped(deadline),
      counted: window.contains(begin) ? 1 : 0)
    if keepsIntervals { seriesPassed(s, from: begin, to: deadline) }
  }

  /// Enters a visit into its station's account.
  @inline(__always) private mutating func account(_ fate: Fate, _ s: Int32) {
    if time >= window.lowerBound && fate.due < window.upperBound {
      bookings[s].pass(time, fate)
    } else {
      accountAtEdge(fate, s)
    }
    if keepsIntervals { seriesPassed(s, from: fate.begin, to: fate.due) }
  }

  /// A visit that waits from now on, works and leaves, told ahead to the time series.
  @inline(never)
  private mutating func seriesPassed(_ s: Int32, from begin: UInt64, to due: UInt64) {
    intervals.wait(s, by: 1, at: time)
    intervals.wait(s, by: -1, at: begin)
    intervals.use(s, by: 1, at: begin)
    intervals.use(s, by: -1, at: due)
  }

  @inline(never) mutating func accountAtEdge(_ fate: Fate, _ s: Int32) {
    accounts[s].requests &+= inWindow
    accounts[s].pass(
      at: cutTime, from: clipped(fate.begin), to: clipped(fate.due),
      counted: window.contains(fate.begin) ? 1 : 0)
  }

  @inline(__always)
  mutating func noteWait(_ fate: Fate, _ row: WaitRow, _ replica: Int32) {
    if fate.begin >= window.lowerBound && fate.begin < window.upperBound {
      noteWait(fate.begin &- time, row, replica)
    }
  }

  /// When the first of several slots becomes free.
  @inline(__always) private mutating func freeSlot(_ s: Int32) -> UInt64 {
    bookings[s].firstSlot < 0 ? 0 : bookedSlots[bookings[s].firstSlot]
  }

  /// Whether as many wait as may.
  @inline(never) private mutating func isFull(_ s: Int32) -> Bool {
    bookings[s].starts.drop(through: time)
    return bookings[s].starts.count >= Int(bookings[s].limit)
  }

  /// Replaces the least of a heap of several slots' free times.
  @inline(never) private mutating func takeSlot(_ s: Int32, until due: UInt64) {
    let first = bookings[s].firstSlot
    if first < 0 { return }
    let count = bookings[s].slots
    var i: Int32 = 0
    while true {
      var least = 2 &* i &+ 1
      if least >= count { break }
      let other = least &+ 1
      if other < count && bookedSlots[first &+ other] < bookedSlots[first &+ least] {
        least = other
      }
      let free = bookedSlots[first &+ least]
      if free >= due { break }
      bookedSlots[first &+ i] = free
      i = least
    }
    bookedSlots[first &+ i] = due
  }

  /// A visit's piece of work: its end is the only event, or not even that.
  @inline(never) mutating func bookWork(_ f: Int32) {
    let pc = frames[f].pc
    let s = frames[f].station
    let service = stations[s].service
    let giveUp = bookings[s].cancels ? giveUp(of: f) : never
    let fate = book(
      s, waits: waitRows[service], from: services[service].firstStation,
      max(1, stepTime(f, pc)), isPlain: bookings[s].isPlain,
      isLetIn: stations[s].limit < .max && hasBegun(f), giveUp: giveUp)
    if fate.outcome == .shed {
      goOnRefused(f)
      return
    }
    if fate.due > giveUp {
      // Nothing more happens to it: its caller will come for it.
      if notesVisits { noteLate(f, fate) }
      noteWasted(fate, at: s, from: frames[f].born, until: giveUp)
      frames[f].state = .silent
      return
    }
    frames[f].queued &+= fate.begin &- time
    frames[f].worked &+= fate.due &- fate.begin
    frames[f].pc = pc &+ 1
    if steps[pc &+ 1].op == .end {
      climb(f, at: fate.due)
    } else {
      postpone(f, at: fate.due)
    }
  }

  /// When the caller of a visit that comes now gives it up.
  private mutating func giveUp(of f: Int32) -> UInt64 {
    let c = frames[f].parent
    let edge = edges[frames[c].edge]
    if edge.policy < 0 { return frames[c].born &+ edge.timeout }
    let policy = attemptPolicies.row(edge.policy)
    if frames[c].callRow < 0 {
      return policy.firstLine < 0 ? never : time &+ lines[policy.firstLine].delay
    }
    let line = policy.perTryLine
    let deadline = callRows[frames[c].callRow].deadline
    return line < 0 ? deadline : min(deadline, time &+ lines[line].delay)
  }

  // MARK: Ahead of the clock

  /// A frame goes on with its step at a later instant.
  @inline(__always) mutating func postpone(_ f: Int32, at due: UInt64) {
    frames[f].state = .delayed
    agenda.push(EventKey(due, .completion), word(.resumed, f))
  }

  /// A frame ends at an instant ahead of the clock: it answers as far up as nobody can interfere.
  mutating func climb(_ finished: Int32, at end: UInt64) {
    var f = finished
    var at = end
    while true {
      if frames[f].kind == .visit && !frames[f].replied {
        if edges[frames[f].edge].back >= 0 {
          // Its answer meets others on the way: it must not run ahead.
          frames[f].state = .delayed
          post(EventKey(at, .completion), word(.resumed, f))
          return
        }
        frames[f].replied = true
        if let delay = wayBack(f) {
          frames[f].wire &+= delay
          at &+= delay
        }
      }
      if at > time && mustWait(f, at) {
        postpone(f, at: at)
        return
      }
      noteAnswer(f, at: at)
      let parent = frames[f].parent
      if parent == -1 {
        complete(f, at: at)
        return
      }
      if parent == -2 {
        if frames[f].kind == .visit { noteWasted(f, at: at) }
        freeTree(f)
        return
      }
      frames[f].generation &+= 1
      if frames[parent].kind == .call {
        // Attempts of calls that may be sent again never run ahead: this ends the call.
        let isOver = settle(call: parent, by: f)
        assert(isOver)
        f = parent
        continue
      }
      guard let q = answered(join: parent, by: f, at: at) else { return }
      at = frames[q].since
      if steps[frames[q].pc].op != .end {
        postpone(q, at: at)
        return
      }
      f = q
    }
  }

  /// Whether something may happen before `at` that a frame's answer at `at` must not overtake.
  @inline(__always) private mutating func mustWait(_ f: Int32, _ at: UInt64) -> Bool {
    if frames[f].load >= 0 { return true }
    let parent = frames[f].parent
    if parent < 0 { return parent == -1 && sources[Int(frames[f].source)].kind == .closed }
    if frames[parent].kind == .call {
      return edges[frames[parent].edge].policy >= 0
        || at > frames[parent].born &+ edges[frames[parent].edge].timeout
    }
    let pc = frames[parent].pc
    if steps[pc].op == .call || steps[pc].op == .callPlaced { return false }
    // A scatter of limited width sends its next call when it hears an answer.
    // Where calls are counted, one that is given up before its answer must not count.
    return !frames[f].outcome.isAnswered || steps[pc].window > 0 || keepsCalls
  }

  /// All calls of a step have been sent, and what came back may lie ahead of the clock.
  ///
  /// - Returns: the frame, if it goes on at this instant.
  @inline(__always) mutating func goOn(_ f: Int32) -> Int32? {
    let at = frames[f].since
    if at <= time { return f }
    if steps[frames[f].pc].op == .end {
      climb(f, at: at)
    } else {
      postpone(f, at: at)
    }
    return nil
  }
}

extension Account {
  /// A visit came, started and left; all three are cut to the window.
  @inline(__always)
  mutating func pass(at t: UInt64, from begin: UInt64, to due: UInt64, counted: UInt64) {
    entered &+= 1
    enteredAt &+= t
    started &+= 1
    startedAt &+= begin
    starts &+= counted
    left &+= 1
    leftAt &+= due
    waited &+= begin &- t
    worked &+= due &- begin
  }

  /// Adds the visits that were booked within the window.
  mutating func add(_ row: BookingRow) {
    requests &+= row.passed
    starts &+= row.passed
    entered &+= row.passed
    started &+= row.passed
    left &+= row.passed
    // Only differences of these sums have a meaning.
    startedAt &+= row.queued
    leftAt &+= row.queued &+ row.worked
    waited &+= row.queued
    worked &+= row.worked
    longest = max(longest, UInt64(row.longest))
  }
}
