import TailraceCatalog
import TailraceModel

extension TopologyBuilder {
  /// The faults that happen.
  mutating func buildFaults(_ services: [ServiceSpec], in document: Node) -> [FaultSpec] {
    var faults: [FaultSpec] = []
    for fault in scenario.faults {
      let node = document["faults"]?[fault.name] ?? fault.nameNode
      if let spec = build(fault, at: node, services), fault.value.enabled { faults.append(spec) }
    }
    return faults
  }

  private mutating func build(
    _ fault: Named<FaultDeclaration>, at node: Node, _ services: [ServiceSpec]
  ) -> FaultSpec? {
    let declared = fault.value
    let verb = verb(of: fault, at: node)
    let isTimed = checkTime(of: fault, at: node)
    let isAimed = checkAim(of: fault, at: node)
    if isAimed, isTimed, let verb, case .flush = verb { return flush(fault, verb) }
    guard isAimed, let service = declared.service,
      let spec = known(service, for: "fault '\(fault.name)' at", among: services)
    else { return nil }
    var target = FaultTarget(spec.name)
    switch declared.shard {
    case .number(let number)?: target.shard = number
    case .hottest?:
      guard let hottest = hottestShard(of: spec, at: node["shard"] ?? node) else { return nil }
      target.shard = hottest
    case nil: break
    }
    target.replica = declared.replica
    target.group = declared.group?.value
    target.fraction = declared.fraction
    guard check(target, declared, at: node, spec), let verb, isTimed else { return nil }
    if let every = declared.every, let length = declared.length {
      var spec = FaultSpec(
        name: fault.name, target: target, verb: verb, every: every, length: length)
      spec.isTogether = declared.together
      return spec
    }
    guard let at = declared.at else { return nil }
    var once = FaultSpec(name: fault.name, target: target, verb: verb, at: at)
    once.length = declared.length
    once.isTogether = declared.together
    return once
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

  private func isMarked(_ word: String, _ node: Node) -> Bool {
    node[word].map { !$0.isNull && $0.boolean != false } ?? false
  }

  /// A fault that empties a cache; it has no length.
  private func flush(_ fault: Named<FaultDeclaration>, _ verb: FaultSpec.Verb) -> FaultSpec? {
    let target = FaultTarget("")
    if let every = fault.value.every {
      return FaultSpec(
        name: fault.name, target: target, verb: verb, every: every, length: .constant(1))
    }
    return fault.value.at.map { FaultSpec(name: fault.name, target: target, verb: verb, at: $0) }
  }

  /// Whether a fault names what it strikes: a cache for a flush, else a service.
  private mutating func checkAim(of fault: Named<FaultDeclaration>, at node: Node) -> Bool {
    func has(_ key: String) -> Bool { node[key].map { !$0.isNull } ?? false }
    let isFlush = isMarked("flush", node)
    let (wanted, other) = isFlush ? ("cache", "service") : ("service", "cache")
    var isRight = true
    if !has(wanted) && !hasStrangeKey(node) {
      isRight = false
      let what = isFlush ? "a flush empties a cache" : "the service it strikes"
      reading.report(
        .missingKey, at: fault.nameNode, "fault '\(fault.name)' needs '\(wanted)': \(what)")
    }
    // A default that is written out, as in a resolved scenario, asks for nothing.
    var strange = [other]
    if isFlush {
      strange += ["shard", "replica", "group", "for"]
      if fault.value.fraction != FaultDeclaration().fraction { strange.append("fraction") }
      if fault.value.together != FaultDeclaration().together { strange.append("together") }
    }
    for word in strange where has(word) {
      isRight = false
      reading.report(
        .wrongType, at: node[word] ?? node,
        "'\(word)' has no place in fault '\(fault.name)': "
          + (isFlush
            ? "a flush empties a whole cache at one instant" : "only a flush has a 'cache'"))
    }
    if isFlush, let cache = fault.value.cache,
      !scenario.caches.contains(where: { $0.name == cache.value })
    {
      isRight = false
      let hint = NearestWord.hintOrAll(cache.value, among: scenario.caches.map(\.name))
      reading.report(
        .unknownName, at: cache.node,
        "fault '\(fault.name)' at cache '\(cache.value.clipped)', which is not defined\(hint)")
    }
    return isRight
  }

  /// A service by name; a strange one is a mistake.
  private mutating func known(
    _ name: Located<String>, for whom: String, among services: [ServiceSpec]
  ) -> ServiceSpec? {
    if let found = services.first(where: { $0.name == name.value }) { return found }
    let hint = NearestWord.hintOrAll(name.value, among: services.map(\.name))
    reading.report(
      .unknownName, at: name.node,
      "\(whom) service '\(name.value.clipped)', which is not defined\(hint)")
    return nil
  }

  private mutating func verb(of fault: Named<FaultDeclaration>, at node: Node) -> FaultSpec.Verb? {
    let written = FaultDeclaration.verbs.filter { word in
      node[word].map { !$0.isNull && $0.boolean != false } ?? false
    }
    let words = FaultDeclaration.verbs.map { "'\($0)'" }.joined(separator: ", ")
    if written.count > 1 {
      let both = written.map { "'\($0)'" }.joined(separator: " and ")
      reading.report(
        .wrongType, at: fault.nameNode, "fault '\(fault.name)' does one thing, not \(both)")
      return nil
    }
    guard let word = written.first else {
      if hasStrangeKey(node) { return nil }
      for word in FaultDeclaration.verbs where node[word]?.boolean == false {
        reading.report(
          .outOfRange, at: node[word] ?? node,
          "'\(word)' can only be true; switch the fault off by 'enabled: false'")
        return nil
      }
      reading.report(
        .missingKey, at: fault.nameNode, "fault '\(fault.name)' needs one of \(words)")
      return nil
    }
    if fault.value.drops, word != "crash" {
      reading.report(
        .wrongType, at: node["connections"] ?? node,
        "'connections' is for a 'crash'; '\(word)' breaks none")
      return nil
    }
    return fault.value.verb
  }

  /// Whether a word was not understood: then what seems to be missing may be what it meant.
  private func hasStrangeKey(_ fault: Node) -> Bool {
    let known = FaultDeclaration.keys.map(\.name)
    return fault.object?.members.contains { !known.contains($0.name) } ?? false
  }

  private mutating func checkTime(of fault: Named<FaultDeclaration>, at node: Node) -> Bool {
    func has(_ key: String) -> Bool { node[key].map { !$0.isNull } ?? false }
    if has("at") == has("every") {
      if hasStrangeKey(node) { return false }
      reading.report(
        has("at") ? .wrongType : .missingKey, at: fault.nameNode,
        has("at")
          ? "fault '\(fault.name)' has both 'at' and 'every'; give one"
          : "fault '\(fault.name)' needs 'at' (once) or 'every' (again and again)")
      return false
    }
    if has("every") && !has("for") && !isMarked("flush", node) {
      reading.report(
        .missingKey, at: fault.nameNode,
        "fault '\(fault.name)' comes again and again, so it needs 'for': how long it lasts")
      return false
    }
    var isRight = true
    for (key, law) in [("every", fault.value.every), ("for", fault.value.length)] {
      guard let law else { continue }
      if law.readsRequest {
        isRight = false
        reading.report(
          .wrongType, at: node[key] ?? node,
          "'\(key)' of a fault belongs to no request, so it cannot be 'by_class'")
      } else if let mean = law.mean, mean < 1_000 {
        isRight = false
        reading.report(
          .outOfRange, at: node[key] ?? node,
          "'\(key)' of a fault must be 1us or more, on average")
      }
    }
    return isRight
  }

  /// Whether some replica matches a target.
  private mutating func check(
    _ target: FaultTarget, _ declared: FaultDeclaration, at node: Node, _ service: ServiceSpec
  ) -> Bool {
    if let shard = target.shard, shard >= service.shards {
      return refuse("shard", shard, service.shards, of: service.name, at: node)
    }
    if let replica = target.replica, replica >= service.replicas {
      return refuse("replica", replica, service.replicas, of: service.name, at: node)
    }
    guard let group = declared.group else { return true }
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

  // MARK: Links

  /// The links between services; two for the same messages are a mistake.
  mutating func buildLinks(_ services: [ServiceSpec]) -> [LinkSpec] {
    var links: [LinkSpec] = []
    var names: [String] = []
    for link in scenario.network.links {
      let declared = link.value
      let whom = "link '\(link.name)' to"
      let ends = [declared.from?.service, declared.to?.service].map { end in
        end.flatMap { known($0, for: whom, among: services) }
      }
      guard let from = ends[0], let to = ends[1] else { continue }
      var spec = LinkSpec(from: from.name, to: to.name, latency: declared.transport.latency)
      spec.bothWays = declared.bothWays
      spec.transport = declared.transport.transport("links/\(link.name)")
      let rival = links.firstIndex {
        $0.carries(from: spec.from, to: spec.to)
          || spec.bothWays && $0.carries(from: spec.to, to: spec.from)
      }
      if let rival {
        reading.report(
          .wrongType, at: link.nameNode,
          "links '\(names[rival])' and '\(link.name)' carry the same messages; keep one")
        continue
      }
      links.append(spec)
      names.append(link.name)
    }
    return links
  }

  // MARK: Groups

  /// The groups of a service; they stand instead of 'replicas'.
  mutating func groups(
    of service: Named<ServiceDeclaration>, writtenAs node: Node?
  ) -> [ReplicaGroup] {
    guard let groups = service.value.groups else { return [] }
    if groups.isEmpty {
      reading.report(
        .missingKey, at: node?["groups"] ?? service.nameNode,
        "'groups' of service '\(service.name)' holds no group")
    }
    if let replicas = node?["replicas"], !replicas.isNull {
      reading.report(
        .wrongType, at: replicas,
        "service '\(service.name)' has both 'replicas' and 'groups'; give one")
    }
    return groups.map { group in
      var spec = ReplicaGroup(
        group.name, replicas: group.value.replicas, speed: group.value.speed)
      let whom = "group '\(group.name)' of service '\(service.name)' in"
      spec.zone = group.value.zone.flatMap { zone($0.value, at: $0.node, for: whom) }
      return spec
    }
  }
}
