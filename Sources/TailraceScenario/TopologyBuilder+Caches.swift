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
      guard let key, let most = declared.maxEntries else { continue }
      var spec = CacheSpec(name: cache.name, key: key, capacity: .entries(most))
      spec.placement = declared.placement
      spec.eviction = EvictionPolicies.all.first { $0.name == declared.eviction } ?? LRU.self
      spec.ttl = declared.ttl
      spec.ttlJitter = declared.jitterPercent / 100
      spec.ttlFrom = declared.ttlFrom
      spec.locks = declared.lock
      spec.lockTimeout = declared.lockTimeout
      spec.staleWhileRevalidate = declared.stale ?? 0
      spec.hitLatency = declared.hitLatency
      spec.start = declared.start
      spec.enabled = declared.enabled
      if spec.start == .warm && spec.enabled { checkWarm(spec, at: node, workloads) }
      caches.append(spec)
    }
    return caches
  }

  /// Whether a cache was written but not understood: no reason for another complaint.
  private func isUnreadCache(_ name: String) -> Bool {
    guard let object = document["caches"]?.object else { return document["caches"] != nil }
    return object[name].map { !$0.value.isNull } ?? false
  }

  /// The key space of a cache.
  private mutating func cacheKey(of cache: Named<CacheDeclaration>, at node: Node) -> String? {
    if let key = cache.value.key { return keySpace(key.value, at: key.node)?.name }
    if node["key"].map({ !$0.isNull }) ?? false { return nil }
    if scenario.keys.count == 1 { return scenario.keys[0].name }
    if !hasUnreadKeys {
      let found =
        scenario.keys.isEmpty
        ? "the file has no 'keys'" : "the file has \(scenario.keys.count) kinds of keys"
      reading.report(
        .missingKey, at: cache.nameNode, "cache '\(cache.name)' needs 'key': \(found)")
    }
    return nil
  }

  /// Notes settings of a time to live that there is none of.
  private mutating func checkLife(of cache: Named<CacheDeclaration>, at node: Node) {
    guard node["ttl"].map(\.isNull) ?? true else { return }
    for word in ["ttl_jitter_percent", "ttl_from", "stale_while_revalidate"] {
      guard let value = node[word], !value.isNull else { continue }
      reading.report(
        .missingKey, at: value,
        "'\(word)' of cache '\(cache.name)' has no effect without 'ttl'")
    }
  }

  /// Notes a warm start where it is not known which keys are popular.
  private mutating func checkWarm(
    _ spec: CacheSpec, at node: Node, _ workloads: [WorkloadSpec]
  ) {
    let place = node["start"] ?? node
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
    _ step: CacheStep, at node: Node, inWorkload: Bool, onMiss: [StepSpec]
  ) -> StepSpec.Verb? {
    guard let name = step.cache, step.onMiss != nil else { return nil }
    guard let cache = scenario.caches.first(where: { $0.name == name.value }) else {
      if isUnreadCache(name.value) { return nil }
      let near = NearestWord.suggest(name.value, among: scenario.caches.map(\.name))
      reading.report(
        .unknownName, at: name.node,
        "cache '\(name.value.clipped)' is not defined"
          + (near.map { "; did you mean '\($0)'?" } ?? ""))
      return nil
    }
    if inWorkload && cache.value.placement == .perReplica {
      reading.report(
        .wrongType, at: name.node,
        "cache '\(cache.name)' is in each replica of a service; a workload has none: make it "
          + "\"shared\"")
      return nil
    }
    return .cache(CacheUse(name.value, onMiss: onMiss))
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
      let known = Set(spec.keys.map(\.space))
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
    while let program = due.popLast() {
      CallGraph.eachStep(in: program, disabled: false) { step in
        switch step.verb {
        case .cache(let use): if !found.contains(use.cache) { found.append(use.cache) }
        case .call(let call), .scatter(let call, _, _):
          guard seen.insert("\(call.service)/\(call.handler)").inserted,
            let service = services[call.service]
          else { return }
          due += service.handlers.filter { $0.name == call.handler }.map(\.steps)
        default: break
        }
      }
    }
    return found
  }
}
