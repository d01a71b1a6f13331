import TailraceCatalog
import TailraceModel

// Services whose number of shards changes.
extension TopologyBuilder {
  /// The change of a service's number of shards; nil where there is none, or a mistake was noted.
  mutating func reshard(
    of service: Named<ServiceDeclaration>, by space: Named<KeySpaceDeclaration>,
    _ sharding: Sharding, _ node: Node
  ) -> Reshard? {
    guard let declared = service.value.shardBy else { return nil }
    guard let written = declared.reshard else {
      if let bandwidth = declared.copyBandwidth, node["reshard"].map(\.isNull) ?? true {
        reading.report(
          .missingKey, at: bandwidth.node,
          "'copy_bandwidth' of service '\(service.name)' has no effect without 'reshard'")
      }
      return nil
    }
    guard let at = written.value.at, let shards = written.value.shards else { return nil }
    let from = service.value.shards
    let later = Shards(service: service.name, count: shards.value, keyCount: sharding.keyCount)
    if shards.value == from {
      reading.report(
        .outOfRange, at: shards.node, "service '\(service.name)' has \(from) shards already")
    } else if declared.policy == ShardTable.name {
      reading.report(
        .wrongType, at: written.node,
        "'reshard' has no place beside policy \"TABLE\": 'table' says its owners itself")
    } else if declared.hotKeys != nil {
      reading.report(
        .notInThisVersion, at: written.node,
        "'reshard' beside 'hot_keys' is not in this version")
    } else if let mistake = sharding.policy.mistake(later) {
      reading.report(.outOfRange, at: shards.node, "service '\(service.name)': \(mistake)")
    } else if let end = scenario.run.duration, at >= end {
      reading.report(
        .outOfRange, at: written.node["at"] ?? written.node,
        "'reshard' of service '\(service.name)' would come after the run's end")
    } else {
      guard let bandwidth = declared.copyBandwidth else {
        return Reshard(at: at, from: from, to: shards.value)
      }
      let isHost = scenario.caches.contains { cache in
        cache.value.service?.value.split(separator: "/").first.map(String.init) == service.name
      }
      if isHost {
        reading.report(
          .wrongType, at: bandwidth.node,
          "service '\(service.name)' holds a cache: keys that move are cold there, not copied")
        return nil
      }
      guard let count = sharding.keyCount, let size = space.value.size, let mean = size.mean else {
        reading.report(
          .missingKey, at: bandwidth.node,
          "'copy_bandwidth' needs the 'count' of keys '\(space.name)' and a 'size' with a mean")
        return nil
      }
      return Reshard(
        at: at, from: from, to: shards.value,
        copy: .init(bytes: Double(count) * mean, bytesPerSecond: bandwidth.value))
    }
    return nil
  }

  /// Notes a scatter to the shards of a service whose number of shards changes.
  mutating func refuseReshard(of services: [String], at node: Node) {
    for service in scenario.services
    where services.contains(service.name) && service.value.shardBy?.reshard != nil {
      reading.report(
        .notInThisVersion, at: node["scatter"] ?? node,
        "a scatter to shards whose number changes, as that of service '\(service.name)', is not in "
          + "this version; scatter 'to' \"keys\"")
    }
  }
}
