import TailraceCatalog
import TailraceModel

// What a service's balancers do beside choosing among all replicas.
extension TopologyBuilder {
  /// What the balancers of a service do; nil where that is choosing and no more.
  mutating func cluster(
    of service: Named<ServiceDeclaration>, _ spec: ServiceSpec
  ) -> ClusterSpec? {
    let declared = service.value.cluster
    let node = written?[service.name] ?? service.nameNode
    var cluster = ClusterSpec()
    var isNeeded = spec.balancing.readsHosts || Set(spec.weights).count > 1
    if case .count(let count)? = declared.balancers {
      cluster.balancers = .count(count)
      isNeeded = true
    }
    if let most = service.value.circuitBreakers?.requestsMax {
      cluster.requestsMax = most
      isNeeded = true
    }
    if let most = service.value.circuitBreakers?.connectionsMax {
      cluster.connectionsMax = most
      cluster.pendingMax = service.value.circuitBreakers?.pendingMax
      isNeeded = true
    } else if service.value.circuitBreakers?.pendingMax != nil {
      let breakers = node["circuit_breakers"]
      reading.report(
        .wrongType, at: breakers?["max_pending_requests"] ?? node,
        "'max_pending_requests' needs 'max_connections', for which they wait")
    }
    if let probe = declared.readiness {
      cluster.readiness = probe.spec
      isNeeded = true
      if probe.timeout > probe.period {
        reading.report(
          .outOfRange, at: node["readiness_probe"]?["timeout"] ?? node,
          "'timeout' of a check is at most its 'period', \(QuantityText.duration(probe.period))")
      }
    }
    if let rule = declared.outliers {
      cluster.outliers = rule.spec
      checkEjectionTime(rule, at: node["outlier_detection"] ?? node)
      isNeeded = true
    }
    if let panic = declared.panicThreshold {
      cluster.panicThreshold = panic
      if declared.readiness == nil && declared.outliers == nil {
        report(
          "healthy_panic_threshold", of: node,
          "needs 'readiness_probe' or 'outlier_detection': without, all replicas are in rotation")
      }
    }
    setLiveness(&cluster, declared, spec, node)
    setLocalities(&cluster, declared, spec, node)
    setSlowStart(&cluster, declared, spec, node)
    setAffinity(&cluster, service, node)
    setSubset(&cluster, service, spec, node)
    if let delay = declared.reportDelay {
      cluster.reportDelay = delay
      if !spec.balancing.readsLoad || spec.hashing != nil {
        report("load_report_delay", of: node, "needs an 'lb_policy' that reads loads")
      }
    }
    setLine(&cluster, service, spec, node)
    setConnections(&cluster, service, spec, node)
    isNeeded =
      isNeeded || cluster.choosesPerConnection || cluster.slowStart != nil
      || cluster.affinity != nil || cluster.subset != nil
      || cluster.reportDelay != nil || cluster.bindsLate || cluster.isZoneAware
      || cluster.liveness != nil
      || spec.levels.contains { $0 > 0 }
    if Set(spec.weights).count > 1 || cluster.slowStart != nil { checkWeights(spec, node) }
    return isNeeded ? cluster : nil
  }

  private mutating func report(_ key: String, of node: Node, _ text: String) {
    reading.report(.wrongType, at: node[key] ?? node, "'\(key)' \(text)")
  }

  private mutating func setLocalities(
    _ cluster: inout ClusterSpec, _ declared: ClusterDeclaration, _ spec: ServiceSpec, _ node: Node
  ) {
    cluster.isZoneAware = declared.isZoneAware
    if declared.isZoneAware && !spec.hasZones {
      report(
        "zone_aware", of: node, "needs replicas in zones: 'zones' of the service or its groups")
    }
    if declared.isZoneAware && spec.hashing != nil {
      report("zone_aware", of: node, "has no place beside a policy that hashes over all replicas")
    }
    if let factor = declared.overprovisioning {
      cluster.overprovisioning = factor
      if !spec.levels.contains(where: { $0 > 0 }) {
        report("overprovisioning_factor", of: node, "needs 'groups' with a 'priority'")
      }
    }
    if let first = spec.levels.min(), first > 0 {
      report("groups", of: node, "has no group of 'priority' 0, to which calls go first")
    }
  }

  private mutating func setSlowStart(
    _ cluster: inout ClusterSpec, _ declared: ClusterDeclaration, _ spec: ServiceSpec, _ node: Node
  ) {
    guard let slow = declared.slowStart, let window = slow.window else { return }
    var start = SlowStart(window: window)
    start.aggression = slow.aggression
    start.percentMin = slow.percentMin
    cluster.slowStart = start
    if declared.readiness == nil {
      report(
        "slow_start_config", of: node,
        "needs 'readiness_probe': it is for replicas that become ready")
    }
  }

  /// Weights are read by two policies.
  private mutating func checkWeights(_ spec: ServiceSpec, _ node: Node) {
    let reads =
      spec.hashing == nil
      && (spec.balancing is WeightedRoundRobin || spec.balancing is WeightedLeastRequest)
    if reads { return }
    let key = node["slow_start_config"].map { $0.isNull } ?? true ? "groups" : "slow_start_config"
    report(
      key, of: node,
      "gives replicas unequal weights, which only ROUND_ROBIN and LEAST_REQUEST read")
  }

  private mutating func setAffinity(
    _ cluster: inout ClusterSpec, _ service: Named<ServiceDeclaration>, _ node: Node
  ) {
    guard let declared = service.value.cluster.affinity, let by = declared.by else { return }
    guard let space = keySpace(by.value, at: by.node) else { return }
    var affinity = SessionAffinity(by: space.name)
    affinity.ttl = declared.ttl
    cluster.affinity = affinity
    if BalancingPolicies.hashes.contains(where: { $0.name == service.value.policy }) {
      report(
        "session_affinity", of: node,
        "has no effect beside 'lb_policy' \"\(service.value.policy)\", which chooses by a key itself"
      )
    }
  }

  private mutating func setSubset(
    _ cluster: inout ClusterSpec, _ service: Named<ServiceDeclaration>, _ spec: ServiceSpec,
    _ node: Node
  ) {
    guard let declared = service.value.cluster.subset, let size = declared.size else { return }
    var subset = Subset(size)
    subset.isDeterministic = declared.isDeterministic
    if let key = declared.key {
      guard let space = keySpace(key.value, at: key.node) else { return }
      subset.key = space.name
      if declared.isDeterministic {
        reading.report(
          .wrongType, at: node["subset"]?["deterministic"] ?? node,
          "'deterministic' deals subsets out to balancers; with 'key' each key has its own")
      }
    }
    if size > spec.replicas {
      reading.report(
        .outOfRange, at: node["subset"]?["size"] ?? node,
        "a subset of \(size) is more than the \(spec.replicas) replicas of a shard")
      return
    }
    cluster.subset = subset
    if spec.hashing != nil {
      report("subset", of: node, "has no place beside a policy that hashes over all replicas")
    }
  }

  /// Late binding.
  private mutating func setLine(
    _ cluster: inout ClusterSpec, _ service: Named<ServiceDeclaration>, _ spec: ServiceSpec,
    _ node: Node
  ) {
    guard service.value.queue.isAtBalancer else { return }
    cluster.bindsLate = true
    let place = node["queue"]?["at"] ?? node
    func refuse(_ text: String) {
      reading.report(.wrongType, at: place, "'at' \"balancer\" \(text)")
    }
    if node["circuit_breakers"]?["max_connections"]?.source.order == Preset.order {
      cluster.connectionsMax = nil
    }
    if cluster.connectionsMax != nil {
      refuse("has its own line: 'max_connections' has no place beside it")
    }
    if spec.slots == nil { refuse("needs a 'concurrency': with unlimited slots nobody waits") }
    if spec.discipline != .fifo || spec.cores.map({ $0 < spec.slots ?? .max }) ?? false {
      refuse("is a line in the order of arrival: it needs FIFO, and a core for each slot")
    }
    if cluster.isZoneAware || spec.levels.contains(where: { $0 > 0 }) {
      refuse("takes any replica that is free, whatever its zone or priority")
    }
    let hasKey = service.value.cluster.affinity != nil || service.value.cluster.subset?.key != nil
    if spec.hashing != nil || hasKey {
      refuse("takes any replica that is free; a key cannot choose it")
    }
    if spec.connection != nil || spec.transport != nil {
      refuse("has no connections or bandwidth: the line stands beside the replicas")
    }
  }
}
