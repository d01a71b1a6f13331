import TailraceEngine

// What the recorder is told. All of this happens only where `records` is set: then departures are
// events and visits are walked through at length.
extension Machine {
  // MARK: Begin

  /// A frame has been made.
  @inline(never) mutating func recordBegin(_ f: Int32) {
    recorder.assign(-1, to: f)
    let frame = frames[f]
    if frame.parent >= 0 {
      guard let parent = recorder.span(of: frame.parent) else { return }
      addSpan(of: f, below: parent, kind: TraceSpan.Kind(frame.kind))
      return
    }
    let name = RequestName(
      workload: Int(frame.source), number: TracedNumber.plain(frame.number))
    guard let request = recorder.place(of: name) else { return }
    if frame.parent == -1 {
      let root = recorder.addRequest(request, at: time, isCounted: frame.counted)
      if root < 0 { return overcrowd() }
      if frame.kind == .client {
        recorder.assign(root, to: f)
      } else {
        addSpan(of: f, below: Int(root), kind: TraceSpan.Kind(frame.kind))
      }
    } else if recorder.roots[Int(request)] >= 0 {
      addSpan(of: f, below: Int(recorder.roots[Int(request)]), kind: .background)
    }
  }

  private mutating func addSpan(of f: Int32, below parent: Int, kind: TraceSpan.Kind) {
    let frame = frames[f]
    var span = TraceSpan(kind, parent: Int32(parent), begin: time)
    switch kind {
    case .visit, .call:
      span.service = edges[frame.edge].service
      if kind == .visit { span.replica = frame.station &- services[span.service].firstStation }
    case .branch, .background, .request:
      if frame.station >= 0 {
        span.service = stations[frame.station].service
        span.replica = frame.station &- services[span.service].firstStation
      }
    }
    if frame.parent >= 0 && frames[frame.parent].kind == .call {
      span.attempt = 0
    } else if frame.parent >= 0 {
      switch steps[frames[frame.parent].pc].op {
      case .scatter, .scatterKeys, .parallel, .tellAll: span.branch = frame.branch
      default: break
      }
    }
    let row = recorder.add(span, below: parent)
    if row < 0 { overcrowd() } else { recorder.assign(row, to: f) }
  }

  /// An attempt of a call has its visit.
  @inline(never) mutating func recordAttempt(_ v: Int32, _ a: Int32) {
    guard let span = recorder.span(of: v) else { return }
    recorder[span].attempt = attemptRows[a].number
    recorder[span].attemptKind = attemptRows[a].kind
  }

  /// A branch of a scatter of limited width has waited for its turn since the scatter began.
  @inline(never) mutating func recordTurn(_ b: Int32) {
    guard let span = recorder.span(of: b) else { return }
    recorder[span].begin = frames[b].born
    recorder.add(.turn, to: span, from: frames[b].born, until: time)
  }

  // MARK: Time

  /// A frame has spent the time since an instant.
  @inline(never) mutating func record(_ cause: TraceCause, _ f: Int32, since start: UInt64) {
    guard let span = recorder.span(of: f) else { return }
    recorder.add(cause, to: span, from: start, until: time)
  }

  /// A frame spends the time until an instant.
  @inline(never) mutating func record(_ cause: TraceCause, _ f: Int32, until end: UInt64) {
    guard let span = recorder.span(of: f) else { return }
    recorder.add(cause, to: span, from: time, until: end)
  }

  /// A frame is at work, and has been since its `since`.
  @inline(never) mutating func recordWork(_ f: Int32) {
    guard let span = recorder.span(of: f) else { return }
    let pc = frames[f].pc
    recorder.add(
      steps[pc &+ 1].op == .greet ? .handshakeWork : .work, to: span, from: frames[f].since,
      until: time, step: pc)
  }

  /// A frame pauses: as its program says, or for the time that a hit takes.
  @inline(never) mutating func recordPause(_ f: Int32, until end: UInt64) {
    guard let span = recorder.span(of: f) else { return }
    let pc = frames[f].pc
    var cause = TraceCause.wait
    for i in 0..<cacheUses.count where cacheUses[i].hit == pc && cacheUses[i].end != pc {
      cause = .cache
    }
    recorder.add(cause, to: span, from: time, until: end, step: pc)
  }

  // MARK: Slots

  /// A frame has a slot.
  @inline(never) mutating func recordSlot(_ f: Int32) {
    let s = frames[f].station
    let isTold = stations[s].slots < .max && stations[s].order != .sharing
    let slot = isTold ? recorder.slots.take(Int(s), by: f) : -1
    if let span = recorder.span(of: f) { recorder.hold(span, slot: slot, from: time) }
  }

  /// A frame gives its slot back.
  @inline(never) mutating func recordRelease(_ f: Int32) {
    recorder.slots.giveBack(Int(frames[f].station), by: f)
    if let span = recorder.span(of: f) { recorder.endHold(span, at: time) }
  }

  /// A frame's work is interrupted: its slot goes to another.
  @inline(never) mutating func recordSuspension(_ g: Int32) {
    recordWork(g)
    recordRelease(g)
    recordEvent(.preempted, g)
  }

  // MARK: Ends

  /// A frame answers whoever called it.
  @inline(never) mutating func recordAnswer(_ f: Int32) {
    guard let span = recorder.span(of: f) else { return }
    recorder[span].end = time
    recorder[span].outcome = frames[f].outcome
    if recorder[span].ending == .open { recorder[span].ending = .answered }
    var child = frames[f].path
    while child >= 0 {
      if let below = recorder.span(of: child) { recorder[below].isReleasing = true }
      child = frames[child].next
    }
    if frames[f].parent == -1 { recordCompletion(f, span) }
  }

  /// A request is over: its path is known.
  private mutating func recordCompletion(_ f: Int32, _ span: Int) {
    let root = Int(recorder[span].parent)
    if root >= 0 {
      recorder[root].end = time
      recorder[root].outcome = frames[f].outcome
      recorder[root].ending = .answered
      recorder[root].isCritical = true
      recorder[span].isReleasing = true
    }
    recordPath(f)
  }

  private mutating func recordPath(_ f: Int32) {
    let frame = frames[f]
    if let span = recorder.span(of: f) {
      recorder[span].isCritical = true
      let times = recorder.times(of: span)
      func time(_ phases: Phase...) -> UInt64 { phases.reduce(0) { $0 + times[$1.rawValue] } }
      let own =
        frame.kind == .call
        ? [time(.hedgeDelay), time(.lost), time(.backOff), time(.network)]
        : [time(.queue), time(.work), time(.wait, .coalesced, .deadline), time(.network)]
      if own != [frame.queued, frame.worked, frame.delayed, frame.wire] {
        recorder.noteMismatch()
      }
    } else {
      recorder.noteMismatch()
    }
    var child = frame.path
    while child >= 0 {
      recordPath(child)
      child = frames[child].next
    }
  }

  /// A call has its answer: what passed before that attempt was sent is lost, a pause or a hedge's
  /// delay; what passed since is the attempt's own.
  @inline(never)
  mutating func recordHearing(_ c: Int32, sent: UInt64, copiedSent: UInt64) {
    guard let span = recorder.span(of: c) else { return }
    recorder.change(span) { segment in
      segment.end = min(segment.end, sent)
      if segment.cause == .lost && segment.begin >= copiedSent { segment.cause = .hedgeDelay }
      return segment.begin >= copiedSent
    }
  }

  /// An attempt has come back or been given up.
  @inline(never) mutating func recordEnd(ofAttempt a: Int32, of c: Int32, _ outcome: Outcome) {
    let child = attemptRows[a].child
    guard child >= 0, let span = recorder.span(of: child), recorder[span].ending == .open
    else { return }
    if outcome == .timeout {
      recorder[span].ending = .timedOut
    } else {
      let isBeaten = frames[c].parent != -2 && frames[c].outcome.isAnswered
      recorder[span].ending = isBeaten ? .lostRace : .notNeeded
    }
    if recorder[span].givenUp == nil { recorder[span].givenUp = time }
  }

  /// A frame's caller gives it up; what becomes of its work is another matter.
  @inline(never)
  mutating func recordGivenUp(_ f: Int32, _ ending: TraceSpan.Ending = .notNeeded) {
    guard let span = recorder.span(of: f) else { return }
    if recorder[span].givenUp == nil { recorder[span].givenUp = time }
    if recorder[span].ending == .open { recorder[span].ending = ending }
  }

  /// A crash has taken a visit, and its caller does not hear of it.
  @inline(never) mutating func recordLoss(_ f: Int32) {
    guard let span = recorder.span(of: f), recorder[span].ending == .open else { return }
    recorder[span].ending = .lost
  }

  /// A frame ends where it stands, without an answer.
  @inline(never) mutating func recordStop(_ f: Int32, _ ending: TraceSpan.Ending = .notNeeded) {
    guard let span = recorder.span(of: f), recorder[span].end == nil else { return }
    recordState(f, span)
    recorder[span].end = time
    if recorder[span].ending == .open { recorder[span].ending = ending }
  }

  /// What a frame is doing counts up to now, and what was foreseen of it no further.
  private mutating func recordState(_ f: Int32, _ span: Int) {
    recorder.cut(span, at: time)
    let since = frames[f].since
    switch frames[f].state {
    case .queued: recorder.add(.queue, to: span, from: since, until: time)
    case .working:
      recorder.add(.work, to: span, from: since, until: time, step: frames[f].pc)
    case .parked: recorder.add(.coalesced, to: span, from: since, until: time)
    default: break
    }
  }

  /// A crash ends what a visit did in a state; `rest` is what its parts lack, or have too much.
  @inline(never) mutating func recordCrash(_ f: Int32, _ state: FrameState, _ rest: UInt64) {
    guard let span = recorder.span(of: f) else { return }
    recorder.add(.crashed, to: span, at: time)
    recorder.cut(span, at: time)
    // What was cut had been counted ahead: then nothing is lacking.
    guard rest <= UInt64.max / 2 else { return }
    let cause: TraceCause = state == .queued ? .queue : state == .working ? .work : .crash
    recorder.add(cause, to: span, from: time &- rest, until: time)
  }

  /// Those that are still under way when the run ends.
  mutating func recordOpenEnds() {
    for f in 0..<frameHigh where frames[f].state != .free && frames[f].state != .dead {
      guard let span = recorder.span(of: f), recorder[span].end == nil else { continue }
      recordState(f, span)
    }
  }

  // MARK: Events

  @inline(never) mutating func recordEvent(_ kind: TraceEvent.Kind, _ f: Int32) {
    if let span = recorder.span(of: f) { recorder.add(kind, to: span, at: time) }
  }

  /// A lookup has found something, and the frame knows what it does next.
  @inline(never)
  mutating func recordLookUp(
    _ f: Int32, _ found: Cache.Lookup, _ use: CacheUseRow, _ i: Int32, _ key: UInt64
  ) {
    guard let span = recorder.span(of: f) else { return }
    let isHit = frames[f].pc == use.hit
    var kind = TraceEvent.Kind.miss
    var other: RequestName?
    if frames[f].state == .parked {
      kind = .coalesced
      let flight = flights.find(i, key)
      if flight >= 0 {
        let leader = frames[flights[flight].leader]
        other = RequestName(
          workload: Int(leader.source), number: TracedNumber.plain(leader.number))
      }
    } else {
      switch found {
      case .hit: kind = isHit ? .hit : .earlyRefresh
      case .stale: kind = isHit ? .staleHit : frames[f].pc == use.stale ? .revalidation : .miss
      case .miss: break
      }
    }
    recorder.add(kind, to: span, at: time, cache: use.cache, other: other)
  }

  /// An instance of a cache at a service did not answer.
  @inline(never) mutating func recordSilence(_ f: Int32, of cache: Int32) {
    guard let span = recorder.span(of: f) else { return }
    recorder.add(.unanswered, to: span, at: time, cache: cache)
  }
}

extension TraceSpan.Kind {
  fileprivate init(_ kind: FrameKind) {
    switch kind {
    case .visit: self = .visit
    case .client: self = .request
    case .branch: self = .branch
    case .call: self = .call
    }
  }
}
