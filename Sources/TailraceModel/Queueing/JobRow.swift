import TailraceEngine

/// What a discipline knows of a frame at a station that is not plain first-in-first-out.
struct JobRow: BitwiseCopyable, Sendable {
  /// What is compared first: priority, work, remaining work or a place in shared time.
  var key: UInt64 = 0
  /// Number of the entry, which breaks ties.
  var order: UInt64 = 0
  /// When its piece of work ends if nothing changes; `never` while its replica stands still.
  var due: UInt64 = 0
  /// Work left, at speed 1, when it last began, changed its pace or was preempted.
  var work = 0.0
  /// Its place in the heap or the list that holds it; -1 in none.
  var position: Int32 = -1
  /// Whether it was preempted half-way.
  var isStarted = false
}

/// What the plan says of a station that is not plain first-in-first-out.
struct QueuePlan: BitwiseCopyable, Sendable {
  var cores: Int32
  /// Work done in a nanosecond while nothing is wrong.
  var speed = 1.0
  /// The law of how long a visit waits for its first slot; -1 if it waits for ever.
  var patience: Int32 = -1
  var patienceSalt: UInt64 = 0
  /// Whether those whose callers have given up are dropped when their turn comes.
  var dropsExpired = false
  /// Whether balancers ask how much work is left.
  var isMeasured = false
  /// Its rows in the list of fault clocks that may strike it.
  var firstClock: Int32 = 0
  var clockCount: Int32 = 0
  /// Its row among the queues that look after themselves; -1 if it does not.
  var managed: Int32 = -1

  /// Whether one who waits, or would, may be shed though there is room.
  var mayShed: Bool { patience >= 0 || managed >= 0 }
}

/// A station's queue and those at work, where its discipline needs more than a linked list.
struct QueueRow: BitwiseCopyable, Sendable {
  /// Who waits; a heap, or a plain list for RANDOM and where there are lines.
  var waiting = JobHeap()
  /// Who works: a plain list where work may be preempted, a heap where it is shared.
  var working = JobHeap()
  let plan: QueuePlan
  /// Work done in a nanosecond at present; 0 while it stands still.
  var speed: Double
  /// Until when it last stood still, and worked slower than it should.
  var stoodUntil: UInt64 = 0
  var slowUntil: UInt64 = 0
  /// Work of those who wait, in nanoseconds at speed 1, where it is measured.
  var backlog: UInt64 = 0
  /// Faults that keep it down at present.
  var downs: Int32 = 0
  /// Time it was down: sums of instants, cut to the window, as in `Account`.
  var downTime: UInt64 = 0
  /// Visits in the window that were dropped since nobody waited for them, and that crashes ended.
  var expired: UInt64 = 0
  var lost: UInt64 = 0
  /// Work that each sharer has received since the station was last idle, in nanoseconds.
  var shared = 0.0
  /// When `shared` was brought up to date.
  var updated: UInt64 = 0
  /// Bits of the key of the pending departure; all ones if there is none.
  var armed = UInt64.max
  var generation: UInt32 = 0

  /// Whether it works slower than it should: a fault holds it up, or its hardware is slow.
  var isSlow: Bool { speed < max(1, plan.speed) }

  init(_ plan: QueuePlan) {
    self.plan = plan
    speed = plan.speed
  }

  func deallocate() {
    waiting.pile.deallocate()
    working.pile.deallocate()
  }
}
