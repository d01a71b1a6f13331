import TailraceEngine
import TailraceModel

/// How the visits to a service are dealt to its shards and replicas.
struct Branch: Sendable {
  /// Of the visits to the service.
  var share: Double
  /// Replicas among which they are balanced.
  var replicas: Int
  var speed = 1.0
  /// What sentences call it; nil for the whole service.
  var name: String?
}

/// How calls choose their station.
struct Aims: Sendable {
  /// Whether a call names no key and goes to any replica, or to the shard of its key.
  var isCalled = false
  var toShards = false
  var toReplicas = false
  var toKeys = false
  var toPeers = false
  /// Whether it holds a cache, whose lookups and values go to the shards of their keys.
  var isHost = false

  /// All calls to a service in a topology.
  init(_ network: Network, to name: String) {
    func note(_ steps: [StepSpec]) {
      steps.eachStep(disabled: false) { step in
        switch step.verb {
        case .call(let call) where call.service == name: isCalled = true
        case .scatter(let call, let target, _) where call.service == name:
          switch target {
          case .shards, .childShards: toShards = true
          case .replicas: toReplicas = true
          case .fanOut: isCalled = true
          case .keys: toKeys = true
          case .peers: toPeers = true
          }
        case .cache(let use) where use.host?.service == name: isHost = true
        default: break
        }
      }
    }
    for workload in network.topology.workloads { note(workload.steps) }
    for handler in network.handlers { note(handler.spec.steps) }
    for cache in network.topology.caches where cache.host?.service == name { isHost = true }
  }
}

extension Network {
  /// The branches of a service, by what keys are drawn: `rates` are visits per second by
  /// population, for the weights of key laws.
  ///
  /// - Throws: why shares are not known.
  func branches(
    of service: ServiceSpec, _ aims: Aims, _ rates: [(Population, Double)]
  ) throws(Unknown) -> [Branch] {
    if aims.toKeys {
      throw Unknown("a scatter to keys may bring several visits to a shard at once")
    }
    if aims.toPeers { throw Unknown("replicas of '\(service.name)' ask their peers") }
    if aims.isHost { throw Unknown("'\(service.name)' is asked for keys and told their values") }
    if aims.toReplicas {
      if aims.isCalled || aims.toShards {
        throw Unknown("calls to '\(service.name)' choose replicas in more than one way")
      }
      let shards = try keyedShards(of: service, rates)
      return shards.map { Branch(share: $0.share, replicas: service.replicas, name: $0.name) }
    }
    if let hashing = service.hashing, service.replicas > 1 {
      return try hashed(service, hashing, rates)
    }
    let shards =
      aims.toShards && !aims.isCalled
      ? equalShards(of: service) : try keyedShards(of: service, rates)
    if aims.toShards, aims.isCalled, service.shards > 1 {
      throw Unknown("calls to '\(service.name)' choose shards in more than one way")
    }
    return shards.flatMap { grouped($0, service) }
  }

  /// Replicas of one speed each; only a random choice deals evenly to all.
  private func grouped(_ shard: Branch, _ service: ServiceSpec) -> [Branch] {
    guard service.groups.contains(where: { $0.speed != 1 }) else {
      return [Branch(share: shard.share, replicas: service.replicas, name: shard.name)]
    }
    return service.groups.filter { $0.replicas > 0 }.map { group in
      Branch(
        share: shard.share * Double(group.replicas) / Double(service.replicas),
        replicas: group.replicas, speed: group.speed,
        name: "\(shard.name.map { $0 + ", " } ?? "")group '\(group.name)'")
    }
  }

  private func equalShards(of service: ServiceSpec) -> [Branch] {
    (0..<service.shards).map {
      Branch(
        share: 1 / Double(service.shards), replicas: service.replicas,
        name: service.shards == 1 ? nil : "shard \($0)")
    }
  }

  private func keyedShards(
    of service: ServiceSpec, _ rates: [(Population, Double)]
  ) throws(Unknown) -> [Branch] {
    if service.shards == 1 { return [Branch(share: 1, replicas: service.replicas)] }
    guard let sharding = service.sharding else { return equalShards(of: service) }
    if sharding.hotKeys != nil {
      throw Unknown("hot keys of '\(service.name)' have several owners")
    }
    let shares = try shares(
      sharding.key, rates, sharding.policy, sharding.shards(of: service))
    return shares.enumerated().map {
      Branch(share: $1, replicas: service.replicas, name: "shard \($0)")
    }
  }

  private func hashed(
    _ service: ServiceSpec, _ hashing: HashBalancing, _ rates: [(Population, Double)]
  ) throws(Unknown) -> [Branch] {
    if hashing.bound != nil { throw Unknown("the hash balancing of '\(service.name)' has a bound") }
    if service.shards > 1 {
      throw Unknown("keys choose both the shard and the replica of '\(service.name)'")
    }
    let shares = try shares(hashing.key, rates, hashing.policy, hashing.replicas(of: service))
    return shares.enumerated().map {
      Branch(share: $1, replicas: 1, name: "replica \($0)")
    }
  }

  /// The share of each owner of keys that are drawn independently for each request.
  private func shares(
    _ space: String, _ rates: [(Population, Double)], _ policy: any ShardingPolicy,
    _ shards: Shards
  ) throws(Unknown) -> [Double] {
    var memory = ShardMemory()
    let map = policy.map(shards, &memory)
    let tables = ShardTables(memory)
    var sums = Array(repeating: 0.0, count: shards.count)
    for (population, rate) in rates where rate > 0 {
      let law = try keys(of: space, population)
      if law.supportCount > Int(Sharding.rankedMax) {
        throw Unknown("shares of over \(Sharding.rankedMax) keys of '\(space)' are not summed up")
      }
      _ = law.eachShare { key, share in sums[Int(map.shard(of: key, tables))] += rate * share }
    }
    let total = sums.reduce(0, +)
    guard total > 0 else { throw Unknown("nobody draws keys of '\(space)'") }
    return sums.map { $0 / total }
  }

  /// The law of the one key of a space that each request of a population draws for itself.
  func keys(of space: String, _ population: Population) throws(Unknown) -> KeyLaw {
    let workload = topology.workloads[population.workload]
    guard let carried = workload.keys.first(where: { $0.space == space }) else {
      throw Unknown("keys of '\(space)' are not drawn by a popularity")
    }
    if carried.countMax > 1 { throw Unknown("requests carry several keys of '\(space)'") }
    if let why = carried.law.dependence { throw Unknown("keys of '\(space)' \(why)") }
    return carried.law
  }
}

extension KeyLaw {
  /// Why keys of different requests hang together; nil where they are drawn independently.
  var dependence: String? {
    switch self {
    case .uniform, .zipf, .list: nil
    case .mixture(let parts): parts.lazy.compactMap(\.law.dependence).first
    case .scan: "are read one after the other"
    case .shifting: "shift in popularity"
    case .given, .column: "come from a trace"
    }
  }
}
