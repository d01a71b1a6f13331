import TailraceCatalog
import TailraceModel

// How keys find their shards.
extension TopologyBuilder {
  /// What sends a call to its shard.
  mutating func sharding(of service: Named<ServiceDeclaration>) -> Sharding? {
    guard let declared = service.value.shardBy else { return nil }
    let node = written?[service.name]?["shard_by"] ?? service.nameNode
    if !hasWritten("shards", in: service.name) {
      reading.report(
        .missingKey, at: node, "'shard_by' of service '\(service.name)' needs 'shards': how many")
    }
    if let key = declared.key {
      return keySpace(key.value, at: key.node).flatMap { sharding(of: service, by: $0, node) }
    }
    if node["key"].map({ !$0.isNull }) ?? false { return nil }
    guard ownKeys.count == 1 else {
      if !hasUnreadKeys {
        reading.report(
          .missingKey, at: node,
          "'shard_by' of service '\(service.name)' needs 'key': \(foundKeys)")
      }
      return nil
    }
    return sharding(of: service, by: ownKeys[0], node)
  }

  /// A sharding whose key space is known; what its policy cannot do is noted.
  private mutating func sharding(
    of service: Named<ServiceDeclaration>, by space: Named<KeySpaceDeclaration>, _ node: Node
  ) -> Sharding? {
    guard let declared = service.value.shardBy else { return nil }
    if let table = declared.table, declared.policy != ShardTable.name {
      reading.report(
        .wrongType, at: table.node,
        "'table' has no place beside policy \"\(declared.policy)\": only TABLE reads it")
    }
    var sharding = Sharding(
      key: space.name, policy: service.value.sharding(declared),
      keyCount: keyCount(of: space).map { UInt64($0) })
    // A table or a policy that was not understood has been complained about.
    let isUnread = declared.table == nil && node["table"].map { !$0.isNull } ?? false
    let shards = Shards(
      service: service.name, count: service.value.shards, keyCount: sharding.keyCount)
    if !isUnread, let mistake = sharding.policy.mistake(shards) {
      reading.report(
        .outOfRange, at: declared.table?.node ?? node["policy"] ?? node,
        "service '\(service.name)': \(mistake)")
      return nil
    }
    sharding.hotKeys = hotKeys(of: service, by: space)
    sharding.reshard = reshard(of: service, by: space, sharding, node)
    return sharding
  }

  /// The copied keys of a service.
  private mutating func hotKeys(
    of service: Named<ServiceDeclaration>, by space: Named<KeySpaceDeclaration>
  ) -> HotKeys? {
    guard let written = service.value.shardBy?.hotKeys else { return nil }
    let (node, declared) = (written.node, written.value)
    guard let ways = declared.ways else { return nil }
    let (shards, count) = (service.value.shards, keyCount(of: space))
    if ways.value > shards {
      reading.report(
        .outOfRange, at: ways.node,
        "keys in \(ways.value) ways need as many shards; service '\(service.name)' has \(shards)")
    }
    switch (declared.listed, declared.top) {
    case (let listed?, nil):
      if listed.value.isEmpty || listed.value.count > HotKeys.keysMax {
        reading.report(
          .outOfRange, at: listed.node,
          "'keys' lists \(listed.value.count) keys; it must list 1 to \(HotKeys.keysMax)")
      } else if let count, let wrong = listed.value.first(where: { $0 >= count }) {
        reading.report(
          .outOfRange, at: listed.node,
          "key \(wrong) is not among the \(count) of '\(space.name)', counted from 0")
      }
      return HotKeys(keys: listed.value.map { UInt64($0) }, ways: ways.value)
    case (nil, let top?):
      // The space's own popularity has been checked: its mistakes are told once.
      var own = Reading()
      guard let count, let popularity = space.value.popularity, !isComputed(space) else {
        reading.report(
          .missingKey, at: top.node,
          "'top' needs a 'popularity' of keys '\(space.name)' that says which these are; or list "
            + "'keys'")
        return nil
      }
      return popularity.declared.law(of: count, at: popularity.node, &own)?.hottest(top.value)
        .map { HotKeys(keys: $0, ways: ways.value) }
    case (nil, nil), (_?, _?):
      // What was not understood has been complained about.
      let known = declared.listed == nil ? ["keys", "top"] : []
      if known.allSatisfy({ node[$0].map(\.isNull) ?? true }) {
        reading.report(.missingKey, at: node, "'hot_keys' needs either 'keys' or 'top'")
      }
      return nil
    }
  }
}
