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
    guard isAimed, let target = target(of: fault, at: node, services), let verb, isTimed else {
      return nil
    }
    var spec: FaultSpec
    if let every = declared.every, let length = declared.length {
      spec = FaultSpec(name: fault.name, target: target, verb: verb, every: every, length: length)
    } else if let at = declared.at {
      spec = FaultSpec(name: fault.name, target: target, verb: verb, at: at)
      spec.length = declared.length
    } else {
      return nil
    }
    // A zone fails as one.
    spec.isTogether = declared.together || target.service.isEmpty
    if case .partition(var partition) = verb {
      if declared.from == nil && declared.to == nil {
        partition.to = target
      } else {
        guard let ends = ends(of: fault, at: node, services) else { return nil }
        (partition.from, partition.to) = ends
      }
      spec.verb = .partition(partition)
      spec.target = FaultTarget("")
    }
    return spec
  }

  func isMarked(_ word: String, _ node: Node) -> Bool {
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
    if fault.value.drops, word != "crash", word != "partition" {
      reading.report(
        .wrongType, at: node["connections"] ?? node,
        "'connections' is for a 'crash' or a 'partition'; '\(word)' breaks none")
      return nil
    }
    return fault.value.verb
  }

  /// Whether a word was not understood: then what seems to be missing may be what it meant.
  func hasStrangeKey(_ fault: Node) -> Bool {
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
    if let delay = fault.value.delay {
      var uses = LawUses()
      uses.add(delay)
      if !uses.columns.isEmpty || !uses.attributes.isEmpty {
        isRight = false
        reading.report(
          .wrongType, at: node["delay"] ?? node,
          "'delay' of a fault is of messages of all workloads: it cannot ask for columns or "
            + "attributes")
      }
    }
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
        group.name, replicas: group.value.replicas, speed: group.value.speed,
        weight: group.value.weight)
      let whom = "group '\(group.name)' of service '\(service.name)' in"
      spec.priority = group.value.priority
      spec.zone = group.value.zone.flatMap { zone($0.value, at: $0.node, for: whom) }
      return spec
    }
  }
}
