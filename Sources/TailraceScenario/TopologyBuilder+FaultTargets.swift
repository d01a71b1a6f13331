import TailraceCatalog
import TailraceModel

// What faults strike.
extension TopologyBuilder {
  /// Whether a fault names what it strikes: a cache for a flush, the ends of a partition, else
  /// replicas of a service or in a zone.
  mutating func checkAim(of fault: Named<FaultDeclaration>, at node: Node) -> Bool {
    func has(_ key: String) -> Bool { node[key].map { !$0.isNull } ?? false }
    let isFlush = isMarked("flush", node)
    let hasEnds = has("from") || has("to")
    let isRight = checkStrangers(of: fault, at: node)
    if isFlush { return checkCache(of: fault, at: node) && isRight }
    if hasEnds || has("service") || has("zone") || hasStrangeKey(node) { return isRight }
    reading.report(
      .missingKey, at: fault.nameNode,
      isMarked("partition", node)
        ? "fault '\(fault.name)' needs 'from', 'to', 'service' or 'zone': who is cut off"
        : "fault '\(fault.name)' needs 'service' or 'zone': what it strikes")
    return false
  }

  /// Whether a fault has only words that belong to what it does.
  private mutating func checkStrangers(of fault: Named<FaultDeclaration>, at node: Node) -> Bool {
    func has(_ key: String) -> Bool { node[key].map { !$0.isNull } ?? false }
    let standard = FaultDeclaration()
    // A default that is written out, as in a resolved scenario, asks for nothing.
    var fractions: [String] = []
    if fault.value.fraction != standard.fraction { fractions.append("fraction") }
    if fault.value.together != standard.together { fractions.append("together") }
    let aims = ["service", "zone", "shard", "replica", "group"] + fractions
    var strange: [(words: [String], why: String)] = []
    if isMarked("flush", node) {
      strange.append((aims + ["for"], "a flush empties a whole cache at one instant"))
    } else {
      strange.append((["cache"], "only a flush has a 'cache'"))
    }
    let isPartition = isMarked("partition", node)
    let ends = ["from", "to"] + (fault.value.bothWays == standard.bothWays ? [] : ["both_ways"])
    if !isPartition {
      strange.append((ends, "only a partition has two sides"))
    } else if has("from") || has("to") {
      strange.append((aims, "'from' and 'to' say who is cut off"))
    }
    if !has("service") {
      strange.append((["shard", "replica", "group"], "it is of one 'service'"))
    }
    var isRight = true
    var told = Set<String>()
    for (words, why) in strange {
      for word in words where has(word) && told.insert(word).inserted {
        isRight = false
        reading.report(
          .wrongType, at: node[word] ?? node,
          "'\(word)' has no place in fault '\(fault.name)': \(why)")
      }
    }
    return isRight
  }

  /// Whether a flush names a cache.
  private mutating func checkCache(of fault: Named<FaultDeclaration>, at node: Node) -> Bool {
    guard let cache = fault.value.cache else {
      let isWritten = node["cache"].map { !$0.isNull } ?? false
      if !isWritten && !hasStrangeKey(node) {
        reading.report(
          .missingKey, at: fault.nameNode,
          "fault '\(fault.name)' needs 'cache': a flush empties a cache")
      }
      return false
    }
    if scenario.caches.contains(where: { $0.name == cache.value }) { return true }
    let hint = NearestWord.hintOrAll(cache.value, among: scenario.caches.map(\.name))
    reading.report(
      .unknownName, at: cache.node,
      "fault '\(fault.name)' at cache '\(cache.value.clipped)', which is not defined\(hint)")
    return false
  }

  /// The replicas that a fault strikes; nil where a mistake has been noted.
  mutating func target(
    of fault: Named<FaultDeclaration>, at node: Node, _ services: [ServiceSpec]
  ) -> FaultTarget? {
    let declared = fault.value
    if declared.from != nil || declared.to != nil { return FaultTarget("") }
    var end = FaultEndDeclaration()
    (end.service, end.zone) = (declared.service, declared.zone)
    (end.replica, end.group) = (declared.replica, declared.group)
    switch declared.shard {
    case .number(let number)?: end.shard = number
    case .hottest?:
      guard let service = declared.service,
        let spec = known(service, for: "fault '\(fault.name)' at", among: services),
        let hottest = hottestShard(of: spec, at: node["shard"] ?? node)
      else { return nil }
      end.shard = hottest
    case nil: break
    }
    guard var target = target(end, of: fault, at: node, services) else { return nil }
    target.fraction = declared.fraction
    return target
  }

  /// The sides of a partition; nil where a mistake has been noted.
  mutating func ends(
    of fault: Named<FaultDeclaration>, at node: Node, _ services: [ServiceSpec]
  ) -> (FaultTarget?, FaultTarget?)? {
    var found: [FaultTarget?] = []
    for (key, end) in [("from", fault.value.from), ("to", fault.value.to)] {
      guard let end else {
        found.append(nil)
        continue
      }
      let place = node[key] ?? node
      if end.service == nil && end.zone == nil {
        reading.report(
          .missingKey, at: place, "'\(key)' of fault '\(fault.name)' needs 'service' or 'zone'")
        return nil
      }
      guard let target = target(end, of: fault, at: place, services) else { return nil }
      found.append(target)
    }
    return (found[0], found[1])
  }

  /// Replicas by service, zone and place; nil where there are none.
  private mutating func target(
    _ end: FaultEndDeclaration, of fault: Named<FaultDeclaration>, at node: Node,
    _ services: [ServiceSpec]
  ) -> FaultTarget? {
    let (fault, isPartition) = (fault.name, fault.value.partition)
    var target = FaultTarget(end.service?.value ?? "")
    (target.shard, target.replica, target.group) = (end.shard, end.replica, end.group?.value)
    if let zone = end.zone {
      guard let number = self.zone(zone.value, at: zone.node, for: "fault '\(fault)' in") else {
        return nil
      }
      target.zone = number
    }
    guard let service = end.service else {
      if end.shard != nil || end.replica != nil || end.group != nil {
        reading.report(
          .missingKey, at: node, "'shard', 'replica' and 'group' are of one 'service'")
        return nil
      }
      // The clients of a zone can be cut off, too.
      return isPartition || isMet(target, in: end.zone, by: services) ? target : nil
    }
    guard let spec = known(service, for: "fault '\(fault)' at", among: services),
      check(target, end.group, at: node, spec), isMet(target, in: end.zone, by: [spec])
    else { return nil }
    return target
  }

  /// Whether a replica of some services stands in the zone of a target.
  private mutating func isMet(
    _ target: FaultTarget, in zone: Located<String>?, by services: [ServiceSpec]
  ) -> Bool {
    guard let zone else { return true }
    if services.contains(where: { target.matchesAny(of: $0) }) { return true }
    let whose = target.service.isEmpty ? "" : " of service '\(target.service)'"
    reading.report(
      .outOfRange, at: zone.node, "no such replica\(whose) stands in zone '\(zone.value)'")
    return false
  }

  /// A service by name; a strange one is a mistake.
  mutating func known(
    _ name: Located<String>, for whom: String, among services: [ServiceSpec]
  ) -> ServiceSpec? {
    if let found = services.first(where: { $0.name == name.value }) { return found }
    let hint = NearestWord.hintOrAll(name.value, among: services.map(\.name))
    reading.report(
      .unknownName, at: name.node,
      "\(whom) service '\(name.value.clipped)', which is not defined\(hint)")
    return nil
  }

  /// The shard that owns most of what is drawn; a service of which nobody knows that is noted.
  private mutating func hottestShard(of service: ServiceSpec, at node: Node) -> Int? {
    guard service.shards > 1 else { return 0 }
    guard let sharding = service.sharding else {
      // What was not understood has been complained about.
      if !hasWritten("shard_by", in: service.name) {
        reading.report(
          .wrongType, at: node,
          "service '\(service.name)' has no 'shard_by': no keys make one of its shards the hottest")
      }
      return nil
    }
    let computed = computedKeys[sharding.key].map { [$0.law].compactMap { $0 } }
    let laws = computed ?? drawnKeys[sharding.key]
    if let found = sharding.hottestShard(of: service, drawn: laws ?? []) { return found }
    reading.report(
      .wrongType, at: node,
      "nobody knows beforehand which shard of '\(service.name)' will be the hottest: keys "
        + "'\(sharding.key)' have no popularity; give its number")
    return nil
  }

  /// Whether some replica matches a target.
  private mutating func check(
    _ target: FaultTarget, _ named: Located<String>?, at node: Node, _ service: ServiceSpec
  ) -> Bool {
    if let shard = target.shard, shard >= service.shards {
      return refuse("shard", shard, service.shards, of: service.name, at: node)
    }
    if let replica = target.replica, replica >= service.replicas {
      return refuse("replica", replica, service.replicas, of: service.name, at: node)
    }
    guard let group = named else { return true }
    let names = service.groups.map(\.name)
    guard let places = service.places(of: group.value) else {
      let near = NearestWord.suggest(group.value, among: names)
      let hint = near.map { "; did you mean '\($0)'?" } ?? ""
      reading.report(
        .unknownName, at: group.node,
        "service '\(service.name)' has no group '\(group.value.clipped)'\(hint)")
      return false
    }
    if let replica = target.replica, !places.contains(replica) {
      reading.report(
        .outOfRange, at: node["replica"] ?? node,
        "replica \(replica) is not in group '\(group.value)', which has "
          + "\(places.lowerBound) to \(places.upperBound - 1)")
      return false
    }
    return true
  }

  private mutating func refuse(
    _ key: String, _ number: Int, _ count: Int, of service: String, at node: Node
  ) -> Bool {
    reading.report(
      .outOfRange, at: node[key] ?? node,
      "service '\(service)' has \(count) \(key)\(count == 1 ? "" : "s"), counted from 0: "
        + "there is no \(key) \(number)")
    return false
  }
}
