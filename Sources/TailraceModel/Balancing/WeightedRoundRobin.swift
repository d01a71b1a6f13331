import TailraceEngine

/// Goes through the replicas in turn, each as often as its weight says.
public struct WeightedRoundRobin: BalancingPolicy {
  public static let name = "ROUND_ROBIN"
  public static let summary = "Goes through the replicas in turn."
  public var readsLoad: Bool { false }
  public var readsHosts: Bool { true }

  /// Who is next.
  public enum Scheduler: String, CaseIterable, Sendable {
    /// Each replica is a job of period 1 / weight; the earliest deadline goes first (Envoy, gRPC).
    case edf = "EDF"
    /// Evenly spread: the largest credit goes first (nginx).
    case smooth = "SMOOTH"
  }

  public var scheduler: Scheduler
  /// EDF: the deadline that was met last.
  private var clock = 0.0
  /// EDF: the replica that is due first; balancers with a part of it each must not go in step.
  private var first: Int32 = -1

  public init() { self.init(.edf) }

  public init(_ scheduler: Scheduler) { self.scheduler = scheduler }

  public mutating func start(at offset: Int32) { first = offset }

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    if first >= 0 { spread(replicas) }
    return scheduler == .edf ? earliest(replicas) : mostCredit(replicas)
  }

  /// Spreads the first deadlines, or credits, over a round.
  private mutating func spread(_ replicas: Replicas) {
    let count = replicas.count
    for i in 0..<count {
      let rank = (i &- first % count &+ count) % count
      let part = Double(rank &+ 1) / Double(count)
      let weight = replicas[host: i].present
      replicas[host: i].turn = scheduler == .edf ? part / weight : (1 - part) * weight
    }
    first = -1
  }

  /// Replicas that join start at the present: what they missed they do not catch up with.
  private mutating func earliest(_ replicas: Replicas) -> Int32 {
    var best: Int32 = 0
    var deadline = Double.infinity
    for i in 0..<replicas.count {
      let period = 1 / replicas[host: i].present
      // A first deadline lies one period ahead, as does that of one who comes back.
      if replicas[host: i].turn < clock || replicas[host: i].turn == 0 {
        replicas[host: i].turn = clock + period
      }
      if replicas[host: i].turn < deadline {
        deadline = replicas[host: i].turn
        best = i
      }
    }
    clock = deadline
    replicas[host: best].turn = deadline + 1 / replicas[host: best].present
    return best
  }

  private func mostCredit(_ replicas: Replicas) -> Int32 {
    var best: Int32 = 0
    var total = 0.0
    for i in 0..<replicas.count {
      replicas[host: i].turn += replicas[host: i].present
      total += replicas[host: i].present
      if replicas[host: i].turn > replicas[host: best].turn { best = i }
    }
    replicas[host: best].turn -= total
    return best
  }
}
