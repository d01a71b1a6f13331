import TailraceCatalog
import TailraceModel

// Replicas that are chosen for connections.
extension TopologyBuilder {
  /// `balance_per`: what its balancers cannot do, since they see neither requests nor answers, is
  /// refused.
  mutating func setConnections(
    _ cluster: inout ClusterSpec, _ service: Named<ServiceDeclaration>, _ spec: ServiceSpec,
    _ node: Node
  ) {
    let declared = service.value.cluster
    guard declared.isPerConnection else { return }
    cluster.choosesPerConnection = true
    let own = node["balance_per"] ?? node
    if spec.connection == nil {
      reading.report(
        .wrongType, at: own,
        "'balance_per' \"connection\" needs 'connection', which says how many calls one carries and "
          + "when it closes")
    }
    func refuse(_ place: Node?, _ what: String, _ why: String) {
      reading.report(
        .wrongType, at: place ?? own,
        "\(what) has no place beside 'balance_per' \"connection\": \(why)")
    }
    let policy = "'lb_policy' \"\(service.value.policy)\""
    if spec.hashing != nil {
      refuse(node["lb_policy"], policy, "a connection carries calls of any key")
    } else if Self.hearsAnswers(spec.balancing) {
      refuse(node["lb_policy"], policy, "the balancer of a connection hears no answers on it")
    }
    if declared.affinity != nil {
      refuse(
        node["session_affinity"], "'session_affinity'", "a connection carries calls of any key")
    }
    if let key = declared.subset?.key {
      refuse(key.node, "'key' of a subset", "a connection carries calls of any key")
    }
    if declared.reportDelay != nil {
      refuse(
        node["load_report_delay"], "'load_report_delay'",
        "its balancers count connections, not visits")
    }
    if declared.outliers != nil {
      refuse(
        node["outlier_detection"], "'outlier_detection'",
        "the balancer of a connection hears no answers on it")
    }
    for cap in ["max_requests", "max_connections", "max_pending_requests"] {
      let written = node["circuit_breakers"]?[cap]
      guard let written, !written.isNull, written.source.order != Preset.order else { continue }
      refuse(
        written, "'\(cap)' of 'circuit_breakers'",
        "the balancer of a connection sees no calls; 'connection' has 'max_connections' of its own")
    }
    (cluster.requestsMax, cluster.connectionsMax, cluster.pendingMax) = (nil, nil, nil)
  }

  /// Whether a policy goes by what it hears of calls.
  private static func hearsAnswers(_ policy: any BalancingPolicy) -> Bool {
    policy is PeakEWMA || policy is Prequal || policy is JoinIdleQueue
      || policy is UtilizationWeighted || policy is PickFirst
  }
}
