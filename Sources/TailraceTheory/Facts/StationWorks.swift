import TailraceExperiment
import TailraceModel

/// The pieces of work that visits to a service bring.
struct StationWorks: Sendable {
  private(set) var gap: String?
  /// Pieces with how many come in a second, and whose they are.
  private(set) var pieces: [(rate: Double, population: Int, work: TimeDistribution)] = []
  /// Visits per second.
  private(set) var visits = 0.0
  private var unsure: String?

  init(_ network: Network, _ rates: Rates, _ service: Int) {
    for (h, handler) in network.handlers.enumerated() where handler.service == service {
      visits += rates.total(h)
      unsure = unsure ?? rates.unsure[h]
    }
  }

  /// Whether nobody waits at the service: there are slots enough for all, by the scenario or since
  /// nobody waited in this run.
  func isUnqueued(_ network: Network, _ number: Int) -> Bool {
    let spec = network.service(number)
    if network.isUnlimited(spec) { return true }
    guard let outcome = network.outcome(number), spec.discipline != .ps, spec.cores == nil else {
      return false
    }
    // With equal work at equal gaps nobody may wait by chance, and yet the load counts.
    return outcome.waitMean.value == 0 && outcome.shed == 0 && outcome.requests >= 1_000
  }

  /// Finds the pieces of work.
  mutating func read(_ network: Network, _ rates: Rates, _ tree: ProgramTree, _ service: Int) {
    let spec = network.service(service)
    let shares = network.visitShares()
    for (h, handler) in network.handlers.enumerated() where handler.service == service {
      for (p, population) in rates.populations.enumerated() where rates.visits[p][h] > 0 {
        var place = ProgramTree.Place(service: service, requestClass: population.requestClass)
        place.share = shares[h]
        place.waits = spec.discipline == .ps || spec.concurrencyModel == .eventLoop
        if place.waits {
          add(handler.spec.steps, rates.visits[p][h], p, tree, place)
        } else if let callee = ProgramTree.callee(handler.spec.steps) {
          gap = gap ?? "'\(spec.name)' holds its slots while it waits for '\(callee)'"
        } else {
          // A failure at the end takes no time.
          let steps = handler.spec.steps
          let isLast = steps.last?.isFailure ?? false
          let node = tree.program(isLast ? steps.dropLast() : steps, place)
          do throws(Unknown) {
            pieces.append((rates.visits[p][h], p, try node.unloaded()))
          } catch {
            gap = gap ?? error.why
          }
        }
      }
    }
  }

  /// Each piece for itself.
  private mutating func add(
    _ steps: [StepSpec], _ rate: Double, _ population: Int, _ tree: ProgramTree,
    _ place: ProgramTree.Place
  ) {
    for step in steps {
      let chance = step.chance(place.requestClass)
      guard chance > 0 else { continue }
      if step.queueBelow != nil { gap = gap ?? "a step is left out where the queue is long" }
      switch step.verb {
      case .work(let law):
        do throws(Unknown) {
          pieces.append((rate * chance, population, try law.distribution(place.context)))
        } catch {
          gap = gap ?? "work at '\(tree.network.service(place.service ?? 0).name)' is \(error.why)"
        }
      case .wait, .fail, .call, .scatter, .rateLimit: break
      case .hold(let use): add(use.steps, rate * chance, population, tree, place)
      case .parallel(let branches, _):
        for branch in branches { add(branch, rate * chance, population, tree, place) }
      case .split(let arms):
        let total = arms.reduce(0) { $0 + $1.weight }
        for arm in arms where arm.weight > 0 {
          add(arm.steps, rate * chance * arm.weight / total, population, tree, place)
        }
      case .repeat(let turns, let steps):
        add(steps, rate * chance * (turns.mean ?? 1), population, tree, place)
      case .cache(let use):
        if tree.network.cache(use.cache) == nil {
          add(use.steps, rate * chance, population, tree, place)
        } else if use.programs.contains(where: { !$0.isEmpty && $0.hasWork }) {
          gap = gap ?? "work depends on hits of cache '\(use.cache)'"
        }
      }
    }
  }

  /// The station's facts, its arrivals apart; nil for a service that the run does not know.
  func station(_ network: Network, _ rates: Rates, _ number: Int, isUnqueued: Bool) -> Station? {
    guard let outcome = network.outcome(number) else { return nil }
    let spec = network.service(number)
    let measured = network.result.measuredTime
    var station = Station(spec: spec, outcome: outcome, rate: visits, rateIsMeasured: unsure)
    if unsure != nil, measured > 0 {
      station.rate = Double(outcome.requests) / (Double(measured) / 1e9)
    }
    station.workGap = gap
    if gap == nil, visits > 0, !pieces.isEmpty {
      station.work = .mixture(pieces.map { ($0.rate, $0.work) })
      station.piecesPerVisit = pieces.reduce(0) { $0 + $1.rate } / visits
      station.classes = classes(network, rates, factor: station.rate / visits)
    } else if gap == nil {
      station.workGap = visits > 0 ? "'\(spec.name)' does no work" : "nobody calls '\(spec.name)'"
    }
    let aims = Aims(network, to: spec.name)
    station.isBroadcast = aims.toReplicas
    do throws(Unknown) {
      let rows = rates.populations.indices.map { p in
        (
          rates.populations[p],
          network.handlers.indices.reduce(0.0) {
            network.handlers[$1].service == number ? $0 + rates.visits[p][$1] : $0
          }
        )
      }
      station.branches = try network.branches(of: spec, aims, rows)
    } catch {
      station.branchGap = error.why
    }
    station.disturbance = network.disturbance(of: number, hasDoorLimit: station.doorLimit != nil)
    station.isUnqueued = isUnqueued
    station.doesMore = spec.handlers.contains { handler in
      handler.steps.contains { step in
        if case .work = step.verb { false } else { step.enabled && step.probability > 0 }
      }
    }
    return station
  }

  private func classes(_ network: Network, _ rates: Rates, factor: Double) -> [StationClass] {
    var rows: [StationClass] = []
    for (p, population) in rates.populations.enumerated() {
      let own = pieces.filter { $0.population == p }
      guard !own.isEmpty else { continue }
      rows.append(
        StationClass(
          name: population.requestClass,
          priority: network.topology.classPriorities[population.requestClass] ?? 0,
          rate: own.reduce(0) { $0 + $1.rate } * factor,
          work: .mixture(own.map { ($0.rate, $0.work) })))
    }
    return rows
  }
}

extension StepSpec {
  /// Whether it does nothing but fail: it takes no time.
  var isFailure: Bool { if case .fail = verb { true } else { false } }
}

extension [StepSpec] {
  /// Whether any step is work.
  var hasWork: Bool {
    var found = false
    eachStep(disabled: false) { step in
      if case .work = step.verb { found = true }
    }
    return found
  }
}

extension Network {
  /// One over the calls of the scatters around each handler's visits; nil where not one number.
  func visitShares() -> [Double?] {
    var shares: [Double?] = Array(repeating: nil, count: handlers.count)
    var isKnown = Array(repeating: false, count: handlers.count)
    var due: [Int] = []
    func note(_ steps: [StepSpec], _ share: Double?, _ caller: Int?) {
      steps.eachStep(disabled: false) { step in
        guard let call = step.verb.call, let handler = self.handler(of: call) else { return }
        var own = share
        if case .scatter(_, let target, _) = step.verb {
          let count = calls(of: target, to: service(handlers[handler].service), from: caller)
          own = share.flatMap { share in count.map { share / Double(max(1, $0)) } }
        }
        if isKnown[handler] {
          if shares[handler] != own { shares[handler] = nil }
        } else {
          (isKnown[handler], shares[handler]) = (true, own)
          due.append(handler)
        }
      }
    }
    for workload in topology.workloads { note(workload.steps, 1, nil) }
    while let handler = due.popLast() {
      note(handlers[handler].spec.steps, shares[handler], handlers[handler].service)
    }
    return shares
  }
}
