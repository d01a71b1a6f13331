import TailraceModel

/// Who calls whom: the handlers of a topology with what one visit of each may cost.
///
/// Nothing here recurses along calls, so that a long chain of services takes no stack.
struct CallGraph {
  /// A handler of a service, and what is known of a visit to it.
  struct Handler {
    let service: Int
    let name: String
    let steps: [StepSpec]
    /// Most calls that stand inside each other below it, itself included; calls of its own circle
    /// are not counted.
    var depth = 1
    /// Of a handler above no circle.
    var cost = Cost()
    /// Whether it stands on a circle of calls or calls one, directly or not.
    var meetsCircle = false
  }

  /// Most calls that a program may make, all below included, and its dearest call site.
  struct Cost {
    var calls = 0.0
    /// The handler that most of the calls go to, and how many of them it gets directly.
    var dearest: (handler: Int, count: Double)?
    var share = 0.0

    /// More than any limit; keeps sums finite.
    static let most = 1e18

    mutating func add(_ other: Cost) {
      calls = min(calls + other.calls, Self.most)
      if other.share > share { (dearest, share) = (other.dearest, other.share) }
    }
  }

  let topology: Topology
  /// Shards of each callee below one shard of its callers that ask no others.
  private var childShards: [String: Int] = [:]
  private(set) var handlers: [Handler] = []
  /// Handlers by their numbers, callees before callers where no circle stands in the way.
  private(set) var order: [Int] = []
  let circles: CallCircles
  private var index: [String: Int] = [:]

  init(_ topology: Topology) {
    self.topology = topology
    circles = CallCircles(topology)
    for (number, service) in topology.services.enumerated() {
      for handler in service.handlers {
        index["\(service.name)/\(handler.name)"] = handlers.count
        handlers.append(Handler(service: number, name: handler.name, steps: handler.steps))
      }
    }
    for service in topology.services {
      for handler in service.handlers {
        handler.steps.eachStep(disabled: false) { step in
          guard case .scatter(let call, .childShards, _) = step.verb,
            let callee = topology.services.first(where: { $0.name == call.service })
          else { return }
          let each = max(1, callee.shards / service.shards)
          childShards[call.service] = max(each, childShards[call.service] ?? 0)
        }
      }
    }
    settle()
  }

  /// What paths and messages call a handler.
  func name(_ handler: Int) -> String {
    let service = topology.services[handlers[handler].service].name
    return handlers[handler].name.isEmpty ? service : "\(service)/\(handlers[handler].name)"
  }

  /// Such as `1 to 'root', each 100 to 'leaf'`: how the calls of a program multiply.
  func arithmetic(_ cost: Cost) -> String {
    var parts: [String] = []
    var next = cost.dearest
    while let (handler, count) = next, parts.count < 8 {
      parts.append("\(Self.text(count)) to '\(name(handler))'")
      next = handlers[handler].cost.dearest
    }
    return parts.joined(separator: ", each ") + (next == nil ? "" : ", and so on")
  }

  static func text(_ count: Double) -> String {
    count < Cost.most ? String(Int(count)) : "more than 10^18"
  }

  /// Visits callees before callers, without recursion; calls back up are left out.
  private mutating func settle() {
    var isMet = Array(repeating: false, count: handlers.count)
    for root in handlers.indices where !isMet[root] {
      var path: [(handler: Int, callees: [Int], next: Int)] = [(root, callees(of: root), 0)]
      isMet[root] = true
      while let top = path.last {
        guard top.next < top.callees.count else {
          finish(top.handler, top.callees)
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let callee = top.callees[top.next]
        if isMet[callee] { continue }
        isMet[callee] = true
        path.append((callee, callees(of: callee), 0))
      }
    }
  }

  private mutating func finish(_ handler: Int, _ callees: [Int]) {
    order.append(handler)
    let own = key(handler)
    let outside = callees.filter { callee in
      let name = handlers[callee].name
      return !circles.holds(
        topology.services[handlers[callee].service].name, name, of: own)
    }
    handlers[handler].depth = 1 + (outside.map { handlers[$0].depth }.max() ?? 0)
    handlers[handler].meetsCircle =
      circles.holds(own) || callees.contains { handlers[$0].meetsCircle }
    if !handlers[handler].meetsCircle { handlers[handler].cost = cost(of: handlers[handler].steps) }
  }

  /// Whether a program calls into a circle, directly or not.
  func meetsCircle(_ steps: [StepSpec]) -> Bool {
    var meets = false
    steps.eachStep(disabled: false) { step in
      guard let callee = step.verb.call.flatMap(callee) else { return }
      if handlers[callee].meetsCircle { meets = true }
    }
    return meets
  }

  /// What the model calls a handler.
  func key(_ handler: Int) -> String {
    CallCircles.name(topology.services[handlers[handler].service].name, handlers[handler].name)
  }

  private func callees(of handler: Int) -> [Int] {
    var found: [Int] = []
    var seen = Set<Int>()
    handlers[handler].steps.eachStep(disabled: false) { step in
      guard let call = step.verb.call else { return }
      if let callee = self.callee(call), seen.insert(callee).inserted { found.append(callee) }
    }
    return found
  }

  func callee(_ call: CallSpec) -> Int? { index[CallCircles.name(call.service, call.handler)] }

  /// Most calls one pass through a list of steps can make; branches count as calls.
  func cost(of steps: [StepSpec]) -> Cost {
    var total = Cost()
    for step in steps where step.enabled {
      if let (call, count) = call(of: step.verb) { total.add(cost(of: call, times: count)) }
      switch step.verb {
      case .work, .wait, .call, .scatter, .fail, .rateLimit: break
      case .hold(let use): total.add(cost(of: use.steps))
      case .parallel(let lists, _):
        total.calls += Double(lists.count)
        for list in lists { total.add(cost(of: list)) }
      case .split(let arms):
        total.add(arms.map { cost(of: $0.steps) }.max { $0.calls < $1.calls } ?? Cost())
      case .repeat(let times, let steps):
        let turns = Double(Repetition.most(times))
        var turn = cost(of: steps)
        turn.calls = min(turn.calls * turns, Cost.most)
        turn.share = min(turn.share * turns, Cost.most)
        if let (handler, count) = turn.dearest { turn.dearest = (handler, count * turns) }
        total.add(turn)
      case .cache(let use):
        for list in use.programs { total.add(cost(of: list)) }
      }
      if case .fallback(let steps) = step.onError { total.add(cost(of: steps)) }
    }
    return total
  }

  /// The call that a step makes itself, and most times that it makes it.
  func call(of verb: StepSpec.Verb) -> (call: CallSpec, count: Double)? {
    func service(_ call: CallSpec) -> ServiceSpec? {
      callee(call).map { topology.services[handlers[$0].service] }
    }
    switch verb {
    case .call(let call): return (call, 1)
    case .scatter(let call, .fanOut(let count), _): return (call, Double(count))
    case .scatter(let call, .shards, _): return (call, Double(service(call)?.shards ?? 1))
    case .scatter(let call, .replicas, _), .scatter(let call, .peers, _):
      return (call, Double(service(call)?.replicas ?? 1))
    case .scatter(let call, .childShards, _):
      // Whoever calls has a share of them: at most all.
      return (call, Double(childShards[call.service] ?? service(call)?.shards ?? 1))
    case .scatter(let call, .keys, _):
      let space = service(call)?.sharding?.key
      let carried = topology.workloads.flatMap(\.keys).filter { $0.space == space }
      return (call, Double(carried.map(\.countMax).max() ?? 1))
    case .cache(let use):
      guard let host = use.host else { return nil }
      // Who reads asks, and after a miss tells; a write tells all.
      return (host, use.operation == .read ? 2 : Double(service(host)?.replicas ?? 1))
    case .work, .wait, .parallel, .split, .repeat, .fail, .rateLimit, .hold: return nil
    }
  }

  private func cost(of call: CallSpec, times count: Double) -> Cost {
    guard let callee = callee(call) else { return Cost() }
    let calls = min(count * (1 + handlers[callee].cost.calls), Cost.most)
    return Cost(calls: calls, dearest: (callee, count), share: calls)
  }

  /// Every call of a list of steps, however deep it is nested in it.
  static func eachCall(
    in steps: [StepSpec], disabled: Bool, _ body: (CallSpec) -> Void
  ) {
    steps.eachStep(disabled: disabled) { step in
      if let call = step.verb.call { body(call) }
    }
  }

  /// Every step of a list, however deep it is nested in it.
  static func eachStep(
    in steps: [StepSpec], disabled: Bool, _ body: (StepSpec) -> Void
  ) {
    steps.eachStep(disabled: disabled, body)
  }
}
