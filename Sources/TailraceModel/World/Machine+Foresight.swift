import TailraceEngine
import TailraceStatistics

// Calls whose answer is known when they are made: one piece of work at a station whose departures
// are computed on arrival. They need no visit, no timer and no event.
extension Machine {
  /// Makes such a call for a frame's join.
  @inline(never)
  mutating func foresee(_ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32) {
    let f = makeFrame(
      .visit, parent: parent, root: root, luck: luck, edge: e, branch: branch,
      pc: edges[e].entry &+ 1, state: .delayed)
    note(child: f, of: parent, branch)
    let place = place(foreseen: e, parent: parent, root: root, luck: luck, branch: branch)
    if notesVisits {
      let isKeyed = edges[e].route >= 0 && foresights[e].stations > 1
      visits.begin(f, isKeyed: isKeyed, of: frames.count)
    }
    let known = fate(e, place, root: root, luck: luck, hasFrame: true)
    if known.isGivenUp {
      // Its caller waits for the timer, as for any call that comes back too late.
      frames[f].kind = .call
      frames[f].state = .waiting
      frames[f].station = place.station
      arm(edges[e].timeoutLine, f)
      return
    }
    frames[f].station = place.station
    frames[f].replied = true
    frames[f].outcome = known.outcome
    frames[f].queued = known.begin &- time
    frames[f].worked = known.end &- known.begin
    climb(f, at: known.end)
  }

  /// Makes such a call for a request that does not go on before its answer.
  ///
  /// - Returns: its visit, which comes back with an event.
  @inline(never)
  mutating func foreseeFetch(
    _ e: Int32, to place: Place, _ root: Root, _ luck: UInt64
  ) -> Int32 {
    let known = fate(e, place, root: root, luck: luck)
    let v = makeFrame(
      .visit, parent: Frame.fetching, root: root, luck: luck, edge: e, branch: 0,
      station: place.station, pc: edges[e].entry &+ 1, state: .delayed)
    let visit = frames.row(v)
    visit.queued = known.begin &- time
    visit.worked = known.end &- known.begin
    post(EventKey(known.end, .completion), word(.fetched, v))
    return v
  }

  /// Makes the one call of a workload's program: it needs no frame at all.
  @inline(never) mutating func foresee(_ e: Int32, root: Root, luck: UInt64) {
    let row = foresights.row(e)
    if !row.isQuick || keepsDetails {
      foreseeAtLength(e, root: root, luck: luck)
    } else {
      foreseePlain(e, row, root: root, luck: luck)
    }
  }

  /// The same where there is one slot, no bound, nobody cancels, and only totals are kept.
  @inline(__always)
  private mutating func foreseePlain(
    _ e: Int32, _ row: RowReference<ForesightRow>, root: Root, luck: UInt64
  ) {
    var place = Place(station: row.firstStation, load: -1)
    if row.stations > 1 {
      place = self.place(e, parent: -1, root: root, luck: luck, branch: root.source)
    }
    let length = sampler.time(
      row.work, luck: luck, salt: row.salt, number: root.number, source: root.source)
    handled &+= 1
    let (fate, isInside) = bookPlain(place.station, row, max(1, length))
    let latency = fate.due &- time
    let isInTime = latency <= row.timeout
    if place.load >= 0 && row.timeout > 0 {
      returns[place.load].append(isInTime ? fate.due : time &+ row.timeout)
    }
    if isInTime && isInside {
      noteForeseen(Int(root.source), latency, queued: fate.begin &- time)
    } else {
      if !isInTime {
        noteWasted(fate, at: place.station, from: time, until: time &+ row.timeout)
      }
      settle(e, root, Known(fate, isInTime ? nil : time &+ row.timeout))
    }
  }

  /// Whether requests come from one source only and are one foreseen call each.
  var onlyForesees: Bool {
    mutating get {
      guard sources.count == 1, sources[0].edge >= 0, sources[0].trace < 0 else { return false }
      let edge = edges.row(sources[0].edge)
      if edge.isDirect || tracksRequests || hasClosedLoops { return false }
      return edge.isForeseen || edge.cached >= 0
        || edge.policy >= 0 && attemptPolicies[edge.policy].isForeseen
    }
  }

  /// Such requests come one after the other, as long as they come in the window and nothing else
  /// happens before.
  ///
  /// Loops of their own, so that what requests share stays at hand.
  @inline(never) mutating func arriveForeseen() {
    let e = sources[0].edge
    let edge = edges.row(e)
    let site = edge.site
    if edge.isForeseen && foresights[e].isQuick && !keepsDetails {
      let row = foresights.row(e)
      while firstComesNext {
        let (root, luck) = takeNext(site)
        foreseePlain(e, row, root: root, luck: luck)
      }
    } else {
      while firstComesNext {
        let (root, luck) = takeNext(site)
        if edge.isForeseen {
          foreseeAtLength(e, root: root, luck: luck)
        } else if edge.cached >= 0 {
          callCached(e, root, luck)
        } else {
          foreseeFirst(e, root: root, luck: luck)
        }
        if !ready.isEmpty { runReady() }
      }
    }
    agenda.advance(to: EventKey(time, .arrival))
  }

  /// Whether the next thing to happen is a request of the first source, and within the window.
  @inline(__always) var firstComesNext: Bool {
    mutating get {
      let next = sources[0].next
      return window.contains(next) && handled < pause
        && agenda.isQuiet(through: EventKey(next, .flush))
    }
  }

  /// The clock goes on to the next request of the first source.
  @inline(__always) private mutating func takeNext(_ site: UInt64) -> (Root, luck: UInt64) {
    let source = sources.row(0)
    moveClock(to: source.next)
    handled &+= 1
    let number = source.number
    let luck = Luck.child(source.luck, site)
    source.number = number &+ 1
    planNextArrival(0)
    return (newRoot(0, number), luck)
  }

  /// Books the one slot of a plain station.
  ///
  /// - Returns: what becomes of the visit, and whether it lies within the window.
  @inline(__always)
  mutating func bookPlain(
    _ s: Int32, _ row: RowReference<ForesightRow>, _ length: UInt64
  ) -> (Fate, isInside: Bool) {
    let booking = bookings.row(s)
    let fate = booking.row.take(time, for: length)
    if inWindow == 1 && fate.due < window.upperBound {
      booking.row.pass(time, fate)
      if fate.begin > time {
        booking.row.join(time, until: fate.begin, isCounted: true)
        noteWait(fate.begin &- time, row.waits, s &- row.firstStation)
      }
      return (fate, true)
    }
    accountPlainAtEdge(fate, s, row)
    return (fate, false)
  }

  /// The account of such a visit that crosses an edge of the window or lies outside.
  @inline(never)
  private mutating func accountPlainAtEdge(
    _ fate: Fate, _ s: Int32, _ row: RowReference<ForesightRow>
  ) {
    if fate.begin > time {
      bookings[s].join(time, until: fate.begin, isCounted: inWindow == 1)
      noteWait(fate, row.waits, s &- row.firstStation)
    }
    accountAtEdge(fate, s)
  }

  /// The same, whatever the station and whatever is kept.
  @inline(never) private mutating func foreseeAtLength(_ e: Int32, root: Root, luck: UInt64) {
    let place = place(foreseen: e, parent: -1, root: root, luck: luck, branch: root.source)
    let known = fate(e, place, root: root, luck: luck)
    note(known, e, root)
  }

  /// A request is one attempt of one call that may be sent again, if the first answer comes.
  @inline(never) mutating func foreseeFirst(_ e: Int32, root: Root, luck: UInt64) {
    let place = place(foreseen: e, parent: -1, root: root, luck: luck, branch: root.source)
    let known = fate(e, place, root: root, luck: luck)
    if known.isGivenUp {
      loseFirst(e, at: place.station, root: root, luck: luck)
    } else {
      noteAttempt(.first, edge: e, station: place.station)
      note(known, e, root)
    }
  }

  /// Books a further attempt.
  ///
  /// - Returns: where; when it begins and when its answer comes, after `giveUp` if it is too late.
  mutating func foreseeRetry(
    _ e: Int32, root: Root, place choice: UInt64, luck: UInt64, until giveUp: UInt64
  ) -> (station: Int32, begin: UInt64, end: UInt64) {
    let place = place(foreseen: e, parent: -1, root: root, luck: choice, branch: root.source)
    let row = foresights.row(e)
    let length = sampler.time(
      row.work, luck: luck, salt: row.salt, number: root.number, source: root.source)
    let fate = book(
      place.station, waits: row.waits, from: row.firstStation, max(1, length),
      isPlain: row.isPlain, giveUp: giveUp)
    if notesVisits { noteVisit(e, at: place.station, fate) }
    if fate.due > giveUp { noteWasted(fate, at: place.station, from: time, until: giveUp) }
    if place.load >= 0 { returns[place.load].append(min(fate.due, giveUp)) }
    return (place.station, fate.begin, fate.due)
  }

  /// Counts a request of which all is known.
  @inline(__always) private mutating func note(_ known: Known, _ e: Int32, _ root: Root) {
    if time >= window.lowerBound && known.end < window.upperBound && known.outcome == .success
      && !keepsDetails
    {
      let latency = known.end &- time
      noteForeseen(Int(root.source), latency, queued: known.begin &- time)
    } else {
      settle(e, root, known)
    }
  }

  /// A request that lies in the window and of which all is known.
  @inline(__always)
  mutating func noteForeseen(_ s: Int, _ latency: UInt64, queued: UInt64) {
    tally.foreseen.row(s).row.note(latency)
    let cell = LogBuckets.fine.index(of: latency)
    tally.latencies.add(s &* Tally.latencyCells &+ cell)
    tally.blame.addForeseen(s, cell, queued: queued, worked: latency &- queued)
  }

  /// A request that is one visit, among the latencies and the parts of requests.
  @inline(__always)
  private mutating func noteVisit(_ s: Int, _ latency: UInt64, queued: UInt64) {
    let cell = LogBuckets.fine.index(of: latency)
    tally.latencies.add(s &* Tally.latencyCells &+ cell)
    tally.blame.addVisit(s, cell, queued: queued, worked: latency &- queued)
  }

  /// A request whose one call was foreseen, where something is out of the ordinary.
  @inline(never) private mutating func settle(_ e: Int32, _ root: Root, _ known: Known) {
    let s = Int(root.source)
    if root.counted {
      tally.sums[s].begun &+= 1
      if known.end >= window.upperBound { liveAtEnd &+= 1 }
    }
    if keepsIntervals && known.end <= horizon {
      intervals.ended(s, born: time, at: known.end, outcome: known.outcome)
    }
    if keepsCalls { noteForeseen(e, from: time, until: known.end, known.outcome) }
    tally.sums[s].stay(from: cutTime, until: clipped(known.end))
    if !root.counted { return }
    let outcome = known.end > horizon ? Outcome.unfinished : known.outcome
    tally.outcomes[s &* Tally.outcomeCount &+ Int(outcome.rawValue)] &+= 1
    guard outcome.isAnswered else { return }
    let latency = known.end &- time
    tally.sums[s].record(latency)
    noteVisit(s, latency, queued: known.begin &- time)
    if keepsSeries { series.record(latency, at: time) }
  }

  /// Counts a call that needs no frame.
  @inline(never)
  mutating func noteForeseen(
    _ e: Int32, from start: UInt64, until end: UInt64, _ outcome: Outcome
  ) {
    noteCall(e)
    noteAnswer(e, from: start, until: end, outcome)
  }

  /// What a call will have been for its caller.
  private struct Known {
    var begin: UInt64
    var end: UInt64
    var outcome: Outcome
    var isGivenUp: Bool

    /// What becomes of a visit, unless its caller gives up before.
    init(_ fate: Fate, _ giveUp: UInt64?) {
      begin = fate.begin
      end = giveUp ?? fate.due
      outcome = giveUp == nil ? fate.outcome : .timeout
      isGivenUp = giveUp != nil
    }
  }

  @inline(__always)
  mutating func place(
    foreseen e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Place {
    let row = foresights.row(e)
    return row.stations == 1
      ? Place(station: row.firstStation, load: -1)
      : place(e, parent: parent, root: root, luck: luck, branch: branch)
  }

  @inline(__always)
  private mutating func fate(
    _ e: Int32, _ place: Place, root: Root, luck: UInt64, hasFrame: Bool = false
  ) -> Known {
    let row = foresights.row(e)
    let length = sampler.time(
      row.work, luck: luck, salt: row.salt, number: root.number, source: root.source)
    let fate = book(
      place.station, waits: row.waits, from: row.firstStation, max(1, length),
      isPlain: row.isPlain, giveUp: row.timeout == never ? never : time &+ row.timeout)
    if fate.outcome == .shed { accounts[place.station].failed &+= inWindow }
    let known = Known(fate, fate.due &- time > row.timeout ? time &+ row.timeout : nil)
    if notesVisits && (known.isGivenUp || !hasFrame) { noteVisit(e, at: place.station, fate) }
    if known.isGivenUp {
      noteWasted(fate, at: place.station, from: time, until: time &+ row.timeout)
    }
    if place.load >= 0 && known.end > time { returns[place.load].append(known.end) }
    return known
  }
}
