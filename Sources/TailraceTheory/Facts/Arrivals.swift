import TailraceExperiment
import TailraceModel

/// Whether the arrivals at each service are Poisson streams, and why not.
///
/// A Poisson stream stays one when requests leave by chance (thinning) or are delayed independently
/// (displacement), and through quasi-reversible stations: M/M/c (Burke 1956), and any law of work where
/// servers are shared or enough (Kelly, "Reversibility and Stochastic Networks", 1979). It is one no
/// more behind anything else. Where requests come back, arrivals are not Poisson, but queues of
/// product form look as if they were (Jackson 1957).
struct Arrivals: Sendable {
  /// Why the visits to a handler are no Poisson stream.
  private(set) var gaps: [String?]
  /// Services that a request may visit more than once, one visit after the other.
  private(set) var returns: Set<Int> = []
  /// Services that a request may visit several times at once, and how.
  private(set) var crowds: [Int: String] = [:]
  /// Callers of each service.
  private(set) var callers: [Set<String>]
  /// Balancers in front of each service: one for each replica of a caller.
  private(set) var balancers: [Int]

  private let network: Network
  /// Why departures of a service are no Poisson stream though its arrivals are; nil where they are.
  private let stops: [String?]
  private let unqueued: Set<Int>
  /// Why the ends of visits to a handler are no Poisson stream.
  private var ends: [String?]

  /// - Parameters:
  ///   - network: the topology and its run.
  ///   - stops: by service, why a Poisson stream does not come through.
  ///   - unqueued: services at which nobody waits.
  init(_ network: Network, stops: [String?], unqueued: Set<Int>) {
    self.network = network
    self.stops = stops
    self.unqueued = unqueued
    let count = network.handlers.count
    gaps = Array(repeating: nil, count: count)
    ends = gaps
    callers = Array(repeating: [], count: network.topology.services.count)
    balancers = Array(repeating: 0, count: network.topology.services.count)
    findRepeats()
    // Reasons are only added: as many rounds as there are handlers reach everything.
    for _ in 0..<count + 2 {
      let before = (gaps, ends)
      pass()
      if before.0 == gaps, before.1 == ends { break }
    }
    for s in callers.indices {
      balancers[s] = callers[s].reduce(0) { sum, name in
        let size = network.service(named: name).map {
          network.service($0).shards * network.service($0).replicas
        }
        return sum + (name.hasPrefix("/") ? 1 : size ?? 1)
      }
    }
  }

  /// Why arrivals at a service are no Poisson stream; nil if they are.
  func gap(of service: Int) -> String? {
    for (h, handler) in network.handlers.enumerated() where handler.service == service {
      if let gap = gaps[h] { return gap }
    }
    return crowds[service] ?? network.repetition(of: service)
  }

  /// Why departures of a service are no Poisson stream.
  private func departureGap(_ service: Int) -> String? {
    if unqueued.contains(service) { return nil }
    if let gap = gap(of: service) { return gap }
    return stops[service].map {
      "what leaves '\(network.service(service).name)' is no Poisson stream: \($0)"
    }
  }

  private mutating func pass() {
    for workload in network.topology.workloads {
      var gap = ArrivalNature(workload.arrivals).gap(workload.name)
      walk(workload.steps, &gap, caller: nil, "/" + workload.name)
    }
    for (h, handler) in network.handlers.enumerated() {
      let service = handler.service
      let spec = network.service(service)
      var gap = gaps[h]
      if !unqueued.contains(service), spec.concurrencyModel == .threads, spec.discipline != .ps,
        let callee = ProgramTree.callee(handler.spec.steps)
      {
        gap = gap ?? "'\(spec.name)' holds its slots while it waits for '\(callee)'"
      }
      walk(handler.spec.steps, &gap, caller: service, spec.name)
      ends[h] = gap ?? departureGap(service)
    }
  }

  private mutating func walk(
    _ steps: [StepSpec], _ gap: inout String?, caller: Int?, _ name: String
  ) {
    for step in steps where step.enabled && step.probability > 0 {
      switch step.verb {
      case .work: if let caller { gap = gap ?? departureGap(caller) }
      case .wait, .fail: break
      case .rateLimit(let use):
        if let why = network.thinning(by: use) { gap = gap ?? why }
      case .hold(let use):
        if let why = network.holding(use) { gap = gap ?? why }
        walk(use.steps, &gap, caller: caller, name)
      case .call(let call):
        visit(call, &gap, caller, name)
      case .scatter(let call, let target, let join):
        let earlier = gap
        if join.canary != nil || join.maxParallel != nil {
          gap = gap ?? "not all calls of a scatter to '\(call.service)' go at once"
        }
        if case .peers = target { gap = gap ?? "peers of '\(call.service)' ask each other" }
        visit(call, &gap, caller, name)
        rejoin(&gap, [call.service], earlier, join)
      case .parallel(let branches, let join):
        var last: String?
        for branch in branches {
          var own = gap
          walk(branch, &own, caller: caller, name)
          last = last ?? own
        }
        let earlier = gap
        gap = gap ?? last
        rejoin(&gap, branches.compactMap { ProgramTree.callee($0) }, earlier, join)
      case .split(let arms):
        var last = gap
        for arm in arms where arm.weight > 0 {
          var own = gap
          walk(arm.steps, &own, caller: caller, name)
          last = last ?? own
        }
        gap = last
      case .repeat(_, let steps): walk(steps, &gap, caller: caller, name)
      case .cache(let use): walk(use, &gap, caller, name)
      }
      if case .fallback(let steps) = step.onError {
        var own: String? = gap ?? "calls of a fallback follow failures"
        walk(steps, &own, caller: caller, name)
      }
    }
  }

  private mutating func walk(
    _ use: CacheUse, _ gap: inout String?, _ caller: Int?, _ name: String
  ) {
    guard let cache = network.cache(use.cache) else {
      if use.operation != .invalidate { walk(use.steps, &gap, caller: caller, name) }
      return
    }
    var missed: String? = gap ?? "misses of cache '\(cache.name)' are no Poisson stream"
    if let host = cache.host { visit(host, &missed, caller, name) }
    for steps in use.programs { walk(steps, &missed, caller: caller, name) }
    gap = gap ?? "it follows cache '\(cache.name)', whose misses take longer than its hits"
  }

  /// A call: its callee's arrivals, then the caller's going on.
  private mutating func visit(
    _ call: CallSpec, _ gap: inout String?, _ caller: Int?, _ name: String
  ) {
    guard let handler = network.handler(of: call) else { return }
    let service = network.handlers[handler].service
    callers[service].insert(name)
    if network.wires(from: caller, to: network.service(service)).isFelt {
      gap = gap ?? "messages to '\(call.service)' wait for bandwidth or are lost"
    }
    gaps[handler] = gaps[handler] ?? gap
    gap = gap ?? ends[handler] ?? network.failure(of: service)
  }

  /// What comes after a join: a Poisson stream only if no branch waited.
  private func rejoin(
    _ gap: inout String?, _ services: [String], _ earlier: String?, _ join: Join
  ) {
    gap = earlier ?? gap
    if gap != nil { return }
    for name in services {
      guard let service = network.service(named: name) else { continue }
      let handlers = network.handlers.indices.filter { network.handlers[$0].service == service }
      let reached = handlers.reduce(into: Set([service])) { $0.formUnion(reach($1, [])) }
      if let queued = reached.sorted().first(where: { !unqueued.contains($0) }) {
        gap = "it follows a fan-out to '\(name)', which waits for '\(network.service(queued).name)'"
        return
      }
    }
  }

  // MARK: Visits of one request

  /// Services that a visit to a handler leads to, its own among them.
  private func reach(_ handler: Int, _ path: Set<Int>) -> Set<Int> {
    if path.contains(handler) { return [network.handlers[handler].service] }
    var found: Set<Int> = [network.handlers[handler].service]
    network.handlers[handler].spec.steps.eachStep(disabled: false) { step in
      guard step.probability > 0, let call = step.verb.call, let next = network.handler(of: call)
      else { return }
      found.formUnion(reach(next, path.union([handler])))
    }
    return found
  }

  private mutating func findRepeats() {
    for workload in network.topology.workloads { _ = repeats(workload.steps, []) }
    for (h, handler) in network.handlers.enumerated() {
      let inner = repeats(handler.spec.steps, [h])
      if inner.contains(handler.service) { returns.insert(handler.service) }
    }
  }

  /// Services that a program leads to; notes those it leads to more than once.
  private mutating func repeats(_ steps: [StepSpec], _ path: Set<Int>) -> Set<Int> {
    var seen: Set<Int> = []
    for step in steps where step.enabled && step.probability > 0 {
      var own: Set<Int> = []
      switch step.verb {
      case .work, .wait, .fail, .rateLimit: break
      case .hold(let use): own = repeats(use.steps, path)
      case .call(let call): own = network.handler(of: call).map { reach($0, path) } ?? []
      case .scatter(let call, let target, _):
        guard let handler = network.handler(of: call) else { break }
        own = reach(handler, path)
        note(handler, own, target)
      case .parallel(let branches, _):
        for branch in branches {
          let inner = repeats(branch, path)
          for service in own.intersection(inner) {
            crowds[service] = "one request visits '\(network.service(service).name)' twice at once"
          }
          own.formUnion(inner)
        }
      case .split(let arms):
        for arm in arms where arm.weight > 0 { own.formUnion(repeats(arm.steps, path)) }
      case .repeat(_, let steps):
        own = repeats(steps, path)
        returns.formUnion(own)
      case .cache(let use):
        for steps in use.programs { own.formUnion(repeats(steps, path)) }
        if let host = use.host, let handler = network.handler(of: host) {
          own.formUnion(reach(handler, path))
        }
      }
      returns.formUnion(seen.intersection(own))
      seen.formUnion(own)
    }
    return seen
  }

  /// What a scatter leads to comes in crowds, except for targets that get one call each.
  private mutating func note(_ handler: Int, _ reached: Set<Int>, _ target: ScatterTarget) {
    let service = network.handlers[handler].service
    let name = network.service(service).name
    switch target {
    case .fanOut(let count) where count > 1 && network.service(service).slots != nil:
      crowds[service] = "a scatter brings \(count) visits to '\(name)' at once"
    case .keys: crowds[service] = "a scatter to keys may bring several visits to a shard at once"
    default: break
    }
    if case .fanOut(1) = target { return }
    for other in reached where other != service {
      crowds[other] =
        "the calls of a scatter to '\(name)' meet at '\(network.service(other).name)'"
    }
  }
}
