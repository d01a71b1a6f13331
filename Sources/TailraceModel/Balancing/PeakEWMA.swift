import TailraceEngine

/// Two replicas are drawn; the one with the lower product of latency and calls out wins (Finagle's
/// Peak EWMA).
///
/// The latency is a moving average that jumps up to each longer one and decays towards shorter
/// ones; while nothing comes back it decays towards 0.
public struct PeakEWMA: BalancingPolicy {
  public static let name = "PEAK_EWMA"
  public static let summary =
    "Draws two replicas and picks the lower product of latency, which jumps up and decays, and of "
    + "calls out with this one."
  public var readsLoad: Bool { true }
  public var readsHosts: Bool { true }

  /// Nanoseconds in which an old latency loses all but 1/e of its weight.
  public var decayTime: UInt64 = 10_000_000_000
  /// Latency of a replica that has not answered yet, in nanoseconds; 0 avoids one that has calls out.
  public var defaultRTT: UInt64 = 10_000_000

  /// Latency that a failure counts as, in nanoseconds; 0 is what it took, so that one that fails
  /// fast attracts calls.
  public var failurePenalty: UInt64 = 0

  public init() {}

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    let count = UInt64(replicas.count)
    let one = Int32(truncatingIfNeeded: luck.below(count))
    if count == 1 { return one }
    var other = Int32(truncatingIfNeeded: luck.below(count &- 1))
    if other >= one { other &+= 1 }
    return cost(other, replicas) < cost(one, replicas) ? other : one
  }

  /// Nanoseconds that a call now may take.
  private func cost(_ i: Int32, _ replicas: Replicas) -> Double {
    let host = replicas[host: i]
    let pending = Double(replicas.load(i))
    if host.latencyAt == 0 {
      // As long as nothing is known one call goes there to find out.
      if defaultRTT == 0 { return pending == 0 ? 0 : .greatestFiniteMagnitude }
      return Double(defaultRTT) * (pending + 1)
    }
    return host.latency * Self.fading(replicas.now &- host.latencyAt, decayTime) * (pending + 1)
  }

  static func fading(_ passed: UInt64, _ decayTime: UInt64) -> Double {
    PortableMath.exp(-Double(passed) / Double(decayTime))
  }
}

extension HostRow {
  /// An answer took so long.
  mutating func note(latency new: UInt64, at now: UInt64, decayTime: UInt64) {
    let taken = Double(new)
    if latencyAt == 0 {
      latency = taken
    } else {
      let weight = PeakEWMA.fading(now &- latencyAt, decayTime)
      latency = taken > latency * weight ? taken : latency * weight + taken * (1 - weight)
    }
    latencyAt = max(1, now)
  }
}
