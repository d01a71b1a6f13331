import TailraceEngine

/// Takes the replica that has been idle for longest, as replicas report to a balancer when they fall
/// idle; any of them if none is (Lu et al., "Join-Idle-Queue", 2011).
public struct JoinIdleQueue: BalancingPolicy {
  public static let name = "JOIN_IDLE_QUEUE"
  public static let summary =
    "Takes the first of the replicas that have reported to this balancer that they are idle, else one "
    + "that is drawn."
  public var readsLoad: Bool { false }
  public var readsHosts: Bool { true }

  public init() {}

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    var best: Int32 = -1
    for i in 0..<replicas.count where replicas[host: i].idleNumber > 0 {
      if best < 0 || replicas[host: i].idleNumber < replicas[host: best].idleNumber { best = i }
    }
    if best < 0 { return Int32(truncatingIfNeeded: luck.below(UInt64(replicas.count))) }
    replicas[host: best].idleNumber = 0
    return best
  }
}
