import TailraceEngine

// Caches that a service holds.
extension PlanBuilder {
  /// Which call to a host.
  enum HostOperation: String, CaseIterable {
    case get, set, drop, put, back

    var callStep: Op {
      switch self {
      case .get: .call
      case .set: .tell
      case .drop, .put, .back: .tellAll
      }
    }

    var hostStep: Op {
      switch self {
      case .get: .hostGet
      case .set: .hostSet
      case .drop: .hostDrop
      case .put: .hostPut
      case .back: .hostBack
      }
    }
  }

  /// The name of a host's program for an operation on a cache, as handlers are named.
  private static func handler(_ cache: String, _ operation: HostOperation) -> String {
    "#\(operation.rawValue) \(cache)"
  }

  /// Compiles, for each cache that a service holds, its handler followed by what is done there.
  ///
  /// The copies have the luck and the call sites of the handler itself.
  mutating func compileHosted(by service: ServiceSpec, _ index: Int32) {
    for cache in topology.caches.sorted(by: { $0.name < $1.name }) where cache.enabled {
      guard let host = cache.host, host.service == service.name,
        let handler = service.handlers.first(where: { $0.name == host.handler })
      else { continue }
      for operation in HostOperation.allCases
      where operation != .back || cache.writePolicy == .writeBack {
        let sites = siteCounts
        let use = Self.cacheUse(cache, by: index, earlySalt: 0, &instanceOf, &plan)
        let step = StepRow(op: operation.hostStep, target: use)
        let name = "\(service.name)/\(Self.handler(cache.name, operation))"
        compile(handler, of: service, index, as: name, last: step)
        siteCounts = sites
      }
    }
  }

  /// The calls of a step that uses such a cache: the first asks, the second tells.
  ///
  /// Their failures do not matter to the answer. Both have their call sites even where the cache is
  /// switched off.
  mutating func hostCall(
    _ operation: HostOperation, _ cache: CacheSpec, for step: CacheUse, use: Int32,
    _ context: ProgramContext
  ) -> StepRow? {
    guard var call = cache.host else { return nil }
    call.timeout = step.timeout
    call.handler = Self.handler(cache.name, operation)
    let service = topology.services.first { $0.name == call.service }
    let count = operation.callStep == .tellAll ? Int32(service?.replicas ?? 1) : 1
    var row = StepRow(op: operation.callStep, recovers: true, count: count, need: count)
    row.forgives = true
    row.target = edge(call, .key, context)
    row.law = use
    row.onError = Int32(plan.steps.count) + 1
    plan.edges[Int(row.target)].hostUse = use
    return row
  }

  /// Calls that go to a known replica are sent once, whatever the host says of repeated ones.
  mutating func sendHostCallsOnce() {
    for step in plan.steps where step.op == .tell || step.op == .tellAll {
      let policy = plan.edges[Int(step.target)].policy
      if policy < 0 { continue }
      plan.edges[Int(step.target)].timeoutLine = plan.attemptPolicies[Int(policy)].timeoutLine
      plan.edges[Int(step.target)].policy = -1
    }
  }

  /// Sites of the calls of a cache that is switched off.
  mutating func countHostSites(of cache: CacheSpec?, for step: CacheUse) {
    guard let host = cache?.host else { return }
    siteCounts[host.service, default: 0] += step.operation == .read ? 2 : 1
  }

  /// A step that writes: the steps that store the value, then the cache hears of it.
  mutating func compileWrite(
    _ step: CacheUse, _ spec: CacheSpec, salt: UInt64, _ context: inout ProgramContext
  ) {
    if step.operation == .write && spec.writePolicy == .writeBack {
      if spec.host == nil {
        compileWriteBack(step, spec, salt: salt, &context)
      } else {
        compileHostedWriteBack(step, spec, &context)
      }
      return
    }
    compile(step.steps, &context)
    let isStored = step.operation == .write && spec.writePolicy == .writeThrough
    guard let host = spec.host else {
      let use =
        isStored
        ? Self.cacheUse(spec, by: context.service, earlySalt: 0, &instanceOf, &plan)
        : Self.dropUse(spec, &plan)
      plan.cacheRows[Int(plan.cacheUses[Int(use)].cache)].isWritten = true
      plan.steps.append(StepRow(op: isStored ? .writeThrough : .drop, target: use))
      return
    }
    let use = Self.cacheUse(
      spec, by: serviceIndex[host.service] ?? -1, earlySalt: 0, isAsked: true, &instanceOf, &plan)
    plan.cacheRows[Int(plan.cacheUses[Int(use)].cache)].isWritten = true
    if let tell = hostCall(isStored ? .put : .drop, spec, for: step, use: use, context) {
      plan.steps.append(tell)
    }
  }

  /// A sharded host's instances begin with keys of their own shards.
  static func assignHostMaps(_ topology: Topology, _ plan: inout Plan) {
    for spec in topology.caches {
      guard let host = spec.host, let c = plan.cacheNames.firstIndex(of: spec.name),
        let service = topology.services.first(where: { $0.name == host.service })
      else { continue }
      plan.cacheRows[c].replicas = Int32(service.replicas)
      if service.shards > 1 { plan.cacheRows[c].map = plan.sharding.mapOf[host.service] ?? -1 }
    }
  }
}
