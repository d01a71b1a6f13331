extension Cache {
  /// The numbers of policies that production systems let one change.
  public struct Tuning: BitwiseCopyable, Sendable {
    /// CLOCK: reference counts go up to this; one bit gives 1, two bits 3. At most 2^29 - 1.
    public var clockMax: UInt32 = 1
    /// LFU: whether counts outlive their entries.
    public var remembersCounts = false
    /// W_TINYLFU: whether the window's size climbs towards more hits.
    public var adaptsWindow = true
    /// Sampled policies: entries sampled for an eviction (`maxmemory-samples`), at least 1.
    public var samples: UInt32 = 5
    /// `allkeys-lru`, `volatile-lru`: nanoseconds that the clock does not tell apart; not 0.
    public var clockResolution: UInt64 = 1_000_000_000
    /// `allkeys-lfu`: how hard a counter is to raise (`lfu-log-factor`), not negative.
    public var logFactor = 10.0
    /// `allkeys-lfu`: nanoseconds for which a counter loses 1 (`lfu-decay-time`); 0 for never.
    public var decayTime: UInt64 = 60_000_000_000

    public init() {}
  }
}
