// Scatters whose calls have one replica or shard each, which no balancer decides about.
extension Machine {
  /// Where a call goes, whatever it is aimed at.
  @inline(__always)
  mutating func whereTo(
    _ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Place {
    edges[e].aim == .balanced
      ? place(e, parent: parent, root: root, luck: luck, branch: branch)
      : aimed(e, parent: parent, root: root, luck: luck, branch: branch)
  }

  @inline(never)
  private mutating func aimed(
    _ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Place {
    let edge = edges.row(e)
    let service = services.row(edge.service)
    var index = branch
    switch edge.aim {
    case .balanced: break
    case .guarded: return guarded(e, parent: parent, root: root, luck: luck, branch: branch)
    case .hashed: return hashed(e, parent: parent, root: root, luck: luck, branch: branch)
    case .replicas:
      if edge.route >= 0 {
        let shard = shard(route: edge.route, parent: parent, root: root, luck: luck, branch: 0)
        index &+= shard &* service.replicas
      }
    case .peers:
      let own = callerStation(parent) &- service.firstStation
      let first = own / service.replicas &* service.replicas
      index = branch < own &- first ? first &+ branch : first &+ branch &+ 1
    case .childShards:
      let caller = services.row(stations[edge.callerStation].service)
      let shard = (callerStation(parent) &- edge.callerStation) / caller.replicas
      let each = service.shards / caller.shards
      index = shard &* each &+ branch
      if service.cluster >= 0 {
        return guarded(e, parent: parent, root: root, luck: luck, branch: index)
      }
      return edge.hash >= 0
        ? hashed(e, parent: parent, root: root, luck: luck, branch: index)
        : place(e, parent: parent, root: root, luck: luck, branch: index)
    }
    var load: Int32 = -1
    if service.readsLoad {
      let b =
        service.cluster < 0
        ? balancer(of: e, caller: parent)
        : clusterBalancer(e, clusters.rows.row(service.cluster), caller: parent, luck)
      load = balancers[b].firstLoad &+ index
    }
    return Place(station: service.firstStation &+ index, load: load)
  }
}

extension PlanBuilder {
  /// Tells a call site whom the calls of a scatter go to.
  ///
  /// - Returns: how many there are.
  mutating func aim(_ e: Int32, _ target: ScatterTarget, caller: Int32) -> Int32 {
    let callee = plan.services[Int(plan.edges[Int(e)].service)]
    switch target {
    case .replicas:
      plan.edges[Int(e)].aim = .replicas
      return callee.replicas
    case .peers:
      precondition(caller == plan.edges[Int(e)].service && callee.replicas > 1, "no peers")
      plan.edges[Int(e)].aim = .peers
      return callee.replicas - 1
    case .childShards:
      precondition(caller >= 0, "a workload has no shards")
      let shards = plan.services[Int(caller)].shards
      precondition(callee.shards % shards == 0, "shards must be dealt out evenly")
      plan.edges[Int(e)].aim = .childShards
      return callee.shards / shards
    case .shards, .fanOut, .keys: preconditionFailure("nobody is aimed at")
    }
  }
}
