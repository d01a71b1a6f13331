import TailraceEngine

/// Stays with one replica while connections to it hold (gRPC's default).
public struct PickFirst: BalancingPolicy {
  public static let name = "PICK_FIRST"
  public static let summary =
    "Stays with the first replica in order; when a connection fails or it leaves the rotation, with "
    + "the next."
  public var readsLoad: Bool { false }
  public var readsHosts: Bool { true }
  /// Its place in the shard.
  private var current: Int32 = 0

  public init() {}

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    // In order of places: the first that is not before the one in use, else the first of all.
    for i in 0..<replicas.count where replicas.place(i) >= current {
      current = replicas.place(i)
      return i
    }
    current = replicas.place(0)
    return 0
  }

  public mutating func heard(_ outcome: Outcome, from replica: Int32) {
    if outcome == .connectionFailure && replica == current { current &+= 1 }
  }
}
