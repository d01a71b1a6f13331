import TailraceCatalog
import TailraceModel

// Keys, shards and who must carry what.
extension TopologyBuilder {
  /// Key spaces that the file declares besides the built-in ones.
  var ownKeys: [Named<KeySpaceDeclaration>] {
    scenario.keys.filter { BuiltInKeys(rawValue: $0.name) == nil }
  }

  /// The names of those.
  var keySpaces: [String] { ownKeys.map(\.name) }

  /// Notes declarations of key spaces that are wrong.
  mutating func checkKeySpaces() {
    for space in scenario.keys where space.name == BuiltInKeys.request.rawValue {
      reading.report(
        .wrongType, at: space.nameNode,
        "each request has a 'request' key of its own: there is nothing to declare")
    }
    for space in scenario.keys {
      if isComputed(space) {
        computedKeys[space.name] = computed(space)
        continue
      }
      checkCount(of: space)
      if let popularity = space.value.popularity, let count = space.value.count {
        _ = popularity.declared.law(of: count, at: popularity.node, &reading)
      }
    }
  }

  /// How many keys there are may only stay open where columns of traces give all of them.
  private mutating func checkCount(of space: Named<KeySpaceDeclaration>) {
    guard let node = writtenKeys?[space.name],
      !isMeant("count", in: node, of: KeySpaceDeclaration.self)
    else { return }
    let carried = scenario.workloads.flatMap(\.value.keys).filter { $0.name == space.name }
    let isGiven = carried.allSatisfy {
      isMeant("column", in: $0.value.node, of: CarriedKeysDeclaration.self)
    }
    if isGiven && !carried.isEmpty && space.value.popularity == nil { return }
    reading.report(
      .missingKey, at: node,
      "keys '\(space.name)' needs 'count': \(KeySpaceDeclaration.keyCount.meaning)")
  }

  /// Whether a key was written, perhaps misspelt, which has been complained about.
  private func isMeant<Owner: Declared>(_ key: String, in node: Node, of: Owner.Type) -> Bool {
    let known = Owner.keys.map(\.name) + Owner.laterKeys
    return node.object?.members.contains { member in
      if known.contains(member.name) { return member.name == key && !member.value.isNull }
      return NearestWord.suggest(member.name, among: known) == key
    } ?? false
  }

  /// What the file has in the way of keys, where one must be chosen.
  var foundKeys: String {
    if !keySpaces.isEmpty { return "the file has \(keySpaces.count) kinds of keys" }
    return scenario.keys.isEmpty
      ? "the file has no 'keys'" : "of the file's 'keys' none but those that exist anyway"
  }

  /// The name of a declared key space, or of a built-in one; another is noted.
  mutating func keySpace(_ name: String, at node: Node) -> Named<KeySpaceDeclaration>? {
    if let found = scenario.keys.first(where: { $0.name == name }) { return found }
    if BuiltInKeys(rawValue: name) != nil && !isUnreadKey(name) {
      return Named(name: name, nameNode: node, value: KeySpaceDeclaration())
    }
    if !isUnreadKey(name) {
      let near = NearestWord.suggest(name, among: keySpaces).map { "; did you mean '\($0)'?" }
      let all =
        keySpaces.isEmpty
        ? "; \(foundKeys)"
        : "; there is " + keySpaces.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
      reading.report(.unknownName, at: node, "no keys are called '\(name.clipped)'\(near ?? all)")
    }
    return nil
  }

  /// The keys that a workload's requests carry.
  mutating func keys(of workload: WorkloadDeclaration) -> [CarriedKeys] {
    var carried: [CarriedKeys] = []
    for entry in workload.keys {
      guard let space = keySpace(entry.name, at: entry.nameNode) else { continue }
      let declared = entry.value.value
      if !scenario.keys.contains(where: { $0.name == space.name }) {
        reading.report(
          .missingKey, at: entry.nameNode,
          space.name == BuiltInKeys.request.rawValue
            ? "each request has a 'request' key of its own: no workload draws one"
            : "to draw '\(space.name)' the file must declare it in 'keys', with a 'count'")
        continue
      }
      if isComputed(space) {
        reading.report(
          .wrongType, at: entry.nameNode,
          "keys '\(space.name)' follow from others: give the workload those that their 'of' names")
        continue
      }
      if let column = declared.column {
        carried.append(CarriedKeys(space: entry.name, law: .column(column.value)))
        continue
      }
      guard let count = space.value.count else { continue }
      // The space's own popularity has been checked: its mistakes are told once.
      var own = Reading()
      let law: KeyLaw?
      if let popularity = declared.popularity {
        law = popularity.declared.law(of: count, at: popularity.node, &reading)
      } else if let popularity = space.value.popularity {
        law = popularity.declared.law(of: count, at: popularity.node, &own)
      } else {
        law = .uniform(0...UInt64(count - 1))
      }
      guard let law else { continue }
      if case .shifting(_, let every, _) = law, let duration = scenario.run.duration,
        duration / every > KeyShift.turnsMax
      {
        reading.report(
          .outOfRange, at: entry.nameNode,
          "keys '\(entry.name)' would shift \(duration / every) times in the run; at most "
            + "\(KeyShift.turnsMax)")
        continue
      }
      let keys = CarriedKeys(space: entry.name, law: law, count: declared.count)
      if let mean = declared.count.mean {
        let most = min(law.supportCount, CarriedKeys.limit)
        if mean > Double(most) {
          let what = most < law.supportCount ? "at most \(most)" : "only \(most) can be drawn"
          reading.report(
            .outOfRange, at: entry.value.node["count"] ?? entry.value.node,
            "\(QuantityText.real(mean)) different keys of '\(entry.name)' for each request; \(what)"
          )
          continue
        }
      }
      carried.append(keys)
    }
    return carried
  }

  /// Whether all shards can be told apart by a call that is no scatter.
  mutating func checkShard(of call: CallSpec, at node: Node) {
    guard let service = scenario.services.first(where: { $0.name == call.service }) else { return }
    let shards = service.value.shards
    if shards > 1 && !hasWritten("shard_by", in: call.service) {
      reading.report(
        .missingKey, at: node,
        "service '\(call.service)' has \(shards) shards and no 'shard_by': which one does the call "
          + "go to?", help: [shardingHelp(for: call.service)])
    }
  }

  /// What to write where calls to a service have no shard to go to.
  func shardingHelp(for service: String) -> String {
    let space = ownKeys.first?.name
    let what = space.map { "'\($0)'" } ?? "the request's own number"
    return
      "give service '\(service)' \"shard_by\": { \"key\": \"\(space ?? "request")\" }: a call goes "
      + "to the shard that owns \(what)"
  }

  /// Notes a scatter to keys whose service knows no key.
  mutating func checkKeyed(_ call: CallSpec, at node: Node) {
    if !hasWritten("shard_by", in: call.service) {
      reading.report(
        .missingKey, at: node["to"] ?? node,
        "service '\(call.service)' has no 'shard_by': its shards own no keys to scatter to")
    }
  }

  /// Most calls of a scatter to the keys of a service; nil where no workload carries them.
  func keyCalls(of service: String) -> Int? {
    guard let declared = scenario.services.first(where: { $0.name == service })?.value.shardBy
    else { return nil }
    let space = declared.key?.value ?? (keySpaces.count == 1 ? keySpaces[0] : "")
    return carriedMax[space]
  }

  /// Whether keys of a workload were written but not understood, which has been complained about.
  func hasUnreadKeys(of workload: String, _ key: String) -> Bool {
    guard let written = workloads?[workload]?["keys"], !written.isNull else { return false }
    return written.object.map { $0[key].map { !$0.value.isNull } ?? false } ?? true
  }

  /// Every workload must carry the keys by which the calls of its requests find their shards.
  mutating func checkKeys(_ topology: Topology) {
    let uses = scenario.workloads.count * scenario.keys.count
    if uses > Limits.keyUses {
      reading.report(
        .outOfRange, at: scenario.keys[0].nameNode,
        "\(scenario.workloads.count) workloads x \(scenario.keys.count) keys = \(uses); at most "
          + "\(Limits.keyUses)")
      return
    }
    for workload in scenario.workloads {
      guard let spec = topology.workloads.first(where: { $0.name == workload.name }) else {
        continue
      }
      let known = spacesCarried(by: spec)
      var told = Set<String>()
      for need in KeyedCalls(topology).needs(from: spec.steps) {
        guard !known.contains(need.key), told.insert(need.key).inserted else { continue }
        if hasUnreadKeys(of: workload.name, need.key) { continue }
        let how =
          switch need.use {
          case .shard: "which is sharded by"
          case .replica: "whose replicas are chosen by"
          case .version: "which is written by"
          case .arm, .limit: "by"
          case .line: "whose queue has a line for each"
          case .user: "whose admission control tells users apart by"
          }
        let what =
          need.use == .arm
          ? "come to a 'split'"
          : need.use == .limit ? "come to a limit or a pool" : "reach service '\(need.service)',"
        reading.report(
          .missingKey, at: workload.nameNode,
          "requests of workload '\(workload.name)' \(what) \(how) key "
            + "'\(need.key)', but carry none: give the workload 'keys'")
      }
    }
  }

  /// The built-in keys that a workload's requests have though it names none.
  func builtInKeys(of workload: WorkloadSpec) -> [String] {
    BuiltInKeys.allCases.filter { space in
      let isDeclared = scenario.keys.contains { $0.name == space.rawValue }
      if case .closed = workload.arrivals, space == .client { return true }
      return !isDeclared
    }.map(\.rawValue)
  }
}

/// Which services a program reaches by calls that a key sends to their shard or their replica.
struct KeyedCalls {
  /// What such a call needs.
  struct Need: Hashable {
    var service: String
    var key: String
    var use: Use
  }

  /// What a key decides about, or finds.
  enum Use { case shard, replica, version, arm, line, user, limit }

  private var services: [String: ServiceSpec] = [:]

  init(_ topology: Topology) {
    for service in topology.services { services[service.name] = service }
  }

  /// In the order of the calls, each once.
  func needs(from steps: [StepSpec]) -> [Need] {
    var found: [Need] = []
    var keyed = Set<Need>()
    var seen = Set<String>()
    var due = [steps]
    while let program = due.popLast() {
      CallGraph.eachStep(in: program, disabled: false) { step in
        guard let key = step.by else { return }
        var need = Need(service: "", key: key, use: .limit)
        if case .split = step.verb { need.use = .arm }
        if keyed.insert(need).inserted { found.append(need) }
      }
      eachCall(in: program) { call, isByKey, isChosen, hasVersion in
        guard let service = services[call.service] else { return }
        let needs: [(key: String?, use: Use)] = [
          (isByKey(service) ? service.sharding?.key : nil, .shard),
          (isChosen && service.replicas > 1 ? service.hashing?.key : nil, .replica),
          (isChosen ? service.cluster?.affinity?.key : nil, .replica),
          (isChosen ? service.cluster?.subset?.key : nil, .replica),
          (hasVersion ? service.versionedBy : nil, .version),
          (service.lineKey, .line), (service.userKey, .user),
        ]
        for (key, use) in needs {
          guard let key else { continue }
          let need = Need(service: service.name, key: key, use: use)
          if keyed.insert(need).inserted { found.append(need) }
        }
        guard seen.insert("\(call.service)/\(call.handler)").inserted else { return }
        due += service.handlers.filter { $0.name == call.handler }.map(\.steps)
      }
    }
    return found
  }

  /// Calls with whether their shard follows from a key, whether their replica is chosen at all, and
  /// whether they read or write one key.
  private func eachCall(
    in steps: [StepSpec],
    _ body: (
      CallSpec, _ isByKey: (ServiceSpec) -> Bool, _ isChosen: Bool, _ hasVersion: Bool
    ) -> Void
  ) {
    for step in steps where step.enabled {
      switch step.verb {
      case .call(let call): body(call, { $0.shards > 1 }, true, true)
      case .scatter(let call, .keys, _): body(call, { _ in true }, true, false)
      case .scatter(let call, .replicas, _): body(call, { $0.shards > 1 }, false, true)
      case .scatter(let call, .peers, _): body(call, { _ in false }, false, false)
      case .scatter(let call, _, _): body(call, { _ in false }, true, false)
      case .parallel(let lists, _): for list in lists { eachCall(in: list, body) }
      case .split(let arms): for arm in arms { eachCall(in: arm.steps, body) }
      case .repeat(_, let steps): eachCall(in: steps, body)
      case .cache(let use):
        if let host = use.host { body(host, { $0.shards > 1 }, true, false) }
        for list in use.programs { eachCall(in: list, body) }
      case .hold(let use): eachCall(in: use.steps, body)
      case .work, .wait, .fail, .rateLimit: break
      }
      if case .fallback(let steps) = step.onError { eachCall(in: steps, body) }
    }
  }
}
