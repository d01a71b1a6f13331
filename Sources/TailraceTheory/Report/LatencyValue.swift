/// What is known of a time that a request takes: its mean, its law, or neither.
struct LatencyValue: Sendable {
  var mean: Double
  var meanKind = TheoryKind.exact
  var law: TimeDistribution?
  var lawKind = TheoryKind.exact
  /// Why there is no law.
  var lawGap: String?
  /// Formulas that it rests on, each once.
  var formulas: [String] = []
  var sources: [String] = []
  /// Queues on the way, in order.
  var stops: [Stop] = []

  /// A queue on the way of a request.
  struct Stop: Sendable {
    var service: Int
    /// Whether it is first come, first served with exponential work.
    var isMarkovian: Bool
    var isSingle: Bool
    var servers: Int
  }

  init(_ law: TimeDistribution) {
    mean = law.mean
    self.law = law
  }

  init(mean: Double, kind: TheoryKind, lawGap: String) {
    self.mean = mean
    meanKind = kind
    self.lawGap = lawGap
  }

  mutating func note(_ formula: String, _ source: String) {
    if !formulas.contains(formula) { formulas.append(formula) }
    if !sources.contains(source) { sources.append(source) }
  }

  mutating func note(_ other: LatencyValue) {
    for (formula, source) in zip(other.formulas, other.sources) { note(formula, source) }
    for source in other.sources where !sources.contains(source) { sources.append(source) }
    stops += other.stops
  }
}

extension TheoryKind {
  /// How far a number may be trusted that comes from two.
  func joined(_ other: TheoryKind) -> TheoryKind {
    if self == .exact || self == other { return other }
    return other == .exact ? self : .approximation
  }
}

/// Adds up what queues and laws say about a request.
struct LatencyTheory: Sendable {
  let facts: Facts
  /// The formula of each service that waits; nil where none holds.
  let solutions: [StationSolution?]
  /// Why not.
  let gaps: [String]

  func value(_ node: LatencyNode) throws(Unknown) -> LatencyValue {
    switch node {
    case .unknown(let why): throw Unknown(why)
    case .time(let law): return LatencyValue(law)
    case .visit(let service, let work, let name): return try visit(service, work, name)
    case .series(let nodes): return try series(nodes)
    case .choice(let arms): return try choice(arms)
    case .join(let branches, let needed): return try join(branches, needed)
    }
  }

  private func visit(
    _ service: Int, _ work: TimeDistribution, _ name: String
  ) throws(Unknown) -> LatencyValue {
    guard let solution = solutions[service], let station = facts.stations[service] else {
      throw Unknown(gaps[service])
    }
    let queue = solution.queue
    var value: LatencyValue
    if let response = queue.response {
      value = LatencyValue(response)
    } else if let wait = queue.wait {
      value = LatencyValue(.sum(of: [wait, work]))
    } else if let mean = mean(queue, work, name) {
      value = LatencyValue(
        mean: mean, kind: solution.kind, lawGap: "\(solution.name) gives the mean only")
    } else {
      throw Unknown("\(solution.name) says nothing about one class of visits alone")
    }
    value.meanKind = solution.kind
    value.lawKind = solution.kind
    value.note(solution.name, solution.source)
    value.stops = [
      LatencyValue.Stop(
        service: service,
        isMarkovian: solution.kind == .exact && queue.response != nil && !station.returns
          && solution.name.hasPrefix("M/M/"),
        isSingle: station.spec.replicas * station.spec.shards == 1, servers: station.slots)
    ]
    return value
  }

  private func mean(_ queue: QueueSolution, _ work: TimeDistribution, _ name: String) -> Double? {
    if let mean = queue.meanResponses[name] { return mean }
    if let mean = queue.meanWaits[name] { return mean + work.mean }
    if let stretch = queue.stretch { return stretch * work.mean }
    return queue.meanWait.map { $0 + work.mean } ?? queue.meanResponse
  }

  private func series(_ nodes: [LatencyNode]) throws(Unknown) -> LatencyValue {
    var total = LatencyValue(.constant(0))
    var laws: [TimeDistribution] = []
    var isRandomSince = false
    var areVisits = true
    for node in nodes.flatMap(\.flattened) {
      let part = try value(node)
      if !part.stops.isEmpty {
        if case .visit = node {} else { areVisits = false }
        if !total.stops.isEmpty, isRandomSince {
          total.lawGap = total.lawGap ?? "requests may overtake each other between queues"
        } else if !total.stops.isEmpty, !areVisits {
          total.lawGap = total.lawGap ?? "times at several queues hang together"
        }
        isRandomSince = false
      } else if part.law?.shape != .constant {
        isRandomSince = true
      }
      total.mean += part.mean
      total.meanKind = total.meanKind.joined(part.meanKind)
      total.lawKind = total.lawKind.joined(part.lawKind)
      total.lawGap = total.lawGap ?? part.lawGap
      total.note(part)
      if let law = part.law { laws.append(law) }
    }
    total.lawGap = total.lawGap ?? Self.dependence(total.stops)
    if total.lawGap == nil {
      do throws(Unknown) { total.law = try LatencyNode.affordable(.sum(of: laws)) } catch {
        total.lawGap = error.why
      }
    } else {
      total.law = nil
    }
    return total
  }

  /// Why times at queues one after the other hang together; nil where they do not.
  ///
  /// In a tandem of M/M/c queues they are independent if only the first and the last have several
  /// servers (Reich 1957; Burke 1969).
  private static func dependence(_ stops: [LatencyValue.Stop]) -> String? {
    if stops.count < 2 { return nil }
    let isTandem =
      stops.allSatisfy(\.isMarkovian) && Set(stops.map(\.service)).count == stops.count
      && stops.dropFirst().dropLast().allSatisfy { $0.isSingle && $0.servers == 1 }
    return isTandem ? nil : "times at several queues hang together"
  }

  private func choice(
    _ arms: [(weight: Double, node: LatencyNode)]
  ) throws(Unknown) -> LatencyValue {
    var total = LatencyValue(.constant(0))
    var laws: [(weight: Double, law: TimeDistribution)] = []
    let sum = arms.reduce(0) { $0 + $1.weight }
    for arm in arms where arm.weight > 0 {
      let part = try value(arm.node)
      total.mean += arm.weight / sum * part.mean
      total.meanKind = total.meanKind.joined(part.meanKind)
      total.lawKind = total.lawKind.joined(part.lawKind)
      total.lawGap = total.lawGap ?? part.lawGap
      total.note(part)
      if let law = part.law { laws.append((arm.weight, law)) }
    }
    total.law = total.lawGap == nil && !laws.isEmpty ? .mixture(laws) : nil
    return total
  }

  private func join(
    _ branches: [(node: LatencyNode, count: Int)], _ needed: Int
  ) throws(Unknown) -> LatencyValue {
    let count = branches.reduce(0) { $0 + $1.count }
    var parts: [(value: LatencyValue, count: Int)] = []
    for branch in branches { parts.append((try value(branch.node), branch.count)) }
    if count == 1 { return parts[0].value }
    let laws = parts.compactMap { part in part.value.law.map { (law: $0, count: part.count) } }
    let queues = parts.reduce(0) { $0 + $1.value.stops.count * $1.count }
    guard laws.count == parts.count else {
      let why = parts.lazy.compactMap(\.value.lawGap).first ?? "a branch has no law"
      throw Unknown("a fan-out needs the law of each branch: \(why)")
    }
    if queues > 1, needed < count {
      throw Unknown("branches of a fan-out that does not wait for all share their arrivals")
    }
    let which = needed == count ? "slowest of \(count)" : "answer \(needed) of \(count)"
    var total = LatencyValue(try LatencyNode.affordable(.order(laws, needed: needed)))
    for part in parts {
      total.meanKind = total.meanKind.joined(part.value.meanKind)
      total.lawKind = total.lawKind.joined(part.value.lawKind)
      total.note(part.value)
    }
    total.note("\(which) independent", "David and Nagaraja, Order Statistics (2003)")
    guard queues > 1 else { return total }
    // Queues that are fed together are associated: their maximum is below that of independent ones.
    total.meanKind = total.meanKind.joined(.upperBound)
    total.lawKind = total.lawKind.joined(.upperBound)
    total.note("as if independent", "Nelson and Tantawi 1988; Baccelli et al. 1989")
    if let (load, work) = forked(branches), count <= 32 {
      total.mean = ForkJoin.mean(branches: count, load: load, work: work)
      total.meanKind = count == 2 ? .exact : .approximation
    }
    return total
  }

  /// Load and work where each branch is one M/M/1 queue like the others.
  private func forked(
    _ branches: [(node: LatencyNode, count: Int)]
  ) -> (load: Double, work: Double)? {
    var found: (load: Double, work: Double)?
    for branch in branches {
      guard case .visit(let service, let work, _) = branch.node,
        solutions[service]?.name == "M/M/1", let station = facts.stations[service],
        let first = station.branches.first,
        station.branches.allSatisfy({ ($0.share, $0.replicas) == (first.share, 1) })
      else { return nil }
      let own = (load: station.arrivalRate(first) * work.mean, work: work.mean)
      if let found, found != own { return nil }
      found = own
    }
    return found
  }
}
