import TailraceEngine

@testable import TailraceModel

// All mechanisms of resilience together, each switched on or off at random.
extension RandomTopology {
  /// A faulty topology whose services, callers and clients know how to help themselves.
  ///
  /// A new mechanism has one line here, and a function that switches it on.
  mutating func makeResilient() -> Topology {
    var topology = makeFaulty()
    if oneIn(3) { varyWords(of: &topology) }
    if oneIn(6) { varyCircles(of: &topology) }
    if !oneIn(4) { varyBalancers(of: &topology) }
    if oneIn(2) { varyQueues(of: &topology) }
    if oneIn(2) { varyAdmission(of: &topology) }
    if oneIn(2) { varyQuotas(of: &topology) }
    if oneIn(2) { varyGuards(of: &topology) }
    if oneIn(2) { varyMishaps(of: &topology) }
    for i in topology.services.indices where topology.hasFeltMessages(to: topology.services[i]) {
      topology.services[i].cluster?.bindsLate = false
    }
    keepLocal(in: &topology)
    if oneIn(2) { varyLiveness(of: &topology) }
    return topology
  }

  // MARK: Queues and doors

  private mutating func varyQueues(of topology: inout Topology) {
    if oneIn(2) { addClasses(to: &topology) }
    for i in topology.services.indices {
      if oneIn(2) && topology.services[i].cluster?.bindsLate != true {
        topology.services[i].discipline = [.codel, .adaptiveLIFO, .fair][below(3)]
        topology.services[i].preemptive = false
        topology.services[i].codel.target = ticks(3)
        topology.services[i].codel.interval = ticks(10)
        if topology.services[i].discipline == .fair {
          topology.services[i].lineKey = ["k", "client", "request"][below(3)]
        }
      }
      if oneIn(4) && topology.services[i].discipline != .fair {
        topology.services[i].classLimits = ["tin": below(3)]
      }
      if oneIn(4) {
        let last = topology.services[i].handlers[0].steps.indices.last ?? 0
        topology.services[i].handlers[0].steps[last].queueBelow = 1 + below(3)
      }
    }
  }

  private mutating func addClasses(to topology: inout Topology) {
    for i in topology.workloads.indices where topology.workloads[i].classes.isEmpty {
      topology.workloads[i].classes = [ClassWeight("gold"), ClassWeight("tin", weight: 2)]
    }
    topology.classPriorities = ["tin": 1]
  }

  private mutating func varyAdmission(of topology: inout Topology) {
    for i in topology.services.indices where oneIn(2) {
      topology.services[i].admission = admission()
    }
  }

  private mutating func admission() -> any AdmissionPolicy {
    switch below(7) {
    case 0: return FixedLimit(Int32(1 + below(4)))
    case 1:
      var policy = AIMDLimit()
      (policy.least, policy.most, policy.target) = (1, Int32(2 + below(9)), ticks(20))
      return policy
    case 2:
      var policy = VegasLimit()
      policy.most = Int32(2 + below(9))
      return policy
    case 3:
      var policy = Gradient2Limit()
      (policy.least, policy.most) = (1, Int32(2 + below(9)))
      return policy
    case 4:
      var policy = AdaptiveConcurrency()
      (policy.least, policy.most) = (1, Int32(2 + below(9)))
      (policy.window, policy.minRTTInterval) = (ticks(10), ticks(60))
      return policy
    case 5:
      var policy = DAGOR()
      (policy.target, policy.window) = (ticks(3), ticks(10))
      return policy
    default:
      var policy = SuccessRate()
      policy.window = ticks(40)
      return policy
    }
  }

  // MARK: Limits and guards

  private mutating func varyQuotas(of topology: inout Topology) {
    let (limits, pools) = (2, 2)
    for i in 0..<limits {
      var limit = RateLimitSpec(name: "limit\(i)", algorithm())
      if oneIn(3) { limit.key = "k" }
      if i > 0 && oneIn(2) { limit.placement = .perReplica }
      if case .slidingWindow = limit.algorithm {} else if oneIn(2) { limit.maxDelay = ticks(10) }
      limit.enabled = !oneIn(10)
      topology.rateLimits.append(limit)
    }
    for i in 0..<pools {
      var pool = PoolSpec(name: "pool\(i)", size: 1 + below(3))
      if oneIn(3) { pool.key = "k" }
      pool.placement = i == 0 || oneIn(2) ? .shared : .perReplica
      pool.discipline = oneIn(2) ? .fifo : .lifo
      if oneIn(2) { pool.maxWaiting = below(4) }
      pool.enabled = !oneIn(10)
      topology.pools.append(pool)
    }
    for i in topology.services.indices {
      limit(&topology.services[i].handlers[0].steps, topology, inWorkload: false)
    }
    for i in topology.workloads.indices {
      limit(&topology.workloads[i].steps, topology, inWorkload: true)
    }
  }

  private mutating func algorithm() -> RateLimitSpec.Algorithm {
    let most = UInt64(1 + below(6))
    let time = ticks(20)
    switch below(5) {
    case 0: return .fixedWindow(limit: most, window: time)
    case 1: return .slidingWindow(limit: most, window: time)
    case 2: return .slidingLog(limit: most, window: time)
    default:
      return .tokenBucket(
        most: most, perFill: UInt64(1 + below(2)), interval: time, isContinuous: oneIn(2))
    }
  }

  /// Puts some steps behind a limit or a permit.
  private mutating func limit(
    _ steps: inout [StepSpec], _ topology: Topology, inWorkload: Bool
  ) {
    for i in steps.indices where oneIn(3) {
      let pool = topology.pools[below(2)]
      if inWorkload && pool.placement == .perReplica { continue }
      var use = HoldUse(pool.name, steps: [steps[i]])
      if oneIn(2) { use.timeout = ticks(10) }
      steps[i] = StepSpec(.hold(use))
      steps[i].by = pool.enabled ? pool.key : nil
      if oneIn(4) { steps[i].onError = .ignore }
    }
    guard oneIn(2) else { return }
    let limit = topology.rateLimits[below(2)]
    if inWorkload && limit.placement == .perReplica { return }
    var step = StepSpec(.rateLimit(LimitUse(limit.name)))
    step.by = limit.enabled ? limit.key : nil
    step.enabled = limit.enabled
    if oneIn(4) { step.onError = .ignore }
    steps.insert(step, at: below(steps.count + 1))
  }

  /// Gives calls breakers and throttles, and lets retries wait as limits say.
  private mutating func varyGuards(of topology: inout Topology) {
    func change(_ call: inout CallSpec, _ random: inout RandomTopology) {
      if random.oneIn(3) {
        var breaker = BreakerSpec()
        breaker.failureRateThreshold = [1, 50, 100][random.below(3)]
        if random.oneIn(2) { breaker.slowCallDuration = random.ticks(10) }
        breaker.minimumCalls = 1 + random.below(5)
        breaker.window = random.oneIn(2) ? .time(random.ticks(60)) : .calls(5 + random.below(9))
        breaker.waitDurationOpen = random.ticks(30)
        breaker.permittedHalfOpen = 1 + random.below(3)
        call.breaker = breaker
      }
      if random.oneIn(4) {
        var throttle = AdaptiveThrottlingSpec()
        throttle.k = [1, 1.1, 2][random.below(3)]
        throttle.window = random.ticks(100)
        call.throttling = throttle
      }
      if random.oneIn(2) { call.retry?.respectsRetryAfter = true }
    }
    for i in topology.services.indices {
      for h in topology.services[i].handlers.indices {
        eachCall(of: &topology.services[i].handlers[h].steps, change)
      }
    }
    for i in topology.workloads.indices { eachCall(of: &topology.workloads[i].steps, change) }
  }

  private mutating func eachCall(
    of steps: inout [StepSpec], _ change: (inout CallSpec, inout RandomTopology) -> Void
  ) {
    for i in steps.indices {
      switch steps[i].verb {
      case .call(var call):
        change(&call, &self)
        steps[i].verb = .call(call)
      case .scatter(var call, let target, let join):
        change(&call, &self)
        steps[i].verb = .scatter(call, target, join)
      case .parallel(var lists, let join):
        for k in lists.indices { eachCall(of: &lists[k], change) }
        steps[i].verb = .parallel(lists, join)
      case .split(var arms):
        for k in arms.indices { eachCall(of: &arms[k].steps, change) }
        steps[i].verb = .split(arms)
      case .repeat(let times, var inner):
        eachCall(of: &inner, change)
        steps[i].verb = .repeat(times, inner)
      case .cache(var use):
        eachCall(of: &use.steps, change)
        steps[i].verb = .cache(use)
      case .hold(var use):
        eachCall(of: &use.steps, change)
        steps[i].verb = .hold(use)
      case .work, .wait, .fail, .rateLimit: break
      }
    }
  }
}
