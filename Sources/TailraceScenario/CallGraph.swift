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
    /// Most calls that stand inside each other below it, itself included.
    var depth = 1
    var cost = Cost()
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
  /// Calls in a circle, each as the handlers along it; the first one is repeated at the end.
  private(set) var circles: [[Int]] = []
  private var index: [String: Int] = [:]

  init(_ topology: Topology) {
    self.topology = topology
    for (number, service) in topology.services.enumerated() {
      for handler in service.handlers {
        index["\(service.name)/\(handler.name)"] = handlers.count
        handlers.append(Handler(service: number, name: handler.name, steps: handler.steps))
      }
    }
    for service in topology.services {
      for handler in service.handlers {
        Self.eachStep(in: handler.steps, disabled: false) { step in
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

  /// Visits callees before callers, without recursion; a call back up closes a circle.
  private mutating func settle() {
    enum Mark { case new, open, done }
    var marks = [Mark](repeating: .new, count: handlers.count)
    var inCircle = Set<Int>()
    for root in handlers.indices where marks[root] == .new {
      var path: [(handler: Int, callees: [Int], next: Int)] = [(root, callees(of: root), 0)]
      marks[root] = .open
      while let top = path.last {
        guard top.next < top.callees.count else {
          finish(top.handler, top.callees)
          marks[top.handler] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let callee = top.callees[top.next]
        switch marks[callee] {
        case .done: break
        case .new:
          marks[callee] = .open
          path.append((callee, callees(of: callee), 0))
        case .open:
          let circle = path.map(\.handler).drop { $0 != callee } + [callee]
          if inCircle.isDisjoint(with: circle) { circles.append(Array(circle)) }
          inCircle.formUnion(circle)
        }
      }
    }
  }

  private mutating func finish(_ handler: Int, _ callees: [Int]) {
    handlers[handler].depth = 1 + (callees.map { handlers[$0].depth }.max() ?? 0)
    handlers[handler].cost = cost(of: handlers[handler].steps)
  }

  private func callees(of handler: Int) -> [Int] {
    var found: [Int] = []
    var seen = Set<Int>()
    Self.eachCall(in: handlers[handler].steps, disabled: false) { call in
      if let callee = self.callee(call), seen.insert(callee).inserted { found.append(callee) }
    }
    return found
  }

  private func callee(_ call: CallSpec) -> Int? { index["\(call.service)/\(call.handler)"] }

  /// Most calls one pass through a list of steps can make; branches count as calls.
  func cost(of steps: [StepSpec]) -> Cost {
    var total = Cost()
    for step in steps where step.enabled {
      switch step.verb {
      case .call(let call): total.add(cost(of: call, times: 1))
      case .scatter(let call, .fanOut(let count), _):
        total.add(cost(of: call, times: Double(count)))
      case .scatter(let call, .shards, _):
        let shards = callee(call).map { topology.services[handlers[$0].service].shards } ?? 1
        total.add(cost(of: call, times: Double(shards)))
      case .scatter(let call, .replicas, _), .scatter(let call, .peers, _):
        let replicas = callee(call).map { topology.services[handlers[$0].service].replicas } ?? 1
        total.add(cost(of: call, times: Double(replicas)))
      case .scatter(let call, .childShards, _):
        let callee = callee(call).map { topology.services[handlers[$0].service] }
        // Whoever calls has a share of them: at most all.
        total.add(cost(of: call, times: Double(childShards[call.service] ?? callee?.shards ?? 1)))
      case .scatter(let call, .keys, _):
        let space = callee(call).flatMap { topology.services[handlers[$0].service].sharding?.key }
        let carried = topology.workloads.flatMap(\.keys).filter { $0.space == space }
        total.add(cost(of: call, times: Double(carried.map(\.countMax).max() ?? 1)))
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
        if let host = use.host { total.add(cost(of: host, times: calls(of: use))) }
        for list in use.programs { total.add(cost(of: list)) }
      case .work, .wait, .fail: break
      }
      if case .fallback(let steps) = step.onError { total.add(cost(of: steps)) }
    }
    return total
  }

  /// Most calls of a cache's host: who reads asks, and after a miss tells; a write tells all.
  private func calls(of use: CacheUse) -> Double {
    if use.operation == .read { return 2 }
    let host = use.host.flatMap(callee)
    return host.map { Double(topology.services[handlers[$0].service].replicas) } ?? 1
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
    eachStep(in: steps, disabled: disabled) { step in
      switch step.verb {
      case .call(let call), .scatter(let call, _, _): body(call)
      case .cache(let use): if let host = use.host { body(host) }
      default: break
      }
    }
  }

  /// Every step of a list, however deep it is nested in it.
  static func eachStep(
    in steps: [StepSpec], disabled: Bool, _ body: (StepSpec) -> Void
  ) {
    for step in steps where disabled || step.enabled {
      body(step)
      switch step.verb {
      case .parallel(let lists, _):
        for list in lists { eachStep(in: list, disabled: disabled, body) }
      case .split(let arms):
        for arm in arms { eachStep(in: arm.steps, disabled: disabled, body) }
      case .repeat(_, let steps): eachStep(in: steps, disabled: disabled, body)
      case .cache(let use):
        for list in use.programs { eachStep(in: list, disabled: disabled, body) }
      case .work, .wait, .call, .scatter, .fail: break
      }
      if case .fallback(let steps) = step.onError { eachStep(in: steps, disabled: disabled, body) }
    }
  }
}
