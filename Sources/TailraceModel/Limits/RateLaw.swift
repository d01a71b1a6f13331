/// What a rate limit lets pass, in integers: nothing is rounded, so nothing drifts.
///
/// A token bucket keeps what has been taken and not been filled again, its debt: a continuous one
/// in nanoseconds x tokens, one that is filled in steps in tokens. A fixed window is a bucket that
/// each step fills to the brim.
struct RateLaw: BitwiseCopyable, Sendable, Equatable {
  enum Kind: UInt8, BitwiseCopyable { case continuous, stepwise, slidingWindow, slidingLog }
  var kind: Kind
  /// Tokens of a full bucket, or passes in a window.
  var most: UInt64
  /// Tokens that come with each interval.
  var gain: UInt64
  /// Nanoseconds from fill to fill, or of a window.
  var interval: UInt64
  /// Longest delay in nanoseconds of one who finds no token; 0 refuses him.
  var maxDelay: UInt64

  init(_ algorithm: RateLimitSpec.Algorithm, maxDelay: UInt64? = nil) {
    self.maxDelay = maxDelay ?? 0
    switch algorithm {
    case .tokenBucket(let most, let perFill, let interval, let isContinuous):
      kind = isContinuous ? .continuous : .stepwise
      (self.most, gain, self.interval) = (most, perFill, interval)
    case .fixedWindow(let limit, let window):
      kind = .stepwise
      (most, gain, interval) = (limit, limit, window)
    case .slidingWindow(let limit, let window):
      kind = .slidingWindow
      (most, gain, interval) = (limit, limit, window)
    case .slidingLog(let limit, let window):
      kind = .slidingLog
      (most, gain, interval) = (limit, limit, window)
    }
  }
}

/// The state of one bucket; as it stands here it is full.
struct RateBucket: BitwiseCopyable, Sendable {
  /// The latest instant, fill or window that it knows.
  var at: UInt64 = 0
  /// What has been taken: of a bucket its debt, of a window its passes.
  var level: UInt64 = 0
  /// Passes of the window before.
  var before: UInt64 = 0
  /// The oldest and the latest pass of a log; -1 if there is none.
  var first: Int32 = -1
  var last: Int32 = -1
}

/// What becomes of one who asks.
struct RateVerdict: BitwiseCopyable, Sendable, Equatable {
  var passes: Bool
  /// Nanoseconds until it passes, or until it would if nobody else came.
  var wait: UInt64
  /// Whole tokens that are left.
  var remaining: UInt64
}

/// Passes that logs remember, each with its tokens.
struct RateLog: ~Copyable {
  struct Entry: BitwiseCopyable, Sendable {
    var at: UInt64
    var tokens: UInt64
    var next: Int32 = -1
  }
  private var entries = RowStore<Entry>()
  /// How many there are.
  private(set) var count = 0

  subscript(_ i: Int32) -> Entry { entries[i] }

  /// Adds a pass to a bucket, after all that it has.
  mutating func add(_ tokens: UInt64, at time: UInt64, to bucket: inout RateBucket) {
    let row = entries.add(Entry(at: time, tokens: tokens))
    if bucket.last < 0 { bucket.first = row } else { entries[bucket.last].next = row }
    bucket.last = row
    bucket.level &+= tokens
    count &+= 1
  }

  /// Forgets the oldest pass of a bucket.
  mutating func removeFirst(of bucket: inout RateBucket) {
    let row = bucket.first
    bucket.level &-= entries[row].tokens
    bucket.first = entries[row].next
    if bucket.first < 0 { bucket.last = -1 }
    entries.remove(row)
    count &-= 1
  }
}

extension RateLaw {
  /// Somebody asks for tokens, from 1 to `most`, at an instant that never lies before the last.
  ///
  /// Constant time; of a log, in proportion to the passes that have left the window.
  func ask(
    _ bucket: inout RateBucket, _ tokens: UInt64, at time: UInt64, _ log: inout RateLog
  ) -> RateVerdict {
    switch kind {
    case .continuous, .stepwise: askBucket(&bucket, tokens, at: time)
    case .slidingWindow: askWindow(&bucket, tokens, at: time)
    case .slidingLog: askLog(&bucket, tokens, at: time, &log)
    }
  }

  /// Whether a bucket is as good as new: it may be forgotten.
  func isFull(_ bucket: RateBucket, at time: UInt64, _ log: borrowing RateLog) -> Bool {
    switch kind {
    case .continuous, .stepwise: return level(of: bucket, at: clock(time)) == 0
    case .slidingWindow:
      let window = time / interval
      return window > bucket.at + 1 || (window == bucket.at + 1 && bucket.level == 0)
    case .slidingLog: return bucket.last < 0 || log[bucket.last].at + interval <= time
    }
  }

  private func clock(_ time: UInt64) -> UInt64 {
    kind == .continuous ? time : time / interval
  }

  private func level(of bucket: RateBucket, at now: UInt64) -> UInt64 {
    let filled = (now - bucket.at).multipliedReportingOverflow(by: gain)
    return filled.overflow || filled.partialValue >= bucket.level
      ? 0 : bucket.level - filled.partialValue
  }

  private func askBucket(
    _ bucket: inout RateBucket, _ tokens: UInt64, at time: UInt64
  ) -> RateVerdict {
    let now = clock(time)
    bucket.level = level(of: bucket, at: now)
    bucket.at = now
    let unit = kind == .continuous ? interval : 1
    let capacity = most * unit
    let debt = bucket.level + tokens * unit
    if debt <= capacity {
      bucket.level = debt
      return RateVerdict(passes: true, wait: 0, remaining: (capacity - debt) / unit)
    }
    let ticks = (debt - capacity + gain - 1) / gain
    let wait = kind == .continuous ? ticks : (now + ticks) * interval - time
    if wait <= maxDelay {
      bucket.level = debt
      return RateVerdict(passes: true, wait: wait, remaining: 0)
    }
    let left = bucket.level < capacity ? (capacity - bucket.level) / unit : 0
    return RateVerdict(passes: false, wait: wait, remaining: left)
  }

  /// The window before counts with the share of it that the last `interval` still covers.
  private func askWindow(
    _ bucket: inout RateBucket, _ tokens: UInt64, at time: UInt64
  ) -> RateVerdict {
    let window = time / interval
    if window != bucket.at {
      bucket.before = window == bucket.at + 1 ? bucket.level : 0
      bucket.level = 0
      bucket.at = window
    }
    // All in passes x nanoseconds.
    let elapsed = time - window * interval
    let covered = bucket.before * (interval - elapsed)
    let passed = bucket.level * interval + covered
    if passed + (tokens - 1) * interval < most * interval {
      bucket.level += tokens
      return RateVerdict(passes: true, wait: 0, remaining: left(passed + tokens * interval))
    }
    // The first instant at which the same sum is below the limit: in this window or in the next.
    let own = bucket.level + tokens - 1
    if own < most {
      // Covered x rest is below the room as soon as rest is at most (room - 1) / covered.
      let rest = ((most - own) * interval - 1) / bucket.before
      return RateVerdict(passes: false, wait: interval - rest - elapsed, remaining: left(passed))
    }
    let rest = min(interval, ((most + 1 - tokens) * interval - 1) / max(1, bucket.level))
    return RateVerdict(
      passes: false, wait: interval - elapsed + (interval - rest), remaining: left(passed))
  }

  /// Passes that a sum in passes x nanoseconds leaves at this instant.
  private func left(_ passed: UInt64) -> UInt64 { most - min(most, passed / interval) }

  private func askLog(
    _ bucket: inout RateBucket, _ tokens: UInt64, at time: UInt64, _ log: inout RateLog
  ) -> RateVerdict {
    while bucket.first >= 0, log[bucket.first].at + interval <= time {
      log.removeFirst(of: &bucket)
    }
    if bucket.level + tokens <= most {
      // Never before one who was promised a later instant.
      let at = bucket.last < 0 ? time : max(time, log[bucket.last].at)
      if at == time || at - time <= maxDelay {
        log.add(tokens, at: at, to: &bucket)
        return RateVerdict(passes: true, wait: at - time, remaining: most - bucket.level)
      }
      return RateVerdict(passes: false, wait: at - time, remaining: most - bucket.level)
    }
    // It passes when enough of the oldest have left the window.
    var (gone, row, at): (UInt64, Int32, UInt64) = (0, bucket.first, time)
    while bucket.level - gone + tokens > most {
      gone += log[row].tokens
      at = log[row].at + interval
      row = log[row].next
    }
    let wait = at - time
    guard wait <= maxDelay else {
      return RateVerdict(passes: false, wait: wait, remaining: most - min(most, bucket.level))
    }
    // Whoever comes later passes later: these no longer matter to anybody.
    while bucket.first != row { log.removeFirst(of: &bucket) }
    log.add(tokens, at: at, to: &bucket)
    return RateVerdict(passes: true, wait: wait, remaining: 0)
  }
}
