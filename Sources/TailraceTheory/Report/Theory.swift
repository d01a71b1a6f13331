import TailraceExperiment
import TailraceModel

/// Formulas beside a run, where their assumptions hold; bounds and reasons where not.
public enum Theory {
  /// What theory says about a run.
  ///
  /// Takes no chance and no clock: equal runs have equal reports.
  ///
  /// - Parameters:
  ///   - topology: what was simulated.
  ///   - result: what it did.
  /// - Returns: numbers with what the run had, what has no formula, and notes.
  public static func report(_ topology: Topology, _ result: RunResult) -> TheoryReport {
    // By name, so that the order of declarations reaches no row and no sum.
    var topology = topology
    topology.workloads.sort { $0.name < $1.name }
    topology.services.sort { $0.name < $1.name }
    topology.caches.sort { $0.name < $1.name }
    // One that would begin after the end breaks no assumption.
    topology.faults.removeAll { $0.at ?? 0 >= result.duration }
    let facts = Facts(topology, result)
    var writer = TheoryWriter(facts)
    writer.stations()
    writer.workloads()
    writer.loops()
    writer.caches()
    return writer.sorted()
  }
}

/// Collects rows, gaps and notes.
struct TheoryWriter {
  let facts: Facts
  var report = TheoryReport()
  /// The formula of each service that says most about its waits.
  var solutions: [StationSolution?]
  var stationGaps: [String]

  var network: Network { facts.network }
  var result: RunResult { facts.network.result }

  init(_ facts: Facts) {
    self.facts = facts
    solutions = Array(repeating: nil, count: facts.stations.count)
    stationGaps = Array(repeating: "not simulated", count: facts.stations.count)
  }

  mutating func add(_ row: TheoryRow) {
    if row.theory.isFinite { report.rows.append(row) }
  }

  mutating func gap(
    _ entity: TheoryRow.Entity, _ name: String, _ formula: String?, _ reason: String,
    isNearest: Bool = true
  ) {
    report.gaps.append(TheoryGap(entity, name, formula: formula, reason, isNearest: isNearest))
  }

  /// Workloads first: they are what is asked about.
  func sorted() -> TheoryReport {
    var sorted = report
    let order: [TheoryRow.Entity] = [.workload, .service, .cache]
    sorted.rows = order.flatMap { kind in report.rows.filter { $0.entity == kind } }
    sorted.gaps = order.flatMap { kind in report.gaps.filter { $0.entity == kind } }
    return sorted
  }
}

extension TheoryWriter {
  /// Utilisation, waits and losses of services.
  mutating func stations() {
    for (number, station) in facts.stations.enumerated() {
      guard let station else { continue }
      solve(number, station)
      utilization(station)
      if let overload = station.overload, station.rateIsMeasured == nil {
        report.notes.append(overload)
      }
    }
  }

  private mutating func solve(_ number: Int, _ station: Station) {
    let name = station.spec.name
    if station.isUnqueued, network.isUnlimited(station.spec) {
      stationGaps[number] = "nobody waits at '\(name)'"
      return
    }
    if station.rate == 0 {
      stationGaps[number] = "nobody calls '\(name)'"
      return
    }
    // The nearest formula is the one that lacks least.
    var nearest: (lacks: Int, gap: String)?
    for formula in StationFormulas.all {
      guard let gap = formula.gap(station) else {
        solutions[number] = StationSolution(formula, station)
        break
      }
      let lacks = formula.assumptions.count { $0.gap(station) != nil }
      if lacks < nearest?.lacks ?? .max { nearest = (lacks, gap) }
      self.gap(.service, name, formula.name(station), gap, isNearest: false)
    }
    if let solution = solutions[number] {
      rows(solution, station)
      if solution.kind == .exact, solution.queue.meanWait != nil { return }
    } else {
      let why = station.isUnqueued ? "nobody waited at '\(name)'" : nil
      stationGaps[number] = why ?? nearest?.gap ?? "no formula"
      if let place = report.gaps.firstIndex(where: {
        $0.entity == .service && $0.name == name && $0.reason == nearest?.gap
      }) {
        report.gaps[place].isNearest = !station.isUnqueued
      }
    }
    if station.isUnqueued { return }
    for formula in StationBounds.all where formula.gap(station) == nil {
      rows(StationSolution(formula, station), station)
    }
  }

  private mutating func rows(_ solution: StationSolution, _ station: Station) {
    let queue = solution.queue
    func row(
      _ metric: String, _ statistic: String?, _ unit: TheoryRow.Unit, _ theory: Double,
      _ simulated: Estimate
    ) -> TheoryRow {
      var row = TheoryRow(
        .service, station.spec.name, metric, statistic, unit, formula: solution.name,
        source: solution.source, kind: solution.kind, theory: theory, simulated: simulated)
      row.basis = station.rateIsMeasured.map { "rate of the run: \($0)" }
      return row
    }
    let outcome = station.outcome
    // Waits that are next to nothing beside the work say nothing.
    let least = 1e-6 * (station.work?.mean ?? 0)
    if let mean = queue.meanWait, queue.stretch == nil, mean > least || queue.loss != nil {
      if mean > 0 { add(row("wait", "mean", .time, mean, outcome.waitMean)) }
      if let p99 = queue.wait?.quantile(0.99), p99 > least {
        var tail = row("wait", "p99", .time, p99, outcome.waitP99)
        tail.resolution = 0.0625
        add(tail)
      }
    }
    if let loss = queue.loss { add(row("shed", nil, .share, loss, outcome.shedShare)) }
    if let busy = queue.utilization {
      var row = row("utilization", nil, .share, busy, outcome.utilization)
      row.resolution = 1e-6
      add(row)
    }
  }

  private mutating func utilization(_ station: Station) {
    guard let work = station.work, station.spec.slots != nil, station.spec.discipline != .ps,
      station.disturbance == nil, !station.sheds, station.outcome.utilization.value != nil,
      report.rows.allSatisfy({ $0.name != station.spec.name || $0.metric != "utilization" })
    else { return }
    let replicas = Double(station.spec.replicas * station.spec.shards)
    var mean = work.mean
    if station.spec.groups.contains(where: { $0.speed != 1 }) {
      guard station.branchGap == nil, station.dealsEvenly else { return }
      mean = station.branches.reduce(0) { $0 + $1.share * work.mean / $1.speed }
    }
    let load =
      station.rate / 1e9 * station.piecesPerVisit * mean / (replicas * Double(station.slots))
    // Where a replica is always busy, work arrives that is not done.
    let busiest = station.outcome.rows.compactMap(\.utilization).max() ?? 0
    if load >= 1 || busiest > 0.99 || station.overload != nil { return }
    var row = TheoryRow(
      .service, station.spec.name, "utilization", nil, .share, formula: "utilization law",
      source: "Denning and Buzen 1978", kind: .exact, theory: load * station.slotsUsable,
      simulated: station.outcome.utilization)
    row.basis = station.rateIsMeasured.map { "rate of the run: \($0)" }
    add(row)
  }
}

extension ServiceResult {
  /// Visits that were turned away over all, with the spread over the replications.
  var shedShare: Estimate {
    let numbers = Set(rows.map(\.replication)).sorted()
    let own = numbers.map { number -> Double? in
      let part = rows.filter { $0.replication == number }
      let visits = part.reduce(UInt64(0)) { $0 + $1.requests }
      let shed = part.reduce(UInt64(0)) { $0 + $1.shed }
      return visits == 0 ? nil : Double(shed) / Double(visits)
    }
    return Estimate(requests == 0 ? nil : Double(shed) / Double(requests), own)
  }
}
