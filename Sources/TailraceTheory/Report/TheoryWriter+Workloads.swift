import TailraceExperiment
import TailraceModel

extension TheoryWriter {
  /// Latency, failures and the floor of workloads.
  mutating func workloads() {
    let theory = LatencyTheory(facts: facts, solutions: solutions, gaps: stationGaps)
    for workload in network.topology.workloads {
      guard let outcome = result.workloads.first(where: { $0.name == workload.name }) else {
        continue
      }
      errors(workload, outcome)
      let classes = facts.rates.populations.filter {
        network.topology.workloads[$0.workload].name == workload.name
      }
      let node = LatencyNode.choice(
        classes.map { ($0.share, facts.tree.request(of: workload, $0.requestClass)) })
      if let why = node.gap ?? outcome.unanswered {
        if !timeouts(workload, outcome) { gap(.workload, workload.name, nil, why) }
        continue
      }
      do throws(Unknown) {
        let value = try theory.value(node)
        latency(value, outcome)
        if case .exact = value.lawKind, value.law != nil {
          slowShare(node, outcome)
        } else {
          floor(node, outcome, withMean: value.meanKind != .exact)
        }
      } catch {
        gap(.workload, workload.name, nil, error.why)
        floor(node, outcome, withMean: true)
      }
    }
  }

  private mutating func latency(_ value: LatencyValue, _ outcome: WorkloadResult) {
    let formula = value.formulas.isEmpty ? "no queue" : value.formulas.joined(separator: ", ")
    let source = value.sources.isEmpty ? "sum of laws" : value.sources.joined(separator: "; ")
    let stations = Set(value.stops.map(\.service)).sorted().map { facts.stations[$0] }
    let measured = stations.compactMap { $0?.rateIsMeasured }.first
    func row(
      _ statistic: String, _ kind: TheoryKind, _ theory: Double, _ simulated: Estimate
    ) -> TheoryRow {
      var row = TheoryRow(
        .workload, outcome.name, "latency", statistic, .time, formula: formula, source: source,
        kind: kind, theory: theory, simulated: simulated)
      row.basis = measured.map { "rate of the run: \($0)" }
      // Between two requests at once nobody can tell: a nanosecond.
      row.resolution = 0.001
      return row
    }
    var mean = row("mean", value.meanKind, value.mean, outcome.latencyMean)
    mean.resolution = 0
    mean.isHeadline = true
    add(mean)
    guard let law = value.law else {
      gap(
        .workload, outcome.name, "quantiles of the latency", value.lawGap ?? "no law",
        isNearest: false)
      return
    }
    for quantile in outcome.quantiles {
      var own = row(
        quantile.statistic, value.lawKind, law.quantile(quantile.quantile), quantile.latency)
      own.isHeadline = quantile.quantile == 0.99
      add(own)
    }
  }

  /// What the latency would be if no request ever waited for another: each request takes at least
  /// that long.
  private mutating func floor(
    _ node: LatencyNode, _ outcome: WorkloadResult, withMean: Bool
  ) {
    guard !node.visited.isEmpty, let law = try? node.unloaded() else { return }
    func row(_ statistic: String, _ theory: Double, _ simulated: Estimate) {
      var row = TheoryRow(
        .workload, outcome.name, "latency", statistic, .time, formula: "if nobody ever waited",
        source: "sum of laws", kind: .lowerBound, theory: theory, simulated: simulated)
      row.resolution = 0.001
      add(row)
    }
    if withMean { row("mean", law.mean, outcome.latencyMean) }
    for quantile in outcome.quantiles where quantile.quantile == 0.99 {
      row(quantile.statistic, law.quantile(0.99), quantile.latency)
    }
  }

  /// The share of requests with a leaf above its own p99: 1 - 0.99^n.
  private mutating func slowShare(_ node: LatencyNode, _ outcome: WorkloadResult) {
    guard let (law, count, constant) = node.fanOut, count > 1,
      let p99 = Optional(law.quantile(0.99)), law.shape != .constant
    else { return }
    let bound = p99 + constant
    let total = outcome.histogram.reduce(0.0) { $0 + Double($1.count) }
    guard total > 0 else { return }
    // The bucket of the bound counts in proportion.
    let above = outcome.histogram.reduce(0.0) { sum, row in
      let (low, high) = (Double(row.low), Double(row.high) + 1)
      let part = min(1, max(0, (high - bound) / (high - low)))
      return sum + part * Double(row.count)
    }
    var theory = 1.0
    for _ in 0..<count { theory *= 1 - (1 - law.below(p99)) }
    var row = TheoryRow(
      .workload, outcome.name, "slower than a leaf's p99", nil, .share,
      formula: "1 - 0.99^\(count)", source: "Dean and Barroso 2013", kind: .exact,
      theory: 1 - theory,
      simulated: Estimate(value: above / total, halfWidth: nil, perReplication: []))
    row.resolution = 0.01
    add(row)
  }

  /// Requests that a first call's timeout ends, where nobody waits: the law beyond the timeout.
  private mutating func timeouts(_ workload: WorkloadSpec, _ outcome: WorkloadResult) -> Bool {
    let steps = workload.steps.filter { $0.enabled && $0.probability > 0 }
    guard steps.count == 1, workload.classes.isEmpty, case .fail = steps[0].onError,
      case .call(let call) = steps[0].verb, let timeout = call.timeout, call.retry == nil,
      call.hedge == nil, outcome.count(.timeout) > 0,
      outcome.count(.success) + outcome.count(.timeout) + outcome.count(.unfinished)
        == outcome.requests
    else { return false }
    var tree = facts.tree
    tree.ignoresGivingUp = true
    let node = tree.request(of: workload, workload.name)
    guard node.gap == nil, node.visited.isEmpty, let law = try? node.unloaded() else {
      return false
    }
    let kept = law.below(Double(timeout))
    guard kept > 0, kept < 1 else { return false }
    let label = "cut off at \(Round.text(Double(timeout) / 1e6)) ms"
    var errors = TheoryRow(
      .workload, outcome.name, "timeouts", nil, .share, formula: label,
      source: "order statistics", kind: .exact, theory: 1 - kept,
      simulated: outcome.lostShare)
    errors.isHeadline = true
    add(errors)
    for quantile in outcome.quantiles {
      var row = TheoryRow(
        .workload, outcome.name, "latency", quantile.statistic, .time, formula: label,
        source: "order statistics", kind: .exact,
        theory: law.quantile(kept * quantile.quantile), simulated: quantile.latency)
      row.resolution = 0.001
      row.isHeadline = quantile.quantile == 0.99
      add(row)
    }
    return true
  }

  /// Requests that fail since steps of their own do, independently.
  private mutating func errors(_ workload: WorkloadSpec, _ outcome: WorkloadResult) {
    guard workload.classes.isEmpty, !workload.hasGivenClasses,
      let success = FailureTheory(network: network).success(workload), success < 1
    else { return }
    var row = TheoryRow(
      .workload, outcome.name, "errors", nil, .share, formula: "independent failures",
      source: "Trivedi, Probability and Statistics (2001), 1.10", kind: .exact,
      theory: 1 - success, simulated: outcome.lostShare)
    row.isHeadline = true
    add(row)
  }
}

extension WorkloadResult {
  func count(_ outcome: Outcome) -> UInt64 { outcomes[Int(outcome.rawValue)] }

  /// Why the latency does not cover all requests; nil where it does.
  var unanswered: String? {
    let left = requests - count(.success) - count(.degraded) - count(.unfinished)
    if left == 0 { return nil }
    return "\(left) requests of '\(name)' ended without an answer: the latency leaves them out"
  }

  /// Requests without an answer over all, with the spread over the replications.
  var lostShare: Estimate {
    let own = zip(offered.perReplication, goodput.perReplication).map { all, good -> Double? in
      guard let all, let good, all > 0 else { return nil }
      return 1 - good / all
    }
    let answered = count(.success) + count(.degraded)
    let ended = requests - count(.unfinished)
    return Estimate(ended == 0 ? nil : 1 - Double(answered) / Double(ended), own)
  }
}

extension QuantileEstimate {
  /// `p99.9`.
  var statistic: String {
    var text = "\((quantile * 1e8).rounded() / 1e6)"
    if text.hasSuffix(".0") { text.removeLast(2) }
    return "p" + text
  }
}

extension LatencyNode {
  /// A fan-out that waits for all of several alike, with the constant time around it; nil where
  /// the request is anything else.
  var fanOut: (law: TimeDistribution, count: Int, constant: Double)? {
    switch self {
    case .join(let branches, let needed):
      guard branches.count == 1, branches[0].count == needed, branches[0].node.visited.isEmpty,
        let law = try? branches[0].node.unloaded()
      else { return nil }
      return (law, needed, 0)
    case .choice(let arms): return arms.count == 1 ? arms[0].node.fanOut : nil
    case .series(let nodes):
      var found: (law: TimeDistribution, count: Int, constant: Double)?
      var constant = 0.0
      for node in nodes {
        if case .time(let law) = node, law.shape == .constant {
          constant += law.mean
        } else if found == nil, let own = node.fanOut {
          found = own
          constant += own.constant
        } else {
          return nil
        }
      }
      return found.map { ($0.law, $0.count, constant) }
    case .time, .visit, .unknown: return nil
    }
  }
}
