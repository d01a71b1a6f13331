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
            + "one holds a key?")
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
