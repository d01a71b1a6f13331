import TailraceExperiment

extension ComparisonText {
  /// A row for each design and workload: what all come to, and which thresholds they meet.
  ///
  /// Empty where the designs were run before: their tables say nothing else.
  var designLines: [String] {
    let designs = result.designs
    guard !designs.isEmpty else { return [] }
    let overview = DesignColumns(designs)
    let hasNames = overview.workloads.count > 1
    let unit = timeUnit ?? overview.unit
    var table = TextTable(
      alignments: [.left] + (hasNames ? [.left] : [])
        + Array(repeating: .right, count: overview.numberCount) + [.left, .left],
      gap: 3, firstWidth: 16)
    table.append(
      ["DESIGNS (\(unit.rawValue))"] + (hasNames ? ["workload"] : []) + ["mean"]
        + overview.quantiles.map(DecimalText.percentile) + ["goodput/s", "errors"]
        + (overview.hasCosts ? ["per hour"] : []) + (overview.hasStatus ? ["status"] : [])
        + (overview.hasThresholds ? ["thresholds met"] : []))
    var failing: Set<Int> = []
    for (name, design) in zip(result.names, designs) {
      let thresholds = thresholdCells(design)
      for place in 0..<max(overview.workloads.count, thresholds.count, 1) {
        let isFirst = place == 0
        let workload = place < overview.workloads.count ? overview.workloads[place] : nil
        var cells = [isFirst ? "  " + name : ""]
        if hasNames { cells.append(workload ?? "") }
        cells += workload.map { overview.cells(design, $0, unit) } ?? overview.blanks
        if overview.hasCosts {
          let cost = design.costs?.total.value.map { CostText.amount($0) }
          cells.append(isFirst ? cost ?? DecimalText.missing : "")
        }
        if overview.hasStatus { cells.append(isFirst ? design.status : "") }
        if overview.hasThresholds {
          cells.append(place < thresholds.count ? thresholds[place] : "")
        }
        if design.failedThresholds > 0, isFirst { failing.insert(table.rows.count) }
        table.append(cells)
      }
    }
    let lines = table.lines.enumerated().map { index, line in
      index == 0 ? ink.heading(line) : failing.contains(index) ? ink.warning(line) : line
    }
    return lines + overview.notes
  }

  /// How many thresholds hold, and each that does not with what was measured.
  private func thresholdCells(_ design: RunResult) -> [String] {
    let all = design.thresholds
    if all.isEmpty { return [DecimalText.missing] }
    let failing = all.filter { $0.status != .pass }.map {
      DesignColumns.unmet(
        "\($0.threshold.name): \($0.threshold.condition)", $0.measuredText(unit: timeUnit))
    }
    return DesignColumns.thresholds(count: all.count, failing: failing)
  }
}

/// What stands in the overview of several designs.
struct DesignColumns {
  /// Those with most requests, in order.
  let workloads: [String]
  /// How many more there are.
  let more: Int
  /// Of the latency: the median, p99 and those that thresholds ask for, as far as they were measured.
  let quantiles: [Double]
  let unit: TimeUnit
  let hasCosts: Bool
  let hasStatus: Bool
  let hasThresholds: Bool

  init(_ designs: [RunResult]) {
    var sums: [(name: String, requests: UInt64)] = []
    for workload in designs.flatMap(\.workloads) {
      if let known = sums.firstIndex(where: { $0.name == workload.name }) {
        sums[known].requests += workload.requests
      } else {
        sums.append((workload.name, workload.requests))
      }
    }
    sums.sort { ($1.requests, $0.name) < ($0.requests, $1.name) }
    let names = sums.prefix(RunFigures.workloadsMax).map(\.name)
    workloads = names
    more = sums.count - names.count
    let thresholds = designs.flatMap(\.thresholds).map(\.threshold)
    let known = Set(designs.flatMap(\.workloads).flatMap(\.quantiles).map(\.quantile))
    let asked = thresholds.flatMap { threshold in names.compactMap(threshold.quantile) }
    let shown = Set(asked + [0.5, 0.99]).intersection(known).sorted()
    quantiles = shown.isEmpty ? known.sorted().suffix(1) : shown
    unit = Self.unit(designs, names, quantiles)
    hasCosts = designs.contains { $0.costs != nil }
    hasStatus = designs.contains { $0.status != "ok" }
    hasThresholds = !thresholds.isEmpty
  }

  private static func unit(
    _ designs: [RunResult], _ names: [String], _ quantiles: [Double]
  ) -> TimeUnit {
    let shown = designs.flatMap(\.workloads).filter { names.contains($0.name) }
    return .fitting(
      shown.flatMap { workload in
        [workload.latencyMean.value]
          + workload.quantiles.filter { quantiles.contains($0.quantile) }.map(\.latency.value)
      }.compactMap { $0 })
  }

  /// Columns of numbers.
  var numberCount: Int { blanks.count + (hasCosts ? 1 : 0) }

  /// No numbers.
  var blanks: [String] { Array(repeating: "", count: 3 + quantiles.count) }

  /// Mean, quantiles, goodput and errors of a workload, which a design may lack.
  func cells(_ design: RunResult, _ name: String, _ unit: TimeUnit) -> [String] {
    guard let workload = design.workloads.first(where: { $0.name == name }) else {
      return blanks.map { _ in DecimalText.missing }
    }
    let none = Estimate(value: nil, halfWidth: nil, perReplication: [])
    let times =
      [workload.latencyMean]
      + quantiles.map { q in workload.quantiles.first { $0.quantile == q }?.latency ?? none }
    return times.map { EstimateText($0, unit: unit, hasInterval: true).value } + [
      EstimateText(workload.goodput, decimals: 3, hasInterval: true).value,
      SummaryText.smallPercent(workload.errorsShare),
    ]
  }

  /// What is left out.
  var notes: [String] {
    more == 0 ? [] : ["  \(more) more \(more == 1 ? "workload" : "workloads") below"]
  }

  /// A threshold that is not met, with what was measured of it.
  static func unmet(_ threshold: String, _ measured: String) -> String {
    "\(threshold), " + (measured == "no data" ? measured : "measured \(measured)")
  }

  /// A line for each threshold that is not met, behind how many are.
  static func thresholds(count: Int, failing: [String]) -> [String] {
    let met = "\(failing.isEmpty ? "✓" : "✗") \(count - failing.count) of \(count)"
    guard let first = failing.first else { return [met] }
    return ["\(met): \(first)"] + failing.dropFirst().map { "  \($0)" }
  }
}
