import TailraceEngine

/// A cache that holds keys: what is stored, until when, and who leaves next.
///
/// Plain memory, so that caches are rows of a table; its owner calls `deallocate`. An access is
/// one dispatch, takes constant time (stated where a policy differs) and allocates nothing once
/// the cache is warm. An unused cache takes no memory of its own. The same calls give the same
/// results on every machine: the only chance is a generator given in.
public struct Cache: BitwiseCopyable, Sendable {
  /// The instant that never comes.
  public static let never = UInt64.max

  /// How much fits.
  public enum Capacity: BitwiseCopyable, Sendable {
    case entries(Int)
    case bytes(UInt64)
  }

  /// What happened to a cache, by count.
  public struct Counters: BitwiseCopyable, Sendable, Equatable {
    public var hits: UInt64 = 0
    public var misses: UInt64 = 0
    /// Expired entries that were served nevertheless; neither hits nor misses.
    public var staleHits: UInt64 = 0
    public var insertions: UInt64 = 0
    /// Values replaced in place.
    public var replacements: UInt64 = 0
    /// Insertions turned away: too large, or nothing may leave.
    public var rejections: UInt64 = 0
    /// Entries that left for want of room, candidates that lost to a victim included.
    public var evictions: UInt64 = 0
    /// Entries found to have expired beyond use.
    public var expirations: UInt64 = 0
    /// Bytes of the values hit.
    public var hitBytes: UInt64 = 0
    public init() {}
  }

  public let policy: any EvictionPolicy.Type
  public let tuning: Tuning
  /// Entries or bytes that fit.
  let limit: Int64
  let countsBytes: Bool
  public internal(set) var counters = Counters()

  /// The instant of the access in progress.
  var now: UInt64 = 0
  /// The value that an insertion in progress stores.
  var pending = Value()
  var index: KeyIndex
  // By row, in tables of their own: an access reads little of a row, but of several rows.
  var keys = Rows<UInt64>()
  var links = Rows<Link>()
  /// What is stored; no rows before some value expires or has a size, which most never do.
  var values = Rows<Value>()
  /// Free rows, chained by `next`; rows at or beyond `rowsUsed` were never used.
  var freeRow: Int32 = -1
  var rowsUsed: Int32 = 0
  /// Entries held, ghosts apart.
  public internal(set) var count = 0
  /// What they take of the capacity.
  var charge: Int64 = 0
  var chains = InlineArray<5, Chain>(repeating: Chain())

  // What policies keep: a position, a target, tables that are made when first needed.
  var hand: Int32 = -1
  var target: Double = 0
  var random: SequentialRandom
  /// Entries to draw from, for policies that draw.
  var seats = Rows<Int32>()
  var seatCount = 0
  /// A sketch of frequencies, or a pool of candidates.
  var words = Rows<UInt64>()
  /// Increments in the sketch.
  var additions = 0
  /// How far the window has grown, and what was counted when it last did.
  var windowShift: Int64 = 0
  var sampleHits: UInt64 = 0
  var sampleMisses: UInt64 = 0
  var sampleRatio = 0.0
  var buckets = Rows<Bucket>()
  var freeBucket: Int32 = -1
  var bucketsUsed: Int32 = 0
  /// Whether keys that leave for want of room or time are noted, for an owner who asks.
  public var notesLeaving = false
  var leaving = Rows<UInt64>()
  var leavingCount = 0
  /// Of no meaning: what was read ahead of time goes here.
  public var touched: Int32 = 0

  /// An empty cache; a capacity of zero makes one that never hits.
  ///
  /// - Parameters:
  ///   - policy: who leaves.
  ///   - capacity: how much fits.
  ///   - keyBound: above all keys that it will ever be asked for; nil if there is no such bound.
  ///   - tuning: the policy's settings.
  ///   - random: the policy's chance.
  public init(
    _ policy: any EvictionPolicy.Type, capacity: Capacity, keysBelow keyBound: UInt64? = nil,
    tuning: Tuning = Tuning(), random: SequentialRandom = SequentialRandom(seed: 0)
  ) {
    self.policy = policy
    self.tuning = tuning
    self.random = random
    switch capacity {
    case .entries(let count):
      precondition(count >= 0 && count <= Self.entriesMax)
      limit = Int64(count)
      countsBytes = false
      index = KeyIndex(keysBelow: Self.indexBound(policy, entries: count, keysBelow: keyBound))
    case .bytes(let size):
      precondition(size <= 1 << 60)
      limit = Int64(size)
      countsBytes = true
      index = KeyIndex()
    }
  }

  /// Frees the memory; the cache is empty again and may be used.
  public mutating func deallocate() {
    index.deallocate()
    keys.deallocate()
    values.deallocate()
    links.deallocate()
    seats.deallocate()
    words.deallocate()
    buckets.deallocate()
    leaving.deallocate()
    forgetAll()
  }

  /// Bytes that the entries take; only where the capacity is in bytes.
  public var bytesUsed: UInt64 { countsBytes ? UInt64(charge) : 0 }

  /// What is stored in a row that a lookup or an insertion gave.
  public subscript(_ row: Int32) -> Value {
    @inline(__always) get { value(of: row) }
  }

  /// Whether a key is held, expired or not; counts as nothing.
  public func contains(_ key: UInt64) -> Bool { peek(key) >= 0 }

  /// Whether a key is held and has not expired; counts as nothing.
  ///
  /// Inlined: whoever calls a reading method of a row of a table copies the row, which is large.
  @inline(__always)
  public func isFresh(_ key: UInt64, at now: UInt64) -> Bool {
    let i = peek(key)
    return i >= 0 && now < value(of: i).expires
  }

  /// The row of a key that is held, expired or not, or -1; counts as nothing.
  @inline(__always)
  public func peek(_ key: UInt64) -> Int32 {
    let i = row(of: key)
    return i >= 0 && !isGhost(i) ? i : -1
  }

  /// Looks a key up; a hit and a stale hit count as a use.
  @inline(__always)
  public mutating func lookup(_ key: UInt64, now: UInt64) -> Lookup {
    policy.lookup(key, now: now, in: &self)
  }

  /// Stores a value, evicting until it fits; gives its row, or -1 if it was turned away.
  ///
  /// A value of the same size replaces the old one in place, and that counts as a use; another
  /// size makes it a new entry. What is larger than the cache is not admitted.
  @inline(__always) @discardableResult
  public mutating func insert(_ key: UInt64, _ value: Value, now: UInt64) -> Int32 {
    policy.insert(value, of: key, now: now, in: &self)
  }

  /// Removes a key, as an invalidation does; false if it is not there.
  @discardableResult
  public mutating func remove(_ key: UInt64) -> Bool { policy.remove(key, in: &self) }

  /// Lets a fresh value live longer: for a time to live that counts from the last access.
  public mutating func renew(_ row: Int32, expires: UInt64, staleUntil: UInt64) {
    // Some policies know only the entries that expire.
    precondition((expires == Self.never) == (value(of: row).expires == Self.never))
    if !readsValues { return }
    values[row].expires = expires
    values[row].staleUntil = staleUntil
  }

  /// Forgets all entries and what the policy has learnt; counters and memory stay.
  public mutating func clear() {
    index.removeAll()
    forgetAll()
  }

  private mutating func forgetAll() {
    freeRow = -1
    rowsUsed = 0
    count = 0
    charge = 0
    chains = InlineArray(repeating: Chain())
    hand = -1
    target = 0
    seatCount = 0
    words.fill(with: 0)
    additions = 0
    windowShift = 0
    sampleHits = counters.hits
    sampleMisses = counters.misses
    sampleRatio = 0
    freeBucket = -1
    bucketsUsed = 0
    leavingCount = 0
  }
}
