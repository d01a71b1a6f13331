import TailraceEngine

/// Goes through replicas of unequal weights in turn, each as often as its weight says, divided by
/// a power of its calls out (Envoy's LEAST_REQUEST where weights differ).
public struct WeightedLeastRequest: BalancingPolicy {
  public static let name = LeastRequest.name
  public static let summary = LeastRequest.summary
  public var readsLoad: Bool { true }
  public var readsHosts: Bool { true }

  /// The power of the calls out: 0 is weighted round robin.
  public var activeRequestBias: Double
  private var clock = 0.0

  public init() { self.init(bias: 1) }

  public init(bias: Double) { activeRequestBias = bias }

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    var best: Int32 = 0
    var deadline = Double.infinity
    for i in 0..<replicas.count {
      if replicas[host: i].turn < clock || replicas[host: i].turn == 0 {
        replicas[host: i].turn = clock + period(i, replicas)
      }
      if replicas[host: i].turn < deadline {
        deadline = replicas[host: i].turn
        best = i
      }
    }
    clock = deadline
    // With this call out it takes so long until its next turn.
    replicas[host: best].turn = deadline + period(best, replicas)
    return best
  }

  private func period(_ i: Int32, _ replicas: Replicas) -> Double {
    let active = Double(replicas.load(i) &+ 1)
    let power = activeRequestBias == 1 ? active : PortableMath.pow(active, activeRequestBias)
    return power / replicas[host: i].present
  }
}
