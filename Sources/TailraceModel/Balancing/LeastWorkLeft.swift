import TailraceEngine

/// Sends each call to the replica that would be done first with what is at it.
///
/// It knows the work of those who are at work or wait, whoever sent them: an ideal. With single
/// slots and a common speed it serves in the order of one shared first-in-first-out queue.
public struct LeastWorkLeft: BalancingPolicy {
  public static let name = "LEAST_WORK_LEFT"
  public static let summary =
    "Sends each call to the replica with the least work left, the first of the tied."
  public var readsLoad: Bool { false }
  public var readsWork: Bool { true }

  public init() {}

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    var least = replicas.timeLeft(0)
    var best: Int32 = 0
    for i in 1..<replicas.count where replicas.timeLeft(i) < least {
      least = replicas.timeLeft(i)
      best = i
    }
    return best
  }
}
