import TailraceEngine

/// How the balancers of a call site hash.
struct HashRow: BitwiseCopyable, Sendable {
  /// Where the key is found: a row of routes, whose map is not of use here.
  var route: Int32
  /// The function from keys to replicas, and the sum of what it did.
  var map: Int32
  var bound: LoadBound?
}

// Calls whose replica follows from a key of the request.
extension Machine {
  /// The place of a call whose balancer hashes a key.
  @inline(never) mutating func hashed(
    _ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Place {
    let edge = edges.row(e)
    let service = services.row(edge.service)
    let place = parent < 0 ? 0 : branch
    let shard =
      edge.route >= 0
      ? shard(route: edge.route, parent: parent, root: root, luck: luck, branch: branch)
      : place % service.shards
    let row = hashRows[edge.hash]
    let key = key(route: row.route, parent: parent, root: root, branch: branch)
    let owner = replicaMaps[Int(row.map)].shard(of: key, shardTables)
    let first = shard &* service.replicas
    var replica = owner
    var load: Int32 = -1
    if let bound = row.bound {
      load = balancers[balancer(of: e, caller: parent)].firstLoad &+ first
      let replicas = unsafe Replicas(
        count: service.replicas, loads: loads.pointer + Int(load),
        returns: returns.count > 0 ? returns.pointer + Int(load) : nil, work: workLeft.pointer,
        now: time)
      replica = bound.replica(owner: owner, hash: XXHash64.hash(key), replicas, hashOrder)
      load &+= replica
    }
    affinitySums[row.map].calls &+= inWindow
    affinitySums[row.map].atOwner &+= replica == owner ? inWindow : 0
    return Place(station: service.firstStation &+ first &+ replica, load: load)
  }

  /// The key that a call is about.
  @inline(__always) mutating func key(
    route r: Int32, parent: Int32, root: Root, branch: Int32
  ) -> UInt64 {
    let route = routes[r]
    if _slowPath(route.isAddress), let address = address(of: parent) { return address }
    let own = ownKey(parent, route.column)
    let index = own >= 0 ? own : route.isEach ? branch : 0
    let key = keys.key(route.space, root, index: index, &sampler)
    noteSent(keys.takeDrawn())
    return key
  }

  /// How calls to a service met their keys' replicas; nil where no key decides about the replica.
  mutating func affinity(_ service: String, _ plan: Plan) -> AffinitySum? {
    if let sum = plan.sharding.replicaMapOf[service].map({ affinitySums[$0] }) { return sum }
    guard let i = plan.serviceNames.firstIndex(of: service) else { return nil }
    let c = services[i].cluster
    return c >= 0 && clusters.rows[c].sessionRoute >= 0 ? clusters.sums[c].sessions : nil
  }
}

extension PlanBuilder {
  /// Makes a call site's balancers hash, where the service says so and there is a choice.
  static func hash(to service: ServiceSpec, _ row: inout EdgeRow, _ plan: inout Plan) {
    guard let hashing = service.hashing, service.replicas > 1 else { return }
    guard let space = plan.keySpaces.firstIndex(of: hashing.key) else {
      preconditionFailure("no key space \(hashing.key)")
    }
    // A scatter to keys that the service is sharded by hashes each of them too.
    let isEach =
      row.route >= 0 && plan.routes[Int(row.route)].isEach
      && plan.routes[Int(row.route)].space == Int32(space)
    plan.routes.append(RouteRow(space: Int32(space), map: -1, isEach: isEach))
    row.aim = .hashed
    row.hash = Int32(plan.hashRows.count)
    plan.hashRows.append(
      HashRow(
        route: Int32(plan.routes.count - 1), map: replicaMap(of: service, hashing, &plan),
        bound: hashing.bound))
  }

  /// The function from keys to a service's replicas: built once, however many call it.
  private static func replicaMap(
    of service: ServiceSpec, _ hashing: HashBalancing, _ plan: inout Plan
  ) -> Int32 {
    if let known = plan.sharding.replicaMapOf[service.name] { return known }
    let number = Int32(plan.sharding.replicaMaps.count)
    plan.sharding.replicaMapOf[service.name] = number
    plan.sharding.replicaMaps.append(
      hashing.policy.map(hashing.replicas(of: service), &plan.sharding.memory))
    return number
  }
}
