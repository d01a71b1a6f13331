import TailraceEngine

extension AttemptPolicy {
  /// Decides how its calls begin, once all else is set; `isFree` without a budget.
  fileprivate mutating func decideStart(isFree: Bool, _ delays: [UInt64]) {
    startsLean =
      isFree && guardRow < 0 && !isTold && !propagates && !isTied && !hedgesAtOnce && quantile == 0
      && hedgeGain == 0 && !(perTryLine >= 0 && hedgeLine >= 0)
    isSequential = startsLean && copies == 0
    // The overall timeout is the first of those that tie.
    for line in [timeoutLine, perTryLine, hedgeLine] where line >= 0 {
      if firstLine < 0 || delays[Int(line)] < delays[Int(firstLine)] { firstLine = line }
    }
  }
}

// Calls that may be sent more than once.
extension PlanBuilder {
  /// Compiles what a caller does beyond waiting for one answer.
  ///
  /// - Parameters:
  ///   - row: the call site.
  ///   - call: what it declares.
  ///   - spec: the callee.
  ///   - caller: the caller's kind and name.
  ///   - callers: the caller's replicas.
  mutating func layOutAttempts(
    of row: inout EdgeRow, _ call: CallSpec, to spec: ServiceSpec, caller: String, callers: Int
  ) {
    var policy = AttemptPolicy()
    policy.timeoutLine = row.timeoutLine
    row.timeoutLine = .max  // it is watched, whether or not it has a timeout
    policy.salt = StreamName.hash("services", spec.name, "retry_back_off")
    policy.repeatsLuck = call.repeatsLuck
    policy.propagates = call.propagatesDeadline
    policy.firstState = callerState(
      "\(caller)/\(spec.name)", callers: callers, service: row.service, spec)
    if let retry = call.retry { setRetry(&policy, retry) }
    if let hedge = call.hedge { setHedge(&policy, hedge, callers: callers) }
    row.policy = Int32(plan.attemptPolicies.count)
    plan.attemptPolicies.append(policy)
  }

  private mutating func setRetry(_ policy: inout AttemptPolicy, _ retry: RetryPolicy) {
    for outcome in retry.outcomes { policy.outcomes |= 1 << UInt16(outcome.rawValue) }
    policy.retries = Int32(retry.retries)
    policy.prefersOthers = retry.prefersOthers
    policy.respectsRetryAfter = retry.respectsRetryAfter
    if let timeout = retry.perTryTimeout {
      policy.perTryLine = delayLine(timeout, for: .perTry)
    }
    switch retry.backOff {
    case .drawn(let pause): policy.pauseLaw = law(pause)
    case .doubling(let base, let most, let jitter):
      policy.base = Double(base)
      policy.most = Double(most)
      policy.jitter = jitter
    }
  }

  private mutating func setHedge(
    _ policy: inout AttemptPolicy, _ hedge: HedgePolicy, callers: Int
  ) {
    policy.copies = Int32(hedge.attempts - 1)
    policy.cancelsLosers = hedge.cancelsLosers
    policy.isTied = hedge.isTied
    for outcome in hedge.nonFatal { policy.nonFatal |= 1 << UInt16(outcome.rawValue) }
    policy.hedgeGain = hedge.budgetPercent.map { max(1, Int64($0 * 10_000)) } ?? 0
    switch hedge.delay {
    case .fixed(0): policy.hedgesAtOnce = true
    case .fixed(let delay): policy.hedgeLine = delayLine(delay, for: .hedge)
    case .percentile(let percent):
      policy.quantile = percent / 100
      var used = RecentLatencies.cells(of: plan.callerStates)
      for i in 0..<callers {
        plan.callerStates[Int(policy.firstState) + i].latencies.layOut(after: &used)
      }
    }
  }

  /// What a caller's replicas remember of their calls to a service.
  private mutating func callerState(
    _ name: String, callers: Int, service: Int32, _ spec: ServiceSpec
  ) -> Int32 {
    if let known = callerStateOf[name] { return known }
    let first = Int32(plan.callerStates.count)
    callerStateOf[name] = first
    let budget = spec.retryBudget.map { BudgetRow($0) } ?? BudgetRow()
    plan.callerStates += Array(
      repeating: CallerState(service: service, tokens: budget.tokens), count: callers)
    return first
  }

  /// Calls of services that are told a deadline end by then: they are watched too.
  mutating func finishAttempts(_ services: [ServiceSpec]) {
    var told = Set<Int32>()
    for edge in plan.edges where edge.policy >= 0 {
      if plan.attemptPolicies[Int(edge.policy)].propagates { told.insert(edge.service) }
    }
    for e in plan.edges.indices where told.contains(plan.edgeCallers[e]) {
      if plan.edges[e].policy < 0 {
        let caller = plan.services[Int(plan.edgeCallers[e])]
        var row = plan.edges[e]
        layOutAttempts(
          of: &row, CallSpec(""), to: services[Int(row.service)],
          caller: "services/\(services[Int(plan.edgeCallers[e])].name)",
          callers: Int(caller.shards * caller.replicas))
        plan.edges[e] = row
      }
      plan.attemptPolicies[Int(plan.edges[e].policy)].isTold = true
    }
    guard !plan.attemptPolicies.isEmpty else { return }
    plan.retryBudgets = services.map { $0.retryBudget.map { BudgetRow($0) } ?? BudgetRow() }
    plan.steps += [StepRow(op: .attempt), StepRow(op: .end)]
    for edge in plan.edges where edge.policy >= 0 {
      plan.attemptPolicies[Int(edge.policy)].decideStart(
        isFree: plan.retryBudgets[Int(edge.service)].kind == .none, plan.delayLines)
    }
  }
}
