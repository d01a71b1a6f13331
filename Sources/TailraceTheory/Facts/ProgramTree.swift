import TailraceModel

/// Reads programs as trees of times.
struct ProgramTree: Sendable {
  let network: Network
  /// Services at which nobody ever waits, by number.
  var unqueued: Set<Int>
  /// Whether callers that gave up are no reason to know nothing: a caller of theirs accounts for it.
  var ignoresGivingUp = false

  /// What a step may refer to.
  struct Place: Sendable {
    /// The service whose program it is; nil for a workload.
    var service: Int?
    var requestClass: String
    var share: Double? = 1
    var responses: Double?
    /// Calls around it.
    var depth = 0
    /// Whether pieces of work wait, each for itself.
    var waits = false

    var context: LawContext {
      LawContext(requestClass: requestClass, share: share, responses: responses)
    }
  }

  /// Time from the arrival of a request of a workload to its answer.
  func request(of workload: WorkloadSpec, _ requestClass: String) -> LatencyNode {
    if workload.hasGivenClasses { return .unknown("classes come from a trace") }
    return program(workload.steps, Place(service: nil, requestClass: requestClass))
  }

  /// Time that a visit to a handler takes at its service and in what it calls.
  func visit(_ handler: Int, _ place: Place) -> LatencyNode {
    let (number, handler) = network.handlers[handler]
    let service = network.service(number)
    if network.circles.holds(CallCircles.name(service.name, handler.name)) || place.depth > 64 {
      return .unknown("calls to '\(service.name)' go in circles")
    }
    if let why = network.failure(of: number, ignoringGivingUp: ignoresGivingUp) {
      return .unknown(why)
    }
    if service.connection != nil {
      return .unknown("connections to '\(service.name)' cost handshakes or have limits")
    }
    var inner = place
    (inner.service, inner.responses) = (number, nil)
    inner.depth += 1
    let isQueued = !unqueued.contains(number)
    inner.waits = isQueued && (service.discipline == .ps || service.concurrencyModel == .eventLoop)
    if service.groups.contains(where: { $0.speed != 1 }) {
      return .unknown("replicas of '\(service.name)' differ in speed")
    }
    let body = program(handler.steps, inner)
    if !isQueued || inner.waits { return body }
    return held(body, number, place.requestClass)
  }

  /// The time that a visit holds its slot, from a program that makes no calls.
  private func held(_ body: LatencyNode, _ service: Int, _ requestClass: String) -> LatencyNode {
    let name = network.service(service).name
    if let call = network.service(service).handlers.lazy.compactMap({ Self.callee($0.steps) }).first
    {
      return .unknown("'\(name)' holds its slots while it waits for '\(call)'")
    }
    do throws(Unknown) {
      return .visit(service, work: try body.unloaded(), requestClass: requestClass)
    } catch {
      return .unknown(error.why)
    }
  }

  /// The first service that steps call.
  static func callee(_ steps: [StepSpec]) -> String? {
    var found: String?
    steps.eachStep(disabled: false) { step in
      if step.probability > 0 { found = found ?? step.verb.call?.service }
    }
    return found
  }

  func program(_ steps: [StepSpec], _ place: Place) -> LatencyNode {
    var place = place
    var nodes: [LatencyNode] = []
    for step in steps {
      let chance = step.chance(place.requestClass)
      guard chance > 0 else { continue }
      let node =
        step.queueBelow == nil
        ? node(of: step, &place) : .unknown("a step is left out where the queue is long")
      nodes.append(
        chance == 1 ? node : .choice([(chance, node), (1 - chance, .series([]))]))
    }
    return nodes.count == 1 ? nodes[0] : .series(nodes)
  }

  private func node(of step: StepSpec, _ place: inout Place) -> LatencyNode {
    switch step.verb {
    case .work(let law):
      return named("work", place) { () throws(Unknown) in
        let work = try law.distribution(place.context)
        guard place.waits, let service = place.service else { return .time(work) }
        return .visit(service, work: work, requestClass: place.requestClass)
      }
    case .wait(let law):
      return named("a wait", place) { () throws(Unknown) in
        .time(try law.distribution(place.context))
      }
    case .call(let call): return self.call(call, place, share: place.share)
    case .scatter(let call, let target, let join): return scatter(call, target, join, &place)
    case .parallel(let branches, let join):
      if join.deadline != nil { return .unknown("a 'parallel' has a deadline") }
      place.responses = nil
      let nodes = branches.map { (node: program($0, place), count: 1) }
      return .join(nodes, needed: join.need.count(of: nodes.count))
    case .split(let arms):
      if step.by != nil { return .unknown("keys decide which arm of a split is taken") }
      return .choice(arms.filter { $0.weight > 0 }.map { ($0.weight, program($0.steps, place)) })
    case .repeat(let turns, let steps):
      guard case .constant(let count) = turns, count >= 0, count <= 100 else {
        return .unknown("the number of turns of a 'repeat' is drawn")
      }
      return .series(Array(repeating: program(steps, place), count: Int(count)))
    case .fail: return .unknown("requests may fail in a 'fail' step")
    case .rateLimit(let use):
      return network.thinning(by: use).map { .unknown($0) } ?? .series([])
    case .hold(let use):
      return network.holding(use).map { .unknown($0) } ?? program(use.steps, place)
    case .cache(let use):
      guard let cache = network.cache(use.cache) else {
        return use.operation == .invalidate ? .series([]) : program(use.steps, place)
      }
      return .unknown("what a request takes depends on the cache '\(cache.name)'")
    }
  }

  private func named(
    _ what: String, _ place: Place, _ body: () throws(Unknown) -> LatencyNode
  ) -> LatencyNode {
    do throws(Unknown) { return try body() } catch {
      let where_ = place.service.map { "at '\(network.service($0).name)'" } ?? "of the workload"
      return .unknown("\(what) \(where_) is \(error.why)")
    }
  }

  /// A call with its messages.
  private func call(_ call: CallSpec, _ place: Place, share: Double?) -> LatencyNode {
    guard let handler = network.handler(of: call) else { return .unknown("nobody is called") }
    let number = network.handlers[handler].service
    let service = network.service(number)
    if let why = network.repetition(of: number) { return .unknown(why) }
    let wires = network.wires(from: place.service, to: service)
    if wires.isFelt {
      return .unknown("messages to '\(service.name)' meet bandwidth or loss")
    }
    if wires.isZoned { return .unknown("the link to '\(service.name)' depends on zones") }
    var inner = place
    inner.share = share
    func message(_ law: LawSpec?) -> [LatencyNode] {
      guard let law else { return [] }
      return [
        named("a message", place) { () throws(Unknown) in
          .time(try law.distribution(LawContext(requestClass: place.requestClass)))
        }
      ]
    }
    let nodes = message(wires.there) + [visit(handler, inner)] + message(wires.back)
    return nodes.count == 1 ? nodes[0] : .series(nodes)
  }

  private func scatter(
    _ call: CallSpec, _ target: ScatterTarget, _ join: Join, _ place: inout Place
  ) -> LatencyNode {
    guard let number = network.service(named: call.service) else {
      return .unknown("nobody is called")
    }
    let service = network.service(number)
    guard let count = network.calls(of: target, to: service, from: place.service), count > 0 else {
      return .unknown("a scatter to '\(service.name)' has no fixed number of calls")
    }
    if join.maxParallel.map({ $0 < count }) ?? false || join.canary != nil {
      return .unknown("not all calls of the scatter to '\(service.name)' go at once")
    }
    if join.deadline != nil { return .unknown("the scatter to '\(service.name)' has a deadline") }
    let needed = join.need.count(of: count)
    let node = self.call(call, place, share: place.share.map { $0 / Double(count) })
    place.responses = needed == count ? Double(count) : nil
    return .join([(node, count)], needed: needed)
  }
}

extension Join.Need {
  /// Answers that a join of so many waits for.
  func count(of all: Int) -> Int {
    switch self {
    case .all: return all
    case .responses(let count): return min(count, all)
    case .fraction(let share):
      let exact = share * Double(all)
      return max(1, min(all, Int(exact.rounded(.up))))
    }
  }
}
