import TailraceExperiment

extension ComparisonText {
  /// How many requests got slower or faster, and by how much: what no table of percentiles shows.
  func requestLines(_ pairs: PairedRequests, _ contrast: Contrast) -> [String] {
    let names = names(contrast)
    let part = pairs.oneIn == 1 ? "" : ", one request in \(DecimalText.count(pairs.oneIn))"
    let title =
      "REQUEST BY REQUEST (\(pairs.workload), \(DecimalText.count(pairs.count)) served by both\(part))"
    if pairs.slower == 0, pairs.faster == 0, pairs.onlyBase.count == 0,
      pairs.onlyAgainst.count == 0
    {
      return [ink.heading(title), "  each took exactly as long in \(names.against)"]
    }
    var lines = [ink.heading(title)]
    let same = pairs.count - pairs.slower - pairs.faster
    func share(_ count: UInt64) -> String {
      DecimalText.percent(Double(count) / Double(pairs.count))
    }
    func by(_ median: Double?) -> String { median.map { " (median \(time($0)))" } ?? "" }
    lines.append(
      "  \(share(pairs.faster)) faster\(by(pairs.fasterMedian)) · \(share(pairs.slower)) slower"
        + "\(by(pairs.slowerMedian)) · \(share(same)) the same")
    let known = pairs.quantiles.compactMap { row in
      row.difference.map { "\(DecimalText.percentile(row.quantile)) \(signedTime($0))" }
    }
    if !known.isEmpty { lines.append("  difference: " + known.joined(separator: " · ")) }
    for (name, others) in [(names.base, pairs.onlyBase), (names.against, pairs.onlyAgainst)]
    where others.count > 0 {
      let mean = others.mean.map { ", mean \(time($0))" } ?? ""
      lines.append("  served by \(name) only: \(DecimalText.count(others.count))\(mean)")
    }
    return lines
  }

  /// Which parts of the critical path shrank or grew; they sum to the mean difference.
  func movedLines(_ pairs: PairedRequests) -> [String] {
    let rows = pairs.parts.filter { $0.baseSum != $0.againstSum }
      .sorted { one, other in
        one.difference.magnitude == other.difference.magnitude
          ? (one.entity, one.phase) < (other.entity, other.phase)
          : one.difference.magnitude > other.difference.magnitude
      }
    guard let largest = rows.first?.difference.magnitude else { return [] }
    let shown = isVerbose ? rows[...] : rows.prefix(6)
    let unit = timeUnit ?? .fitting([pairs.baseMean, pairs.againstMean])
    func cell(_ value: Double) -> String {
      DecimalText.significant(unit.value(of: value), digits: 4, decimals: 3)
    }
    var table = TextTable(
      alignments: [.left, .right, .right, .right, .left], gap: 2, firstWidth: 16)
    table.append([
      "WHAT MOVED (\(pairs.workload), \(unit.rawValue))", "before", "after", "change",
    ])
    for row in shown {
      let label = row.entity.isEmpty ? row.phase : "\(row.entity): \(row.phase)"
      table.append([
        "  " + label.withBlanks, cell(row.base), cell(row.against),
        sign(row.difference) + cell(row.difference),
        Bar.text(row.difference.magnitude, largest: largest),
      ])
    }
    /// A row of several parts, so that the columns add up.
    func add(_ name: String, _ parts: some Collection<PairedRequests.MovedTime>) {
      let before = parts.reduce(0) { $0 + $1.base }
      let sum = parts.reduce(0) { $0 + $1.difference }
      if before == 0, sum == 0 { return }
      table.append([
        "  " + name, cell(before), cell(parts.reduce(0) { $0 + $1.against }), sign(sum) + cell(sum),
        "",
      ])
    }
    let rest = rows.dropFirst(shown.count)
    add("\(rest.count) \(rest.count == 1 ? "other" : "others")", rest)
    add("unchanged", pairs.parts.filter { $0.baseSum == $0.againstSum })
    let mean = pairs.difference.value ?? 0
    table.append([
      "  mean", cell(pairs.baseMean), cell(pairs.againstMean), sign(mean) + cell(mean), "",
    ])
    return table.lines.enumerated().map { index, line in index == 0 ? ink.heading(line) : line }
  }

  private func sign(_ value: Double) -> String { value > 0 ? "+" : "" }

  /// A span with its unit.
  func time(_ nanoseconds: Double) -> String {
    let unit = timeUnit ?? .fitting([nanoseconds.magnitude])
    let value = DecimalText.significant(
      unit.value(of: nanoseconds), digits: 3, decimals: unit.power)
    return "\(value) \(unit.rawValue)"
  }

  func signedTime(_ nanoseconds: Double) -> String {
    nanoseconds == 0 ? "0" : sign(nanoseconds) + time(nanoseconds)
  }
}
