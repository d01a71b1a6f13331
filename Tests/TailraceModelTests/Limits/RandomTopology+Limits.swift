@testable import TailraceModel

// Rate limits, permits and breakers, on top of any other topology.
extension RandomTopology {
  /// Puts limits before steps, permits around them, and breakers and throttles on calls.
  mutating func varyLimits(of topology: inout Topology) {
    topology.rateLimits = [limit("l0"), limit("l1"), limit("l2")]
    topology.rateLimits[1].placement = .perReplica
    topology.rateLimits[2].key = "k"
    topology.pools = [permits("p0", .shared), permits("p1", .perReplica), permits("p2", .shared)]
    topology.pools[2].key = "k"
    for i in topology.services.indices {
      for h in topology.services[i].handlers.indices {
        limit(&topology.services[i].handlers[h].steps, isService: true)
      }
    }
    for i in topology.workloads.indices { limit(&topology.workloads[i].steps, isService: false) }
  }

  private mutating func limit(_ name: String) -> RateLimitSpec {
    let time = UInt64(tick) * UInt64(2 + below(8))
    let most = UInt64(1 + below(4))
    let algorithms: [RateLimitSpec.Algorithm] = [
      .tokenBucket(most: most, perFill: 1, interval: time, isContinuous: true),
      .tokenBucket(most: most, perFill: UInt64(1 + below(2)), interval: time, isContinuous: false),
      .fixedWindow(limit: most, window: time), .slidingWindow(limit: most, window: time),
      .slidingLog(limit: most, window: time),
    ]
    let choice = below(5)
    var spec = RateLimitSpec(name: name, algorithms[choice])
    if oneIn(3) && choice != 3 { spec.maxDelay = time * UInt64(1 + below(3)) }
    return spec
  }

  private mutating func permits(
    _ name: String, _ placement: RateLimitSpec.Placement
  ) -> PoolSpec {
    var spec = PoolSpec(name: name, size: 1 + below(3))
    spec.placement = placement
    if oneIn(2) { spec.maxWaiting = below(4) }
    if oneIn(3) { spec.discipline = .lifo }
    return spec
  }

  private mutating func limit(_ steps: inout [StepSpec], isService: Bool) {
    for i in steps.indices {
      switch steps[i].verb {
      case .call(var call):
        guardCall(&call)
        steps[i].verb = .call(call)
      case .scatter(var call, let target, let join):
        guardCall(&call)
        steps[i].verb = .scatter(call, target, join)
      case .parallel(var lists, let join):
        for k in lists.indices where oneIn(2) { limit(&lists[k], isService: isService) }
        steps[i].verb = .parallel(lists, join)
      default: break
      }
      if oneIn(5), !holds(steps[i]) {
        let pool = below(isService ? 3 : 1) * (isService ? 1 : 2)
        var use = HoldUse("p\(pool)", steps: [steps[i]])
        // Who holds one permit and waits for another must not wait for ever.
        use.timeout = UInt64(tick) * UInt64(1 + below(12))
        steps[i] = StepSpec(.hold(use))
        steps[i].by = pool == 2 ? "k" : nil
        if oneIn(3) { steps[i].onError = .ignore }
      }
    }
    if oneIn(3) {
      let number = isService ? below(3) : 2 * below(2)
      var step = StepSpec(.rateLimit(LimitUse("l\(number)")))
      step.by = number == 2 ? "k" : nil
      if oneIn(3) { step.onError = .ignore }
      steps.insert(step, at: below(steps.count + 1))
    }
  }

  private func holds(_ step: StepSpec) -> Bool {
    var found = false
    [step].eachStep(disabled: true) { if case .hold = $0.verb { found = true } }
    return found
  }

  private mutating func guardCall(_ call: inout CallSpec) {
    if oneIn(4) {
      var breaker = BreakerSpec()
      breaker.minimumCalls = 2 + below(4)
      breaker.waitDurationOpen = UInt64(tick) * UInt64(3 + below(20))
      breaker.permittedHalfOpen = 1 + below(3)
      breaker.window = oneIn(2) ? .calls(8) : .time(UInt64(tick) * 50)
      if oneIn(2) { breaker.slowCallDuration = UInt64(tick) * 6 }
      call.breaker = breaker
    }
    if oneIn(6) {
      call.throttling = AdaptiveThrottlingSpec()
      call.throttling?.k = 1.2
      call.throttling?.window = UInt64(tick) * 80
    }
    if call.retry != nil, oneIn(2) { call.retry?.respectsRetryAfter = true }
  }
}
