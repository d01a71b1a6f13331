import TailraceEngine

/// A station whose departures are computed on arrival.
struct BookingRow: BitwiseCopyable, Sendable {
  /// When its one slot becomes free.
  var free: UInt64 = 0
  /// Visits that came and left within the window, and how long they waited and worked.
  var passed: UInt64 = 0
  var queued: UInt64 = 0
  var worked: UInt64 = 0
  /// Most that waited at once.
  var longest = 0
  var slots: Int32
  /// Most that may wait.
  var limit: Int32
  /// Whether its callers cancel when they give up, at an instant known when they come.
  var cancels = false
  /// Whether work that has begun stops when its caller gives up.
  var stopsWork = false
  /// First of its slots among those of all stations, if it has several.
  var firstSlot: Int32 = -1
  /// When those who wait will start.
  var starts = Ring<UInt64>(lazily: ())

  init(slots: Int32, limit: Int32) {
    self.slots = slots
    self.limit = limit
    isPlain = false
  }

  /// One slot, no bound on the queue, nobody cancels.
  var isPlain: Bool

  /// Decides for the quick way, once all else is set.
  mutating func settle() { isPlain = slots == 1 && !isBounded && !cancels }

  var isBounded: Bool { limit < .max }

  /// Books the one slot of a plain station; whoever waits has still to `join`.
  @inline(__always)
  mutating func take(_ now: UInt64, for length: UInt64) -> Fate {
    let begin = max(now, free)
    // A queue that grows by weeks a visit reaches the end of the clock: there all is one.
    free = min(begin &+ length, Clock.latest)
    return Fate(begin: begin, due: free)
  }

  /// One more waits.
  ///
  /// Those who have started meanwhile are only taken off where that could matter: at a new record,
  /// or when the ring is full. So a branch that nobody can predict is seldom met.
  @inline(__always)
  mutating func join(_ now: UInt64, until begin: UInt64, isCounted: Bool) {
    if isCounted && starts.count >= longest || starts.isFull { starts.drop(through: now) }
    starts.append(begin)
    if isCounted && starts.count > longest { longest = starts.count }
  }

  /// A visit that lies within the window.
  @inline(__always) mutating func pass(_ now: UInt64, _ fate: Fate) {
    passed &+= 1
    queued &+= fate.begin &- now
    worked &+= fate.due &- fate.begin
  }
}

/// What becomes of a visit, known when it comes.
struct Fate: BitwiseCopyable {
  var begin: UInt64
  var due: UInt64
  var outcome = Outcome.success
}

/// What is known of the answer to a call before it is made, in one row.
struct ForesightRow: BitwiseCopyable, Sendable {
  var firstStation: Int32
  /// Stations in all; with more than one, a balancer or a shard decides.
  var stations: Int32
  /// The law of its one piece of work, and the name of its draws.
  var work: Int32
  var component: Int32
  /// Whether its stations are plain, and whether nothing more is kept of its visits either.
  var isPlain: Bool
  var isQuick: Bool
  var salt: UInt64
  /// From the call to giving up, in nanoseconds; `never` without a timeout.
  var timeout: UInt64
  /// Where its waits are counted.
  var waits: WaitRow
}
