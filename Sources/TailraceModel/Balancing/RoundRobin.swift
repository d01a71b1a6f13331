import TailraceEngine

/// Goes through the replicas in turn.
public struct RoundRobin: BalancingPolicy {
  public static let name = "ROUND_ROBIN"
  public static let summary = "Goes through the replicas in turn."
  public var readsLoad: Bool { false }
  /// The replica that is next.
  var next: Int32 = 0

  public init() {}

  public mutating func start(at offset: Int32) { next = offset }

  @inline(__always)
  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    let chosen = next < replicas.count ? next : 0
    next = chosen &+ 1
    return chosen
  }
}
