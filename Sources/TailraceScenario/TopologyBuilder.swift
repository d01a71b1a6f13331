import TailraceCatalog
import TailraceModel

/// Checks what one declaration cannot know of another, and builds the topology.
struct TopologyBuilder {
  let scenario: ScenarioDeclaration
  private(set) var reading: Reading
  private var handlersOf: [String: [String]] = [:]

  init(_ scenario: ScenarioDeclaration, _ reading: Reading) {
    self.scenario = scenario
    self.reading = reading
    for service in scenario.services {
      handlersOf[service.name] = service.value.handlers?.map(\.name) ?? [""]
    }
  }

  mutating func build() -> Topology {
    var services: [ServiceSpec] = []
    for service in scenario.services { services.append(build(service)) }
    var workloads: [WorkloadSpec] = []
    for workload in scenario.workloads where workload.value.enabled {
      let steps = build(workload.value.steps ?? [], inWorkload: true)
      if let arrivals = workload.value.arrivals {
        workloads.append(WorkloadSpec(name: workload.name, arrivals: arrivals, steps: steps))
      }
    }
    checkSizes()
    let topology = Topology(workloads: workloads, services: services)
    checkDepth(topology)
    return topology
  }

  // MARK: Services

  private mutating func build(_ service: Named<ServiceDeclaration>) -> ServiceSpec {
    let declared = service.value
    var spec = ServiceSpec(name: service.name, handler: [])
    switch (declared.handler, declared.handlers) {
    case (let steps?, nil):
      spec.handlers = [HandlerSpec(name: "", steps: build(steps, inWorkload: false))]
    case (nil, let handlers?):
      spec.handlers = []
      for handler in handlers {
        spec.handlers.append(
          HandlerSpec(name: handler.name, steps: build(handler.value, inWorkload: false)))
      }
    case (nil, nil):
      reading.report(
        .missingKey, at: service.nameNode, "service '\(service.name)' needs 'handler' or 'handlers'"
      )
    case (_?, _?):
      reading.report(
        .wrongType, at: service.nameNode,
        "service '\(service.name)' has both 'handler' and 'handlers'; give one")
    }
    spec.shards = declared.shards
    spec.replicas = declared.replicas
    spec.slots = declared.concurrency
    spec.concurrencyModel = declared.concurrencyModel
    spec.queueLimit = declared.queue.maxLength
    spec.cancel = declared.cancel
    spec.balancing = declared.balancing
    spec.latency = declared.network?.latency ?? scenario.network.defaultLink?.latency
    return spec
  }

  /// Most replicas of a scenario, and most pairs of caller replica and callee replica.
  static let stationsMax = 1_000_000
  static let loadsMax = 100_000_000

  private mutating func checkSizes() {
    var total = 0
    for service in scenario.services {
      let count = service.value.shards * service.value.replicas
      total += count
      if count > Self.stationsMax {
        reading.report(
          .outOfRange, at: service.nameNode,
          "service '\(service.name)' has \(service.value.shards) shards x "
            + "\(service.value.replicas) replicas = \(count); at most \(Self.stationsMax)")
      } else if total > Self.stationsMax {
        reading.report(
          .outOfRange, at: service.nameNode,
          "with service '\(service.name)' there are \(total) replicas; at most \(Self.stationsMax)")
        return
      }
    }
  }

  // MARK: Steps

  private mutating func build(_ steps: [StepDeclaration], inWorkload: Bool) -> [StepSpec] {
    var specs: [StepSpec] = []
    for step in steps {
      guard let verb = verb(of: step, inWorkload: inWorkload) else { continue }
      var spec = StepSpec(verb)
      spec.probability = step.common.when.probability
      spec.enabled = step.common.enabled
      switch step.common.onError {
      case .fail: spec.onError = .fail
      case .ignore: spec.onError = .ignore
      case .fallback(let steps): spec.onError = .fallback(build(steps, inWorkload: inWorkload))
      }
      specs.append(spec)
    }
    return specs
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
      return target(call.service, timeout: call.timeout).map { .call($0) }
    case let scatter as ScatterStep: return build(scatter, at: step.node)
    case let parallel as ParallelStep:
      guard let lists = parallel.branches else { return nil }
      if lists.isEmpty {
        reading.report(.outOfRange, at: step.node, "'parallel' needs at least one branch")
        return nil
      }
      var branches: [[StepSpec]] = []
      for list in lists { branches.append(build(list, inWorkload: inWorkload)) }
      return .parallel(
        branches, join(parallel.waitFor, parallel.deadline, of: lists.count, at: step.node))
    case let split as SplitStep: return build(split, at: step.node, inWorkload: inWorkload)
    case let fail as FailStep: return .fail(fail.outcome)
    default: preconditionFailure("verb \(type(of: step.verb).name) has no meaning")
    }
  }

  private mutating func build(_ scatter: ScatterStep, at node: Node) -> StepSpec.Verb? {
    guard let call = target(scatter.service, timeout: scatter.timeout) else { return nil }
    if scatter.to != nil && scatter.fanOut != nil {
      reading.report(.wrongType, at: node, "'scatter' has both 'to' and 'fan_out'; give one")
    }
    let shards = scenario.services.first { $0.name == call.service }?.value.shards ?? 1
    let target = scatter.fanOut.map { ScatterTarget.fanOut($0) } ?? .shards
    return .scatter(
      call, target,
      join(scatter.waitFor, scatter.deadline, of: scatter.fanOut ?? shards, at: node))
  }

  private mutating func join(
    _ need: Join.Need, _ deadline: UInt64?, of count: Int, at node: Node
  ) -> Join {
    if case .responses(let n) = need, n > count {
      reading.report(
        .outOfRange, at: node, "'wait_for' needs \(n) answers, but only \(count) calls are sent")
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
    for arm in split.arms {
      total += arm.value.weight
      arms.append(
        SplitArm(
          weight: arm.value.weight, steps: build(arm.value.steps ?? [], inWorkload: inWorkload)))
    }
    if !(total > 0) {
      reading.report(.outOfRange, at: node, "'split' needs an arm with a weight above 0")
      return nil
    }
    return .split(arms)
  }

  /// A call's target: a service, or one handler of it.
  private mutating func target(_ name: Located<String>?, timeout: UInt64?) -> CallSpec? {
    guard let name else { return nil }
    let parts = name.value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let service = parts.first, let handlers = handlersOf[service] else {
      let near = NearestWord.suggest(parts.first ?? "", among: scenario.services.map(\.name))
      let hint = near.map { "; did you mean '\($0)'?" } ?? ""
      reading.report(
        .unknownName, at: name.node,
        "call to service '\(parts.first ?? "")', which is not defined\(hint)")
      return nil
    }
    var call = CallSpec(service)
    call.timeout = timeout
    if parts.count > 2 {
      reading.report(.unknownName, at: name.node, "a call names a service or \"service/handler\"")
    } else if parts.count == 2 {
      if handlers == [""] {
        reading.report(
          .unknownName, at: name.node, "service '\(service)' has one handler: call \"\(service)\"")
      } else if !handlers.contains(parts[1]) {
        let near = NearestWord.suggest(parts[1], among: handlers).map { "; did you mean '\($0)'?" }
        reading.report(
          .unknownName, at: name.node,
          "service '\(service)' has no handler '\(parts[1])'\(near ?? "")")
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

  // MARK: Depth

  /// Refuses calls that surely go in a circle, and chains deeper than `run.max_depth`.
  private mutating func checkDepth(_ topology: Topology) {
    var depth: [String: Int] = [:]
    var open: [String] = []
    var circle: [String]?
    func deepest(_ service: String) -> Int {
      if let known = depth[service] { return known }
      if let start = open.firstIndex(of: service) {
        if circle == nil { circle = Array(open[start...]) + [service] }
        return 0
      }
      open.append(service)
      var below = 0
      for spec in topology.services where spec.name == service {
        for handler in spec.handlers {
          for callee in Self.callees(handler.steps) { below = max(below, deepest(callee)) }
        }
      }
      open.removeLast()
      depth[service] = below + 1
      return below + 1
    }
    for service in scenario.services {
      let levels = deepest(service.name)
      if let circle {
        reading.report(
          .circle, at: service.nameNode,
          "calls go in a circle: \(circle.joined(separator: " -> ")); not in this version")
        return
      }
      if levels > scenario.run.maxDepth {
        reading.report(
          .outOfRange, at: service.nameNode,
          "calls below '\(service.name)' stand \(levels) deep; run.max_depth is "
            + "\(scenario.run.maxDepth)")
        return
      }
    }
  }

  private static func callees(_ steps: [StepSpec]) -> [String] {
    steps.flatMap { step -> [String] in
      var found: [String] = []
      switch step.verb {
      case .call(let call), .scatter(let call, _, _): found = [call.service]
      case .parallel(let lists, _): found = lists.flatMap { callees($0) }
      case .split(let arms): found = arms.flatMap { callees($0.steps) }
      case .work, .wait, .fail: break
      }
      if case .fallback(let steps) = step.onError { found += callees(steps) }
      return found
    }
  }
}

extension Diagnostic.Code {
  static let unknownName: Diagnostic.Code = "unknown-name"
  static let circle: Diagnostic.Code = "circle"
}
