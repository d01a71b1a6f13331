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
  private var schedule = DeadlineSchedule()

  public init() { self.init(bias: 1) }

  public init(bias: Double) { activeRequestBias = bias }

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    // With this call out a replica takes so long until its next turn.
    let bias = activeRequestBias
    return schedule.next(replicas) { i in
      let active = Double(replicas.load(i) &+ 1)
      return (bias == 1 ? active : PortableMath.pow(active, bias)) / replicas[host: i].present
    }
  }
}
