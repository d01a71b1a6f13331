/// Pending events in the order of their keys; equal keys leave in the order they came.
///
/// A monotone radix queue (Ahuja, Mehlhorn, Orlin and Tarjan 1990) of 32-way buckets with a sorted
/// near run. A bucket's level is the highest five-bit digit in which its keys differ from `base`,
/// so equal keys always share a bucket or the run and stay first-in-first-out. Push is O(1); an
/// event moves down at most 13 levels in its life. Keys must not lie below the last one popped.
@frozen @safe public struct Agenda: ~Copyable {
  @usableFromInline @safe struct Bucket {
    @usableFromInline var items: UnsafeMutablePointer<Event>?
    @usableFromInline var count: Int
    @usableFromInline var capacity: Int
    @inlinable init() {
      unsafe items = nil
      count = 0
      capacity = 0
    }
  }

  @usableFromInline static let levelCount = 13
  @usableFromInline static let nearCapacity = 32
  /// A bucket of at most this many events is sorted into the near run instead of redistributed.
  @usableFromInline static let smallBucket = 8

  @usableFromInline let buckets: UnsafeMutablePointer<Bucket>
  /// Per level, which of its 32 buckets hold events.
  @usableFromInline let occupied: UnsafeMutablePointer<UInt64>
  /// The nearest events in descending order: the next one is the last.
  @usableFromInline let near: UnsafeMutablePointer<Event>
  @usableFromInline var nearCount = 0
  /// Which levels hold events.
  @usableFromInline var levels: UInt64 = 0
  /// Buckets are filed by their difference from this key.
  @usableFromInline var base: UInt64 = 0
  /// Keys below this belong to the near run.
  @usableFromInline var limit: UInt64 = 0
  /// Events of a single-instant bucket already handed to the near run.
  @usableFromInline var handedOut = 0
  @usableFromInline var clock = EventKey(bits: 0)
  @usableFromInline var pending = 0

  /// The key of the event popped last, or a later one set by `advance(to:)`.
  @inlinable @inline(__always) public var now: EventKey { clock }
  /// Events pending.
  @inlinable public var count: Int { pending }

  @inlinable public init() {
    let slots = Self.levelCount * 32
    unsafe buckets = .allocate(capacity: slots)
    unsafe buckets.initialize(repeating: Bucket(), count: slots)
    unsafe occupied = .allocate(capacity: Self.levelCount)
    unsafe occupied.initialize(repeating: 0, count: Self.levelCount)
    unsafe near = .allocate(capacity: Self.nearCapacity + 1)
  }

  @inlinable deinit {
    for i in 0..<(Self.levelCount * 32) { unsafe buckets[i].items?.deallocate() }
    unsafe buckets.deallocate()
    unsafe occupied.deallocate()
    unsafe near.deallocate()
  }

  /// Adds an event; its key must not lie before the last one popped.
  @inlinable @inline(__always) public mutating func push(_ key: EventKey, _ word: UInt64) {
    precondition(key.bits >= now.bits && key.bits < 1 << 62)
    pending &+= 1
    let event = Event(key: key, word: word)
    if key.bits < limit {
      if nearCount < Self.nearCapacity { insertNear(event) } else { spill(); file(event) }
    } else {
      file(event)
    }
  }

  /// The next event unless it lies after `bound`.
  @inlinable @inline(__always) public mutating func pop(notAfter bound: EventKey) -> Event? {
    if nearCount == 0 && (levels == 0 || !refill(notAfter: bound.bits)) { return nil }
    let event = unsafe near[nearCount &- 1]
    if event.key.bits > bound.bits { return nil }
    nearCount &-= 1
    pending &-= 1
    clock = event.key
    return event
  }

  /// Whether nothing is pending at or before `bound`.
  @inlinable @inline(__always) public mutating func isQuiet(through bound: EventKey) -> Bool {
    if nearCount == 0 && (levels == 0 || !refill(notAfter: bound.bits)) { return true }
    return unsafe near[nearCount &- 1].key.bits > bound.bits
  }

  /// Moves the clock to a key that no pending event precedes, for what happens outside the agenda.
  @inlinable @inline(__always) public mutating func advance(to key: EventKey) {
    if key.bits > now.bits { clock = key }
  }
}

extension Agenda {
  @inlinable @inline(__always) mutating func file(_ event: Event) {
    let difference = (event.key.bits ^ base) | 1
    let level = (63 &- difference.leadingZeroBitCount) / 5
    let slot = Int(truncatingIfNeeded: (event.key.bits &>> UInt64(5 &* level)) & 31)
    let index = level &* 32 &+ slot
    let fill = unsafe buckets[index].count
    if unsafe fill == buckets[index].capacity { growBucket(index) }
    unsafe (buckets[index].items.unsafelyUnwrapped)[fill] = event
    unsafe buckets[index].count = fill &+ 1
    unsafe occupied[level] |= 1 &<< UInt64(slot)
    levels |= 1 &<< UInt64(level)
  }

  @inlinable @inline(__always) mutating func insertNear(_ event: Event) {
    var i = nearCount
    nearCount &+= 1
    while unsafe i > 0 && near[i &- 1].key.bits <= event.key.bits {
      unsafe near[i] = near[i &- 1]
      i &-= 1
    }
    unsafe near[i] = event
  }

  /// Files the near run back: its keys all lie at or after `now`, which becomes the base.
  @inlinable @inline(never) mutating func spill() {
    var kept = 0
    if handedOut > 0 {
      // The run ends in copies from a single-instant bucket that still holds them: hand them back.
      while unsafe kept < nearCount && near[kept].key.bits == limit { kept &+= 1 }
      handedOut &-= kept
    }
    var i = nearCount
    nearCount = 0
    base = now.bits
    limit = now.bits
    while i > kept {
      i &-= 1
      unsafe file(near[i])
    }
  }

  @inlinable @inline(__always) mutating func vacate(level: Int, slot: Int) {
    unsafe occupied[level] &= ~(1 &<< UInt64(slot))
    if unsafe occupied[level] == 0 { levels &= ~(1 &<< UInt64(level)) }
  }

  /// Fills the near run from the lowest bucket, unless that bucket begins after `bound`.
  @inlinable @inline(never) mutating func refill(notAfter bound: UInt64) -> Bool {
    while levels != 0 {
      let level = levels.trailingZeroBitCount
      let slot = unsafe occupied[level].trailingZeroBitCount
      let index = level &* 32 &+ slot
      let fill = unsafe buckets[index].count
      let shift = UInt64(5 &* level)
      let above = shift &+ 5 >= 64 ? 0 : (base &>> (shift &+ 5)) &<< (shift &+ 5)
      let start = above | UInt64(slot) &<< shift
      if start > bound { return false }
      guard let items = unsafe buckets[index].items else { preconditionFailure() }
      base = start
      if fill <= Self.smallBucket && handedOut == 0 {
        vacate(level: level, slot: slot)
        unsafe buckets[index].count = 0
        limit = start &+ 1 &<< shift
        for i in 0..<fill { unsafe insertNear(items[i]) }
        return true
      }
      limit = start
      if level == 0 {
        let batch = min(Self.smallBucket, fill &- handedOut)
        for i in 0..<batch { unsafe near[batch &- 1 &- i] = items[handedOut &+ i] }
        nearCount = batch
        handedOut &+= batch
        if handedOut == fill {
          unsafe buckets[index].count = 0
          handedOut = 0
          vacate(level: level, slot: slot)
          limit = start &+ 1  // later events of this instant queue behind these in the run
        }
        return true
      }
      vacate(level: level, slot: slot)
      unsafe buckets[index].count = 0
      for i in 0..<fill { unsafe file(items[i]) }
    }
    return false
  }

  @inlinable @inline(never) mutating func growBucket(_ index: Int) {
    let fill = unsafe buckets[index].count
    let capacity = unsafe max(16, buckets[index].capacity &* 2)
    let larger = UnsafeMutablePointer<Event>.allocate(capacity: capacity)
    if let items = unsafe buckets[index].items {
      unsafe larger.update(from: items, count: fill)
      unsafe items.deallocate()
    }
    unsafe buckets[index].items = larger
    unsafe buckets[index].capacity = capacity
  }
}
