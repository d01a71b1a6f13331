import TailraceEngine

// What the recorder is told when something ends, and which ends lie on critical paths.
extension Machine {
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
    case .queued, .inLine: recorder.add(.queue, to: span, from: since, until: time)
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
}
