import TailraceEngine

/// A compiled cache: what all its instances have in common.
struct CacheRow: BitwiseCopyable, Sendable {
  var policy: any EvictionPolicy.Type
  var capacity: Cache.Capacity
  /// Nanoseconds that a value is fresh; `never` for ever.
  var ttl = never
  var jitter = 0.0
  var renews = false
  var locks = false
  var lockTimeout: UInt64 = 0
  /// Nanoseconds that it may be served longer.
  var stale: UInt64 = 0
  /// Nanoseconds that it may answer for a fetch that failed.
  var staleIfError: UInt64 = 0
  /// Share of its keys that do not exist, and the word that this is drawn from.
  var absent = 0.0
  var absentBase: UInt64 = 0
  /// Nanoseconds for which it is remembered that a key does not exist; 0 is not at all.
  var negativeLife: UInt64 = 0
  /// How eager hits are to renew a value; 0 is not at all.
  var beta = 0.0
  /// Whether a service holds it.
  var isHosted = false
  /// Whether some step tells it of writes.
  var isWritten = false
  /// Nanoseconds between the instants at which it stores what was written; 0 if it keeps nothing.
  var flushInterval: UInt64 = 0
  /// Its key space, and what lies above all its keys; nil where that is not known.
  var space: Int32 = -1
  var keyBound: UInt64?
  /// The service whose versions its values have; -1 where nobody writes what it keeps.
  var store: Int32 = -1
  /// Whether some step asks if an expired value is still right: it stays until it has to go.
  var revalidates = false
  /// How keys find the shard of the service that holds it; -1 where it has but one.
  var map: Int32 = -1
  /// Instances of a shard.
  var replicas: Int32 = 1
  /// The law of its keys' sizes, and the word that they are drawn from; -1 if they have none.
  var size: Int32 = -1
  var sizeBase: UInt64 = 0
  /// The word that its own draws come from.
  var base: UInt64
  /// Name of the draw of a time to live.
  var salt: UInt64
  /// Keys that it begins with, the least popular first.
  var firstWarm: Int32 = 0
  var warmCount: Int32 = 0

  /// Whether writes are answered before they are stored for good.
  var writesBack: Bool { flushInterval > 0 }
  /// Whether fetches in progress are noted.
  var tracks: Bool { locks || stale > 0 }
  /// Nanoseconds that an expired value is of any use.
  var afterlife: UInt64 { max(stale, staleIfError) }

  /// Until when a value that expires then is of any use.
  func staleUntil(expires: UInt64) -> UInt64 {
    revalidates ? Cache.never : expires &+ afterlife
  }
}

/// A step's use of a cache.
struct CacheUseRow: BitwiseCopyable, Sendable {
  var cache: Int32
  /// Its instance, or that of the first station.
  var firstInstance: Int32
  /// The first station of the service that has an instance in each replica; -1 if shared.
  var firstStation: Int32 = -1
  var space: Int32
  /// Column of the frames' own keys; -1 where no scatter goes by keys of the space.
  var column: Int32 = -1
  /// Where a hit goes on.
  var hit: Int32 = -1
  /// Where a miss goes on when its value is stored.
  var end: Int32 = -1
  /// The steps of a miss, and those that revalidate; -1 if there are none.
  var miss: Int32 = -1
  var stale: Int32 = -1
  /// Whether each lookup is a call to a service.
  var isHosted = false
  /// Its column among the notes on fetches; -1 where nothing is noted.
  var noteColumn: Int32 = -1
  /// Name of the draw that renews a value early.
  var earlySalt: UInt64 = 0
}

/// What a frame remembers of a step that uses a cache, until the next such step.
struct FetchNote: BitwiseCopyable, Sendable {
  /// When the fetch in progress began.
  var start: UInt64 = 0
  /// The instance that was asked; -1 if it did not answer.
  var instance: Int32 = -1
  /// How long the fetch took.
  var cost: Float = 0
}

/// An instance's owner, and what happened to it in the window.
struct CacheSum: BitwiseCopyable, Sendable {
  var cache: Int32
  /// The replica that it dies with; -1 if none.
  var station: Int32
  /// Lookups answered from the cache, stale ones too.
  var hits: UInt64 = 0
  var misses: UInt64 = 0
  /// Bytes of what was asked for and found, or not.
  var hitBytes: UInt64 = 0
  var missBytes: UInt64 = 0
  var staleHits: UInt64 = 0
  /// Misses that waited for somebody else's fetch.
  var coalesced: UInt64 = 0
  /// Times that the steps of a miss were begun, to renew a value too.
  var fetches: UInt64 = 0
  /// By `CacheEvent`.
  var events = InlineArray<11, UInt64>(repeating: 0)
  var fills: UInt64 = 0
  var evictions: UInt64 = 0
  var expirations: UInt64 = 0
  // What has been looked at so far.
  private var counters = Cache.Counters()
  private var entries = 0
  /// Instants at which entries went less those at which they came, cut to the window; it wraps.
  private var leftLessEntered: UInt64 = 0

  init(cache: Int32, station: Int32) {
    self.cache = cache
    self.station = station
  }

  /// Takes in what an access changed at an instant that is cut to the window.
  @inline(__always)
  mutating func settle(_ now: Cache.Counters, entries count: Int, at t: UInt64, counted: UInt64) {
    let stored = now.insertions &+ now.replacements
    fills &+= (stored &- counters.insertions &- counters.replacements) &* counted
    evictions &+= (now.evictions &- counters.evictions) &* counted
    expirations &+= (now.expirations &- counters.expirations) &* counted
    counters = now
    if count != entries {
      leftLessEntered &-= UInt64(bitPattern: Int64(count &- entries)) &* t
      entries = count
    }
  }

  /// Area under the number of entries until an instant, in nanoseconds.
  func entryArea(end: UInt64) -> UInt64 { leftLessEntered &+ UInt64(entries) &* end }
}
