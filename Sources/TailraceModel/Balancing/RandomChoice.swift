import TailraceEngine

/// Sends each call to a replica drawn uniformly.
public struct RandomChoice: BalancingPolicy {
  public static let name = "RANDOM"
  public static let summary = "Sends each call to a replica drawn uniformly."
  public var readsLoad: Bool { false }

  public init() {}

  @inline(__always)
  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    Int32(truncatingIfNeeded: luck.below(UInt64(replicas.count)))
  }
}
