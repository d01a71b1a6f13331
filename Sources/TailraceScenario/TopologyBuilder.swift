import TailraceCatalog
import TailraceModel

/// Checks what one declaration cannot know of another, and builds the topology.
struct TopologyBuilder {
  let scenario: ScenarioDeclaration
  var reading: Reading
  /// What is known of files that are replayed.
  var traces = TraceLibrary()
  let document: Node
  /// The `services` of the document, as written.
  let written: Node?
  /// The `workloads` of the document, as written.
  let workloads: Node?
  /// The `keys` of the document, as written.
  let writtenKeys: Node?
  /// Most keys of each space that a request of any workload carries.
  var carriedMax: [String: Int] = [:]
  /// The laws by which workloads draw keys of each space.
  var drawnKeys: [String: [KeyLaw]] = [:]
  /// Key spaces whose keys follow from others.
  var computedKeys: [String: ComputedKeys] = [:]
  private(set) var handlersOf: [String: [String]] = [:]
  /// The service whose handler is built; nil for a workload's steps.
  var caller: ServiceDeclaration?
  var callerName = ""
  /// Pools of which the steps that are built hold a permit.
  var holding: [String] = []

  init(_ scenario: ScenarioDeclaration, of document: Node, _ reading: Reading) {
    self.scenario = scenario
    self.reading = reading
    self.document = document
    written = document["services"]
    workloads = document["workloads"]
    writtenKeys = document["keys"]
    for service in scenario.services {
      switch (service.value.handler, service.value.handlers) {
      case (_?, nil): handlersOf[service.name] = [""]
      case (nil, let handlers?) where !handlers.isEmpty:
        handlersOf[service.name] = handlers.map(\.name)
      default: break
      }
    }
  }

  /// Whether a key of a service was written, whatever became of it.
  func hasWritten(_ key: String, in service: String) -> Bool {
    written?[service]?[key].map { !$0.isNull } ?? false
  }

  /// The handlers of a service; its one handler has no name.
  func handlers(of service: String) -> [String]? { handlersOf[service] }

  /// Whether a service was written but not understood: no reason for another complaint.
  func isUnread(_ service: String) -> Bool {
    guard let written, let object = written.object else { return true }
    return handlersOf[service] == nil && object[service].map { !$0.value.isNull } ?? false
  }

  /// Whether keys were written but not understood.
  var hasUnreadKeys: Bool {
    writtenKeys?.object?.members.contains { isUnreadKey($0.name) } ?? (writtenKeys != nil)
  }

  func isUnreadKey(_ name: String) -> Bool {
    guard let object = writtenKeys?.object else { return writtenKeys.map { !$0.isNull } ?? false }
    let isWritten = object[name].map { !$0.value.isNull } ?? false
    return isWritten && !scenario.keys.contains { $0.name == name }
  }

  mutating func build() -> Topology {
    checkKeySpaces()
    for space in BuiltInKeys.allCases { carriedMax[space.rawValue] = 1 }
    var carried: [[CarriedKeys]] = []
    for workload in scenario.workloads {
      carried.append(keys(of: workload.value))
      for keys in carried.last ?? [] {
        carriedMax[keys.space] = max(carriedMax[keys.space] ?? 0, keys.countMax)
        drawnKeys[keys.space, default: []].append(keys.law)
      }
      for (space, computed) in computedKeys {
        let most = computedMax(computed, carried.last ?? [])
        if most > 0 { carriedMax[space] = max(carriedMax[space] ?? 0, most) }
      }
    }
    var services: [ServiceSpec] = []
    for service in scenario.services { services.append(build(service)) }
    var workloads: [WorkloadSpec] = []
    for (workload, keys) in zip(scenario.workloads, carried) where workload.value.enabled {
      let steps = build(workload.value.steps ?? [], inWorkload: true)
      if let arrivals = arrivals(of: workload) {
        var spec = WorkloadSpec(name: workload.name, arrivals: arrivals, steps: steps)
        spec.classes = workload.value.classes.weights
        spec.keys = keys
        spec.zones = zones(of: workload)
        spec.attributes = workload.value.attributes.map { AttributeSpec($0.name, $0.value) }
        workloads.append(spec)
      }
    }
    var topology = Topology(workloads: workloads, services: services)
    topology.maxDepth = scenario.run.maxDepth
    for entry in scenario.classes { topology.classPriorities[entry.name] = entry.value.priority }
    topology.links = buildLinks(services)
    topology.zones = (scenario.zones ?? []).map(\.value)
    topology.faults = buildFaults(services, in: document)
    topology.computedKeys = computedKeys
    topology.caches = buildCaches(workloads)
    topology.rateLimits = buildRateLimits()
    topology.pools = buildPools()
    topology.keySizes = buildKeySizes()
    topology.absentKeys = buildAbsentKeys()
    setVersions(&topology)
    bindTraces(&topology)
    checkSizes(topology)
    checkCalls(topology)
    checkKeys(topology)
    checkVisitAttributes(topology)
    checkCachedKeys(topology)
    checkTurns(topology)
    checkLines(topology)
    return topology
  }

  /// Open arrivals or a closed loop: exactly one of them.
  private mutating func arrivals(of workload: Named<WorkloadDeclaration>) -> ArrivalSpec? {
    let document = workloads?[workload.name]
    let isOpen = document?["arrivals"].map { !$0.isNull } ?? false
    let isClosed = document?["closed"].map { !$0.isNull } ?? false
    switch (isOpen, isClosed) {
    case (true, false): return workload.value.arrivals
    case (false, true): return workload.value.closed?.arrivals
    case (false, false):
      reading.report(
        .missingKey, at: workload.nameNode,
        "workload '\(workload.name)' needs 'arrivals' or 'closed'")
    case (true, true):
      reading.report(
        .wrongType, at: workload.nameNode,
        "workload '\(workload.name)' has both 'arrivals' and 'closed'; give one")
    }
    return nil
  }

  // MARK: Services

  private mutating func build(_ service: Named<ServiceDeclaration>) -> ServiceSpec {
    let declared = service.value
    var spec = ServiceSpec(name: service.name, handler: [])
    (caller, callerName) = (declared, service.name)
    defer { caller = nil }
    switch (declared.handler, declared.handlers) {
    case (let steps?, nil):
      spec.handlers = [HandlerSpec(name: "", steps: build(steps, inWorkload: false))]
    case (nil, let handlers?):
      spec.handlers = []
      if handlers.isEmpty {
        reading.report(
          .missingKey, at: written?[service.name]?["handlers"] ?? service.nameNode,
          "'handlers' of service '\(service.name)' holds no handler")
      }
      for handler in handlers {
        spec.handlers.append(
          HandlerSpec(name: handler.name, steps: build(handler.value, inWorkload: false)))
      }
    case (nil, nil):
      // A handler that was not understood has been complained about.
      if hasWritten("handler", in: service.name) || hasWritten("handlers", in: service.name) {
        break
      }
      reading.report(
        .missingKey, at: service.nameNode, "service '\(service.name)' needs 'handler' or 'handlers'"
      )
    case (_?, _?):
      reading.report(
        .wrongType, at: service.nameNode,
        "service '\(service.name)' has both 'handler' and 'handlers'; give one")
    }
    spec.shards = declared.shardCount
    spec.sharding = sharding(of: service)
    spec.replicas = declared.replicas
    spec.groups = groups(of: service, writtenAs: written?[service.name])
    spec.slots = declared.concurrency
    spec.concurrencyModel = declared.concurrencyModel
    setQueue(&spec, of: service)
    spec.admission = admission(of: service)
    spec.cores = declared.cores
    spec.cancel = declared.cancel
    let isWeighted = Set(spec.weights).count > 1 || declared.cluster.slowStart != nil
    spec.balancing = declared.balancing(isWeighted: isWeighted)
    spec.hashing = hashing(of: service)
    spec.retryBudget = retryBudget(of: service)
    let nearest = declared.network?.transport
    let standard = scenario.network.defaultLink?.transport
    spec.latency = nearest?.latency ?? standard?.latency
    spec.transport =
      nearest?.transport("services/\(service.name)") ?? standard?.transport("default")
    spec.startUp = declared.startUp
    spec.warmUp = declared.warmUp?.spec
    spec.preservesSourceIP = declared.preservesSourceIP
    spec.zoneLinks = zoneLinks(of: service)
    if let weights = declared.zones {
      spec.zones = zones(weights, of: "service '\(service.name)'")
    }
    spec.connection = declared.connection?.spec
    spec.cluster = cluster(of: service, spec)
    return spec
  }
}

extension Diagnostic.Code {
  static let unknownName: Diagnostic.Code = "unknown-name"
  static let circle: Diagnostic.Code = "circle"
}
