import TailraceCatalog
import TailraceFit

/// The groups of a fit as text for people: a line each, then what to write.
struct GroupText {
  let report: FitReport
  let unit: ShownUnit
  let ink: Ink
  let isVerbose: Bool

  var lines: [String] {
    let rows = report.groups.reduce(0) { $0 + $1.group.count }
    var table = TextTable(gap: 2)
    let hasLaws = report.groups.contains { $0.laws != nil }
    let hasTimes = report.input.times != nil
    table.append(
      ["BY \(report.input.groupColumn.clipped.escapedForTerminal)", "rows", "share"]
        + (hasTimes ? ["rate (1/s)", "arrivals"] : [])
        + (hasLaws ? ["mean (\(unit.label))", "p50", "p99", "law", "worst error", "D"] : []))
    for group in report.groups { table.append(cells(group, of: rows, hasLaws, hasTimes)) }
    var lines = [ink.heading(table.lines[0])] + table.lines.dropFirst()
    if hasLaws {
      lines.append(
        "  worst error: the largest of the mean and of each quantile with ten rows beyond it")
    }
    if isVerbose {
      for group in report.groups {
        guard let laws = group.laws else { continue }
        lines += ["", group.group.name.clipped.escapedForTerminal]
        lines += LawTable(unit: unit, ink: ink, isVerbose: true).lines(laws)
      }
    }
    lines += ["", ink.heading("VERDICT")]
    for group in report.groups {
      let name = group.group.name.clipped.escapedForTerminal
      for sentence in group.laws.map(Verdict.sentences) ?? [] {
        lines += WrappedText.sentence("\(name): \(sentence)")
      }
      for sentence in group.arrivals.map(ArrivalVerdict.sentences) ?? [] {
        lines += WrappedText.sentence("\(name): arrivals: \(sentence)")
      }
    }
    lines += ["", ink.heading("SCENARIO")]
    if let classes = report.classes, hasLaws {
      lines += WrappedText.lines("\"class\": \(classes)")
    }
    if let law = report.lawByClass { lines += WrappedText.lines(law) }
    for group in report.groups {
      guard let text = group.arrivalText else { continue }
      let name = group.group.name.clipped.escapedForTerminal
      let isTamer = group.arrivals?.kind == .trace
      lines.append("a workload of \(name)" + (isTamer ? ", without some of its bursts" : ""))
      lines += WrappedText.lines("\"arrivals\": \(text)")
    }
    return lines
  }

  private func cells(
    _ group: GroupReport, of rows: Int, _ hasLaws: Bool, _ hasTimes: Bool
  ) -> [String] {
    let one = group.group
    let name = one.name.clipped.escapedForTerminal
    var cells = [
      "  " + name + (one.members > 1 ? " (\(one.members) values)" : ""),
      DecimalText.count(UInt64(one.count)),
      DecimalText.percent(Double(one.count) / Double(max(1, rows))),
    ]
    if hasTimes {
      cells += [
        group.arrivals.map { DecimalText.significant($0.rate, digits: 4, decimals: 4) }
          ?? DecimalText.missing,
        group.arrivals?.kind.rawValue ?? "too few",
      ]
    }
    if hasLaws, let laws = group.laws {
      func quantile(_ level: Double) -> String {
        laws.quantiles.first { $0.level == level }.map { unit.text($0.value) }
          ?? DecimalText.missing
      }
      let chosen = laws.recommended
      cells += [
        laws.mean.map(unit.text) ?? DecimalText.missing, quantile(0.5), quantile(0.99),
        chosen.name, DecimalText.percent(chosen.worstError),
        chosen.distance.map { DecimalText.fixed($0, decimals: 3) } ?? "",
      ]
    }
    return cells
  }
}
