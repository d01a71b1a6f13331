import TailraceExperiment

extension ComparisonText {
  /// A few plain sentences drawn from the numbers, each with a figure.
  func verdictLines(_ contrast: Contrast) -> [String] {
    let names = names(contrast)
    let rows = contrast.rows.filter(\.measure.isHeadline)
    guard !rows.isEmpty else { return [] }
    if rows.allSatisfy({ $0.change.verdict == .identical }) {
      let same = contrast.requests.reduce(UInt64(0)) { $0 + $1.count }
      let requests = same > 0 ? " and all \(DecimalText.count(same)) requests" : ""
      return ["\(names.against) is identical to \(names.base): all \(rows.count) rows\(requests)."]
    }
    var workloads: [String] = []
    for row in rows where row.measure.name.entityKind == "workload" {
      if workloads.last != row.measure.name.entity { workloads.append(row.measure.name.entity) }
    }
    let parts = workloads.prefix(3).map { workload in
      let pairs = contrast.requests.first { $0.workload == workload }
      let own = rows.filter {
        $0.measure.name.entityKind == "workload" && $0.measure.name.entity == workload
      }
      return "\(workload): "
        + ([sentence(own, pairs)] + [pairs.flatMap(cause)].compactMap { $0 })
        .joined(separator: "; ")
    }
    return ["\(names.against) against \(names.base) — " + parts.joined(separator: " · ") + "."]
  }

  /// Mean and the highest quantile that is known, after what became of the requests where it changed.
  ///
  /// Latencies are those of answered requests. Where the designs answered different ones, means do
  /// not compare: only the requests that both served do.
  private func sentence(_ rows: [ContrastRow], _ pairs: PairedRequests?) -> String {
    var words: [String] = []
    for row in rows where ["goodput", "errors"].contains(row.measure.name.metric) {
      if row.change.isClear { words.append(phrase(row)) }
    }
    if let pairs, let mean = pairs.difference.value,
      max(pairs.onlyBase.count, pairs.onlyAgainst.count) > pairs.count / 100
    {
      return
        (words + [
          "the \(DecimalText.count(pairs.count)) requests that both served took "
            + (mean == 0 ? "as long" : "\(signedTime(mean)) in the mean")
        ]).joined(separator: ", ")
    }
    let latency = rows.filter { $0.measure.name.metric == "latency" && $0.change.halfWidth != nil }
    let tail = latency.dropFirst().last(where: isTail) ?? latency.dropFirst().last
    words = [latency.first, tail].compactMap { $0.map(phrase) } + words
    return words.isEmpty ? "no interval; use --replications 10" : words.joined(separator: ", ")
  }

  private func isTail(_ row: ContrastRow) -> Bool {
    if case .quantile(let q) = row.measure.name.statistic { q >= 0.99 && q < 0.9999 } else { false }
  }

  private func phrase(_ row: ContrastRow) -> String {
    let name = row.measure.name
    let what =
      name.metric == "latency" ? name.statistic.word : name.metric
    let text = ChangeText(
      row, unit: .fitting([row.base.value, row.against.value].compactMap { $0 }))
    switch row.change.verdict {
    case .identical: return "\(what) identical"
    case .unclear:
      return "\(what) no clear change \(text.interval) \(row.change.ratio == nil ? "" : "%")"
        .trimmingEnd()
    case .better, .worse, .lower, .higher:
      return "\(what) \(text.change) (\(row.change.verdict.rawValue))"
    case .noInterval: return "\(what) \(text.change) without interval"
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
      ? "all of it \(name)"
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

extension String {
  fileprivate func trimmingEnd() -> String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}
