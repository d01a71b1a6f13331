import TailraceEngine

// Which part of a service's replicas a call goes to: a priority level, or a zone.
extension Machine {
  /// Notes the replicas of one priority level, which is drawn as the health of all levels says.
  ///
  /// Each level takes as much as its share of replicas in rotation, times the overprovisioning
  /// factor, allows; the rest spills over to the next. If all together cannot take everything,
  /// each takes its part, and a level below the panic threshold uses all of its replicas (Envoy).
  mutating func gatherLevel(
    _ cluster: RowReference<ClusterRow>, first: Int32, load: Int32, _ replicas: Int32,
    _ luck: UInt64
  ) -> Int32 {
    var all = InlineArray<16, Int32>(repeating: 0)
    var healthy = InlineArray<16, Int32>(repeating: 0)
    for i in 0..<replicas where clusters.hosts[load &+ i].isInSubset {
      let level = Int(clusters.hosts[load &+ i].level)
      all[level] &+= 1
      if isInRotation(load &+ i, first &+ i) { healthy[level] &+= 1 }
    }
    var shares = InlineArray<16, Double>(repeating: 0)
    var total = 0.0
    for level in 0..<Int(cluster.levels) where all[level] > 0 {
      let health = Double(healthy[level]) / Double(all[level]) * cluster.overprovisioning
      shares[level] = max(0, min(1 - total, health))
      total += shares[level]
    }
    var source = Luck.draw(luck, salt: cluster.salt &+ 3)
    var draw = source.unit() * total
    var level = 0
    while level < Int(cluster.levels) - 1 && (all[level] == 0 || draw >= shares[level]) {
      draw -= shares[level]
      level += 1
    }
    // Where nothing is left anywhere the first level has to do.
    if total == 0 { level = 0 }
    let share = all[level] == 0 ? 0 : Double(healthy[level]) / Double(all[level]) * 100
    clusters.isPanicking = total < 1 && share < cluster.panicPercent
    if clusters.isPanicking { clusters.sums[cluster.number].panicked &+= inWindow }
    clusters.part = Int32(level) &* cluster.zoneParts
    var count: Int32 = 0
    for i in 0..<replicas
    where clusters.hosts[load &+ i].isInSubset && Int(clusters.hosts[load &+ i].level) == level
      && (clusters.isPanicking || isInRotation(load &+ i, first &+ i))
    {
      clusters.places[count] = i
      count &+= 1
    }
    return count
  }

  /// Whether a balancer may choose a replica.
  @inline(__always) mutating func isInRotation(_ load: Int32, _ s: Int32) -> Bool {
    !clusters.hosts[load].isEjected && clusters.health[s].isKnownReady
  }

  /// Keeps of the replicas that are noted those of one zone: the caller's own as far as its
  /// replicas can take their callers, else one with room to spare (Envoy's zone-aware routing).
  ///
  /// With `o` the share of the callers and `u` the share of the replicas that a zone has, all stays
  /// local where `u >= o`, else the part u / o; the rest goes to zones in proportion to `u - o`.
  mutating func narrowToZone(
    _ e: Int32, _ count: Int32, first: Int32, parent: Int32, root: Root, _ luck: UInt64
  ) -> Int32 {
    let origins = clusters.originOf[e]
    let own = callerZone(parent, root: root)
    if origins < 0 || own < 0 || clusters.isPanicking || count == 0 { return count }
    let zoneCount = Int32(zones.count)
    for z in 0..<zoneCount { clusters.zoneCounts[z] = 0 }
    for k in 0..<count {
      let z = zone(of: first &+ clusters.places[k])
      if z >= 0 { clusters.zoneCounts[z] &+= 1 }
    }
    func room(_ z: Int32) -> Double {
      Double(clusters.zoneCounts[z]) / Double(count) - clusters.origins[origins &+ z]
    }
    var target = own
    var source = Luck.draw(luck, salt: services[edges[e].service].salt &+ 2)
    let share = Double(clusters.zoneCounts[own]) / Double(count)
    if room(own) < 0 && source.unit() * clusters.origins[origins &+ own] >= share {
      var spare = 0.0
      for z in 0..<zoneCount { spare += max(0, room(z)) }
      if spare <= 0 { return count }
      var draw = source.unit() * spare
      for z in 0..<zoneCount where room(z) > 0 {
        target = z
        draw -= room(z)
        if draw < 0 { break }
      }
    }
    var kept: Int32 = 0
    for k in 0..<count where zone(of: first &+ clusters.places[k]) == target {
      clusters.places[kept] = clusters.places[k]
      kept &+= 1
    }
    if kept == 0 { return count }
    clusters.part &+= target &+ 1
    return kept
  }
}

extension PlanBuilder {
  /// Notes for each call site of a zone-aware service which share of its callers stands in each zone.
  mutating func layOutOrigins() {
    plan.originOf = Array(repeating: -1, count: plan.edges.count)
    let workloads = topology.workloads.sorted { $0.name < $1.name }
    for e in plan.edges.indices {
      let cluster = plan.services[Int(plan.edges[e].service)].cluster
      guard cluster >= 0, plan.clusters[Int(cluster)].isZoneAware else { continue }
      var shares = Array(repeating: 0.0, count: topology.zones.count)
      let caller = Int(plan.edgeCallers[e])
      if caller < services.count {
        for zone in services[caller].zoneOf where zone >= 0 { shares[zone] += 1 }
      } else {
        for zone in workloads[caller - services.count].zones { shares[zone.zone] += zone.weight }
      }
      let total = shares.reduce(0, +)
      guard total > 0 else { continue }
      plan.originOf[e] = Int32(plan.origins.count)
      plan.origins += shares.map { $0 / total }
    }
  }
}
