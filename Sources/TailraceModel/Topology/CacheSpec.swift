/// A cache that steps look the keys of requests up in.
public struct CacheSpec: Sendable {
  /// How many instances there are, and who shares one.
  public enum Placement: String, CaseIterable, Sendable {
    /// One for all who use it.
    case shared
    /// One in each replica of a service that uses it.
    case perReplica = "per_replica"
  }

  /// From when on a value's time to live counts.
  public enum LifeStart: String, CaseIterable, Sendable {
    case insert, access
  }

  /// What a write does to the cache once the value is stored for good.
  public enum WritePolicy: String, CaseIterable, Sendable {
    /// Drops the key at every instance.
    case invalidate
    /// Stores the value at the writer's instance, or at each replica of the key's shard, and drops
    /// it at all others.
    case writeThrough = "write_through"
    /// Answers at once with the value at the writer's instance; the steps that store it for good
    /// run later, once for all writes of a key until then.
    case writeBack = "write_back"
  }

  /// With what it begins.
  public enum Start: String, CaseIterable, Sendable {
    case cold
    /// As many of the most popular keys as it holds.
    case warm
  }

  public var name: String
  /// The key space.
  public var key: String
  /// Of one instance.
  public var capacity: Cache.Capacity
  public var placement = Placement.shared
  /// The service whose replicas hold an instance each, instead of a placement: every lookup and
  /// every value to be stored is a call to it, routed by its `sharding`.
  public var host: CallSpec?
  public var eviction: any EvictionPolicy.Type = LRU.self
  /// How long a value is fresh, in nanoseconds; nil is for ever.
  public var ttl: UInt64?
  /// Largest share by which a value's own time to live is longer or shorter, evenly drawn.
  public var ttlJitter = 0.0
  public var ttlFrom = LifeStart.insert
  /// Whether one fetch runs for each missing key while others wait for it.
  public var locks = false
  /// How long a request waits for somebody else's fetch before it fetches itself, in nanoseconds.
  public var lockTimeout: UInt64 = 5_000_000_000
  /// How long after its time to live a value is still served while one fetch renews it.
  public var staleWhileRevalidate: UInt64 = 0
  /// How long the answer that a key does not exist is kept, in nanoseconds; nil is not at all.
  public var negativeTTL: UInt64?
  /// How long after its time to live a value may answer for a fetch that failed.
  public var staleIfError: UInt64 = 0
  /// How eager hits are to renew a value before it expires; nil is not at all.
  public var earlyRefreshBeta: Double?
  /// Time that a hit takes.
  public var hitLatency: LawSpec?
  public var start = Start.cold
  public var writePolicy = WritePolicy.invalidate
  /// Of `writeBack`: nanoseconds between the instants at which written values are stored for good.
  public var flushInterval: UInt64 = 1_000_000_000
  /// Whether it is there; a step finds nothing in a cache that is not, and stores nothing.
  public var enabled = true

  public init(name: String, key: String, capacity: Cache.Capacity) {
    self.name = name
    self.key = key
    self.capacity = capacity
  }

  /// Entries that one instance may come to hold of so many keys.
  public func entriesMax(keys: Int) -> Int {
    switch capacity {
    case .entries(let count): min(count, keys)
    case .bytes(let bytes): min(Int(clamping: bytes), keys, Cache.entriesMax)
    }
  }
}

/// A step that looks the request's key up, or tells the cache that its value changes.
public struct CacheUse: Sendable {
  public enum Operation: String, CaseIterable, Sendable {
    /// Looks the key up; a miss takes the steps, then stores what they fetched.
    case read
    /// Takes the steps, which store the value for good, then does as the cache's policy says.
    case write
    /// Drops the key at every instance that holds it.
    case invalidate
  }

  public var cache: String
  public var operation: Operation
  /// What fetches or stores the value.
  public var steps: [StepSpec]
  /// Of a read: what finds out whether an expired value is still right, instead of fetching it.
  public var staleSteps: [StepSpec]?
  /// What the cache's host is called by, for those who count calls.
  public var host: CallSpec?
  /// Of a cache that a service holds: nanoseconds from each call to it to giving that up.
  public var timeout: UInt64?

  public init(_ cache: String, onMiss: [StepSpec]) {
    self.cache = cache
    operation = .read
    steps = onMiss
  }

  /// All that it may take.
  public var programs: [[StepSpec]] { [steps, staleSteps ?? []] }

  /// A write by the steps that store the value.
  public init(_ cache: String, store: [StepSpec]) {
    self.cache = cache
    operation = .write
    steps = store
  }

  /// An invalidation.
  public init(dropFrom cache: String) {
    self.cache = cache
    operation = .invalidate
    steps = []
  }
}

extension KeyLaw {
  /// The most popular keys, first the most popular; nil where that is not known beforehand.
  public func mostPopular(_ count: Int) -> [UInt64]? {
    switch self {
    case .uniform(let range), .zipf(let range, _):
      let length = min(UInt64(count), range.upperBound - range.lowerBound + 1)
      return (0..<length).map { range.lowerBound + $0 }
    case .list(let keys):
      let order = keys.indices.sorted { (-keys[$0].weight, $0) < (-keys[$1].weight, $1) }
      return order.prefix(count).map { keys[$0].key }
    case .shifting(let law, _, _): return law.mostPopular(count)
    case .scan, .mixture, .given, .column: return nil
    }
  }
}
