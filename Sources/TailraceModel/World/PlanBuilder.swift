import TailraceEngine

/// Compiles a checked topology to a plan.
///
/// Components are numbered by sorted name, so the order of declarations reaches no tie and no row.
struct PlanBuilder {
  let topology: Topology
  var plan = Plan()
  /// Call sites seen per service name, for lanes.
  var siteCounts: [String: UInt64] = [:]
  var serviceIndex: [String: Int32] = [:]
  var handlerEntry: [String: Int32] = [:]
  /// Services by name.
  let services: [ServiceSpec]
  private let workloads: [WorkloadSpec]
  /// `service/handler` of each edge, by index.
  var entryKeys: [String] = []
  /// First balancer of each (caller, callee).
  var balancerOf: [String: Int32] = [:]
  /// By service, what is left of the shuffle that is dealt out, and the number of the next.
  var decks: [String: (left: [Int], round: Int)] = [:]
  /// First instance of each cache, or of each (cache, service).
  var instanceOf: [String: Int32] = [:]
  /// First instance of each rate limit and each pool, or of each with a service.
  var limitInstanceOf: [String: Int32] = [:]
  /// The delay line of each delay.
  var lineOf: [LineName: Int32] = [:]
  /// What each (caller, callee) remembers of its calls.
  var callerStateOf: [String: Int32] = [:]
  /// First port of each (link, service, direction), and first pool of each (caller, callee).
  var portOf: [String: Int32] = [:]
  var poolOf: [String: Int32] = [:]
  /// The first of three fabrics each, for ends without zones, in the same and in different ones.
  var zonedFabrics = Set<Int32>()
  /// Calls that come back, and the same with those that are switched off.
  let circles: CallCircles
  let declaredCircles: CallCircles

  init(_ topology: Topology) {
    self.topology = topology
    circles = CallCircles(topology)
    declaredCircles = CallCircles(topology, disabled: true)
    services = topology.services.map(\.withCluster).sorted { $0.name < $1.name }
    workloads = topology.workloads.sorted { $0.name < $1.name }
  }

  /// Compiles a topology.
  ///
  /// - Parameters:
  ///   - topology: what is compiled; it has been checked.
  ///   - seed: the key of all its draws.
  ///   - window: when counted requests begin.
  ///   - sharding: the topology's functions, if they are built already.
  ///   - forcesEvents: whether every departure is an event.
  ///   - keepsCalls: whether calls are kept by caller and callee.
  ///   - latenciesOf: services of which latencies are kept even where no key chooses the shard.
  /// - Returns: the plan of one replication.
  static func build(
    _ topology: Topology, seed: UInt64, window: Range<UInt64>,
    sharding: ShardFunctions = ShardFunctions(), forcesEvents: Bool = false,
    keepsCalls: Bool = false, latenciesOf: [String] = []
  ) -> Plan {
    var builder = PlanBuilder(topology)
    builder.plan.seed = seed
    builder.plan.sharding = sharding
    builder.plan.window = window
    builder.build()
    builder.plan.setHorizon()
    builder.plan.layOutWaits()
    builder.plan.layOutVisits(of: latenciesOf)
    builder.plan.layOutStragglers()
    builder.plan.decideBooking(forcesEvents: forcesEvents, keepsCalls: keepsCalls)
    return builder.plan
  }

  mutating func build() {
    Self.layOutClasses(topology, workloads, &plan)
    Self.layOutKeys(workloads, services, topology, &plan)
    Self.layOutCaches(topology, &plan)
    Self.layOutLimits(topology, &plan)
    Self.layOutAttributes(workloads, &plan)
    Self.layOutVisitKeys(topology, &plan)
    layOutServices()
    Self.layOutGates(topology, services, &plan)
    layOutZones(workloads)
    layOutStarts()
    plan.maxDepth = circles.isEmpty ? 0 : Int32(topology.maxDepth)
    Self.layOutVersions(services, &plan)
    // Sites are numbered workloads first, then callers by name; programs need callee entries, so
    // entries are patched into the edges at the end.
    var clients: [Int32] = []
    for (index, workload) in workloads.enumerated() {
      clients.append(compileClient(workload, component: services.count + index))
    }
    for service in services { compileHandlers(of: service) }
    Self.layOutFaults(topology, services, &plan)
    for i in plan.edges.indices {
      let key = entryKeys[i]
      guard let entry = handlerEntry[key] else { preconditionFailure("no handler \(key)") }
      plan.edges[i].entry = entry
    }
    layOutFabric()
    finishClusters()
    finishAttempts(services)
    sendHostCallsOnce()
    Self.assignKeyColumns(&plan)
    Self.assignCacheColumns(&plan)
    Self.assignHostMaps(topology, &plan)
    Self.assignVisitColumn(&plan)
    for (index, workload) in workloads.enumerated() {
      addSource(workload, entry: clients[index], component: services.count + index)
    }
    plan.components = services.map(\.name) + workloads.map(\.name)
    plan.serviceNames = services.map(\.name)
    plan.workloadNames = workloads.map(\.name)
  }

  // MARK: Services

  mutating func layOutServices() {
    plan.stations.reserveCapacity(services.reduce(0) { $0 + $1.shards * $1.replicas })
    for (index, service) in services.enumerated() {
      serviceIndex[service.name] = Int32(index)
      plan.services.append(
        ServiceRow(
          firstStation: Int32(plan.stations.count), shards: Int32(service.shards),
          replicas: Int32(service.replicas), cancel: service.cancel,
          readsLoad: service.readsLoad,
          drawsTwo: (service.balancing as? LeastRequest)?.drawsTwo ?? false,
          readsWork: service.replicas > 1 && service.balancing.readsWork, component: Int32(index),
          salt: StreamName.hash("services", service.name, "pick")))
      Self.layOutCluster(of: service, index, &plan)
      Self.layOutStations(of: service, index, isFaulty: isFaulty(service.name), &plan)
    }
  }

  mutating func compileHandlers(of service: ServiceSpec) {
    guard let index = serviceIndex[service.name] else { return }
    let first = plan.steps.count
    defer { plan.programs.append(first..<plan.steps.count) }
    for handler in service.handlers {
      compile(handler, of: service, index, as: "\(service.name)/\(handler.name)", last: nil)
    }
    compileHosted(by: service, index)
    compileVersioned(by: service, index)
  }

  /// Compiles a handler, followed by a last step of its own if there is one.
  mutating func compile(
    _ handler: HandlerSpec, of service: ServiceSpec, _ index: Int32, as name: String,
    last: StepRow?
  ) {
    let released = service.concurrencyModel == .eventLoop
    let onlyWork = handler.steps.allSatisfy { step in
      if case .work = step.verb, step.probability == 1, step.classes == nil,
        step.queueBelow == nil
      {
        return true
      } else {
        return !step.enabled
      }
    }
    // A handler of one piece of work needs no separate slot steps: `serve` is the three fused.
    let fused = released || (onlyWork && handler.steps.count { $0.enabled } == 1)
    var program = ProgramContext(
      path: ["services", service.name, handler.name], service: index, holdsSlot: !fused,
      caller: Caller(name: service.name, service: index, component: index))
    program.last = last
    let entry = Int32(plan.steps.count)
    handlerEntry[name] = entry
    if isFaulty(service.name) {
      append(StepRow(op: .door), canFail: true, &program)
    }
    if service.preservesSourceIP && !plan.mishaps.preserves.isEmpty {
      plan.steps.append(StepRow(op: .noteAddress))
    }
    if service.admission != nil {
      append(StepRow(op: .admit), canFail: true, &program)
      program.isGated = true
    }
    let acquire = plan.steps.count
    if !fused {
      plan.steps.append(StepRow(op: .acquire))
      plan.services[Int(index)].holdsSlots = true
    }
    compile(program: handler.steps, &program)
    if !fused { Self.noteSize(acquire: acquire, &plan) }
  }

  // MARK: Workloads

  mutating func compileClient(_ workload: WorkloadSpec, component: Int) -> Int32 {
    let entry = Int32(plan.steps.count)
    var program = ProgramContext(
      path: ["workloads", workload.name], service: -1, holdsSlot: false,
      caller: Caller(name: workload.name, service: -1, component: Int32(component)))
    compile(program: workload.steps, &program)
    return entry
  }

  mutating func addSource(_ workload: WorkloadSpec, entry: Int32, component: Int) {
    let name = StreamName.hash("workloads", workload.name)
    var row = SourceRow(
      kind: .renewal, entry: entry, component: Int32(component),
      salt: StreamName.hash("workloads", workload.name, "arrivals"), name: name)
    Self.layOut(
      workload.arrivals, of: workload.name, source: plan.sources.count, &row, &plan)
    let first = plan.steps[Int(entry)]
    if first.op == .call, !first.recovers, plan.steps[Int(entry) + 1].op == .end {
      row.edge = first.target
    }
    plan.sources.append(row)
  }
}
