import TailraceEngine

// Each place where a call is made is an edge of its own: its callee, balancer, wire and watch.
extension PlanBuilder {
  /// Disabled steps keep their call sites and stream names, so that switching one moves no other's.
  mutating func countSites(of step: StepSpec, _ context: inout ProgramContext) {
    switch step.verb {
    case .work: _ = context.salt("work")
    case .wait: _ = context.salt("wait")
    case .call(let call), .scatter(let call, _, _):
      context.isOnCircle = isOnCircle(call, context)
      _ = nextSite(of: call.service, context)
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
      for list in use.programs { for inner in list { countSites(of: inner, &context) } }
    case .hold(let use): for inner in use.steps { countSites(of: inner, &context) }
    case .fail, .rateLimit: break
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
    let site = nextSite(of: call.service, context)
    // The lane of luck: 16 bits of site, 32 of branch or key, 16 of turn.
    var row = EdgeRow(service: callee, entry: -1, site: site | UInt64(context.turn) << 48)
    if let timeout = call.timeout {
      row.timeout = timeout
      row.timeoutLine = delayLine(timeout)
    }
    let spec = services[Int(callee)]
    row.route = Self.route(to: spec, choice, &plan)
    Self.hash(to: spec, &row, &plan)
    if context.service >= 0 {
      row.callerStation = plan.services[Int(context.service)].firstStation
    }
    layOutWire(
      of: &row, call, from: context.caller, callers: callers(of: context.service),
      "\(context.caller.name)/\(context.service)", to: spec)
    if spec.replicas > 1 || spec.cluster != nil {
      row.firstBalancer = balancers(from: context.caller, to: spec, callee)
    }
    if call.hasPolicy || spec.retryBudget != nil {
      let kind = context.caller.service < 0 ? "workloads" : "services"
      layOutAttempts(
        of: &row, call, to: spec, caller: "\(kind)/\(context.caller.name)",
        callers: callers(of: context.caller.service))
      if call.isGuarded { layOutGuards(of: row, call, from: context.caller) }
    }
    plan.edges.append(row)
    plan.edgeCallers.append(context.caller.component)
    entryKeys.append("\(call.service)/\(call.handler)")
    return Int32(plan.edges.count - 1)
  }

  /// One balancer per caller replica, one for a workload; each has a policy for each part of each
  /// shard that calls are spread over.
  mutating func balancers(
    from caller: Caller, to spec: ServiceSpec, _ callee: Int32
  ) -> Int32 {
    let kind = caller.service < 0 ? "workloads" : "services"
    var key = "\(kind)/\(caller.name)/\(spec.name)"
    var callers = callers(of: caller.service)
    if case .count(let count) = spec.cluster?.balancers { (key, callers) = (spec.name, count) }
    if let known = balancerOf[key] { return known }
    let first = Int32(plan.balancers.count)
    balancerOf[key] = first
    for i in 0..<callers {
      plan.balancers.append(
        BalancerRow(firstPolicy: Int32(plan.policies.count), firstLoad: Int32(plan.loadCount)))
      for (shard, part) in Self.pairs(spec.shards, localityParts(of: spec)) {
        var policy = spec.balancing
        if callers > 1 {
          let name =
            spec.cluster.map { $0.balancers != .perCaller } ?? false
            ? StreamName.hash("services", spec.name, "start")
            : StreamName.hash(kind, caller.name, spec.name, "start")
          var luck = Luck.draw(
            Luck.root(seed: plan.seed, source: name, request: UInt64(i * spec.shards + shard)),
            salt: UInt64(part))
          policy.start(at: Int32(truncatingIfNeeded: luck.below(UInt64(spec.replicas))))
        }
        plan.policies.append(policy)
      }
      if spec.readsLoad { plan.loadCount += spec.shards * spec.replicas }
      layOutHosts(
        of: spec, balancer: Int32(plan.balancers.count - 1), number: i)
    }
    return first
  }

  private static func pairs(_ first: Int, _ second: Int) -> [(Int, Int)] {
    (0..<first).flatMap { one in (0..<second).map { (one, $0) } }
  }

  /// Replicas of a calling service; a workload is one caller.
  func callers(of service: Int32) -> Int {
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
  struct LineName: Hashable {
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
