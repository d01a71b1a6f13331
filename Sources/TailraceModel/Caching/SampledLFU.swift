import TailraceEngine

/// Redis' `allkeys-lfu`: evicts what is used least, of a few that are sampled.
///
/// The counter is logarithmic and holds up to 255. It starts at 5; a use raises it with
/// probability 1 / ((counter - 5) x `Cache.Tuning.logFactor` + 1), taken as 1 below 5. Before that,
/// and when sampled, it loses 1 for each `Cache.Tuning.decayTime` (a minute) since its last use,
/// counted in boundaries of the clock; 0 switches decay off.
public enum SampledLFU: SampledPolicy {
  public static let name = "allkeys-lfu"
  public static let summary =
    "Evicts the entry used least among a few sampled ones; logarithmic counters that decay (Redis)."

  static let start: UInt32 = 5
  /// Bits of the clock beside the counter's 8.
  private static let clockMask: UInt32 = (1 << 21) - 1

  public static func use(_ i: Int32, in cache: inout Cache) {
    var counter = decayed(i, cache)
    if counter < 255 {
      let above = Double(counter > start ? counter - start : 0)
      let chance = 1 / (above * cache.tuning.logFactor + 1)
      if cache.random.unit() < chance { counter += 1 }
    }
    cache.links[i].note = clock(cache) &<< 8 | counter
  }

  static func note(of i: Int32, in cache: inout Cache) -> UInt32 { clock(cache) &<< 8 | start }

  static func idleness(of i: Int32, in cache: inout Cache) -> UInt64 {
    UInt64(255 - decayed(i, cache))
  }

  /// The counter as it is now.
  private static func decayed(_ i: Int32, _ cache: borrowing Cache) -> UInt32 {
    let note = cache.links[i].note
    let counter = note & 255
    let elapsed = (clock(cache) &- note &>> 8) & clockMask
    return counter > elapsed ? counter - elapsed : 0
  }

  private static func clock(_ cache: borrowing Cache) -> UInt32 {
    let unit = cache.tuning.decayTime
    return unit == 0 ? 0 : UInt32(truncatingIfNeeded: cache.now / unit) & clockMask
  }
}
