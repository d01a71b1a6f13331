import TailraceExperiment
import TailraceModel

/// How often each service is visited and how much a visit works there: the traffic equations.
///
/// Forced flow (Denning and Buzen 1978) with one attempt for each call. What a cache misses is the
/// run's own share, or another one to be tried out.
struct Traffic {
  /// What caches do.
  enum Misses {
    case asMeasured
    /// Every lookup of one cache misses; none does.
    case all(of: String)
    case none(of: String)
  }

  /// Visits per second, by service.
  private(set) var visits: [String: Double] = [:]
  /// Mean work of a visit in nanoseconds, calls and waits apart, by service; none where unknown.
  private(set) var work: [String: Double] = [:]

  private let topology: Topology
  private let result: RunResult
  private let misses: Misses
  private let services: [String: ServiceSpec]

  private struct Handler: Hashable {
    var service: String
    var name: String
  }

  /// What a program does itself.
  private struct Program {
    var work: Double? = 0
    var calls: [(handler: Handler, count: Double)] = []

    mutating func add(work more: Double?, _ times: Double) {
      work = work.flatMap { sum in more.map { sum + times * $0 } }
    }
  }

  init(_ topology: Topology, _ result: RunResult, _ misses: Misses = .asMeasured) {
    (self.topology, self.result, self.misses) = (topology, result, misses)
    services = Dictionary(
      topology.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var sums: [String: (visits: Double, work: Double?)] = [:]
    for workload in topology.workloads {
      let offered = result.workloads.first { $0.name == workload.name }?.offered.value ?? 0
      let classes = workload.classes.isEmpty ? [ClassWeight(workload.name)] : workload.classes
      let total = classes.reduce(0) { $0 + $1.weight }
      for part in classes.sorted(by: { $0.name < $1.name }) where part.weight > 0 && offered > 0 {
        follow(workload.steps, part.name, offered * part.weight / total, &sums)
      }
    }
    for (name, sum) in sums {
      visits[name] = sum.visits
      if let work = sum.work, sum.visits > 0 { self.work[name] = work / sum.visits }
    }
  }

  /// Follows the requests of a class call by call.
  private func follow(
    _ steps: [StepSpec], _ name: String, _ rate: Double,
    _ sums: inout [String: (visits: Double, work: Double?)]
  ) {
    var programs: [Handler: Program] = [:]
    var level = program(steps, name, caller: nil).calls.map { ($0.handler, $0.count * rate) }
    for _ in 0..<topology.maxDepth {
      // Callers in the order of the calls: sums do not depend on the order of a table.
      var next: [(Handler, Double)] = []
      var places: [Handler: Int] = [:]
      for (handler, visits) in level where visits > 1e-12 * rate {
        let own =
          programs[handler]
          ?? program(self.steps(of: handler), name, caller: services[handler.service])
        programs[handler] = own
        let sum = sums[handler.service] ?? (0, 0)
        sums[handler.service] = (
          sum.visits + visits, sum.work.flatMap { work in own.work.map { work + visits * $0 } }
        )
        for call in own.calls {
          if let place = places[call.handler] {
            next[place].1 += visits * call.count
          } else {
            places[call.handler] = next.count
            next.append((call.handler, visits * call.count))
          }
        }
      }
      if next.isEmpty { return }
      level = next
    }
  }

  private func steps(of handler: Handler) -> [StepSpec] {
    services[handler.service]?.handlers.first { $0.name == handler.name }?.steps ?? []
  }

  private func program(_ steps: [StepSpec], _ name: String, caller: ServiceSpec?) -> Program {
    var program = Program()
    add(steps, 1, name, caller, &program)
    return program
  }

  private func add(
    _ steps: [StepSpec], _ times: Double, _ name: String, _ caller: ServiceSpec?,
    _ program: inout Program
  ) {
    for step in steps where step.enabled && step.classes?.contains(name) ?? true {
      let times = times * step.probability
      guard times > 0 else { continue }
      switch step.verb {
      case .work(let law): program.add(work: law.mean(of: name), times)
      case .wait, .fail, .rateLimit: break
      case .hold(let use): add(use.steps, times, name, caller, &program)
      case .call(let call): add(call, times, &program)
      case .scatter(let call, let target, _):
        add(call, times * count(target, call.service, caller), &program)
      case .parallel(let branches, _):
        for branch in branches { add(branch, times, name, caller, &program) }
      case .split(let arms):
        let total = arms.reduce(0) { $0 + $1.weight }
        for arm in arms where arm.weight > 0 {
          add(arm.steps, times * arm.weight / total, name, caller, &program)
        }
      case .repeat(let turns, let steps):
        add(steps, times * (turns.mean(of: name) ?? 1), name, caller, &program)
      case .cache(let use): add(use, times, name, caller, &program)
      }
    }
  }

  private func add(_ call: CallSpec, _ times: Double, _ program: inout Program) {
    program.calls.append((Handler(service: call.service, name: call.handler), times))
  }

  private func add(
    _ use: CacheUse, _ times: Double, _ name: String, _ caller: ServiceSpec?,
    _ program: inout Program
  ) {
    guard let cache = topology.caches.first(where: { $0.name == use.cache && $0.enabled }) else {
      if use.operation != .invalidate { add(use.steps, times, name, caller, &program) }
      return
    }
    if let host = cache.host { add(host, times, &program) }
    let missed = use.operation == .read ? missed(cache.name) : 1
    add(use.steps, times * missed, name, caller, &program)
  }

  private func missed(_ cache: String) -> Double {
    switch misses {
    case .all(of: cache): 1
    case .none(of: cache): 0
    default: result.caches.first { $0.name == cache }?.originLoad.value ?? 1
    }
  }

  private func count(
    _ target: ScatterTarget, _ callee: String, _ caller: ServiceSpec?
  ) -> Double {
    guard let callee = services[callee] else { return 0 }
    switch target {
    case .shards: return Double(callee.shards)
    case .fanOut(let count): return Double(count)
    // Not one number; of one handler's visits nothing depends on it.
    case .keys: return 1
    case .replicas: return Double(callee.replicas)
    case .peers: return Double(callee.replicas - 1)
    case .childShards: return Double(max(1, callee.shards / max(1, caller?.shards ?? 1)))
    }
  }
}

extension LawSpec {
  /// Its mean for requests of a class; nil where the scenario does not say it.
  func mean(of name: String) -> Double? {
    if case .byClass(let laws) = self { return laws[name].flatMap { $0.mean(of: name) } }
    return mean
  }
}
