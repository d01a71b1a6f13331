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
