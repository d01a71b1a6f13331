import TailraceCatalog
import TailraceModel

/// Checks that restart replicas.
public struct LivenessDeclaration: Declared {
  public static let kind = "liveness_probe"
  public static let summary =
    "Checks by which a replica is restarted: it goes down with all that is in it and comes back after "
    + "its 'start_up' and 'warm_up'. A check waits in the replica's queue and takes a slot for no "
    + "time; a full queue or a replica that starts refuses it, and a pause lasts until the restart. "
    + "One success is enough, and restarts follow at once, without a back-off. Its queue's "
    + "'discipline' is FIFO or PS. Each replica's phase is drawn. Source: Kubernetes, Probe."
  public static let keys: [Key<Self>] = [
    Key(
      "initial_delay", \.initialDelay, .duration(0...QuantityScanner.delayMax),
      "Time from a restart to the first check; at the start of the run checks begin at once."),
    Key("period", \.period, .tickPeriod, "Time from check to check."),
    Key(
      "timeout", \.timeout, .timeout,
      "Time after which a check without an answer has failed; at most the period."),
    Key(
      "failure_threshold", \.failures, .integer(1...1_000_000),
      "Failures in a row after which it is restarted."),
  ]
  var initialDelay: UInt64 = 0
  var period: UInt64 = 10_000_000_000
  var timeout: UInt64 = 1_000_000_000
  var failures = 3
  public init() {}

  var spec: LivenessProbe {
    var probe = LivenessProbe()
    probe.initialDelay = initialDelay
    probe.period = period
    probe.timeout = timeout
    probe.failureThreshold = failures
    return probe
  }
}

extension TopologyBuilder {
  /// Checks that restart the replicas of a service.
  mutating func setLiveness(
    _ cluster: inout ClusterSpec, _ declared: ClusterDeclaration, _ spec: ServiceSpec, _ node: Node
  ) {
    guard let probe = declared.liveness else { return }
    let place = node["liveness_probe"] ?? node
    if probe.timeout > probe.period {
      reading.report(
        .outOfRange, at: place["timeout"] ?? place,
        "'timeout' of a check is at most its 'period', \(QuantityText.duration(probe.period))")
    }
    guard LivenessProbe.knowsTurns(of: spec.discipline) else {
      reading.report(
        .wrongType, at: place,
        "'liveness_probe' waits for its turn by arrival: it needs 'discipline' FIFO or PS, not "
          + spec.discipline.rawValue)
      return
    }
    cluster.liveness = probe.spec
  }
}
