import TailraceEngine

/// What a discipline knows of a frame at a station that is not plain first-in-first-out.
struct JobRow: BitwiseCopyable, Sendable {
  /// What is compared first: priority, work, remaining work or a place in shared time.
  var key: UInt64 = 0
  /// Number of the entry, which breaks ties.
  var order: UInt64 = 0
  /// When its piece of work ends unless it is preempted.
  var due: UInt64 = 0
  /// Work left when it was preempted.
  var remaining: UInt64 = 0
  /// Its place in the heap or the list that holds it; -1 in none.
  var position: Int32 = -1
  /// Whether it was preempted half-way.
  var isStarted = false
}

/// A station's queue and those at work, where its discipline needs more than a linked list.
struct QueueRow: BitwiseCopyable, Sendable {
  /// Who waits; a heap, or a plain list for RANDOM.
  var waiting = JobHeap()
  /// Who works: a plain list where work may be preempted, a heap where it is shared.
  var working = JobHeap()
  var cores: Int32
  /// Work that each sharer has received since the station was last idle, in nanoseconds.
  var shared = 0.0
  /// When `shared` was brought up to date.
  var updated: UInt64 = 0
  /// Bits of the key of the pending departure; all ones if there is none.
  var armed = UInt64.max
  var generation: UInt32 = 0

  init(cores: Int32) { self.cores = cores }

  func deallocate() {
    waiting.pile.deallocate()
    working.pile.deallocate()
  }
}
