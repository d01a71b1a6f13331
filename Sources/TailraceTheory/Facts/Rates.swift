import TailraceExperiment
import TailraceModel

/// How often each handler is visited: the traffic equations of the topology.
///
/// Jackson 1957. Solved by following requests call by call, to `max_depth` calls inside each other.
struct Rates: Sendable {
  let populations: [Population]
  /// Visits per second, by population and handler.
  private(set) var visits: [[Double]]
  /// Why a handler's rate is not what the scenario says; nil where it is.
  private(set) var unsure: [String?]

  init(_ network: Network) {
    populations = Population.all(network.topology, network.result)
    let count = network.handlers.count
    visits = Array(repeating: Array(repeating: 0, count: count), count: populations.count)
    unsure = Array(repeating: nil, count: count)
    for (p, population) in populations.enumerated() {
      let workload = network.topology.workloads[population.workload]
      let edges = (0..<count).map { h in
        ProgramCalls(
          network, network.handlers[h].spec.steps, caller: network.handlers[h].service,
          population.requestClass)
      }
      let start = ProgramCalls(
        network, workload.steps, caller: nil, population.requestClass)
      var level = start.spread(population.rate, count)
      mark(start, level.indices.filter { level[$0] > 0 }, population.isMeasured)
      if workload.hasGivenClasses {
        mark(start, Array(level.indices), "classes of '\(workload.name)' come from a trace")
      }
      for _ in 0..<network.topology.maxDepth {
        var next = Array(repeating: 0.0, count: count)
        var isDone = true
        for h in 0..<count where level[h] > 0 {
          visits[p][h] += level[h]
          let calls = edges[h].spread(level[h], count)
          let reached = calls.indices.filter { calls[$0] > 0 }
          mark(edges[h], reached, unsure[h])
          for c in reached {
            next[c] += calls[c]
            isDone = false
          }
        }
        level = next
        if isDone || level.reduce(0, +) < 1e-12 * population.rate { break }
      }
    }
  }

  /// Calls whose number is not known, and what they lead to.
  private mutating func mark(_ calls: ProgramCalls, _ reached: [Int], _ why: String?) {
    for h in reached where unsure[h] == nil { unsure[h] = calls.unsure[h] ?? why }
    for (h, why) in calls.unsure where unsure[h] == nil { unsure[h] = why }
  }

  /// Visits per second to a handler from all.
  func total(_ handler: Int) -> Double { visits.reduce(0) { $0 + $1[handler] } }
}

/// The calls that a program makes itself: how many to each handler, on average.
struct ProgramCalls: Sendable {
  private(set) var counts: [Int: Double] = [:]
  /// Why a number of calls is not known.
  private(set) var unsure: [Int: String] = [:]

  init(_ network: Network, _ steps: [StepSpec], caller: Int?, _ requestClass: String) {
    add(steps, times: 1, after: nil, Place(network: network, caller: caller, name: requestClass))
  }

  private struct Place {
    var network: Network
    var caller: Int?
    var name: String
  }

  /// Calls per second of so many programs per second.
  func spread(_ rate: Double, _ handlers: Int) -> [Double] {
    var row = Array(repeating: 0.0, count: handlers)
    for (handler, count) in counts { row[handler] = rate * count }
    return row
  }

  private mutating func add(
    _ steps: [StepSpec], times: Double, after earlier: String?, _ place: Place
  ) {
    var why = earlier
    for step in steps {
      let chance = times * step.chance(place.name)
      guard chance > 0 else { continue }
      if step.queueBelow != nil { why = why ?? "a step is left out where the queue is long" }
      add(step, times: chance, &why, place)
      if case .fallback(let steps) = step.onError, why != nil {
        add(steps, times: 0, after: why, place)
      }
    }
  }

  private mutating func add(
    _ step: StepSpec, times: Double, _ why: inout String?, _ place: Place
  ) {
    switch step.verb {
    case .work, .wait: break
    case .fail: why = why ?? "requests may fail in a step before"
    case .rateLimit(let use): why = why ?? place.network.thinning(by: use)
    case .hold(let use):
      why = why ?? place.network.holding(use)
      add(use.steps, times: times, after: why, place)
    case .call(let call): add(call, times, &why, place)
    case .scatter(let call, let target, let join):
      guard let service = place.network.service(named: call.service) else { return }
      let spec = place.network.service(service)
      let calls = place.network.calls(of: target, to: spec, from: place.caller)
      if calls == nil { why = why ?? "a scatter to '\(call.service)' has no fixed number of calls" }
      if join.canary != nil || join.deadline != nil && place.network.failure(of: service) != nil {
        why = why ?? "a scatter to '\(call.service)' may end before all calls have gone"
      }
      add(call, times * Double(calls ?? 1), &why, place)
    case .parallel(let branches, _):
      for branch in branches { add(branch, times: times, after: why, place) }
    case .split(let arms):
      let total = arms.reduce(0) { $0 + $1.weight }
      if step.by != nil { why = why ?? "keys decide which arm of a split is taken" }
      for arm in arms where arm.weight > 0 {
        add(arm.steps, times: times * arm.weight / total, after: why, place)
      }
    case .repeat(let turns, let steps):
      if turns.mean == nil { why = why ?? "a 'repeat' has no mean" }
      add(steps, times: times * (turns.mean ?? 1), after: why, place)
    case .cache(let use): add(use, times, &why, place)
    }
  }

  private mutating func add(
    _ call: CallSpec, _ times: Double, _ why: inout String?, _ place: Place
  ) {
    guard let handler = place.network.handler(of: call) else { return }
    let service = place.network.handlers[handler].service
    counts[handler, default: 0] += times
    if let why = why ?? place.network.repetition(of: service) { unsure[handler] = why }
    why = why ?? place.network.failure(of: service)
  }

  private mutating func add(
    _ use: CacheUse, _ times: Double, _ why: inout String?, _ place: Place
  ) {
    guard let cache = place.network.cache(use.cache) else {
      if use.operation != .invalidate { add(use.steps, times: times, after: why, place) }
      return
    }
    why = why ?? "how often '\(cache.name)' is missed is the run's"
    let missed = place.network.cacheResult(cache.name)?.originLoad.value ?? 1
    let share = use.operation == .read ? missed : 1
    for steps in use.programs { add(steps, times: times * share, after: why, place) }
    if let host = cache.host, let handler = place.network.handler(of: host) {
      counts[handler, default: 0] += times
      unsure[handler] = "calls of '\(cache.name)' to '\(host.service)' are the run's"
    }
  }
}
