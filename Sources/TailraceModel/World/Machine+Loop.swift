import TailraceEngine

/// Takes events and arrivals in their order until the run is over.
extension Machine {
  /// Runs to the end: all counted requests done, nothing left, or `eventsMax` happenings.
  ///
  /// - Returns: whether it was stopped early by the limit or by `shouldStop`.
  mutating func run(eventsMax: UInt64, shouldStop: () -> Bool) -> Bool {
    keepsDetails = keepsIntervals || keepsCalls || keepsSeries
    tracksRequests =
      keepsRequests || !latencies.isEmpty || !within.isEmpty || slowest.most > 0
    hasDetails = keepsDetails || tracksRequests || hasClosedLoops
    notesAnswers = keepsCalls || notesVisits
    let only = sources.count == 1
    let onlyForesees = onlyForesees
    var sight = window.upperBound &- 1
    while true {
      let s = only ? 0 : nextSource
      let at = sources[s].next
      let bound = EventKey(bits: min(at, sight) &<< 3 | TieRank.flush.rawValue)
      while let event = agenda.pop(notAfter: bound) {
        moveClock(to: event.key.nanoseconds)
        handled &+= 1
        if event.word &>> 60 == Happening.served.rawValue {
          finishPlain(event.word)
        } else {
          handle(event.word)
        }
        if !ready.isEmpty { runReady() }
        if handled >= pause && mustStop(eventsMax, shouldStop) { return true }
      }
      if at >= window.upperBound {
        if sight < horizon {
          // All that happens within the window has happened.
          if hitEnds.count > 0 { endHits(until: sight) }
          liveAtEnd &+= countedLive
          countWaiting()
          sight = horizon
          continue
        }
        if hitEnds.count > 0 { endHits(until: min(at, horizon)) }
        if at > horizon || at == never || countedLive == 0 {
          // Nothing that counts happens any more.
          moveClock(to: max(time, countedLive > 0 ? horizon : window.upperBound))
          return false
        }
      }
      if onlyForesees && firstComesNext {
        arriveForeseen()
        if handled >= pause && mustStop(eventsMax, shouldStop) { return true }
        continue
      }
      moveClock(to: at)
      agenda.advance(to: EventKey(at, .arrival))
      handled &+= 1
      arrive(s)
      if !ready.isEmpty { runReady() }
      if handled >= pause && mustStop(eventsMax, shouldStop) { return true }
    }
  }

  /// The source whose request comes first; the first of the tied.
  private var nextSource: Int {
    mutating get {
      var s = 0
      for k in 1..<max(1, sources.count) where sources[k].next < sources[s].next { s = k }
      return s
    }
  }

  /// Looks up seldom whether to stop.
  @inline(never) private mutating func mustStop(
    _ eventsMax: UInt64, _ shouldStop: () -> Bool
  ) -> Bool {
    for i in 0..<bookings.count where bookings[i].starts.count > Self.inFlightMax { overcrowd() }
    for i in 0..<hitEnds.count where hitEnds[i].count > Self.inFlightMax { overcrowd() }
    if handled >= eventsMax || isOvercrowded { return true }
    pause = min(handled &+ 0x1_0000, eventsMax)
    return shouldStop()
  }

  @inline(never) private mutating func handle(_ word: UInt64) {
    let f = Int32(truncatingIfNeeded: word & 0xfff_ffff)
    let happening = Happening(rawValue: word &>> 60)
    switch happening {
    case .worked:
      if isCurrent(word) { finishWork(f) }
    case .served: finishPlain(word)
    case .fetched: finishFetch(f)
    case .resumed:
      if isCurrent(word) { walk(f) }
    case .timer: fire(line: f)
    case .flush: flush()
    case .shares: fireShares(word)
    case .turn: comeToTurn(f)
    case .impatience: if isCurrent(word) { leaveImpatiently(f) }
    case .fault: strike(f)
    case .unlocked: if isCurrent(word) { stopWaiting(f) }
    case .hedge: if isCurrent(word) { hedgeAfterDelay(f) }
    case .untie: if isCurrent(word) { untie(f) }
    case .deadline: if isCurrent(word) { giveUp(call: f) }
    case .writeBack: storeWrites(Int32(truncatingIfNeeded: word & 0xffff_ffff))
    case .tick: takeTick(word)
    case nil: preconditionFailure("unknown happening")
    }
  }

  /// Frames that were given a slot go on, one after the other: no recursion through a queue.
  @inline(never) mutating func runReady() {
    while !ready.isEmpty {
      let f = ready.first
      ready.removeFirst()
      if frames[f].state == .running { walk(f) }
    }
  }
}
