import TailraceEngine

// Balancing per connection (layer 4): kube-proxy, IPVS, a proxy in TCP mode.
//
// A balancer chooses a replica when a connection opens, and all requests on it go there. A caller's
// connections to a service are one pool for it, whichever replica they lead to. The choice falls
// where that of a replica does, before the call's frame exists, so that calls of one instant take
// turns; the frame has its connection from `board` on.
extension Machine {
  /// Where a caller's connection leads that has room for a call, which it holds from now on; nil
  /// where one must be opened. One to a replica that has left the rotation is as good as any.
  mutating func connectedPlace(_ e: Int32, parent: Int32, _ shard: Int32) -> Place? {
    let service = services.row(edges[e].service)
    let row = fabric.rows.row(clusters.fabricOf[e])
    let own = edges[e].callerStation
    let caller = own < 0 || parent < 0 ? 0 : callerStation(parent) &- own
    let first = row.firstPool &+ caller &* row.stations &+ shard &* service.replicas
    let c = fabric.take(fromAny: first..<(first &+ service.replicas), at: time)
    fabric.reserved = c
    if c < 0 { return nil }
    return Place(
      station: fabric.pools[fabric.connections[c].pool].station, load: fabric.connections[c].load)
  }

  /// Looks at how many connections the balancer has to each of the replicas that are noted.
  mutating func lookAtConnections(_ e: Int32, _ count: Int32, first: Int32, load: Int32) {
    let policy = fabric.rows[clusters.fabricOf[e]].policy
    let mayBeIdle = fabric.policies[policy].idleTimeout != never
    for k in 0..<count {
      let i = clusters.places[k]
      if mayBeIdle { fabric.closeIdle(at: first &+ i, time) }
      clusters.loads[k] = fabric.opened(load &+ i, at: first &+ i)
    }
  }

  /// A call that has just left its balancer has the connection that was held for it.
  mutating func board(_ f: Int32) {
    noteTravel(f)
    fabric.travels[f].connection = fabric.reserved
    fabric.reserved = -1
    frames[f].pc &+= 1
  }

  /// A call goes over its connection, or opens one to its replica.
  ///
  /// - Returns: whether its frame goes on now.
  @inline(never) mutating func ride(_ f: Int32) -> Bool {
    let c = fabric.travels[f].connection
    if c < 0 { return connect(f, load: connectionLoad(f)) }
    let row = fabric.rows.row(steps[frames[f].pc].target)
    if fabric.connections[c].isOpen || fabric.connections[c].opener >= 0 {
      return use(c, f, row.row)
    }
    // It could not be opened while a fault held this call up.
    frames[f].outcome = .connectionFailure
    frames[f].replied = true
    frames[f].pc = row.end
    return true
  }

  /// The count of connections that one of a call is part of; a call that its caller has given up on
  /// its way is out of its balancer's other count.
  private mutating func connectionLoad(_ f: Int32) -> Int32 {
    if frames[f].load >= 0 { return frames[f].load }
    let e = frames[f].edge
    let service = services.row(edges[e].service)
    let cluster = clusters.rows.row(service.cluster)
    let b =
      cluster.shared == 0
      ? edges[e].firstBalancer &+ fabric.travels[f].caller
      : clusterBalancer(e, cluster, caller: -1, frames[f].luck)
    return balancers[b].firstLoad &+ frames[f].station &- service.firstStation
  }

  /// Balancers' connections to a replica are those that it has; empty unless the program is at fault.
  mutating func brokenCounts() -> [String] {
    if fabric.loaded.count == 0 { return [] }
    for c in 0..<Int32(clusters.rows.count) where clusters.rows[c].isPerConnection {
      let row = clusters.rows.row(c)
      let service = services[row.service]
      for i in 0..<(service.shards &* service.replicas) {
        let s = service.firstStation &+ i
        var sum: Int32 = 0
        for m in row.firstMember..<(row.firstMember &+ row.memberCount) {
          sum &+= fabric.opened(balancers[clusters.members[m]].firstLoad &+ i, at: s)
        }
        if sum != fabric.callees[s].open { return ["balancers lost count of connections"] }
      }
    }
    return []
  }
}

extension PlanBuilder {
  /// Whether a service's balancers choose for connections.
  func choosesPerConnection(_ service: Int32) -> Bool {
    let cluster = plan.services[Int(service)].cluster
    return cluster >= 0 && plan.clusters[Int(cluster)].isPerConnection
  }

  /// Notes where a call site's pools are known, if its connections are balanced.
  mutating func noteFabric(_ fabric: Int32, of edge: Int) {
    guard choosesPerConnection(plan.edges[edge].service) else { return }
    if plan.fabricOf.isEmpty {
      plan.fabricOf = Array(repeating: -1, count: plan.edges.count)
    }
    plan.fabricOf[edge] = fabric
  }
}
