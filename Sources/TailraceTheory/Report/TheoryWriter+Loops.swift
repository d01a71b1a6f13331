import TailraceExperiment
import TailraceModel

extension TheoryWriter {
  /// Closed loops: product form where it holds, asymptotic bounds wherever demands are known.
  mutating func loops() {
    for (number, workload) in network.topology.workloads.enumerated() {
      guard case .closed(let loop) = workload.arrivals,
        let outcome = result.workloads.first(where: { $0.name == workload.name })
      else { continue }
      // Formulas of open stations do not hold: only what the loop says counts.
      report.gaps.removeAll { $0.entity == .workload && $0.name == workload.name }
      do throws(Unknown) {
        let facts = try loopFacts(number, workload, loop)
        if let why = outcome.unanswered { throw Unknown(why) }
        if let why = productGap(loop, facts) {
          gap(.workload, workload.name, "product form", why)
          bounds(loop, facts, outcome)
        } else {
          exact(loop, facts, outcome)
        }
      } catch {
        gap(.workload, workload.name, "closed network", error.why)
      }
    }
  }

  /// What a request of a loop demands of each station.
  struct LoopFacts {
    var thinkTime: Double
    /// Time at stations without a queue, and on the way.
    var delay: Double
    var stations: [(station: Station, demand: Double)]
    /// Time of a request that never waits.
    var total: Double
    /// Whether the request is one piece after the other.
    var isSerial: Bool

    /// The largest work of a request at one server.
    var bottleneck: Double {
      stations.map { entry in
        let most = entry.station.branches.map { $0.share / Double($0.replicas) }.max() ?? 1
        return entry.demand * most / Double(entry.station.servers)
      }.max() ?? 0
    }
  }

  private func loopFacts(
    _ number: Int, _ workload: WorkloadSpec, _ loop: ClosedLoop
  ) throws(Unknown) -> LoopFacts {
    guard workload.classes.isEmpty, !workload.hasGivenClasses else {
      throw Unknown("requests of the loop have classes")
    }
    guard network.topology.workloads.count == 1 else {
      throw Unknown("other workloads share the stations of the loop")
    }
    let think = try loop.thinkTime.distribution(LawContext())
    let node = facts.tree.request(of: workload, workload.name)
    let unloaded = try node.unloaded()
    guard let p = facts.rates.populations.firstIndex(where: { $0.workload == number }) else {
      throw Unknown("nobody sends requests")
    }
    let rate = facts.rates.populations[p].rate
    var stations: [(station: Station, demand: Double)] = []
    var queued = 0.0
    for s in Set(node.visited).sorted() {
      guard let station = facts.stations[s], let work = station.work else {
        throw Unknown(facts.stations[s]?.workGap ?? "work is not known")
      }
      if let why = station.disturbance ?? station.branchGap { throw Unknown(why) }
      let visits = network.handlers.indices.reduce(0.0) {
        network.handlers[$1].service == s ? $0 + facts.rates.visits[p][$1] : $0
      }
      let demand = visits / rate * station.piecesPerVisit * work.mean
      stations.append((station, demand))
      queued += demand
    }
    return LoopFacts(
      thinkTime: think.mean, delay: max(0, unloaded.mean - queued), stations: stations,
      total: unloaded.mean, isSerial: node.isSerial)
  }

  /// Why the loop is no network of product form; nil if it is one.
  private func productGap(_ loop: ClosedLoop, _ loopFacts: LoopFacts) -> String? {
    if !loopFacts.isSerial { return "a request does several things at once" }
    if loop.clients > ClosedNetwork.clientsMax {
      return "\(loop.clients) clients; sums are made for at most \(ClosedNetwork.clientsMax)"
    }
    let copies = loopFacts.stations.reduce(0) {
      $0 + $1.station.branches.reduce(0) { $0 + $1.replicas }
    }
    if copies > 64 { return "\(copies) stations; sums are made for at most 64" }
    let needs: [StationAssumption] = [.thinned, .nobodyShed, .equalSpeeds]
    for (station, _) in loopFacts.stations {
      for need in needs { if let gap = need.gap(station) { return gap } }
      if StationAssumption.sharing.gap(station) == nil { continue }
      let order: [StationAssumption] = [
        .finiteSlots, .order([.fifo, .lifo, .random]), .exponential,
      ]
      for need in order { if let gap = need.gap(station) { return gap } }
    }
    return nil
  }

  private mutating func exact(
    _ loop: ClosedLoop, _ loopFacts: LoopFacts, _ outcome: WorkloadResult
  ) {
    var rows: [ClosedNetwork.Station] = []
    var owners: [Int] = []
    for (s, entry) in loopFacts.stations.enumerated() {
      for branch in entry.station.branches where branch.share > 0 {
        rows.append(
          ClosedNetwork.Station(
            demand: entry.demand * branch.share / Double(branch.replicas),
            servers: entry.station.servers, copies: branch.replicas))
        owners.append(s)
      }
    }
    let closed = ClosedNetwork(
      clients: loop.clients, thinkTime: loopFacts.thinkTime + loopFacts.delay, stations: rows)
    let isShared = loopFacts.stations.contains { $0.station.spec.discipline == .ps }
    let isRepair = rows.count == 1 && rows[0].copies == 1 && loopFacts.delay == 0 && !isShared
    let servers = rows.first?.servers ?? 1
    let formula =
      isRepair ? "M/M/\(servers)//\(loop.clients)" : "closed network of product form"
    let source =
      isRepair ? "Kleinrock I (1975), 3.8: machine repair" : "Gordon and Newell 1967; Buzen 1973"
    func row(
      _ entity: TheoryRow.Entity, _ name: String, _ metric: String, _ statistic: String?,
      _ unit: TheoryRow.Unit, _ theory: Double, _ simulated: Estimate
    ) -> TheoryRow {
      TheoryRow(
        entity, name, metric, statistic, unit, formula: formula, source: source, kind: .exact,
        theory: theory, simulated: simulated)
    }
    // The floor says less than the formula, and nothing about the mean.
    let floor = report.rows.filter { $0.entity == .workload && $0.name == outcome.name }
    report.rows.removeAll { $0.entity == .workload && $0.name == outcome.name }
    defer { report.rows += floor.filter { $0.statistic != "mean" } }
    var mean = row(
      .workload, outcome.name, "latency", "mean", .time,
      closed.response(thinkTime: loopFacts.thinkTime), outcome.latencyMean)
    mean.isHeadline = true
    add(mean)
    var pace = row(
      .workload, outcome.name, "goodput", nil, .perSecond, closed.throughput * 1e9,
      outcome.goodput)
    pace.isHeadline = true
    add(pace)
    for (s, entry) in loopFacts.stations.enumerated() {
      let spec = entry.station.spec
      report.rows.removeAll { $0.entity == .service && $0.name == spec.name }
      report.gaps.removeAll { $0.entity == .service && $0.name == spec.name }
      if let slots = spec.slots {
        let capacity = Double(spec.replicas * spec.shards * slots)
        add(
          row(
            .service, spec.name, "utilization", nil, .share,
            closed.throughput * entry.demand / capacity, entry.station.outcome.utilization))
        let own = owners.indices.filter { owners[$0] == s }
        let present = own.reduce(0) { $0 + closed.present[$1] * Double(rows[$1].copies) }
        add(
          row(
            .service, spec.name, "queue_length", "mean", .number,
            max(0, present - closed.throughput * entry.demand), entry.station.outcome.queueMean))
      }
    }
  }

  private mutating func bounds(
    _ loop: ClosedLoop, _ loopFacts: LoopFacts, _ outcome: WorkloadResult
  ) {
    let most = AsymptoticBounds.throughput(
      clients: loop.clients, thinkTime: loopFacts.thinkTime, total: loopFacts.total,
      bottleneck: loopFacts.bottleneck)
    let least = AsymptoticBounds.response(
      clients: loop.clients, thinkTime: loopFacts.thinkTime, total: loopFacts.total,
      bottleneck: loopFacts.bottleneck)
    let source = "Muntz and Wong 1974; Denning and Buzen 1978"
    var pace = TheoryRow(
      .workload, outcome.name, "goodput", nil, .perSecond, formula: "asymptotic bound",
      source: source, kind: .upperBound, theory: most * 1e9, simulated: outcome.goodput)
    pace.isHeadline = true
    add(pace)
    var mean = TheoryRow(
      .workload, outcome.name, "latency", "mean", .time, formula: "asymptotic bound",
      source: source, kind: .lowerBound, theory: least, simulated: outcome.latencyMean)
    mean.isHeadline = true
    add(mean)
  }
}

extension LatencyNode {
  /// Whether it is one thing after the other.
  var isSerial: Bool {
    switch self {
    case .time, .visit, .unknown: true
    case .series(let nodes): nodes.allSatisfy(\.isSerial)
    case .choice(let arms): arms.allSatisfy(\.node.isSerial)
    case .join(let branches, _):
      // Where nobody waits, a fan-out is only a time.
      branches.allSatisfy { $0.node.visited.isEmpty }
    }
  }
}
