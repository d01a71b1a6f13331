import TailraceEngine

@testable import TailraceModel

// Balancers that do more than choose among all replicas.
extension RandomTopology {
  /// Gives some services another policy and balancers that know of health, weights and sessions.
  mutating func varyBalancers(of topology: inout Topology) {
    for i in topology.services.indices where !oneIn(3) {
      if topology.services[i].groups.isEmpty && !oneIn(3) {
        topology.services[i].replicas = max(topology.services[i].replicas, 2 + below(4))
      }
      varyBalancers(of: &topology.services[i])
    }
  }

  private mutating func varyBalancers(of service: inout ServiceSpec) {
    let hashes = service.hashing != nil
    if !hashes { service.balancing = policy() ?? service.balancing }
    var cluster = ClusterSpec()
    switch below(4) {
    case 0: cluster.balancers = .count(1)
    case 1: cluster.balancers = .count(2 + below(3))
    default: break
    }
    if oneIn(6) { cluster.requestsMax = 1 + below(9) }
    if oneIn(5) {
      cluster.connectionsMax = 1 + below(4)
      if oneIn(2) { cluster.pendingMax = below(4) }
    }
    if oneIn(2) { cluster.readiness = probe() }
    if oneIn(2) { cluster.outliers = outliers() }
    cluster.panicThreshold = [0, 50, 100][below(3)]
    // What follows has places of its own: see `TopologyBuilder.cluster`.
    let isWeighted =
      service.balancing is WeightedRoundRobin || service.balancing is WeightedLeastRequest
    if isWeighted && !hashes {
      if oneIn(2) { weigh(&service) }
      if cluster.readiness != nil && oneIn(2) {
        var slow = SlowStart(window: ticks(30))
        slow.aggression = oneIn(2) ? 1 : 2
        slow.percentMin = Double(below(3)) * 10
        cluster.slowStart = slow
      }
    }
    if !hashes && oneIn(4) {
      cluster.affinity = SessionAffinity(by: ["k", "client", "request"][below(3)])
      if oneIn(2) { cluster.affinity?.ttl = ticks(30) }
    }
    if !hashes && oneIn(4) {
      var subset = Subset(1 + below(service.replicas))
      if oneIn(2) { subset.key = "k" } else { subset.isDeterministic = oneIn(2) }
      cluster.subset = subset
    }
    if !hashes && service.balancing.readsLoad && oneIn(2) { cluster.reportDelay = ticks(6) }
    if !service.groups.isEmpty && service.hashing == nil && oneIn(3) {
      for g in service.groups.indices.dropFirst() { service.groups[g].priority = below(3) }
      cluster.overprovisioning = oneIn(2) ? 1.4 : 1
    }
    cluster.bindsLate = mayBindLate(service, cluster) && oneIn(2)
    if service.connection != nil && !hashes && oneIn(2) { chooseForConnections(&service, &cluster) }
    service.cluster = cluster
  }

  /// Lets balancers choose for connections, which see neither calls nor answers.
  private mutating func chooseForConnections(
    _ service: inout ServiceSpec, _ cluster: inout ClusterSpec
  ) {
    cluster.choosesPerConnection = true
    (cluster.requestsMax, cluster.connectionsMax, cluster.pendingMax) = (nil, nil, nil)
    (cluster.outliers, cluster.affinity, cluster.reportDelay) = (nil, nil, nil)
    cluster.subset?.key = nil
    let sees: [any BalancingPolicy.Type] = [
      RandomChoice.self, RoundRobin.self, LeastRequest.self, WeightedRoundRobin.self,
      WeightedLeastRequest.self,
    ]
    if !sees.contains(where: { $0 == type(of: service.balancing) }) {
      service.balancing = oneIn(2) ? RandomChoice() : LeastRequest()
    }
  }

  /// Whether visits may wait at the balancer until a replica is free.
  private func mayBindLate(_ service: ServiceSpec, _ cluster: ClusterSpec) -> Bool {
    guard let slots = service.slots, service.discipline == .fifo, service.hashing == nil else {
      return false
    }
    return service.cores ?? slots >= slots && cluster.affinity == nil && cluster.subset?.key == nil
      && cluster.connectionsMax == nil && service.levels.allSatisfy { $0 == 0 }
      && service.connection == nil && service.transport == nil
  }

  /// Keeps the calls of some services in their zone; these have been dealt out.
  mutating func keepLocal(in topology: inout Topology) {
    for i in topology.services.indices {
      let service = topology.services[i]
      let may = service.hasZones && service.hashing == nil && service.cluster?.bindsLate == false
      if may && oneIn(2) { topology.services[i].cluster?.isZoneAware = true }
    }
  }

  /// Lets checks restart the replicas of some services, where a check can tell its turn.
  mutating func varyLiveness(of topology: inout Topology) {
    for i in topology.services.indices where oneIn(2) {
      guard LivenessProbe.knowsTurns(of: topology.services[i].discipline) else { continue }
      var probe = LivenessProbe()
      probe.initialDelay = oneIn(2) ? 0 : ticks(20)
      probe.period = ticks(20)
      probe.timeout = min(ticks(8), probe.period)
      probe.failureThreshold = 1 + below(3)
      var cluster = topology.services[i].cluster ?? ClusterSpec()
      cluster.liveness = probe
      topology.services[i].cluster = cluster
    }
  }

  /// Up to so many ticks.
  mutating func ticks(_ most: Int) -> UInt64 { UInt64(tick) * UInt64(1 + below(most)) }

  /// One of the policies that `make` does not choose; nil leaves what is there.
  private mutating func policy() -> (any BalancingPolicy)? {
    switch below(9) {
    case 0: return WeightedRoundRobin(oneIn(2) ? .edf : .smooth)
    case 1: return WeightedLeastRequest(bias: Double(below(3)))
    case 2: return PickFirst()
    case 3: return JoinIdleQueue()
    case 4:
      var policy = PeakEWMA()
      policy.decayTime = ticks(40)
      policy.defaultRTT = oneIn(2) ? 0 : ticks(4)
      policy.failurePenalty = oneIn(2) ? 0 : ticks(40)
      return policy
    case 5:
      var policy = Prequal()
      (policy.pool, policy.probes) = (2 + below(15), 1 + below(4))
      policy.hotQuantile = [0, 0.5, 0.84, 1][below(4)]
      policy.ageMax = ticks(40)
      return policy
    case 6:
      var policy = UtilizationWeighted()
      policy.blackoutPeriod = ticks(20)
      policy.weightExpirationPeriod = ticks(100)
      policy.weightUpdatePeriod = ticks(10)
      policy.errorUtilizationPenalty = Double(below(3))
      return policy
    default: return nil
    }
  }

  /// Gives replicas unequal weights, by group.
  private mutating func weigh(_ service: inout ServiceSpec) {
    if service.groups.isEmpty {
      service.groups = [
        ReplicaGroup("large", replicas: max(1, service.replicas - 1)), ReplicaGroup("small"),
      ]
    }
    for g in service.groups.indices {
      service.groups[g].weight = [0.001, 0.5, 1, 3, 1_000][below(5)]
    }
  }

  private mutating func probe() -> ReadinessProbe {
    var probe = ReadinessProbe()
    probe.initialDelay = oneIn(2) ? 0 : ticks(20)
    probe.period = ticks(20)
    probe.timeout = min(ticks(4), probe.period)
    probe.successThreshold = 1 + below(2)
    probe.failureThreshold = 1 + below(3)
    probe.propagationDelay = oneIn(2) ? 0 : ticks(8)
    return probe
  }

  private mutating func outliers() -> OutlierDetection {
    var rule = OutlierDetection()
    rule.consecutive = below(4)
    rule.interval = ticks(20)
    rule.base = ticks(30)
    rule.most = rule.base * UInt64(1 + below(4))
    rule.percentMax = [0, 10, 50, 100][below(4)]
    rule.deviations = oneIn(2) ? nil : 0.5
    rule.failurePercent = oneIn(2) ? nil : 30
    rule.volumeMin = 1 + below(5)
    rule.hostsMin = 1 + below(3)
    rule.countsShed = oneIn(2)
    return rule
  }
}
