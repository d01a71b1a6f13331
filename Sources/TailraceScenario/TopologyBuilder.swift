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
  private var handlersOf: [String: [String]] = [:]
  private var shardsOf: [String: Int] = [:]
  /// The service whose handler is built; nil for a workload's steps.
  var caller: ServiceDeclaration?
  var callerName = ""

  init(_ scenario: ScenarioDeclaration, of document: Node, _ reading: Reading) {
    self.scenario = scenario
    self.reading = reading
    self.document = document
    written = document["services"]
    workloads = document["workloads"]
    writtenKeys = document["keys"]
    for service in scenario.services {
      shardsOf[service.name] = service.value.shards
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
  private func isUnread(_ service: String) -> Bool {
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
    var carried: [[CarriedKeys]] = []
    for workload in scenario.workloads {
      carried.append(keys(of: workload.value))
      for keys in carried.last ?? [] {
        carriedMax[keys.space] = max(carriedMax[keys.space] ?? 0, keys.countMax)
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
        spec.attributes = workload.value.attributes.map { AttributeSpec($0.name, $0.value) }
        workloads.append(spec)
      }
    }
    var topology = Topology(workloads: workloads, services: services)
    for entry in scenario.classes { topology.classPriorities[entry.name] = entry.value.priority }
    topology.links = buildLinks(services)
    topology.faults = buildFaults(services, in: document)
    topology.caches = buildCaches(workloads)
    topology.keySizes = buildKeySizes()
    topology.absentKeys = buildAbsentKeys()
    bindTraces(&topology)
    checkSizes(topology)
    checkCalls(topology)
    checkKeys(topology)
    checkVisitAttributes(topology)
    checkCachedKeys(topology)
    checkTurns(topology)
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
    spec.shards = declared.shards
    spec.sharding = sharding(of: service)
    spec.replicas = declared.replicas
    spec.groups = groups(of: service, writtenAs: written?[service.name])
    spec.slots = declared.concurrency
    spec.concurrencyModel = declared.concurrencyModel
    spec.queueLimit = declared.queue.maxLength
    spec.queueTimeout = declared.queue.timeout
    spec.discipline = declared.queue.discipline
    spec.cores = declared.cores
    if declared.queue.preemptive && !declared.queue.discipline.mayPreempt {
      reading.report(
        .wrongType, at: self.written?[service.name]?["queue"]?["preemptive"] ?? service.nameNode,
        "a \(declared.queue.discipline.rawValue) queue cannot be preemptive")
    } else {
      spec.preemptive = declared.queue.preemptive
    }
    spec.cancel = declared.cancel
    spec.balancing = declared.balancing
    spec.retryBudget = retryBudget(of: service)
    let nearest = declared.network?.transport
    let standard = scenario.network.defaultLink?.transport
    spec.latency = nearest?.latency ?? standard?.latency
    spec.transport =
      nearest?.transport("services/\(service.name)") ?? standard?.transport("default")
    spec.connection = declared.connection?.spec
    return spec
  }

  // MARK: Steps

  private mutating func build(_ steps: [StepDeclaration], inWorkload: Bool) -> [StepSpec] {
    var specs: [StepSpec] = []
    for step in steps {
      guard let verb = verb(of: step, inWorkload: inWorkload) else { continue }
      var spec = StepSpec(verb)
      spec.probability = step.common.when.probability
      spec.classes = classes(step.common.when.classes)
      spec.enabled = step.common.enabled
      switch step.common.onError {
      case .fail: spec.onError = .fail
      case .ignore: spec.onError = .ignore
      case .fallback(let steps): spec.onError = .fallback(build(steps, inWorkload: inWorkload))
      }
      specs.append(spec)
    }
    return specs
  }

  private mutating func verb(of step: StepDeclaration, inWorkload: Bool) -> StepSpec.Verb? {
    switch step.verb {
    case let work as WorkStep:
      if inWorkload {
        reading.report(
          .wrongType, at: step.node,
          "a workload has no slots to 'work' on; a thinking client writes 'wait'")
        return nil
      }
      return work.time.map { .work($0) }
    case let wait as WaitStep: return wait.time.map { .wait($0) }
    case let call as CallStep:
      var target = target(call.service, timeout: call.timeout)
      if target != nil {
        setPolicy(&target!, call.policy, at: step.node)
        setSizes(&target!, call.sizes)
      }
      if let target { checkShard(of: target, at: step.node["call"] ?? step.node) }
      return target.map { .call($0) }
    case let scatter as ScatterStep: return build(scatter, at: step.node)
    case let parallel as ParallelStep:
      guard let lists = parallel.branches else { return nil }
      if lists.isEmpty {
        let place = step.node["parallel"] ?? step.node
        reading.report(.outOfRange, at: place, "'parallel' needs at least one branch")
        return nil
      }
      var branches: [[StepSpec]] = []
      for list in lists { branches.append(build(list, inWorkload: inWorkload)) }
      return .parallel(
        branches, join(parallel.waitFor, parallel.deadline, of: lists.count, at: step.node))
    case let split as SplitStep: return build(split, at: step.node, inWorkload: inWorkload)
    case let again as RepeatStep:
      guard let times = turns(again.times, at: step.node), let steps = again.steps else {
        return nil
      }
      return .repeat(times, build(steps, inWorkload: inWorkload))
    case let fail as FailStep: return .fail(fail.outcome)
    case let cache as CacheStep:
      let onMiss = build(cache.onMiss ?? [], inWorkload: inWorkload)
      let onStale = build(cache.onStale ?? [], inWorkload: inWorkload)
      let store = build(cache.store ?? [], inWorkload: inWorkload)
      return build(
        cache, at: step.node, inWorkload: inWorkload,
        inner: cache.op == .read ? onMiss : store, asking: onStale)
    default: preconditionFailure("verb \(type(of: step.verb).name) has no meaning")
    }
  }

  private mutating func build(_ scatter: ScatterStep, at node: Node) -> StepSpec.Verb? {
    guard var call = target(scatter.service, timeout: scatter.timeout) else { return nil }
    setPolicy(&call, scatter.policy, at: node)
    setSizes(&call, scatter.sizes)
    if scatter.to != nil && scatter.fanOut != nil {
      reading.report(
        .wrongType, at: node["fan_out"] ?? node, "'scatter' has both 'to' and 'fan_out'; give one")
    }
    let shards = shardsOf[call.service] ?? 1
    if scatter.to == nil && node["fan_out"] == nil && !hasWritten("shards", in: call.service) {
      reading.report(
        .missingKey, at: node["scatter"] ?? node,
        "service '\(call.service)' has no shards to scatter to: give it 'shards', or the step "
          + "a 'fan_out'")
    }
    if scatter.to == "keys" {
      checkKeyed(call, at: node)
      let calls = keyCalls(of: call.service) ?? .max
      var join = join(scatter.waitFor, scatter.deadline, of: calls, at: node)
      join.maxParallel = scatter.maxParallel
      join.canary = scatter.canary
      return .scatter(call, .keys, join)
    }
    var (target, count) = (ScatterTarget.shards, shards)
    if let fanOut = scatter.fanOut {
      (target, count) = (.fanOut(fanOut), fanOut)
    } else if let to = scatter.to, to != "shards" {
      guard let aim = aim(to, of: call, at: node) else { return nil }
      (target, count) = aim
    }
    var join = join(scatter.waitFor, scatter.deadline, of: count, at: node)
    join.maxParallel = scatter.maxParallel
    join.canary = scatter.canary
    if let canary = scatter.canary, canary >= count {
      reading.report(
        .outOfRange, at: node["canary"] ?? node,
        "with a 'canary' of \(canary) none of the \(count) calls is left to wait for it")
    }
    return .scatter(call, target, join)
  }

  private mutating func join(
    _ need: Join.Need, _ deadline: UInt64?, of count: Int, at node: Node
  ) -> Join {
    if case .responses(let n) = need, n > count {
      reading.report(
        .outOfRange, at: node["wait_for"] ?? node,
        "'wait_for' needs \(n) answers, but only \(count) calls are sent")
    }
    var join = Join()
    join.need = need
    join.deadline = deadline
    return join
  }

  private mutating func build(
    _ split: SplitStep, at node: Node, inWorkload: Bool
  ) -> StepSpec.Verb? {
    var arms: [SplitArm] = []
    var total = 0.0
    var isComplete = true
    guard let declared = split.arms else { return nil }
    for arm in declared {
      let weight = arm.value.weight
      if weight == nil { isComplete = false }
      total += weight ?? 0
      arms.append(
        SplitArm(
          weight: weight ?? 0, steps: build(arm.value.steps ?? [], inWorkload: inWorkload)))
    }
    if !(total > 0) && isComplete {
      reading.report(
        .outOfRange, at: node["split"] ?? node, "'split' needs an arm with a weight above 0")
      return nil
    }
    return .split(arms)
  }

  /// A call's target: a service, or one handler of it.
  mutating func target(_ name: Located<String>?, timeout: UInt64?) -> CallSpec? {
    guard let name else { return nil }
    let parts = name.value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let service = parts.first, let handlers = handlersOf[service] else {
      if isUnread(parts.first ?? "") { return nil }
      let near = NearestWord.suggest(parts.first ?? "", among: scenario.services.map(\.name))
      let hint = near.map { "; did you mean '\($0)'?" } ?? ""
      reading.report(
        .unknownName, at: name.node,
        "call to service '\((parts.first ?? "").clipped)', which is not defined\(hint)")
      return nil
    }
    var call = CallSpec(service)
    call.timeout = timeout
    if parts.count > 2 {
      reading.report(.unknownName, at: name.node, "a call names a service or \"service/handler\"")
      return nil
    } else if parts.count == 2 {
      guard handlers != [""] else {
        reading.report(
          .unknownName, at: name.node, "service '\(service)' has one handler: call \"\(service)\"")
        return nil
      }
      if !handlers.contains(parts[1]) {
        let near = NearestWord.suggest(parts[1], among: handlers).map { "; did you mean '\($0)'?" }
        let all = handlers.map { "'\($0)'" }.joined(separator: ", ")
        reading.report(
          .unknownName, at: name.node,
          "service '\(service)' has no handler '\(parts[1].clipped)'\(near ?? "; it has \(all)")")
        return nil
      }
      call.handler = parts[1]
    } else if handlers != [""] {
      reading.report(
        .unknownName, at: name.node,
        "service '\(service)' has several handlers: call one of "
          + handlers.map { "\"\(service)/\($0)\"" }.joined(separator: ", "))
      return nil
    }
    return call
  }
}

extension Diagnostic.Code {
  static let unknownName: Diagnostic.Code = "unknown-name"
  static let circle: Diagnostic.Code = "circle"
}
