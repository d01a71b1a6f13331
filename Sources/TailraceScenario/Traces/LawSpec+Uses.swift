import TailraceModel

/// What laws want to know of the requests that draw from them.
struct LawUses {
  var columns: [ColumnName] = []
  var attributes: [String] = []

  mutating func add(_ other: LawUses) {
    for column in other.columns where !columns.contains(column) { columns.append(column) }
    for name in other.attributes where !attributes.contains(name) { attributes.append(name) }
  }

  mutating func add(_ law: LawSpec) {
    switch law {
    case .column(let name): if !columns.contains(name) { columns.append(name) }
    case .linear(let base, let terms):
      add(base)
      for term in terms {
        if !attributes.contains(term.attribute) { attributes.append(term.attribute) }
        add(term.law)
      }
    case .mixture(let parts): for part in parts { add(part.law) }
    case .byClass(let laws):
      for name in laws.keys.sorted() { if let law = laws[name] { add(law) } }
    default: break
    }
  }

  mutating func add(_ steps: [StepSpec]) {
    for step in steps where step.enabled {
      switch step.verb {
      case .work(let law), .wait(let law): add(law)
      case .parallel(let lists, _): for list in lists { add(list) }
      case .split(let arms): for arm in arms { add(arm.steps) }
      case .repeat(let times, let steps):
        add(times)
        add(steps)
      case .cache(let use): for list in use.programs { add(list) }
      case .call(let call), .scatter(let call, _, _):
        if let size = call.requestSize { add(size) }
        if let size = call.responseSize { add(size) }
      case .hold(let use): add(use.steps)
      case .fail, .rateLimit: break
      }
      if case .fallback(let steps) = step.onError { add(steps) }
    }
  }

  mutating func add(_ service: ServiceSpec) {
    for handler in service.handlers { add(handler.steps) }
    if let latency = service.latency { add(latency) }
    for wire in service.zoneLinks.map({ [$0.same, $0.cross] }) ?? [] {
      if let latency = wire.latency { add(latency) }
    }
  }
}

/// What the services of a topology want to know, with all that they call.
struct ReachedUses {
  private let services: [String: ServiceSpec]
  private let own: [String: LawUses]

  init(_ topology: Topology) {
    var services: [String: ServiceSpec] = [:]
    var own: [String: LawUses] = [:]
    for service in topology.services {
      services[service.name] = service
      var uses = LawUses()
      uses.add(service)
      own[service.name] = uses
    }
    self.services = services
    self.own = own
  }

  /// Whether nothing wants to know anything.
  var isEmpty: Bool {
    own.values.allSatisfy { $0.columns.isEmpty && $0.attributes.isEmpty }
  }

  /// What a workload's own steps and all services that its requests reach use.
  func uses(of workload: WorkloadSpec) -> LawUses {
    var found = LawUses()
    found.add(workload.steps)
    var seen: Set<String> = []
    var ahead: [[StepSpec]] = [workload.steps]
    while let steps = ahead.popLast() {
      CallGraph.eachCall(in: steps, disabled: false) { call in
        guard seen.insert(call.service).inserted, let service = services[call.service] else {
          return
        }
        if let uses = own[call.service] { found.add(uses) }
        ahead += service.handlers.map(\.steps)
      }
    }
    return found
  }
}
