import TailraceExperiment

extension ComparisonText {
  /// What changed for the better and what for the worse, in a sentence with figures.
  func verdictLines(_ contrast: Contrast) -> [String] {
    let names = names(contrast)
    let rows = contrast.rows.filter(\.measure.isHeadline)
    guard !rows.isEmpty else { return [] }
    if rows.allSatisfy({ $0.change.verdict == .identical }) {
      let same = contrast.requests.reduce(UInt64(0)) { $0 + $1.count }
      let requests = same > 0 ? " and all \(DecimalText.count(same)) requests" : ""
      return ["\(names.against) is identical to \(names.base): all \(rows.count) rows\(requests)."]
    }
    let unit = timeUnit(of: rows)
    let others = rows.filter { Self.toldOfOthers.contains($0.measure.name.metric) }
      .filter { $0.measure.name.entityKind != "workload" && $0.change.isClear }
      .map { Statement($0, unit) }
    var parts: [(worst: Bool, text: String)] = []
    let workloads = workloads(rows)
    for workload in workloads {
      let pairs = contrast.requests.first { $0.workload == workload }
      let own = statements(rows, workload, contrast, unit)
      let all = workloads.count == 1 ? own + others : own
      let text =
        "\(workload): "
        + ([Statement.sentence(all)] + [pairs.flatMap(cause)].compactMap { $0 })
        .joined(separator: "; ")
      parts.append((own.contains { $0.verdict == .worse }, text))
    }
    // Where not all are told, none that lost is left out for one that did not.
    var told = (parts.filter(\.worst) + parts.filter { !$0.worst }).prefix(Self.workloadsTold)
      .map(\.text)
    if parts.count > told.count { told.append("\(parts.count - told.count) more workloads above") }
    if workloads.count != 1, !others.isEmpty { told.append(Statement.sentence(others)) }
    if told.isEmpty { return [] }
    return ["\(names.against) against \(names.base) — " + told.joined(separator: " · ") + "."]
  }

  /// Most workloads in the sentence.
  private static let workloadsTold = 3

  /// Beside workloads: what users or those who pay notice.
  private static let toldOfOthers: Set<String> = [
    "recovery", "recovered", "completeness", "stale", "cost",
  ]

  /// Their names in the table's order; of many, those with most requests first.
  private func workloads(_ rows: [ContrastRow]) -> [String] {
    var workloads: [String] = []
    for row in rows where row.measure.name.entityKind == "workload" {
      if workloads.last != row.measure.name.entity { workloads.append(row.measure.name.entity) }
    }
    guard workloads.count > Self.workloadsTold, let base = result.designs.first else {
      return workloads
    }
    func requests(_ name: String) -> UInt64 {
      base.workloads.first { $0.name == name }?.requests ?? 0
    }
    return workloads.sorted { (requests($1), $0) < (requests($0), $1) }
  }

  /// Errors, mean, the quantile that counts, and a quantile that got worse where neither did.
  ///
  /// Latencies are those of answered requests. Where the designs answered different ones, means do
  /// not compare: only the requests that both served do, and quantiles are told as what they are.
  private func statements(
    _ rows: [ContrastRow], _ workload: String, _ contrast: Contrast, _ unit: TimeUnit
  ) -> [Statement] {
    let own = rows.filter {
      $0.measure.name.entityKind == "workload" && $0.measure.name.entity == workload
    }
    let pairs = contrast.requests.first { $0.workload == workload }
    let latency = own.filter { $0.measure.name.metric == "latency" && $0.change.halfWidth != nil }
    let mean = latency.first { $0.measure.name.statistic == .mean }
    let quantiles = latency.filter { $0.measure.quantile != nil }
    let isLossy =
      pairs.map { max($0.onlyBase.count, $0.onlyAgainst.count) > $0.count / 100 }
      ?? !answeredLines(contrast, of: workload).isEmpty
    let ofWhom = isLossy ? " of the answered" : ""
    let counts = Self.counting(quantiles, thresholds: thresholds(workload, contrast))
    var all = [counts].compactMap { $0 }.map { Statement($0, unit, ofWhom: ofWhom) }
    if isLossy, let pairs {
      all.append(Statement(both: pairs, signedTime(pairs.difference.value ?? 0)))
    } else if let mean {
      all.insert(Statement(mean, unit, ofWhom: ofWhom), at: 0)
    }
    if !all.contains(where: { $0.verdict == .worse }) {
      let worst = quantiles.filter { $0.change.verdict == .worse }
        .max { $0.change.ratio ?? 0 < $1.change.ratio ?? 0 }
      if let worst { all.append(Statement(worst, unit, ofWhom: ofWhom)) }
    }
    let losses = own.filter {
      ["errors", "goodput"].contains($0.measure.name.metric) && $0.change.isClear
    }
    let errors = losses.first { $0.measure.name.metric == "errors" }
    // Goodput that only says the same as errors says it twice.
    let told = losses.filter { row in
      row.measure.name.metric == "errors" || row.change.verdict != errors?.change.verdict
    }
    let clear =
      told.sorted { $0.measure.name.metric < $1.measure.name.metric }
      .map { Statement($0, unit) } + all
    if !clear.isEmpty { return clear }
    // Where one design answers nothing latencies have no interval, but other rows have.
    let known = own.filter { $0.change.count > 1 && $0.change.verdict != .noInterval }
    let rest = known.first { $0.measure.name.metric == "errors" } ?? known.first
    return rest.map { [Statement($0, unit)] } ?? []
  }

  /// The row of the quantile that a threshold asks for, else of p99, else of the next one below.
  private static func counting(
    _ quantiles: [ContrastRow], thresholds: [Double]
  ) -> ContrastRow? {
    quantiles.last { thresholds.contains($0.measure.quantile ?? 0) }
      ?? quantiles.last { $0.measure.quantile ?? 1 <= 0.99 } ?? quantiles.first
  }

  /// Quantiles of a workload's latency that the designs' thresholds ask for.
  private func thresholds(_ workload: String, _ contrast: Contrast) -> [Double] {
    [0, contrast.against].filter { $0 < result.designs.count }.flatMap { place in
      result.designs[place].thresholds.compactMap { $0.threshold.quantile(of: workload) }
    }
  }

  /// What moved most, and who lost though most gained.
  private func cause(_ pairs: PairedRequests) -> String? {
    let largest = pairs.parts.max {
      $0.difference.magnitude < $1.difference.magnitude
    }
    guard let largest, largest.difference != 0 else { return nil }
    let name = [largest.entity, largest.phase.withBlanks]
      .filter { !$0.isEmpty }.joined(separator: ": ")
    let total = pairs.difference.value ?? 0
    let isAll =
      largest.baseSum >= largest.againstSum
      ? pairs.baseSum >= pairs.againstSum
        && largest.baseSum - largest.againstSum == pairs.baseSum - pairs.againstSum
      : pairs.againstSum >= pairs.baseSum
        && largest.againstSum - largest.baseSum == pairs.againstSum - pairs.baseSum
    var text =
      isAll
      ? "all of the mean's \(signedTime(total)) is \(name)"
      : "of the mean's \(signedTime(total)), \(signedTime(largest.difference)) is \(name)"
    let (few, word, median) =
      total < 0
      ? (pairs.slower, "slower", pairs.slowerMedian) : (pairs.faster, "faster", pairs.fasterMedian)
    if few > 0, let median {
      let share = DecimalText.percent(Double(few) / Double(pairs.count))
      text += ", yet \(share) of the requests got \(word), by \(time(median)) in the median"
    }
    return text
  }
}

extension Measure {
  /// The quantile that it is; nil for other statistics.
  var quantile: Double? { if case .quantile(let q) = name.statistic { q } else { nil } }
}

extension Threshold {
  /// The quantile of a workload's latency that it asks for; nil where it asks for something else.
  func quantile(of workload: String) -> Double? {
    guard metric.name == "latency", case .quantile(let q) = statistic,
      labels.allSatisfy({ $0.label == .workload && $0.value == workload })
    else { return nil }
    return q
  }
}
