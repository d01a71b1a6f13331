import TailraceEngine

/// Weights replicas by the calls that they answer for the work it takes them (gRPC's A58, Envoy's
/// `client_side_weighted_round_robin`).
///
/// A replica's weight is its rate of answers over its utilization, failures counted against it;
/// who has not reported yet has the mean of the others' weights.
public struct UtilizationWeighted: BalancingPolicy {
  public static let name = "CLIENT_SIDE_WEIGHTED_ROUND_ROBIN"
  public static let summary =
    "Goes through the replicas in turn, each as often as its rate of answers over its utilization says, "
    + "which replicas report."
  public var readsLoad: Bool { false }
  public var readsHosts: Bool { true }

  /// Nanoseconds from a replica's first report until its weight is used.
  public var blackoutPeriod: UInt64 = 10_000_000_000
  /// Nanoseconds without a report after which its weight is no longer used.
  public var weightExpirationPeriod: UInt64 = 180_000_000_000
  /// Nanoseconds from report to report, and to new weights.
  public var weightUpdatePeriod: UInt64 = 1_000_000_000
  /// How much failures count: a share of failures e adds e times this to the utilization.
  public var errorUtilizationPenalty = 1.0

  private var schedule = WeightedRoundRobin(.edf)

  public init() {}

  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    schedule.pick(replicas, &luck)
  }

  /// The weight that a report gives; nil if it says nothing.
  ///
  /// - Parameters:
  ///   - answers: answers in the period.
  ///   - failures: how many of them failed.
  ///   - utilization: the part of its slots that was in use, from 0 to 1.
  ///   - seconds: the length of the period.
  /// - Returns: answers per second over the load.
  func weight(
    answers: Double, failures: Double, utilization: Double, seconds: Double
  ) -> Double? {
    if answers == 0 || utilization <= 0 { return nil }
    let load = utilization + failures / answers * errorUtilizationPenalty
    return answers / seconds / load
  }
}
