import TailraceCatalog
import TailraceModel

// Caches and the steps that use them.
extension TopologyBuilder {
  /// The caches that the file declares.
  mutating func buildCaches(_ workloads: [WorkloadSpec]) -> [CacheSpec] {
    var caches: [CacheSpec] = []
    for cache in scenario.caches {
      let node = document["caches"]?[cache.name] ?? cache.nameNode
      let declared = cache.value
      let key = cacheKey(of: cache, at: node)
      checkLife(of: cache, at: node)
      checkFlush(of: cache, at: node)
      let capacity = capacity(of: cache, key: key, at: node)
      if let latency = declared.hitLatency {
        checkIsOwn(latency, "hit_latency", of: "cache '\(cache.name)'", at: node)
      }
      guard let key, let capacity else { continue }
      checkAbsence(of: cache, key: key, at: node)
      var spec = CacheSpec(name: cache.name, key: key, capacity: capacity)
      spec.placement = declared.placement
      spec.host = host(of: cache)
      checkHost(of: cache, key: key, at: node)
      spec.eviction = EvictionPolicies.all.first { $0.name == declared.eviction } ?? LRU.self
      spec.ttl = declared.ttl
      spec.ttlJitter = declared.jitterPercent / 100
      spec.ttlFrom = declared.ttlFrom
      spec.locks = declared.lock
      spec.lockTimeout = declared.lockTimeout
      spec.staleWhileRevalidate = declared.stale ?? 0
      spec.negativeTTL = declared.negativeTTL
      spec.staleIfError = declared.staleIfError ?? 0
      spec.earlyRefreshBeta = declared.earlyRefreshBeta
      spec.hitLatency = declared.hitLatency
      spec.start = declared.start
      spec.writePolicy = declared.writePolicy
      spec.flushInterval = declared.flushInterval ?? spec.flushInterval
      spec.enabled = declared.enabled
      if spec.start == .warm && spec.enabled { checkWarm(spec, at: node, workloads) }
      caches.append(spec)
    }
    return caches
  }

  /// Sizes of keys by key space.
  mutating func buildKeySizes() -> [String: LawSpec] {
    var sizes: [String: LawSpec] = [:]
    for space in scenario.keys {
      guard let size = space.value.size, let node = writtenKeys?[space.name] else { continue }
      if checkIsOwn(size, "size", of: "keys '\(space.name)'", at: node) {
        sizes[space.name] = size
      }
    }
    return sizes
  }

  /// Notes a law that wants to know of the request, where it does not belong to one.
  @discardableResult
  private mutating func checkIsOwn(
    _ law: LawSpec, _ key: String, of what: String, at node: Node
  ) -> Bool {
    var uses = LawUses()
    uses.add(law)
    if uses.columns.isEmpty && uses.attributes.isEmpty && !law.readsRequest { return true }
    reading.report(
      .wrongType, at: node[key] ?? node,
      "'\(key)' of \(what) cannot depend on the request: no 'by_class', 'column' or 'linear'")
    return false
  }

  /// Entries or bytes: exactly one of them.
  private mutating func capacity(
    of cache: Named<CacheDeclaration>, key: String?, at node: Node
  ) -> Cache.Capacity? {
    func has(_ word: String) -> Bool { node[word].map { !$0.isNull } ?? false }
    if has("max_entries") && has("max_memory") {
      reading.report(
        .wrongType, at: cache.nameNode,
        "cache '\(cache.name)' has both 'max_entries' and 'max_memory'; give one")
      return nil
    }
    if let most = cache.value.maxEntries { return .entries(most) }
    if let bytes = cache.value.maxMemory {
      if let key, let space = scenario.keys.first(where: { $0.name == key }),
        space.value.size == nil, writtenKeys?[key]?["size"].map(\.isNull) ?? true
      {
        reading.report(
          .missingKey, at: node["max_memory"] ?? node,
          "cache '\(cache.name)' has 'max_memory', but keys '\(key)' have no 'size'")
      }
      return .bytes(bytes)
    }
    if !has("max_entries") && !has("max_memory") {
      let known = CacheDeclaration.keys.map(\.name) + CacheDeclaration.laterKeys
      let isStrange = node.object?.members.contains { !known.contains($0.name) } ?? true
      if !isStrange {
        reading.report(
          .missingKey, at: cache.nameNode,
          "cache '\(cache.name)' needs 'max_entries' or 'max_memory'")
      }
    }
    return nil
  }

  /// Whether a cache was written but not understood: no reason for another complaint.
  private func isUnreadCache(_ name: String) -> Bool {
    guard let object = document["caches"]?.object else { return document["caches"] != nil }
    return object[name].map { !$0.value.isNull } ?? false
  }

  /// The key space of a cache.
  private mutating func cacheKey(of cache: Named<CacheDeclaration>, at node: Node) -> String? {
    if let key = cache.value.key {
      if key.value == BuiltInKeys.sourceIP.rawValue {
        reading.report(
          .wrongType, at: key.node,
          "a cache is asked by a replica for what a request is about: 'source_ip' is of calls")
        return nil
      }
      return keySpace(key.value, at: key.node)?.name
    }
    if node["key"].map({ !$0.isNull }) ?? false { return nil }
    if keySpaces.count == 1 { return keySpaces[0] }
    if !hasUnreadKeys {
      reading.report(
        .missingKey, at: cache.nameNode, "cache '\(cache.name)' needs 'key': \(foundKeys)")
    }
    return nil
  }

  /// Notes settings of a time to live that there is none of.
  private mutating func checkLife(of cache: Named<CacheDeclaration>, at node: Node) {
    guard node["ttl"].map(\.isNull) ?? true else { return }
    // A default that is written out, as in a resolved scenario, asks for nothing.
    let words = [
      ("ttl_jitter_percent", cache.value.jitterPercent == 0),
      ("ttl_from", cache.value.ttlFrom == .insert), ("stale_while_revalidate", false),
      ("stale_if_error", false), ("early_refresh_beta", false),
    ]
    for (word, isDefault) in words where !isDefault {
      guard let value = node[word], !value.isNull else { continue }
      reading.report(
        .missingKey, at: value,
        "'\(word)' of cache '\(cache.name)' has no effect without 'ttl'")
    }
  }

  /// Notes written values that nothing stores, and stores of what is not kept.
  private mutating func checkFlush(of cache: Named<CacheDeclaration>, at node: Node) {
    func written(_ word: String) -> Node? { node[word].flatMap { $0.isNull ? nil : $0 } }
    guard let policy = written("write_policy"), cache.value.writePolicy == .writeBack else {
      // A policy that was not understood has been complained about.
      let word = node["write_policy"]?.string ?? cache.value.writePolicy.rawValue
      if let value = written("flush_interval"), word == cache.value.writePolicy.rawValue {
        reading.report(
          .missingKey, at: value,
          "'flush_interval' of cache '\(cache.name)' has no effect without 'write_policy' "
            + "\"write_back\"")
      }
      return
    }
    if written("flush_interval") == nil {
      reading.report(
        .missingKey, at: policy,
        "\"write_back\" of cache '\(cache.name)' needs 'flush_interval': how long written values "
          + "wait to be stored")
    }
    checkKeeper(of: cache, at: policy)
  }

  /// Notes a step that asks about expired values where there can be none.
  private mutating func checkAsking(
    _ step: CacheStep, of cache: Named<CacheDeclaration>, at node: Node
  ) {
    let place = node["on_stale"] ?? node
    if cache.value.ttl == nil, document["caches"]?[cache.name]?["ttl"].map(\.isNull) ?? true {
      reading.report(
        .missingKey, at: place,
        "'on_stale' has no effect: cache '\(cache.name)' has no 'ttl'")
    }
    if cache.value.service != nil {
      reading.report(
        .wrongType, at: place,
        "'on_stale' cannot renew a value at another service: cache '\(cache.name)' has 'service'")
    }
  }

  /// Notes a warm start where it is not known which keys are popular.
  private mutating func checkWarm(
    _ spec: CacheSpec, at node: Node, _ workloads: [WorkloadSpec]
  ) {
    let place = node["start"] ?? node
    if computedKeys[spec.key] != nil {
      reading.report(
        .notInThisVersion, at: place,
        "cache '\(spec.name)' cannot start \"warm\": which keys of '\(spec.key)' are the most "
          + "popular follows from others")
      return
    }
    let carried = workloads.sorted { $0.name < $1.name }.flatMap(\.keys)
    guard let law = carried.first(where: { $0.space == spec.key })?.law else { return }
    if law.mostPopular(1) == nil {
      reading.report(
        .notInThisVersion, at: place,
        "cache '\(spec.name)' cannot start \"warm\": which keys of '\(spec.key)' are the most "
          + "popular is only known for 'uniform', 'zipf' and 'keys'")
    } else if spec.entriesMax(keys: law.supportCount) > Limits.warmKeys {
      reading.report(
        .outOfRange, at: place,
        "cache '\(spec.name)' would start with \(spec.entriesMax(keys: law.supportCount)) entries; "
          + "at most \(Limits.warmKeys)")
    }
  }

  /// A step's use of a cache; a strange name is a mistake.
  mutating func build(
    _ step: CacheStep, at node: Node, inWorkload: Bool, inner: [StepSpec], asking: [StepSpec]
  ) -> StepSpec.Verb? {
    guard let name = step.cache, hasItsSteps(step, at: node) else { return nil }
    guard let cache = scenario.caches.first(where: { $0.name == name.value }) else {
      if isUnreadCache(name.value) { return nil }
      let hint = NearestWord.hintOrAll(name.value, among: scenario.caches.map(\.name))
      reading.report(
        .unknownName, at: name.node, "cache '\(name.value.clipped)' is not defined\(hint)")
      return nil
    }
    // A write that only drops keys needs no instance of its own.
    let holds = step.op == .read || step.op == .write && cache.value.writePolicy != .invalidate
    if inWorkload && holds && cache.value.service == nil && cache.value.placement == .perReplica {
      reading.report(
        .wrongType, at: name.node,
        "cache '\(cache.name)' is in each replica of a service; a workload has none: make it "
          + "\"shared\"")
      return nil
    }
    var use = CacheUse(name.value, onMiss: inner)
    use.operation = step.op
    if step.onStale != nil {
      use.staleSteps = asking
      checkAsking(step, of: cache, at: node)
    }
    use.timeout = step.timeout
    checkTimeout(step, of: cache, at: node)
    checkStore(use, of: cache, at: node)
    // What is wrong with the name is told at the cache.
    if cache.value.enabled { use.host = host(of: cache) }
    return .cache(use)
  }

  /// Whether a step has the steps of its operation, and no others.
  private mutating func hasItsSteps(_ step: CacheStep, at node: Node) -> Bool {
    func has(_ key: String) -> Bool { node[key].map { !$0.isNull } ?? false }
    // An operation that was not understood has been complained about.
    let word = node["op"]?.string ?? step.op.rawValue
    guard CacheUse.Operation(rawValue: word) == step.op else { return false }
    let words: [(key: String, op: CacheUse.Operation)] = [
      ("on_miss", .read), ("on_stale", .read), ("store", .write),
    ]
    var isComplete = true
    for (key, op) in words where op == step.op && key != "on_stale" && !has(key) {
      reading.report(
        .missingKey, at: node,
        op == .read
          ? "step 'cache' needs '\(key)': a list of steps"
          : "a cache's \"\(op)\" needs '\(key)': a list of steps")
      isComplete = false
    }
    for (key, op) in words where op != step.op && has(key) {
      reading.report(
        .wrongType, at: node[key] ?? node,
        "'\(key)' belongs to a \"\(op)\", but the step's 'op' is \"\(step.op)\"")
      isComplete = false
    }
    return isComplete
  }

  /// Every workload must carry the keys that caches on the way of its requests look up.
  mutating func checkCachedKeys(_ topology: Topology) {
    var keyOf: [String: String] = [:]
    for cache in topology.caches where cache.enabled { keyOf[cache.name] = cache.key }
    if keyOf.isEmpty { return }
    for workload in scenario.workloads {
      guard let spec = topology.workloads.first(where: { $0.name == workload.name }) else {
        continue
      }
      let known = spacesCarried(by: spec)
      var told = Set<String>()
      for cache in CachesReached(topology).caches(reachedFrom: spec.steps) {
        guard let key = keyOf[cache], !known.contains(key), told.insert(key).inserted,
          !hasUnreadKeys(of: workload.name, key)
        else { continue }
        reading.report(
          .missingKey, at: workload.nameNode,
          "requests of workload '\(workload.name)' reach cache '\(cache)', which holds keys "
            + "'\(key)', but carry none: give the workload 'keys'")
      }
    }
  }
}

extension Limits {
  /// Keys that a cache may begin with.
  static let warmKeys = 10_000_000
}

/// Which caches a program uses, with all that it calls.
struct CachesReached {
  private var services: [String: ServiceSpec] = [:]

  init(_ topology: Topology) {
    for service in topology.services { services[service.name] = service }
  }

  /// In the order of the steps, each once.
  func caches(reachedFrom steps: [StepSpec]) -> [String] {
    var found: [String] = []
    var seen = Set<String>()
    var due = [steps]
    func follow(_ call: CallSpec) {
      guard seen.insert("\(call.service)/\(call.handler)").inserted,
        let service = services[call.service]
      else { return }
      due += service.handlers.filter { $0.name == call.handler }.map(\.steps)
    }
    while let program = due.popLast() {
      CallGraph.eachStep(in: program, disabled: false) { step in
        switch step.verb {
        case .cache(let use):
          if !found.contains(use.cache) { found.append(use.cache) }
          if let host = use.host { follow(host) }
        case .call(let call), .scatter(let call, _, _): follow(call)
        default: break
        }
      }
    }
    return found
  }
}
