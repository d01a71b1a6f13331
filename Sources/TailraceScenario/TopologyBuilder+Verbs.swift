import TailraceCatalog
import TailraceModel

// Steps as the model takes them, verb by verb.
extension TopologyBuilder {
  mutating func build(_ steps: [StepDeclaration], inWorkload: Bool) -> [StepSpec] {
    var specs: [StepSpec] = []
    for step in steps {
      guard var spec = spec(of: step, inWorkload: inWorkload) else { continue }
      if let by = (step.verb as? SplitStep)?.by {
        guard let space = keySpace(by.value, at: by.node) else { continue }
        spec.by = space.name
      }
      spec.name = step.common.name
      spec.probability = step.common.when.probability
      spec.classes = classes(step.common.when.classes)
      spec.queueBelow = step.common.when.queueBelow?.value
      if let place = step.common.when.queueBelow?.node, inWorkload {
        reading.report(
          .wrongType, at: place, "a workload has no replica, and so no queue to look at")
      }
      if !step.common.enabled { spec.enabled = false }
      switch step.common.onError {
      case .fail: spec.onError = .fail
      case .ignore: spec.onError = .ignore
      case .fallback(let steps): spec.onError = .fallback(build(steps, inWorkload: inWorkload))
      }
      specs.append(spec)
    }
    return specs
  }

  /// A step without its common fields.
  private mutating func spec(of step: StepDeclaration, inWorkload: Bool) -> StepSpec? {
    switch step.verb {
    case let limit as RateLimitStep: build(limit, at: step.node, inWorkload: inWorkload)
    case let hold as HoldStep: build(hold, at: step.node, inWorkload: inWorkload)
    default: verb(of: step, inWorkload: inWorkload).map { StepSpec($0) }
    }
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
    checkOperation(of: scatter, at: node)
    if scatter.to != nil && scatter.fanOut != nil {
      reading.report(
        .wrongType, at: node["fan_out"] ?? node, "'scatter' has both 'to' and 'fan_out'; give one")
    }
    let shards = fewestShards(of: call.service)
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
      refuseReshard(
        of: [call.service], at: node["fan_out"] ?? node, "'fan_out' goes by the numbers of shards")
      (target, count) = (.fanOut(fanOut), fanOut)
    } else if let to = scatter.to, to != "shards" {
      if to == "child_shards" {
        refuseReshard(
          of: [call.service, callerName], at: node["to"] ?? node,
          "'child_shards' deals shards out evenly, once and for all")
      }
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
      let hint = NearestWord.hintOrAll(parts.first ?? "", among: scenario.services.map(\.name))
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
