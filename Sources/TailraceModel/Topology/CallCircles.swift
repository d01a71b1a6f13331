/// Which calls stand on a circle of calls: one that may come back to the handler that makes it.
///
/// A handler is called `service/name` here, as in paths; one without a name `service/`.
public struct CallCircles: Sendable {
  /// The circle of each handler that stands on one: handlers that reach each other share a number.
  private var circleOf: [String: Int] = [:]
  /// Handlers that a circle reaches, its own among them.
  private var below: Set<String> = []

  /// Finds the circles of a topology.
  ///
  /// - Parameters:
  ///   - topology: what is simulated.
  ///   - disabled: whether calls count that are switched off.
  public init(_ topology: Topology, disabled: Bool = false) {
    var names: [String] = []
    var index: [String: Int] = [:]
    for service in topology.services {
      for handler in service.handlers {
        let name = Self.name(service.name, handler.name)
        index[name] = names.count
        names.append(name)
      }
    }
    let callees = topology.services.flatMap(\.handlers).map { handler in
      var found: [Int] = []
      var seen = Set<Int>()
      handler.steps.eachStep(disabled: disabled) { step in
        guard let call = step.verb.call, let callee = index[Self.name(call.service, call.handler)],
          seen.insert(callee).inserted
        else { return }
        found.append(callee)
      }
      return found
    }
    let groups = Self.groups(of: callees)
    var sizes = Array(repeating: 0, count: names.count)
    for group in groups { sizes[group] += 1 }
    var due: [Int] = []
    for (i, group) in groups.enumerated() where sizes[group] > 1 || callees[i].contains(i) {
      circleOf[names[i]] = group
      below.insert(names[i])
      due.append(i)
    }
    while let i = due.popLast() {
      for callee in callees[i] where below.insert(names[callee]).inserted { due.append(callee) }
    }
  }

  /// The name of a handler.
  public static func name(_ service: String, _ handler: String) -> String {
    "\(service)/\(handler)"
  }

  /// Whether no call comes back.
  public var isEmpty: Bool { circleOf.isEmpty }

  /// Whether a handler stands on a circle.
  public func holds(_ handler: String) -> Bool { circleOf[handler] != nil }

  /// Whether a call of a handler may come back to that handler.
  public func holds(_ call: CallSpec, of handler: String) -> Bool {
    holds(call.service, call.handler, of: handler)
  }

  /// Whether a call of a handler to another one may come back to it.
  public func holds(_ service: String, _ other: String, of handler: String) -> Bool {
    guard let circle = circleOf[handler] else { return false }
    return circleOf[Self.name(service, other)] == circle
  }

  /// Whether a handler stands on a circle, or is called from one, directly or not: how many calls
  /// stand around a visit to it then is known only when it comes.
  public func reaches(_ handler: String) -> Bool { below.contains(handler) }

  /// The strongly connected components of a graph (Tarjan's, without recursion), by node.
  private static func groups(of callees: [[Int]]) -> [Int] {
    let count = callees.count
    var number = Array(repeating: -1, count: count)
    var lowest = number
    var group = number
    var stack: [Int] = []
    var visited = 0
    for root in 0..<count where number[root] < 0 {
      var path: [(node: Int, next: Int)] = [(root, 0)]
      while let (node, next) = path.last {
        if next == 0 {
          number[node] = visited
          lowest[node] = visited
          visited += 1
          stack.append(node)
        }
        if next < callees[node].count {
          path[path.count - 1].next += 1
          let callee = callees[node][next]
          if number[callee] < 0 {
            path.append((callee, 0))
          } else if group[callee] < 0 {
            lowest[node] = min(lowest[node], number[callee])
          }
          continue
        }
        path.removeLast()
        if let caller = path.last?.node { lowest[caller] = min(lowest[caller], lowest[node]) }
        guard lowest[node] == number[node] else { continue }
        while let member = stack.popLast() {
          group[member] = node
          if member == node { break }
        }
      }
    }
    return group
  }
}

extension StepSpec {
  /// The lists of steps inside it; those for its failure last.
  public var inner: [[StepSpec]] {
    var lists: [[StepSpec]]
    switch verb {
    case .parallel(let branches, _): lists = branches
    case .split(let arms): lists = arms.map(\.steps)
    case .repeat(_, let steps): lists = [steps]
    case .cache(let use): lists = use.programs
    case .hold(let use): lists = [use.steps]
    case .work, .wait, .call, .scatter, .fail, .rateLimit: lists = []
    }
    if case .fallback(let steps) = onError { lists.append(steps) }
    return lists
  }
}

extension StepSpec.Verb {
  /// The call that it makes itself, if it makes any.
  public var call: CallSpec? {
    switch self {
    case .call(let call), .scatter(let call, _, _): call
    case .cache(let use): use.host
    case .work, .wait, .parallel, .split, .repeat, .fail, .rateLimit, .hold: nil
    }
  }
}

extension [StepSpec] {
  /// Every step, however deep it is nested, in the order of the program.
  ///
  /// - Parameters:
  ///   - disabled: whether steps count that are switched off.
  ///   - body: hears of each.
  public func eachStep(disabled: Bool, _ body: (StepSpec) -> Void) {
    for step in self where disabled || step.enabled {
      body(step)
      for list in step.inner { list.eachStep(disabled: disabled, body) }
    }
  }
}
