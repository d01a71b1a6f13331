/// Checks of a replica that is restarted when it misses several in a row (Kubernetes' liveness
/// probe).
///
/// A check goes through the replica's queue and takes a slot for no time, so it shares the queue of
/// the visits. Turns must go by arrival: the discipline is FIFO or PS.
public struct LivenessProbe: Sendable {
  /// Nanoseconds from a restart of a replica to its first check.
  public var initialDelay: UInt64 = 0
  /// Nanoseconds from check to check; each replica's phase is drawn.
  public var period: UInt64 = 10_000_000_000
  /// Nanoseconds until a check without an answer has failed; at most the period.
  public var timeout: UInt64 = 1_000_000_000
  /// Failures in a row after which the replica is restarted.
  public var failureThreshold = 3

  public init() {}

  /// Whether the check's turn is known where visits are served in this order.
  public static func knowsTurns(of discipline: Discipline) -> Bool {
    discipline == .fifo || discipline == .ps
  }
}
