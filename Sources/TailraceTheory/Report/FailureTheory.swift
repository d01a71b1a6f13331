import TailraceModel

/// The chance that a request is answered where only its own `fail` steps fail, each for itself.
struct FailureTheory {
  let network: Network

  /// Nil where something else may fail, or where failures hang together.
  func success(_ workload: WorkloadSpec) -> Double? {
    guard network.topology.faults.isEmpty, network.topology.caches.allSatisfy({ !$0.enabled }),
      network.topology.services.allSatisfy({ $0.cluster?.liveness == nil })
    else { return nil }
    return success(workload.steps, depth: 0)
  }

  private func success(_ steps: [StepSpec], depth: Int) -> Double? {
    var chance = 1.0
    for step in steps where step.enabled && step.probability > 0 {
      if step.classes != nil || step.queueBelow != nil || depth > 64 { return nil }
      guard let own = success(step, depth: depth) else { return nil }
      switch step.onError {
      case .ignore: continue
      case .fallback: return own == 1 ? chance : nil
      case .fail: chance *= 1 - step.probability * (1 - own)
      }
    }
    return chance
  }

  private func success(_ step: StepSpec, depth: Int) -> Double? {
    switch step.verb {
    case .work, .wait: return 1
    case .fail: return 0
    case .rateLimit(let use): return network.thinning(by: use) == nil ? 1 : nil
    case .hold(let use):
      return network.holding(use) == nil ? success(use.steps, depth: depth) : nil
    case .call(let call): return success(call, depth)
    case .scatter(let call, let target, let join):
      guard let own = success(call, depth), let number = network.service(named: call.service),
        join.deadline == nil, join.canary == nil,
        let count = network.calls(of: target, to: network.service(number), from: nil), count > 0
      else { return nil }
      if case .childShards = target { return nil }
      return TimeDistribution.passed([(own, count)], needed: join.need.count(of: count))
    case .parallel(let branches, let join):
      guard join.deadline == nil else { return nil }
      var groups: [(probability: Double, count: Int)] = []
      for branch in branches {
        guard let own = success(branch, depth: depth) else { return nil }
        groups.append((own, 1))
      }
      return TimeDistribution.passed(groups, needed: join.need.count(of: branches.count))
    case .split(let arms):
      if step.by != nil { return nil }
      var sum = 0.0
      let total = arms.reduce(0) { $0 + $1.weight }
      for arm in arms where arm.weight > 0 {
        guard let own = success(arm.steps, depth: depth) else { return nil }
        sum += arm.weight / total * own
      }
      return sum
    case .repeat(let turns, let steps):
      guard case .constant(let count) = turns, let own = success(steps, depth: depth) else {
        return nil
      }
      return (0..<Int(count)).reduce(1) { chance, _ in chance * own }
    case .cache(let use): return success(use.steps, depth: depth)
    }
  }

  private func success(_ call: CallSpec, _ depth: Int) -> Double? {
    guard let handler = network.handler(of: call), call.retry == nil, !network.mayGiveUp,
      let outcome = network.outcome(network.handlers[handler].service), outcome.shed == 0,
      network.circles.isEmpty
    else { return nil }
    return success(network.handlers[handler].spec.steps, depth: depth + 1)
  }
}
