import TailraceEngine

// Services whose balancers do more than choose among all replicas.
extension PlanBuilder {
  /// Gives such a service its row.
  static func layOutCluster(of service: ServiceSpec, _ index: Int, _ plan: inout Plan) {
    guard let spec = service.cluster else { return }
    let seesRequests =
      spec.requestsMax != nil || spec.connectionsMax != nil || spec.outliers != nil
      || spec.affinity != nil || spec.subset?.key != nil || service.hashing != nil || spec.bindsLate
    precondition(
      !spec.choosesPerConnection || service.connection != nil && !seesRequests,
      "balancers of \(service.name) see no requests")
    plan.services[index].cluster = Int32(plan.clusters.count)
    var row = ClusterRow(
      service: Int32(index), number: Int32(plan.clusters.count),
      salt: StreamName.hash("services", service.name, "balancers"))
    if case .count(let count) = spec.balancers { row.shared = Int32(count) }
    row.bindsLate = spec.bindsLate
    row.isPerConnection = spec.choosesPerConnection
    row.countsConnections = spec.choosesPerConnection && service.balancing.readsLoad
    if spec.bindsLate { row.lineLimit = service.queueLimit.map { Int32($0) } ?? .max }
    row.readsHosts = service.balancing.readsHosts
    row.readsServers = service.balancing.readsServers
    row.tellsIdle = service.balancing is JoinIdleQueue
    if let policy = service.balancing as? PeakEWMA {
      row.decayTime = policy.decayTime
      row.penalty = policy.failurePenalty
    }
    if let policy = service.balancing as? UtilizationWeighted {
      row.weightPeriod = policy.weightUpdatePeriod
      row.blackout = policy.blackoutPeriod
      row.expiration = policy.weightExpirationPeriod
      row.errorPenalty = policy.errorUtilizationPenalty
    }
    row.requestsMax = spec.requestsMax.map { Int64($0) } ?? .max
    row.connectionsMax = spec.connectionsMax.map { Int64($0) } ?? .max
    row.pendingMax = spec.pendingMax.map { Int32($0) } ?? .max
    row.panicPercent = spec.panicThreshold
    row.slowStart = spec.slowStart
    row.reportPeriod = spec.reportDelay ?? 0
    row.levels = Int32((service.levels.max() ?? 0) + 1)
    row.overprovisioning = spec.overprovisioning
    row.isZoneAware = spec.isZoneAware
    row.hasSubsets = spec.subset != nil
    row.subsetSize = Int32(spec.subset?.size ?? 0)
    if let key = spec.subset?.key { row.subsetRoute = Self.route(to: key, &plan) }
    if let probe = spec.readiness {
      row.isProbed = true
      row.readiness = ProbeRow(
        initialDelay: probe.initialDelay, period: probe.period, timeout: probe.timeout,
        successes: Int32(probe.successThreshold), failures: Int32(probe.failureThreshold),
        propagation: probe.propagationDelay)
    }
    if let probe = spec.liveness {
      precondition(
        LivenessProbe.knowsTurns(of: service.discipline),
        "a check cannot tell its turn at \(service.name)")
      row.restarts = true
      row.liveness = ProbeRow(
        initialDelay: probe.initialDelay, period: probe.period, timeout: probe.timeout,
        failures: Int32(probe.failureThreshold))
    }
    if let rule = spec.outliers {
      row.ejects = true
      row.outliers = OutlierRow(
        consecutive: Int32(rule.consecutive), interval: rule.interval, base: rule.base,
        most: rule.most, percentMax: rule.percentMax, deviations: rule.deviations ?? 0,
        failurePercent: rule.failurePercent ?? 101, volumeMin: Int32(rule.volumeMin),
        hostsMin: Int32(rule.hostsMin), countsShed: rule.countsShed)
    }
    if let affinity = spec.affinity {
      row.sessionRoute = Self.route(to: affinity.key, &plan)
      row.sessionTTL = affinity.ttl ?? never
    }
    plan.clusters.append(row)
  }

  private static func route(to key: String, _ plan: inout Plan) -> Int32 {
    guard let space = plan.keySpaces.firstIndex(of: key) else {
      preconditionFailure("no key space \(key)")
    }
    plan.routes.append(RouteRow(space: Int32(space), map: -1, isEach: false))
    return Int32(plan.routes.count - 1)
  }

  /// Notes a new balancer of a service: what it knows of each replica.
  ///
  /// - Parameters:
  ///   - spec: the callee.
  ///   - b: the balancer, whose counts have just been laid out.
  ///   - number: its number among those that share a subset's deal.
  mutating func layOutHosts(of spec: ServiceSpec, balancer b: Int32, number: Int) {
    guard services.contains(where: { $0.cluster != nil }), spec.readsLoad else { return }
    var row = HostRow()
    let weights = spec.weights
    let levels = spec.levels
    let isUsed = spec.cluster?.subset.map {
      subset($0, of: spec, balancer: number)
    }
    for place in 0..<(spec.shards * spec.replicas) {
      row.weight = weights[place % spec.replicas]
      row.present = row.weight
      row.level = UInt8(levels[place % spec.replicas])
      row.isInSubset = isUsed?[place % spec.replicas] ?? true
      plan.hosts.append(row)
      plan.hostBalancers.append(b)
    }
    if let index = serviceIndex[spec.name], spec.cluster != nil {
      plan.clusterMembers.append((cluster: plan.services[Int(index)].cluster, balancer: b))
    }
  }

  /// Which of a shard's replicas a balancer uses.
  ///
  /// Deterministic subsetting deals a shuffle of the replicas out to the last one before it begins
  /// the next (after Beyer et al., "Site Reliability Engineering", 2016, chapter 20, which leaves
  /// out what is too little for a subset).
  private mutating func subset(_ subset: Subset, of spec: ServiceSpec, balancer: Int) -> [Bool] {
    let n = spec.replicas
    if subset.size >= n || subset.key != nil { return Array(repeating: true, count: n) }
    var used = Array(repeating: false, count: n)
    if !subset.isDeterministic {
      for i in shuffle(of: spec, balancer).prefix(subset.size) { used[i] = true }
      return used
    }
    var deck = decks[spec.name] ?? (left: [], round: 0)
    for i in deck.left.prefix(subset.size) { used[i] = true }
    let missing = subset.size - deck.left.count
    deck.left.removeFirst(min(subset.size, deck.left.count))
    if missing > 0 {
      // Those that it has already wait for the balancers that follow.
      let order = shuffle(of: spec, deck.round)
      let dealt = Set(order.filter { !used[$0] }.prefix(missing))
      for i in dealt { used[i] = true }
      deck = (order.filter { !dealt.contains($0) }, deck.round + 1)
    }
    decks[spec.name] = deck
    return used
  }

  private func shuffle(of spec: ServiceSpec, _ round: Int) -> [Int] {
    let source = StreamName.hash("services", spec.name, "subset")
    var luck = Luck.draw(
      Luck.root(seed: plan.seed, source: source, request: UInt64(round)), salt: 0)
    var order = Array(0..<spec.replicas)
    for i in 0..<(spec.replicas - 1) {
      order.swapAt(i, i + Int(luck.below(UInt64(spec.replicas - i))))
    }
    return order
  }

  /// The parts of a shard's replicas that calls are spread over: its priority levels, and of each
  /// the zones and all of them together. Whoever takes turns does so in each.
  func localityParts(of spec: ServiceSpec) -> Int {
    guard let cluster = spec.cluster else { return 1 }
    return ((spec.levels.max() ?? 0) + 1) * (cluster.isZoneAware ? topology.zones.count + 1 : 1)
  }

  /// Tells call sites of such services that a balancer stands before them, and what it does before
  /// a call leaves: `dispatch [cross] [bind] [board] jump … end`.
  mutating func finishClusters() {
    if plan.clusters.isEmpty { return }
    plan.clusterMembers.sort { ($0.cluster, $0.balancer) < ($1.cluster, $1.balancer) }
    for c in plan.clusters.indices {
      let members = plan.clusterMembers.filter { $0.cluster == Int32(c) }
      plan.clusters[c].firstMember = Int32(
        plan.clusterMembers.firstIndex { $0.cluster == Int32(c) } ?? 0)
      plan.clusters[c].memberCount = Int32(members.count)
      plan.clusters[c].firstBalancer = members.first?.balancer ?? 0
      if plan.clusters[c].isZoneAware {
        plan.clusters[c].zoneParts = Int32(topology.zones.count) + 1
      }
      plan.clusters[c].phases = Luck.base(seed: plan.seed, source: plan.clusters[c].salt)
    }
    layOutOrigins()
    for e in plan.edges.indices {
      let cluster = plan.services[Int(plan.edges[e].service)].cluster
      guard cluster >= 0 else { continue }
      if plan.edges[e].aim == .balanced || plan.edges[e].aim == .hashed {
        plan.edges[e].aim = .guarded
      }
      let start = plan.steps.count
      plan.steps.append(StepRow(op: .dispatch))
      if plan.edges[e].wire >= 0 {
        var row = StepRow(op: .cross, salt: plan.edges[e].salt)
        row.law = plan.edges[e].wire
        plan.steps.append(row)
        plan.edges[e].wire = -1
      }
      if plan.clusters[Int(cluster)].bindsLate { plan.steps.append(StepRow(op: .bind)) }
      if plan.clusters[Int(cluster)].isPerConnection { plan.steps.append(StepRow(op: .board)) }
      plan.steps.append(StepRow(op: .jump, target: plan.edges[e].entry))
      plan.steps.append(StepRow(op: .end))
      for i in start..<plan.steps.count { plan.steps[i].onError = Int32(plan.steps.count - 1) }
      plan.edges[e].entry = Int32(start)
    }
  }
}
