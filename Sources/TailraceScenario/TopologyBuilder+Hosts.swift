import TailraceCatalog
import TailraceModel

// Caches that a service holds.
extension TopologyBuilder {
  /// The service and handler that a cache names, as a call does; nil where that is none.
  func host(of cache: Named<CacheDeclaration>) -> CallSpec? {
    guard let named = cache.value.service else { return nil }
    let parts = named.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var call = CallSpec(String(parts[0]))
    if parts.count == 2 { call.handler = String(parts[1]) }
    guard handlers(of: call.service)?.contains(call.handler) ?? false else { return nil }
    return call
  }

  /// Notes a timeout of calls that are not made.
  mutating func checkTimeout(
    _ step: CacheStep, of cache: Named<CacheDeclaration>, at node: Node
  ) {
    let isCalled = document["caches"]?[cache.name]?["service"].map { !$0.isNull } ?? false
    if step.timeout == nil || isCalled { return }
    reading.report(
      .missingKey, at: node["timeout"] ?? node,
      "'timeout' has no effect: cache '\(cache.name)' has no 'service' to call")
  }

  /// Notes a service with more than one replica that could store what was written.
  mutating func checkKeeper(of cache: Named<CacheDeclaration>, at policy: Node) {
    guard let host = host(of: cache),
      let service = scenario.services.first(where: { $0.name == host.service })?.value,
      service.replicaCount > 1
    else { return }
    reading.report(
      .wrongType, at: policy,
      "cache '\(cache.name)' is at service '\(host.service)' with \(service.replicaCount) replicas "
        + "of each shard: \"write_back\" needs one, which stores what was written")
  }

  /// Notes steps that are about the writer, where the cache's service is to take them.
  mutating func checkStore(
    _ use: CacheUse, of cache: Named<CacheDeclaration>, at node: Node
  ) {
    guard use.operation == .write, cache.value.writePolicy == .writeBack,
      let host = host(of: cache)
    else { return }
    var isPlaced = false
    CallGraph.eachStep(in: use.steps, disabled: true) { step in
      switch step.verb {
      case .scatter(_, .peers, _), .scatter(_, .childShards, _): isPlaced = true
      default: break
      }
    }
    if !isPlaced { return }
    reading.report(
      .wrongType, at: node["store"] ?? node,
      "service '\(host.service)' takes these steps, since cache '\(cache.name)' is there: no "
        + "'scatter' to \"peers\" or \"child_shards\" of another")
  }

  /// Notes what is wrong with the service of a cache.
  mutating func checkHost(of cache: Named<CacheDeclaration>, key: String, at node: Node) {
    guard let named = cache.value.service else { return }
    if node["placement"].map({ !$0.isNull }) ?? false, cache.value.placement != .shared {
      reading.report(
        .wrongType, at: node["placement"] ?? node,
        "cache '\(cache.name)' has both 'placement' and 'service'; give one")
    }
    // The name is checked as that of a call.
    guard target(named, timeout: nil) != nil, let host = host(of: cache),
      let service = scenario.services.first(where: { $0.name == host.service })
    else { return }
    if service.value.shards == 1 { return }
    guard let declared = service.value.shardBy else {
      if !hasWritten("shard_by", in: host.service) {
        reading.report(
          .missingKey, at: named.node,
          "service '\(host.service)' has \(service.value.shards) shards and no 'shard_by': which "
            + "one holds a key?", help: [shardingHelp(for: host.service)])
      }
      return
    }
    let space = declared.key?.value ?? (keySpaces.count == 1 ? keySpaces[0] : nil)
    if let space, space != key {
      reading.report(
        .wrongType, at: named.node,
        "cache '\(cache.name)' holds keys '\(key)', but service '\(host.service)' is sharded by "
          + "'\(space)'")
    }
  }
}

extension Topology {
  /// What a service takes to store what was written to caches that it holds.
  func stores(takenBy service: String) -> [[StepSpec]] {
    let names = Set(
      caches.filter {
        $0.enabled && $0.writePolicy == .writeBack && $0.host?.service == service
      }.map(\.name))
    if names.isEmpty { return [] }
    var found: [[StepSpec]] = []
    let programs = services.flatMap { $0.handlers.map(\.steps) } + workloads.map(\.steps)
    for steps in programs {
      CallGraph.eachStep(in: steps, disabled: false) { step in
        if case .cache(let use) = step.verb, use.operation == .write, names.contains(use.cache) {
          found.append(use.steps)
        }
      }
    }
    return found
  }
}
