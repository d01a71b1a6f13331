import TailraceEngine

// Rate limits, pools of permits, and what keeps attempts back.
extension PlanBuilder {
  /// Lays out the limits and pools that are there, by name.
  static func layOutLimits(_ topology: Topology, _ plan: inout Plan) {
    for spec in topology.rateLimits.sorted(by: { $0.name < $1.name }) where spec.enabled {
      plan.limitNames.append(spec.name)
      plan.limits.append(
        LimitRow(
          law: RateLaw(spec.algorithm, maxDelay: spec.maxDelay), isKeyed: spec.key != nil))
    }
    for spec in topology.pools.sorted(by: { $0.name < $1.name }) where spec.enabled {
      plan.permitNames.append(spec.name)
      plan.permitPools.append(
        PermitPoolRow(
          size: Int32(spec.size), maxWaiting: spec.maxWaiting.map { Int32($0) } ?? .max,
          isKeyed: spec.key != nil, isLIFO: spec.discipline == .lifo))
    }
  }

  /// A limit that is switched off lets all pass: there is no step.
  mutating func compileLimit(_ use: LimitUse, _ context: inout ProgramContext) {
    guard let spec = topology.limit(use), let limit = plan.limitNames.firstIndex(of: spec.name)
    else { return }
    var row = LimitUseRow(limit: Int32(limit), tokens: use.tokens, firstInstance: 0)
    (row.firstInstance, row.firstStation) = instances(
      "limits/\(spec.name)", spec.placement, context
    ) { plan, count in
      defer { plan.limitInstances += count }
      return plan.limitInstances
    }
    row.route = route(by: spec.key)
    append(
      StepRow(op: .askLimit, target: Int32(plan.limitUses.count)), canFail: true, &context)
    plan.limitUses.append(row)
  }

  /// Taking the permit, the steps, and giving it back after them or after their failure.
  mutating func compileHold(_ use: HoldUse, _ context: inout ProgramContext) {
    guard let spec = topology.pool(use), let pool = plan.permitNames.firstIndex(of: spec.name)
    else {
      compile(use.steps, &context)
      return
    }
    var row = HoldUseRow(pool: Int32(pool), firstInstance: 0)
    (row.firstInstance, row.firstStation) = instances(
      "pools/\(spec.name)", spec.placement, context
    ) { plan, count in
      defer { plan.permitInstances += Array(repeating: Int32(pool), count: count) }
      return plan.permitInstances.count
    }
    row.route = route(by: spec.key)
    row.timeout = use.timeout ?? never
    append(
      StepRow(op: .takePermit, target: Int32(plan.holdUses.count)), canFail: true, &context)
    plan.holdUses.append(row)
    let outer = context.failing
    context.failing = []
    compile(use.steps, &context)
    let inside = context.failing
    context.failing = outer
    plan.steps.append(StepRow(op: .givePermit))
    guard !inside.isEmpty else { return }
    let jump = plan.steps.count
    plan.steps.append(StepRow(op: .jump))
    for i in inside { plan.steps[i].onError = Int32(plan.steps.count) }
    append(StepRow(op: .givePermitUp), canFail: true, &context)
    plan.steps[jump].target = Int32(plan.steps.count)
  }

  /// The first instance that a program uses, and the station that it belongs to; -1 where all share
  /// one.
  private mutating func instances(
    _ name: String, _ placement: RateLimitSpec.Placement, _ context: ProgramContext,
    _ add: (inout Plan, Int) -> Int
  ) -> (Int32, Int32) {
    let isShared = placement == .shared
    precondition(isShared || context.service >= 0, "a workload has no replicas to hold \(name)")
    let own = isShared ? name : "\(name)/\(context.service)"
    let station = isShared ? -1 : plan.services[Int(context.service)].firstStation
    if let known = limitInstanceOf[own] { return (known, station) }
    let first = Int32(add(&plan, isShared ? 1 : callers(of: context.service)))
    limitInstanceOf[own] = first
    return (first, station)
  }

  private mutating func route(by key: String?) -> Int32 {
    guard let key else { return -1 }
    guard let space = plan.keySpaces.firstIndex(of: key) else {
      preconditionFailure("no key space \(key)")
    }
    plan.routes.append(RouteRow(space: Int32(space), map: -1, isEach: false))
    return Int32(plan.routes.count - 1)
  }

  // MARK: Breakers

  /// Gives the policy of a call that was laid out last what may reject its attempts.
  mutating func layOutGuards(of edge: EdgeRow, _ call: CallSpec, from caller: Caller) {
    let pair = GuardPair(caller: caller.component, service: edge.service)
    let known = plan.guardPairs.firstIndex(of: pair) ?? plan.guardPairs.count
    if known == plan.guardPairs.count { plan.guardPairs.append(pair) }
    let first = Int32(plan.guardStates.count)
    var row = GuardRow(firstState: first, pair: Int32(known))
    row.breaker = call.breaker.map { BreakerLaw($0) }
    if let throttling = call.throttling {
      row.k = throttling.k
      row.slice = max(1, throttling.window / 10)
      row.salt = StreamName.hash("services", call.service, "adaptive_throttling")
    }
    plan.guardStates += Array(repeating: first, count: callers(of: caller.service))
    plan.attemptPolicies[Int(edge.policy)].guardRow = Int32(plan.guards.count)
    plan.guards.append(row)
  }
}
