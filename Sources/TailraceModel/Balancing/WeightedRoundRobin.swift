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
  private var schedule = DeadlineSchedule()
  /// The replica that is due first; balancers with a part of it each must not go in step.
  private var first: Int32 = -1

  public init() { self.init(.edf) }

  public init(_ scheduler: Scheduler) { self.scheduler = scheduler }

  public mutating func start(at offset: Int32) { first = offset }

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    if first >= 0 { spread(replicas) }
    if scheduler == .smooth { return mostCredit(replicas) }
    return schedule.next(replicas) { 1 / replicas[host: $0].present }
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
