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
  private let services: [ServiceSpec]
  private let workloads: [WorkloadSpec]

  init(_ topology: Topology) {
    self.topology = topology
    services = topology.services.sorted { $0.name < $1.name }
    workloads = topology.workloads.sorted { $0.name < $1.name }
  }

  /// Compiles a topology; `forcesEvents` makes every departure an event.
  static func build(
    _ topology: Topology, seed: UInt64, window: Range<UInt64>, forcesEvents: Bool = false,
    keepsCalls: Bool = false
  ) -> Plan {
    var builder = PlanBuilder(topology)
    builder.plan.seed = seed
    builder.plan.window = window
    builder.build()
    builder.plan.setHorizon()
    builder.plan.layOutWaits()
    builder.plan.layOutStragglers()
    builder.plan.decideBooking(forcesEvents: forcesEvents, keepsCalls: keepsCalls)
    return builder.plan
  }

  private mutating func build() {
    Self.layOutClasses(topology, workloads, &plan)
    Self.layOutKeys(workloads, services, topology.caches, &plan)
    Self.layOutCaches(topology, &plan)
    Self.layOutAttributes(workloads, &plan)
    Self.layOutVisitKeys(topology, &plan)
    layOutServices()
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
    finishAttempts(services)
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

  private mutating func layOutServices() {
    plan.stations.reserveCapacity(services.reduce(0) { $0 + $1.shards * $1.replicas })
    for (index, service) in services.enumerated() {
      serviceIndex[service.name] = Int32(index)
      plan.services.append(
        ServiceRow(
          firstStation: Int32(plan.stations.count), shards: Int32(service.shards),
          replicas: Int32(service.replicas), cancel: service.cancel,
          readsLoad: service.replicas > 1 && service.balancing.readsLoad,
          drawsTwo: (service.balancing as? LeastRequest)?.drawsTwo ?? false,
          readsWork: service.replicas > 1 && service.balancing.readsWork, component: Int32(index),
          salt: StreamName.hash("services", service.name, "pick")))
      Self.layOutStations(of: service, index, isFaulty: isFaulty(service.name), &plan)
    }
  }

  private mutating func compileHandlers(of service: ServiceSpec) {
    guard let index = serviceIndex[service.name] else { return }
    let first = plan.steps.count
    defer { plan.programs.append(first..<plan.steps.count) }
    for handler in service.handlers {
      compile(handler, of: service, index, as: "\(service.name)/\(handler.name)", last: nil)
    }
    compileHosted(by: service, index)
  }

  /// Compiles a handler, followed by a last step of its own if there is one.
  mutating func compile(
    _ handler: HandlerSpec, of service: ServiceSpec, _ index: Int32, as name: String,
    last: StepRow?
  ) {
    let released = service.concurrencyModel == .eventLoop
    let onlyWork = handler.steps.allSatisfy { step in
      if case .work = step.verb, step.probability == 1, step.classes == nil {
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
    let acquire = plan.steps.count
    if !fused {
      plan.steps.append(StepRow(op: .acquire))
      plan.services[Int(index)].holdsSlots = true
    }
    compile(program: handler.steps, &program)
    if !fused { Self.noteSize(acquire: acquire, &plan) }
  }

  // MARK: Workloads

  private mutating func compileClient(_ workload: WorkloadSpec, component: Int) -> Int32 {
    let entry = Int32(plan.steps.count)
    var program = ProgramContext(
      path: ["workloads", workload.name], service: -1, holdsSlot: false,
      caller: Caller(name: workload.name, service: -1, component: Int32(component)))
    compile(program: workload.steps, &program)
    return entry
  }

  private mutating func addSource(_ workload: WorkloadSpec, entry: Int32, component: Int) {
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

  // MARK: Programs

  /// Whose program is being compiled.
  struct Caller {
    var name: String
    var service: Int32
    var component: Int32
  }

  struct ProgramContext {
    var path: [String]
    var service: Int32
    var holdsSlot: Bool
    var caller: Caller
    /// Steps of each verb so far: names of streams count them, disabled ones too.
    var verbs: [String: Int] = [:]
    /// Which turn of the repetitions around it is compiled.
    var turn = 0
    /// Steps that jump to where the program fails; patched at its end.
    var failing: [Int] = []
    /// What is done after its steps, unless they fail.
    var last: StepRow?

    mutating func salt(_ verb: String) -> UInt64 {
      let ordinal = verbs[verb, default: 0]
      verbs[verb] = ordinal + 1
      let name = path + [verb, String(ordinal)]
      return StreamName.hash(turn == 0 ? name : name + ["turn", String(turn)])
    }
  }

  /// `service/handler` of each edge, by index.
  private var entryKeys: [String] = []
  /// First balancer of each (caller, callee).
  private var balancerOf: [String: Int32] = [:]
  /// First instance of each cache, or of each (cache, service).
  var instanceOf: [String: Int32] = [:]
  /// The delay line of each delay.
  private var lineOf: [LineName: Int32] = [:]
  /// What each (caller, callee) remembers of its calls.
  var callerStateOf: [String: Int32] = [:]
  /// First port of each (link, service, direction), and first pool of each (caller, callee).
  var portOf: [String: Int32] = [:]
  var poolOf: [String: Int32] = [:]

  private mutating func compile(program steps: [StepSpec], _ context: inout ProgramContext) {
    compile(steps, &context)
    if let step = context.last { plan.steps.append(step) }
    let last = Int32(plan.steps.count)
    if context.holdsSlot { plan.steps.append(StepRow(op: .release)) }
    plan.steps.append(StepRow(op: .end))
    for i in context.failing { plan.steps[i].onError = last }
    context.failing = []
  }

  /// Compiles a list of steps; where one may fail, `context.failing` notes it.
  mutating func compile(_ steps: [StepSpec], _ context: inout ProgramContext) {
    for step in steps {
      guard step.enabled else {
        countSites(of: step, &context)
        continue
      }
      var skips: [Int] = []
      if let classes = step.classes {
        skips.append(plan.steps.count)
        var row = StepRow(op: .skipClass)
        row.law = Int32(plan.classFlags.count)
        plan.classFlags += plan.classNames.map { classes.contains($0) }
        plan.steps.append(row)
      }
      if step.probability < 1 {
        skips.append(plan.steps.count)
        var row = StepRow(op: .skip, salt: context.salt("when"))
        row.law = Int32(plan.arms.count)
        plan.arms.append(ArmRow(bound: step.probability, start: 0))
        plan.steps.append(row)
      }
      compile(step, &context)
      for skip in skips { plan.steps[skip].target = Int32(plan.steps.count) }
    }
  }

  private mutating func compile(_ step: StepSpec, _ context: inout ProgramContext) {
    let failingBefore = context.failing.count
    compile(verb: step.verb, &context)
    switch step.onError {
    case .fail: break
    case .ignore, .fallback:
      // Every step inside that would have failed the program goes here instead.
      let inside = context.failing[failingBefore...]
      context.failing.removeSubrange(failingBefore...)
      guard !inside.isEmpty else { return }
      let jump = plan.steps.count
      plan.steps.append(StepRow(op: .jump))
      let handler = Int32(plan.steps.count)
      for i in inside {
        plan.steps[i].onError = handler
        plan.steps[i].recovers = true
      }
      if case .fallback(let steps) = step.onError { compile(steps, &context) }
      plan.steps[jump].target = Int32(plan.steps.count)
    }
  }

  private mutating func compile(verb: StepSpec.Verb, _ context: inout ProgramContext) {
    switch verb {
    case .work(let time):
      var row = StepRow(op: context.holdsSlot ? .work : .serve, salt: context.salt("work"))
      row.law = law(time)
      row.reads = time.visitAttributes(&plan)
      append(row, canFail: row.op == .serve, &context)
    case .wait(let time):
      var row = StepRow(op: .wait, salt: context.salt("wait"))
      row.law = law(time)
      row.reads = time.visitAttributes(&plan)
      plan.steps.append(row)
    case .call(let call):
      var row = StepRow(op: .call, count: 1, need: 1)
      row.target = edge(call, .key, context)
      append(row, canFail: true, &context)
    case .scatter(let call, .keys, let join):
      var row = Self.keyScatter(edge: edge(call, .eachKey, context), join, &plan)
      if let deadline = join.deadline { row.deadlineLine = delayLine(deadline) }
      appendScatter(row, join, &context)
    case .scatter(let call, let target, let join):
      var row = StepRow(op: .scatter)
      var choice = ShardChoice.place
      if case .replicas = target { choice = .key }
      row.target = edge(call, choice, context)
      switch target {
      case .shards: row.count = plan.services[Int(plan.edges[Int(row.target)].service)].shards
      case .fanOut(let n): row.count = Int32(n)
      case .keys: preconditionFailure("compiled above")
      case .replicas, .peers, .childShards:
        row.count = aim(row.target, target, caller: context.service)
      }
      setJoin(&row, join)
      appendScatter(row, join, &context)
    case .parallel(let lists, let join):
      compileParallel(lists, join, &context)
    case .split(let arms):
      compileSplit(arms, &context)
    case .repeat(let times, let steps): compileRepeat(times, steps, &context)
    case .fail(let outcome):
      append(StepRow(op: .fail, outcome: outcome), canFail: true, &context)
    case .cache(let use): compileCache(use, &context)
    }
  }

  private mutating func setJoin(_ row: inout StepRow, _ join: Join) {
    row.need = Int32(join.needed(of: Int(row.count)))
    if let deadline = join.deadline { row.deadlineLine = delayLine(deadline) }
  }

  private mutating func append(
    _ row: StepRow, canFail: Bool, _ context: inout ProgramContext
  ) {
    if canFail { context.failing.append(plan.steps.count) }
    plan.steps.append(row)
  }

  /// A scatter; where its calls are limited, a jump over the small program that sends one follows.
  private mutating func appendScatter(
    _ scatter: StepRow, _ join: Join, _ context: inout ProgramContext
  ) {
    var row = scatter
    let window = min(join.maxParallel.map { Int32($0) } ?? .max, row.count)
    let canary = min(join.canary ?? 0, Int(row.count))
    guard window < row.count || canary > 0 && canary < Int(row.count) else {
      append(row, canFail: true, &context)
      return
    }
    row.window = window
    row.canary = UInt16(canary)
    row.windowBranch = Int32(plan.branches.count)
    append(row, canFail: true, &context)
    let jump = plan.steps.count
    plan.steps.append(StepRow(op: .jump))
    plan.branches.append(Int32(plan.steps.count))
    var call = StepRow(op: .callPlaced, target: row.target, count: 1, need: 1)
    call.onError = Int32(plan.steps.count + 1)
    plan.steps += [call, StepRow(op: .end)]
    plan.steps[jump].target = Int32(plan.steps.count)
  }

  /// One copy of the steps for each turn: every turn has streams and lanes of its own.
  private mutating func compileRepeat(
    _ times: LawSpec, _ steps: [StepSpec], _ context: inout ProgramContext
  ) {
    let most = Repetition.most(times)
    var row = StepRow(op: .skipTurn, salt: context.salt("repeat"))
    if case .constant = times {} else { row.law = law(times) }
    let (verbs, sites, outer) = (context.verbs, siteCounts, context.turn)
    var skips: [Int] = []
    for turn in 0..<max(1, most) {
      if row.law >= 0 || most == 0 {
        row.count = Int32(turn)
        skips.append(plan.steps.count)
        plan.steps.append(row)
      }
      (context.verbs, siteCounts) = (verbs, sites)
      context.turn = outer * max(1, most) + turn
      compile(steps, &context)
    }
    context.turn = outer
    for skip in skips { plan.steps[skip].target = Int32(plan.steps.count) }
  }

  /// The step, a jump over the branches, then each branch as a small program of its own.
  private mutating func compileParallel(
    _ lists: [[StepSpec]], _ join: Join, _ context: inout ProgramContext
  ) {
    var row = StepRow(op: .parallel, count: Int32(lists.count))
    row.target = Int32(plan.branches.count)
    setJoin(&row, join)
    append(row, canFail: true, &context)
    let jump = plan.steps.count
    plan.steps.append(StepRow(op: .jump))
    let first = plan.branches.count
    plan.branches += Array(repeating: 0, count: lists.count)
    for (i, list) in lists.enumerated() {
      plan.branches[first + i] = Int32(plan.steps.count)
      let outer = context.failing
      context.failing = []
      compile(list, &context)
      let end = Int32(plan.steps.count)
      plan.steps.append(StepRow(op: .end))
      for failing in context.failing { plan.steps[failing].onError = end }
      context.failing = outer
    }
    plan.steps[jump].target = Int32(plan.steps.count)
  }

  private mutating func compileSplit(_ arms: [SplitArm], _ context: inout ProgramContext) {
    var row = StepRow(op: .split, count: Int32(arms.count), salt: context.salt("split"))
    row.target = Int32(plan.arms.count)
    plan.steps.append(row)
    var total = 0.0
    for arm in arms { total += arm.weight }
    var sum = 0.0
    let first = plan.arms.count
    for (i, arm) in arms.enumerated() {
      sum += arm.weight
      plan.arms.append(ArmRow(bound: i == arms.count - 1 ? .infinity : sum / total, start: 0))
    }
    var jumps: [Int] = []
    for (i, arm) in arms.enumerated() {
      plan.arms[first + i].start = Int32(plan.steps.count)
      compile(arm.steps, &context)
      jumps.append(plan.steps.count)
      plan.steps.append(StepRow(op: .jump))
    }
    for jump in jumps { plan.steps[jump].target = Int32(plan.steps.count) }
  }

  /// The lookup, the steps of a miss, what becomes of them, then the time of a hit.
  private mutating func compileCache(_ step: CacheUse, _ context: inout ProgramContext) {
    let salt = context.salt("cache")
    let cache = topology.caches.first { $0.name == step.cache }
    guard let spec = cache, spec.enabled else {
      countHostSites(of: cache, for: step)
      compile(step.steps, &context)
      return
    }
    if step.operation != .read {
      compileWrite(step, spec, &context)
      return
    }
    let holder = spec.host.map { serviceIndex[$0.service] ?? -1 } ?? context.service
    let use = Self.cacheUse(
      spec, by: holder, earlySalt: salt &+ 1, isAsked: spec.host != nil, &instanceOf, &plan)
    if let ask = hostCall(.get, spec, use: use, context) { plan.steps.append(ask) }
    let look = spec.host == nil ? Op.lookUp : .heard
    append(StepRow(op: look, target: use), canFail: spec.locks, &context)
    let outer = context.failing
    context.failing = []
    compile(step.steps, &context)
    let inside = context.failing
    context.failing = outer
    if let tell = hostCall(.set, spec, use: use, context) { plan.steps.append(tell) }
    plan.steps.append(StepRow(op: spec.host == nil ? .store : .landed, target: use))
    if !inside.isEmpty {
      for i in inside { plan.steps[i].onError = Int32(plan.steps.count) }
      append(StepRow(op: .giveUpFetch, target: use), canFail: true, &context)
    }
    plan.cacheUses[Int(use)].hit = Int32(plan.steps.count)
    if let latency = spec.hitLatency {
      var row = StepRow(op: .wait, salt: salt)
      row.law = law(latency)
      plan.steps.append(row)
    }
    plan.cacheUses[Int(use)].end = Int32(plan.steps.count)
  }

  // MARK: Edges

  /// Disabled steps keep their call sites and stream names, so that switching one moves no other's.
  private mutating func countSites(of step: StepSpec, _ context: inout ProgramContext) {
    switch step.verb {
    case .work: _ = context.salt("work")
    case .wait: _ = context.salt("wait")
    case .call(let call), .scatter(let call, _, _): siteCounts[call.service, default: 0] += 1
    case .parallel(let lists, _):
      for list in lists { for inner in list { countSites(of: inner, &context) } }
    case .split(let arms):
      _ = context.salt("split")
      for arm in arms { for inner in arm.steps { countSites(of: inner, &context) } }
    case .repeat(_, let steps):
      _ = context.salt("repeat")
      for inner in steps { countSites(of: inner, &context) }
    case .cache(let use):
      _ = context.salt("cache")
      countHostSites(of: topology.caches.first { $0.name == use.cache }, for: use)
      for inner in use.steps { countSites(of: inner, &context) }
    case .fail: break
    }
    if case .fallback(let steps) = step.onError {
      for inner in steps { countSites(of: inner, &context) }
    }
  }

  mutating func edge(
    _ call: CallSpec, _ choice: ShardChoice, _ context: ProgramContext
  ) -> Int32 {
    guard let callee = serviceIndex[call.service] else {
      preconditionFailure("call to unknown service \(call.service)")
    }
    let site = siteCounts[call.service, default: 0]
    siteCounts[call.service] = site + 1
    // The lane of luck: 16 bits of site, 32 of branch or key, 16 of turn.
    var row = EdgeRow(service: callee, entry: -1, site: site | UInt64(context.turn) << 48)
    if let timeout = call.timeout {
      row.timeout = timeout
      row.timeoutLine = delayLine(timeout)
    }
    let spec = services[Int(callee)]
    row.route = Self.route(to: spec, choice, &plan)
    if context.service >= 0 {
      row.callerStation = plan.services[Int(context.service)].firstStation
    }
    layOutWire(
      of: &row, call, from: context.service >= 0 ? context.caller.name : nil,
      callers: callers(of: context.service), "\(context.caller.name)/\(context.service)", to: spec)
    if spec.replicas > 1 { row.firstBalancer = balancers(from: context.caller, to: spec, callee) }
    if call.hasPolicy || spec.retryBudget != nil {
      let kind = context.caller.service < 0 ? "workloads" : "services"
      layOutAttempts(
        of: &row, call, to: spec, caller: "\(kind)/\(context.caller.name)",
        callers: callers(of: context.caller.service))
    }
    plan.edges.append(row)
    plan.edgeCallers.append(context.caller.component)
    entryKeys.append("\(call.service)/\(call.handler)")
    return Int32(plan.edges.count - 1)
  }

  /// One balancer per caller replica, one for a workload; each has a policy for each shard.
  private mutating func balancers(
    from caller: Caller, to spec: ServiceSpec, _ callee: Int32
  ) -> Int32 {
    let kind = caller.service < 0 ? "workloads" : "services"
    let key = "\(kind)/\(caller.name)/\(spec.name)"
    if let known = balancerOf[key] { return known }
    let callers = callers(of: caller.service)
    let first = Int32(plan.balancers.count)
    balancerOf[key] = first
    for i in 0..<callers {
      plan.balancers.append(
        BalancerRow(firstPolicy: Int32(plan.policies.count), firstLoad: Int32(plan.loadCount)))
      for shard in 0..<spec.shards {
        var policy = spec.balancing
        if callers > 1 {
          let name = StreamName.hash(kind, caller.name, spec.name, "start")
          var luck = Luck.draw(
            Luck.root(seed: plan.seed, source: name, request: UInt64(i * spec.shards + shard)),
            salt: 0)
          policy.start(at: Int32(truncatingIfNeeded: luck.below(UInt64(spec.replicas))))
        }
        plan.policies.append(policy)
      }
      if spec.balancing.readsLoad { plan.loadCount += spec.shards * spec.replicas }
    }
    return first
  }

  /// Replicas of a calling service; a workload is one caller.
  private func callers(of service: Int32) -> Int {
    if service < 0 { return 1 }
    let row = plan.services[Int(service)]
    return Int(row.shards * row.replicas)
  }

  /// What a service declares, by its number.
  func spec(of service: Int32) -> ServiceSpec { services[Int(service)] }

  mutating func law(_ spec: LawSpec) -> Int32 {
    Self.law(spec, &plan)
  }

  /// What expires in a line, and after how long.
  private struct LineName: Hashable {
    var delay: UInt64
    var purpose: LinePurpose
  }

  mutating func delayLine(_ delay: UInt64, for purpose: LinePurpose = .giveUp) -> Int32 {
    let name = LineName(delay: delay, purpose: purpose)
    if let known = lineOf[name] { return known }
    let line = Int32(plan.delayLines.count)
    lineOf[name] = line
    plan.delayLines.append(delay)
    return line
  }
}
