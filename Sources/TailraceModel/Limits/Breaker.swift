/// Attempts of late and those of them that count against or for the callee, in ten parts of a
/// window.
struct RecentCalls: BitwiseCopyable, Sendable {
  private var calls = InlineArray<10, UInt32>(repeating: 0)
  private var marked = InlineArray<10, UInt32>(repeating: 0)
  private var part: UInt64 = 0
  /// In the whole window.
  private(set) var all: UInt64 = 0
  private(set) var marks: UInt64 = 0

  /// Lets time pass, in parts of `slice` nanoseconds; it never goes back.
  mutating func advance(to time: UInt64, slice: UInt64) {
    let now = time / slice
    if now &- part >= 10 {
      self = RecentCalls()
      part = now
      return
    }
    while part < now {
      part &+= 1
      let i = Int(part % 10)
      all &-= UInt64(calls[i])
      marks &-= UInt64(marked[i])
      calls[i] = 0
      marked[i] = 0
    }
  }

  /// Counts at the instant that time has passed to.
  mutating func add(calls count: UInt32, marks: UInt32) {
    let i = Int(part % 10)
    calls[i] &+= count
    marked[i] &+= marks
    all &+= UInt64(count)
    self.marks &+= UInt64(marks)
  }

  mutating func clear() {
    let now = part
    self = RecentCalls()
    part = now
  }
}

/// What opens and closes a breaker.
struct BreakerLaw: BitwiseCopyable, Sendable {
  /// In per cent of the attempts.
  var threshold: Double
  /// Nanoseconds from which on an answer is a failure.
  var slow: UInt64
  var minimumCalls: UInt64
  /// A tenth of a window of time; 0 for one of attempts.
  var slice: UInt64 = 0
  /// Attempts of such a window.
  var calls = 0
  var waitOpen: UInt64
  var permitted: UInt64

  init(_ spec: BreakerSpec) {
    threshold = spec.failureRateThreshold
    slow = spec.slowCallDuration ?? never
    minimumCalls = UInt64(spec.minimumCalls)
    waitOpen = spec.waitDurationOpen
    permitted = UInt64(spec.permittedHalfOpen)
    switch spec.window {
    case .time(let length): slice = max(1, length / 10)
    case .calls(let count): calls = count
    }
  }

  func opens(_ failures: UInt64, of calls: UInt64) -> Bool {
    Double(failures) * 100 >= threshold * Double(calls)
  }
}

/// A breaker: CLOSED, OPEN and HALF_OPEN in turn.
struct BreakerState: BitwiseCopyable, Sendable {
  enum Phase: UInt8, BitwiseCopyable { case closed, open, halfOpen }
  private(set) var phase = Phase.closed
  /// Changes of phase: an attempt of another phase's tells nothing about this one.
  private(set) var epoch: UInt32 = 0
  private(set) var openedAt: UInt64 = 0
  private var recent = RecentCalls()
  /// Of a window of attempts, the latest ones' failures by bit.
  private var bits = InlineArray<16, UInt64>(repeating: 0)
  private var next = 0
  private var count: UInt64 = 0
  private var failures: UInt64 = 0
  /// Of a trial, attempts that have gone.
  private var trials: UInt64 = 0

  init() {}

  /// Whether an attempt may go at an instant that never lies before the last.
  ///
  /// The first that asks after the time that it stays open begins the trial.
  mutating func admits(_ law: BreakerLaw, at time: UInt64) -> Bool {
    switch phase {
    case .closed: return true
    case .open:
      if time < openedAt + law.waitOpen { return false }
      enter(.halfOpen)
      trials = 1
      return true
    case .halfOpen:
      if trials >= law.permitted { return false }
      trials &+= 1
      return true
    }
  }

  /// An attempt that was let go in an epoch has ended.
  mutating func record(_ law: BreakerLaw, failed: Bool, epoch: UInt32, at time: UInt64) {
    if epoch != self.epoch { return }
    switch phase {
    case .open: break
    case .closed:
      note(law, failed, at: time)
      let (calls, failed) = law.slice > 0 ? (recent.all, recent.marks) : (count, failures)
      if calls >= law.minimumCalls && law.opens(failed, of: calls) { open(at: time) }
    case .halfOpen:
      count &+= 1
      if failed { failures &+= 1 }
      if count < law.permitted { return }
      if law.opens(failures, of: count) { open(at: time) } else { enter(.closed) }
    }
  }

  /// An attempt that was let go tells nothing: it was given up. A trial may have another.
  mutating func forget(epoch: UInt32) {
    if epoch == self.epoch && phase == .halfOpen { trials &-= 1 }
  }

  private mutating func note(_ law: BreakerLaw, _ failed: Bool, at time: UInt64) {
    if law.slice > 0 {
      recent.advance(to: time, slice: law.slice)
      recent.add(calls: 1, marks: failed ? 1 : 0)
      return
    }
    let (word, bit) = (next / 64, UInt64(1) << UInt64(next % 64))
    if count == UInt64(law.calls) {
      if bits[word] & bit != 0 { failures &-= 1 }
    } else {
      count &+= 1
    }
    if failed {
      bits[word] |= bit
      failures &+= 1
    } else {
      bits[word] &= ~bit
    }
    next = next + 1 == law.calls ? 0 : next + 1
  }

  private mutating func open(at time: UInt64) {
    enter(.open)
    openedAt = time
  }

  /// Begins a phase with nothing counted.
  private mutating func enter(_ phase: Phase) {
    self.phase = phase
    epoch &+= 1
    recent.clear()
    (next, count, failures, trials) = (0, 0, 0, 0)
  }
}
