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
    guard let policy = laterPolicy(declared, written, sharding, of: service.name) else {
      return nil
    }
    if shards.value == from && written.value.table == nil {
      reading.report(
        .outOfRange, at: shards.node, "service '\(service.name)' has \(from) shards already")
    } else if let ways = declared.hotKeys?.value.ways, ways.value > shards.value {
      reading.report(
        .outOfRange, at: shards.node,
        "'hot_keys' of service '\(service.name)' lie in \(ways.value) ways: it must keep as many "
          + "shards")
    } else if let mistake = policy.mistake(later) {
      reading.report(
        .outOfRange, at: written.value.table?.node ?? shards.node,
        "service '\(service.name)': \(mistake)")
    } else if let end = scenario.run.duration, at >= end {
      reading.report(
        .outOfRange, at: written.node["at"] ?? written.node,
        "'reshard' of service '\(service.name)' would come after the run's end")
    } else {
      var reshard = Reshard(at: at, from: from, to: shards.value)
      if written.value.table != nil { reshard.policy = policy }
      reshard.readsTwice = written.value.doubleReads
      guard let bandwidth = declared.copyBandwidth else {
        if reshard.readsTwice, node["copy_bandwidth"].map(\.isNull) ?? true {
          reading.report(
            .missingKey, at: written.node["double_reads"] ?? written.node,
            "'double_reads' of service '\(service.name)' has no effect without 'copy_bandwidth': "
              + "all keys move at once")
        }
        return reshard
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
      reshard.copy = .init(bytes: Double(count) * mean, bytesPerSecond: bandwidth.value)
      return reshard
    }
    return nil
  }

  /// What says who owns a key afterwards; nil where a mistake was noted.
  private mutating func laterPolicy(
    _ declared: ShardByDeclaration, _ written: Located<ReshardDeclaration>, _ sharding: Sharding,
    of service: String
  ) -> (any ShardingPolicy)? {
    guard declared.policy == ShardTable.name else {
      guard let table = written.value.table else { return sharding.policy }
      reading.report(
        .wrongType, at: table.node,
        "'table' has no place beside policy \"\(declared.policy)\": only TABLE reads it")
      return nil
    }
    if let table = written.value.table { return ShardTable(table.value) }
    // A table that was not understood has been complained about.
    if written.node["table"].map(\.isNull) ?? true {
      reading.report(
        .missingKey, at: written.node,
        "'reshard' of service '\(service)' needs a 'table' of its own: under policy \"TABLE\" nothing "
          + "else says what new shards own")
    }
    return nil
  }

  /// How many shards a service has at least, before and after a change of their number.
  func fewestShards(of service: String) -> Int {
    guard let declared = scenario.services.first(where: { $0.name == service })?.value else {
      return 1
    }
    return min(declared.shards, declared.shardBy?.reshard?.value.shards?.value ?? .max)
  }

  /// Notes a scatter that has no meaning where the number of a service's shards changes.
  mutating func refuseReshard(of services: [String], at node: Node, _ why: String) {
    for service in scenario.services
    where services.contains(service.name) && service.value.shardBy?.reshard != nil {
      reading.report(
        .wrongType, at: node,
        "\(why); those of service '\(service.name)' change: scatter 'to' \"shards\" or \"keys\"")
    }
  }
}
