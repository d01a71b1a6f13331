/// What a replica has seen, as integer sums: areas under its curves are differences of these.
///
/// Instants are cut to the window before they are added, so the sums measure the window alone;
/// they wrap, and their differences are exact while an area stays below 2^64 ns.
struct Account: BitwiseCopyable, Sendable {
  // What changes when a visit leaves and the next one starts: a cache line.
  /// Instants counted in the sums: entered = left + gave up + present.
  var started: UInt64 = 0
  var startedAt: UInt64 = 0
  /// Starts within the window, with or without a wait before.
  var starts: UInt64 = 0
  /// Waits and pieces of work as the frames had them, cut to the window: the sums' other route.
  var waited: UInt64 = 0
  var worked: UInt64 = 0
  var left: UInt64 = 0
  var leftAt: UInt64 = 0
  /// Visits that asked for a slot in the window, refused ones included.
  var requests: UInt64 = 0

  var entered: UInt64 = 0
  var enteredAt: UInt64 = 0
  /// The most that waited at once, as those saw it who joined the queue in the window.
  var longest: UInt64 = 0
  var gaveUp: UInt64 = 0
  var gaveUpAt: UInt64 = 0
  var refused: UInt64 = 0
  /// Pieces of work stopped half-way in the window.
  var aborted: UInt64 = 0
  /// Visits that failed in the window, refused ones included.
  var failed: UInt64 = 0

  /// A visit joined the queue, or went through it at once; `t` is cut to the window.
  @inline(__always) mutating func enter(at t: UInt64) {
    entered &+= 1
    enteredAt &+= t
  }

  /// A visit took a slot; `counted` is 1 within the window, else 0.
  @inline(__always) mutating func start(at t: UInt64, counted: UInt64) {
    started &+= 1
    startedAt &+= t
    starts &+= counted
  }

  /// A visit took a slot without waiting.
  @inline(__always) mutating func pass(at t: UInt64, counted: UInt64) {
    enter(at: t)
    start(at: t, counted: counted)
  }

  /// A visit took a slot after a wait, of which `wait` lies in the window.
  @inline(__always) mutating func start(at t: UInt64, counted: UInt64, after wait: UInt64) {
    start(at: t, counted: counted)
    waited &+= wait
  }

  /// A slot became free after a piece of work, of which `work` lies in the window.
  @inline(__always) mutating func leave(at t: UInt64, after work: UInt64) {
    leave(at: t)
    worked &+= work
  }

  /// A slot became free.
  @inline(__always) mutating func leave(at t: UInt64) {
    left &+= 1
    leftAt &+= t
  }

  /// Time spent waiting by all, cut to the window ending at `end`, in nanoseconds.
  func queueArea(end: UInt64) -> UInt64 {
    let waiting = entered &- started &- gaveUp
    return startedAt &+ gaveUpAt &- enteredAt &+ waiting &* end
  }

  /// Slot time used, cut to the window ending at `end`, in nanoseconds.
  func busyArea(end: UInt64) -> UInt64 {
    let working = started &- left
    return leftAt &- startedAt &+ working &* end
  }
}

/// Phases of the critical path that a component's time falls into.
public enum Phase: Int, CaseIterable, Sendable {
  /// Waiting for a slot; at work; on links.
  case queue, work, network
  /// `wait` steps, a cache's own time among them, and what a crash interrupted.
  case wait
  /// Waiting for somebody else's fetch of the same key.
  case coalesced
  /// Pauses before retries.
  case backOff
  /// From an attempt to the copy of it that answered first.
  case hedgeDelay
  /// Attempts that failed, and calls that were given up.
  case lost
  /// Waiting for the answers that a join's deadline went without.
  case deadline

  /// The word of reports.
  public var word: String {
    switch self {
    case .queue: "queue"
    case .work: "work"
    case .network: "network"
    case .wait: "wait"
    case .coalesced: "coalesced"
    case .backOff: "back_off"
    case .hedgeDelay: "hedge_delay"
    case .lost: "lost"
    case .deadline: "deadline"
    }
  }
}
