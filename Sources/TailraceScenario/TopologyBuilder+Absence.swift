import TailraceCatalog
import TailraceModel

// Keys that do not exist.
extension TopologyBuilder {
  /// Shares of keys that do not exist, by key space; only caches care.
  mutating func buildAbsentKeys() -> [String: Double] {
    var shares: [String: Double] = [:]
    for space in scenario.keys where space.value.absentFraction > 0 {
      shares[space.name] = space.value.absentFraction
      let isCached = scenario.caches.contains { cache in
        cache.value.key.map { $0.value == space.name } ?? (keySpaces == [space.name])
      }
      // Caches that were not understood may be the ones.
      let written = document["caches"]?.object?.members.count { !$0.value.isNull } ?? 0
      if !isCached && written == scenario.caches.count {
        reading.report(
          .missingKey, at: writtenKeys?[space.name]?["absent_fraction"] ?? space.nameNode,
          "'absent_fraction' of keys '\(space.name)' has no effect: no cache holds them")
      }
    }
    return shares
  }

  /// Notes a time to live of answers that are never given.
  mutating func checkAbsence(of cache: Named<CacheDeclaration>, key: String, at node: Node) {
    guard cache.value.negativeTTL != nil,
      let space = scenario.keys.first(where: { $0.name == key }), space.value.absentFraction == 0
    else { return }
    reading.report(
      .missingKey, at: node["negative_ttl"] ?? node,
      "'negative_ttl' of cache '\(cache.name)' has no effect: keys '\(key)' have no "
        + "'absent_fraction'")
  }
}
