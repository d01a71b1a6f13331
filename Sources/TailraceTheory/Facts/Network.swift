import TailraceExperiment
import TailraceModel

/// A topology with its run, looked up by number.
struct Network: Sendable {
  let topology: Topology
  let result: RunResult
  /// Services with their handlers, numbered through.
  let handlers: [(service: Int, spec: HandlerSpec)]
  private let handlerNumbers: [String: Int]
  private let serviceNumbers: [String: Int]
  private let results: [String: ServiceResult]
  let circles: CallCircles
  /// Whether anybody gives a call up that he still waits for. Where nobody does, work for nobody is
  /// that of joins which had their answers.
  let mayGiveUp: Bool

  init(_ topology: Topology, _ result: RunResult) {
    self.topology = topology
    self.result = result
    var handlers: [(service: Int, spec: HandlerSpec)] = []
    var numbers: [String: Int] = [:]
    var services: [String: Int] = [:]
    for (s, service) in topology.services.enumerated() {
      services[service.name] = s
      for handler in service.handlers {
        numbers[CallCircles.name(service.name, handler.name)] = handlers.count
        handlers.append((s, handler))
      }
    }
    self.handlers = handlers
    handlerNumbers = numbers
    serviceNumbers = services
    results = Dictionary(
      result.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    circles = CallCircles(topology)
    mayGiveUp =
      topology.workloads.contains { $0.steps.givesUp }
      || handlers.contains { $0.spec.steps.givesUp }
      || topology.services.contains { $0.queueTimeout != nil }
  }

  func service(_ number: Int) -> ServiceSpec { topology.services[number] }
  func service(named name: String) -> Int? { serviceNumbers[name] }
  func outcome(_ number: Int) -> ServiceResult? { results[topology.services[number].name] }

  /// The handler that a call means.
  func handler(of call: CallSpec) -> Int? {
    handlerNumbers[CallCircles.name(call.service, call.handler)]
  }

  func cache(_ name: String) -> CacheSpec? {
    topology.caches.first { $0.name == name && $0.enabled }
  }

  func cacheResult(_ name: String) -> CacheResult? { result.caches.first { $0.name == name } }

  /// Whether visits of the service wait for slots at all.
  func isUnlimited(_ service: ServiceSpec) -> Bool {
    service.slots == nil && service.discipline != .ps && service.cores == nil
  }

  /// The delays of a call's messages there and back, whether they meet more than a delay, and
  /// whether that depends on the zones of both ends.
  func wires(
    from caller: Int?, to callee: ServiceSpec
  ) -> (there: LawSpec?, back: LawSpec?, isFelt: Bool, isZoned: Bool) {
    var (there, back) = (callee.latency, callee.latency)
    var transports = [callee.transport, callee.transport]
    if let caller {
      let name = topology.services[caller].name
      if let link = topology.links.first(where: { $0.carries(from: name, to: callee.name) }) {
        there = link.latency
        transports[0] = link.transport
      }
      if let link = topology.links.first(where: { $0.carries(from: callee.name, to: name) }) {
        back = link.latency
        transports[1] = link.transport
      }
    }
    let isFelt = transports.contains { $0 != nil && ($0?.bandwidth != nil || $0?.loss ?? 0 > 0) }
    return (there, back, isFelt, callee.zoneLinks != nil && callee.hasZones)
  }

  /// How many calls a scatter makes; nil where that is not one number.
  func calls(
    of target: ScatterTarget, to callee: ServiceSpec, from caller: Int?
  ) -> Int? {
    switch target {
    case .shards: callee.sharding?.reshard == nil ? callee.shards : nil
    case .fanOut(let count): count
    case .keys: nil
    case .replicas: callee.replicas
    case .peers: callee.replicas - 1
    case .childShards:
      caller.map { max(1, callee.shards / max(1, topology.services[$0].shards)) }
    }
  }
}

extension [StepSpec] {
  /// Whether any step ends a call that has not been answered.
  var givesUp: Bool {
    var found = false
    func note(_ call: CallSpec) {
      if call.timeout != nil || call.retry?.perTryTimeout != nil || call.hedge != nil {
        found = true
      }
    }
    eachStep(disabled: false) { step in
      switch step.verb {
      case .call(let call): note(call)
      case .scatter(let call, _, let join):
        note(call)
        if join.deadline != nil { found = true }
      case .parallel(_, let join): if join.deadline != nil { found = true }
      case .cache(let use):
        if use.timeout != nil || use.host?.timeout != nil { found = true }
      case .hold(let use): if use.timeout != nil { found = true }
      case .work, .wait, .split, .repeat, .fail, .rateLimit: break
      }
    }
    return found
  }
}

extension StepSpec {
  /// The chance that a request of a class takes the step; 0 where it is switched off.
  func chance(_ requestClass: String?) -> Double {
    guard enabled else { return 0 }
    if let classes, let requestClass, !classes.contains(requestClass) { return 0 }
    return probability
  }
}
