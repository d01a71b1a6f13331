import TailraceCatalog
import TailraceModel

/// A cache that steps use.
public struct CacheDeclaration: Declared {
  public static let kind = "cache"
  public static let summary = "Holds the keys that 'cache' steps look up."
  public static let keys: [Key<Self>] = [
    Key(
      "placement", \.placement,
      .choice(
        CacheSpec.Placement.allCases.map { ($0.rawValue, $0) }, later: ["per_client", "per_zone"]),
      "Instances: one for all who use it, or one in each replica of the service that uses it."),
    Key(
      "service", \.service, .text,
      "A service of which each replica holds an instance, instead of 'placement'; lookups call it."),
    Key("key", \.key, .name, "The key space; not needed where the file declares one."),
    Key(
      "max_entries", \.maxEntries, .integer(1...Int64(Cache.entriesMax)),
      "Entries that one instance holds; this or 'max_memory'."),
    Key(
      "max_memory", \.maxMemory, .size(1...1 << 50),
      "Bytes that one instance holds; needs the 'size' of its keys."),
    Key(
      "eviction", \.eviction, .choice(EvictionPolicies.all.map { ($0.name, $0.name) }),
      "Who leaves a full cache."),
    Key(
      "ttl", \.ttl, .duration(1...QuantityScanner.delayMax),
      "How long a value is fresh; for ever if not given."),
    Key(
      "ttl_jitter_percent", \.jitterPercent, .percent(0...100),
      "Each value lives longer or shorter by up to that share of 'ttl', evenly drawn."),
    Key(
      "ttl_from", \.ttlFrom, .choice(CacheSpec.LifeStart.allCases.map { ($0.rawValue, $0) }),
      "Whether 'ttl' counts from when a value was stored, or anew from each hit."),
    Key("lock", \.lock, .boolean, "One fetch for each missing key; who else misses it waits."),
    Key(
      "lock_timeout", \.lockTimeout, .timeout,
      "How long one waits for somebody else's fetch before fetching too."),
    Key(
      "stale_while_revalidate", \.stale, .duration(1...QuantityScanner.delayMax),
      "How long after 'ttl' a value is still served, while one fetch renews it."),
    Key(
      "negative_ttl", \.negativeTTL, .duration(1...QuantityScanner.delayMax),
      "How long it is remembered that a key does not exist; not at all if not given."),
    Key(
      "stale_if_error", \.staleIfError, .duration(1...QuantityScanner.delayMax),
      "How long after 'ttl' a value still answers where its fetch fails; that is degraded."),
    Key(
      "early_refresh_beta", \.earlyRefreshBeta, .real(Double.leastNonzeroMagnitude...1_000_000),
      "A hit fetches anew if its last fetch's time x beta x an exponential draw reaches 'ttl'."),
    Key("hit_latency", \.hitLatency, .law, "Time that a hit takes."),
    Key(
      "start", \.start, .choice(CacheSpec.Start.allCases.map { ($0.rawValue, $0) }),
      "Empty, or filled with the most popular keys."),
    Key(
      "write_policy", \.writePolicy,
      .choice(
        CacheSpec.WritePolicy.allCases.map { ($0.rawValue, $0) }),
      "What a write does: drops the key everywhere, puts its value here, or that and 'store' later."
    ),
    Key(
      "flush_interval", \.flushInterval, .duration(1_000...QuantityScanner.delayMax),
      "Of \"write_back\": time between the instants at which written values take their 'store'."),
    Key("price", \.price, .object(CachePriceDeclaration.self), "What it costs."),
    Key("enabled", \.enabled, .boolean, "Whether it is there; without it every lookup misses."),
  ]

  public static let misplacedKeys = [
    "hit_ratio": hitsFollow, "hit_rate": hitsFollow, "hit_probability": hitsFollow,
    "policy": "who leaves a full cache is its 'eviction'; what a write does is its 'write_policy'",
  ]
  private static let hitsFollow =
    "hits follow from the keys, their popularity and the cache's size; for a fixed share without a "
    + "cache give the call that a miss takes \"when\": { \"probability\": 0.2 }"
  var placement = CacheSpec.Placement.shared
  var service: Located<String>?
  var key: Located<String>?
  var maxEntries: Int?
  var maxMemory: UInt64?
  var eviction = LRU.name
  var ttl: UInt64?
  var jitterPercent = 0.0
  var ttlFrom = CacheSpec.LifeStart.insert
  var lock = false
  var lockTimeout: UInt64 = 5_000_000_000
  var stale: UInt64?
  var negativeTTL: UInt64?
  var staleIfError: UInt64?
  var earlyRefreshBeta: Double?
  var hitLatency: LawSpec?
  var start = CacheSpec.Start.cold
  var writePolicy = CacheSpec.WritePolicy.invalidate
  var flushInterval: UInt64?
  var price: CachePriceDeclaration?
  var enabled = true
  public init() {}
}

/// Looks a key up in a cache, or tells it of a write.
public struct CacheStep: VerbDeclaration {
  public static let name = "cache"
  public static let summary =
    "Looks the request's key up; a miss takes steps, then stores what they fetched. Or a write."
  public static let keys: [Key<Self>] = [
    Key("cache", \.cache, .text, required: true, "The cache."),
    Key("on_miss", \.onMiss, .steps, "Of a read: what fetches the value after a miss; needed."),
    Key(
      "on_stale", \.onStale, .steps,
      "Of a read: what asks whether an expired value is still right; it is unless it was written."),
    Key(
      "op", \.op, .choice(CacheUse.Operation.allCases.map { ($0.rawValue, $0) }),
      "Looks the key up, writes it as 'write_policy' says, or drops it at every instance."),
    Key("store", \.store, .steps, "Of a write: what stores the value for good; needed."),
    Key(
      "timeout", \.timeout, .timeout,
      "Time from each call to the cache's 'service' to giving it up: that is a miss."),
  ]
  var cache: Located<String>?
  var onMiss: [StepDeclaration]?
  var onStale: [StepDeclaration]?
  var op = CacheUse.Operation.read
  var store: [StepDeclaration]?
  var timeout: UInt64?
  public init() {}
}
