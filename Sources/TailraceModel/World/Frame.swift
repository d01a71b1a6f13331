/// What a frame is.
enum FrameKind: UInt8, BitwiseCopyable {
  /// Runs a handler at a replica.
  case visit
  /// Runs a workload's program: a request's root.
  case client
  /// Runs one branch of a `parallel` step for its parent.
  case branch
  /// Watches over one call that may time out.
  case call
}

enum FrameState: UInt8, BitwiseCopyable {
  case free, running, queued, working, waiting, delayed, batched
  /// Gave up while queued: left in the queue until reached.
  case dead
  /// Lost in a crash that nobody answers for: waits to be given up.
  case silent
  /// Waits until somebody else has fetched its key.
  case parked
  /// Waits at its balancer until a replica is free.
  case inLine
}

/// One visit, branch or watched call of a request's tree, with its own parts of the latency.
///
/// 128 bytes, two cache lines: what the end of a plain visit needs stands in the first.
struct Frame: BitwiseCopyable {
  /// Start of the present phase; while waiting, when the latest child came.
  var since: UInt64
  /// Time worked; while a plain visit waits, the work that it will do.
  var worked: UInt64 = 0
  var queued: UInt64 = 0
  /// Number of the request at its source.
  var number: UInt64 = 0
  var generation: UInt32
  /// The caller; -1 for a request's root, -2 where the caller has given up.
  var parent: Int32
  /// Next in a queue, a free list or a path.
  var next: Int32 = -1
  var station: Int32
  /// The balancer's count of calls out that this visit is part of; -1 if none.
  var load: Int32 = -1
  /// Its place among the children of a join.
  var branch: Int32
  /// Finished children on the critical path.
  var path: Int32 = -1
  var kind: FrameKind
  var state = FrameState.running
  var outcome = Outcome.success
  var flags: FrameFlags = []

  /// Identity of chance.
  var luck: UInt64
  /// When it was called.
  var born: UInt64
  var delayed: UInt64 = 0
  var wire: UInt64 = 0
  /// Number of the request in order of arrival over all sources: the order of ties.
  var serial: UInt32
  var pc: Int32
  /// The one child that is out, or the latest that came back to a join.
  var child: Int32 = -1
  /// Rows of the children of a join of several; -1 with a single child.
  var block: Int32 = -1
  /// Answers a join still needs.
  var pending: Int32 = 0
  /// Children of a join still out.
  var outstanding: Int32 = 0
  var edge: Int32
  /// The request's workload.
  var source: UInt16
  /// The outcome of the child that failed a join; success if none has.
  var failure = Outcome.success
}

/// Yes-or-no facts of a frame.
struct FrameFlags: OptionSet, BitwiseCopyable {
  let rawValue: UInt8
  static let holdsSlot = FrameFlags(rawValue: 1)
  static let spawning = FrameFlags(rawValue: 2)
  static let replied = FrameFlags(rawValue: 4)
  static let counted = FrameFlags(rawValue: 8)
  /// Has come through the door of a replica that may crash.
  static let inside = FrameFlags(rawValue: 16)
  /// A plain visit, see `sendPlain`, or a call whose first attempt was one that stood for it.
  static let plain = FrameFlags(rawValue: 32)
  static let windowed = FrameFlags(rawValue: 64)
  /// A copy of a call whose others are to be cancelled when it starts.
  static let tied = FrameFlags(rawValue: 128)
}

extension Frame {
  /// The `block` of a join of several children whom nobody will ever need to find.
  static var unnoted: Int32 { -2 }

  /// Whether it occupies a slot of its station.
  @inline(__always) var holdsSlot: Bool {
    get { flags.contains(.holdsSlot) }
    set { set(.holdsSlot, newValue) }
  }
  /// Whether a join's children are still being called.
  @inline(__always) var spawning: Bool {
    get { flags.contains(.spawning) }
    set { set(.spawning, newValue) }
  }
  /// Whether a join has at most some children out at a time.
  @inline(__always) var isWindowed: Bool {
    get { flags.contains(.windowed) }
    set { set(.windowed, newValue) }
  }
  /// Whether an answer may set more in motion than the end of the join.
  @inline(__always) var hearsAtLength: Bool { !flags.isDisjoint(with: [.spawning, .windowed]) }
  /// Whether the answer's way back has been added.
  @inline(__always) var replied: Bool {
    get { flags.contains(.replied) }
    set { set(.replied, newValue) }
  }
  /// Whether it is the frame of a whole request.
  @inline(__always) var isRoot: Bool { parent == -1 || parent == Self.fetching }
  /// Whether it is the root of a request that lies in the measured window.
  @inline(__always) var counted: Bool { flags.contains(.counted) }

  @inline(__always) private mutating func set(_ flag: FrameFlags, _ isOn: Bool) {
    if isOn { flags.insert(flag) } else { flags.remove(flag) }
  }

  /// Which request it belongs to; only a root is `counted`.
  @inline(__always) var root: Root {
    Root(number: number, serial: serial, source: Int32(source), counted: false)
  }

  /// A new generation, in the free list before `next`.
  @inline(__always) mutating func free(before next: Int32) {
    generation &+= 1
    state = .free
    self.next = next
  }
}

/// What all frames of a request's tree have in common.
struct Root: BitwiseCopyable {
  var number: UInt64
  var serial: UInt32
  /// Its workload.
  var source: Int32
  var counted: Bool
}
