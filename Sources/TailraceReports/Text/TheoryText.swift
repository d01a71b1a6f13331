import TailraceExperiment
import TailraceTheory

/// Theory beside simulation, for people.
public struct TheoryText {
  let result: RunResult
  let report: TheoryReport
  /// Adds all quantiles, the sources, and every formula that was tried with what it lacks.
  let isVerbose: Bool
  let hasColor: Bool
  let timeUnit: TimeUnit?

  public init(
    _ result: RunResult, _ report: TheoryReport, isVerbose: Bool = false, hasColor: Bool = false,
    timeUnit: TimeUnit? = nil
  ) {
    (self.result, self.report, self.isVerbose) = (result, report, isVerbose)
    (self.hasColor, self.timeUnit) = (hasColor, timeUnit)
  }

  /// The output of `tailrace check`, with a line break at its end.
  public var text: String {
    let summary = SummaryText(result, hasColor: hasColor, timeUnit: timeUnit)
    return (summary.headingLines + [""] + allLines).joined(separator: "\n") + "\n"
  }

  /// All blocks, with empty lines between them.
  var allLines: [String] {
    let rows = report.rows.filter { isVerbose || Self.isUsual($0) }
    var blocks = [noteLines, tableLines(rows), chanceLines(rows), gapLines]
    if isVerbose { blocks.append(sourceLines) }
    return Array(blocks.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  /// At most five lines for the summary of a run; empty where no formula holds.
  var shortLines: [String] {
    var rows = report.rows.filter(\.isHeadline)
    if rows.isEmpty {
      rows = report.rows.filter {
        $0.entity == .service
          && ($0.metric == "wait" && $0.statistic == "mean" || $0.metric == "shed")
      }
    }
    let most = 4
    let notes = report.notes.prefix(1).map { ink.warning("  " + $0) }
    if rows.isEmpty, notes.isEmpty { return [] }
    if rows.isEmpty { return [ink.heading("THEORY")] + notes }
    return tableLines(Array(rows.prefix(most))) + notes
  }

  private var ink: Ink { Ink(isOn: hasColor) }

  /// Not every quantile: those that are asked for most.
  private static func isUsual(_ row: TheoryRow) -> Bool {
    if row.simulated.value == nil { return false }
    guard row.metric == "latency", let statistic = row.statistic else { return true }
    return ["mean", "p50", "p99", "p99.9"].contains(statistic)
  }

  private func tableLines(_ rows: [TheoryRow]) -> [String] {
    if rows.isEmpty { return [] }
    var table = TextTable(
      alignments: [.left, .right, .right, .right, .right, .left, .left], gap: 3, firstWidth: 24)
    table.append(["THEORY", "theory", "simulated", "95 % CI ±", "deviation", "", "formula"])
    for row in rows {
      let cells = TheoryCells(row, unit: timeUnit, isVerbose: isVerbose)
      table.append([
        "  " + cells.what, cells.theory, cells.simulated, cells.halfWidth, cells.deviation,
        cells.verdict, cells.formula,
      ])
    }
    return table.lines.enumerated().map { index, line in
      if index == 0 { return ink.heading(line) }
      let verdict = rows[index - 1].verdict
      return verdict == .broken ? ink.warning(line) : line
    }
  }

  private var noteLines: [String] { report.notes.map { ink.warning($0) } }

  /// One number in twenty lies outside by chance: who reads ten should know.
  private func chanceLines(_ rows: [TheoryRow]) -> [String] {
    let judged = rows.filter { $0.kind == .exact && $0.verdict != .unknown }
    let outside = judged.filter { $0.verdict == .outside }.count
    if outside == 0 { return [] }
    return [
      "\(outside) of \(judged.count) exact values outside the interval; "
        + "by chance 1 in 20 is, and neighbours together"
    ]
  }

  private var gapLines: [String] {
    var rows: [(name: String, reason: String, formulas: [String])] = []
    for gap in report.gaps where isVerbose || gap.isNearest {
      let place = rows.firstIndex { $0.name == gap.name && $0.reason == gap.reason }
      if let place, let formula = gap.formula {
        if !rows[place].formulas.contains(formula) { rows[place].formulas.append(formula) }
      } else {
        rows.append((gap.name, gap.reason, gap.formula.map { [$0] } ?? []))
      }
    }
    if rows.isEmpty { return [] }
    var table = TextTable(alignments: [.left, .left], gap: 3, firstWidth: 16)
    for row in rows {
      let more = row.formulas.count > 4 ? ["\(row.formulas.count - 3) more"] : []
      let shown = more.isEmpty ? row.formulas[...] : row.formulas.prefix(3)
      let formulas = (shown + more).joined(separator: "; ")
      table.append(["  " + row.name, (formulas.isEmpty ? "" : formulas + ": ") + row.reason])
    }
    return [ink.heading("NO FORMULA, since")] + table.lines
  }

  private var sourceLines: [String] {
    var seen: [String] = []
    for row in report.rows {
      let line = "  \(row.formula): \(row.source)"
      if !seen.contains(line) { seen.append(line) }
    }
    return seen.isEmpty ? [] : [ink.heading("SOURCES")] + seen
  }
}

/// A row as cells.
struct TheoryCells {
  var what: String
  var theory: String
  var simulated: String
  var halfWidth: String
  var deviation: String
  var verdict: String
  var formula: String

  init(_ row: TheoryRow, unit wanted: TimeUnit?, isVerbose: Bool) {
    let metric = row.metric.replacing("_", with: " ")
    what = [row.name, metric, row.statistic ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    let unit = wanted ?? .fitting([row.theory])
    func number(_ value: Double) -> Double {
      switch row.unit {
      case .time: unit.value(of: value)
      case .share: value * 100
      case .perSecond, .number: value
      }
    }
    let suffix =
      switch row.unit {
      case .time: " " + unit.rawValue
      case .share: " %"
      case .perSecond: " /s"
      case .number: ""
      }
    let sign =
      switch row.kind {
      case .upperBound: "≤ "
      case .lowerBound: "≥ "
      case .approximation: "≈ "
      case .exact, .limit: ""
      }
    let decimals = row.unit == .time ? unit.power : 4
    theory =
      sign + DecimalText.significant(number(row.theory), digits: 4, decimals: decimals) + suffix
    guard let value = row.simulated.value else {
      (simulated, halfWidth, deviation) = ("no data", DecimalText.missing, DecimalText.missing)
      (verdict, formula) = ("", Self.formula(row, isVerbose: isVerbose))
      return
    }
    let width = row.simulated.halfWidth.map { number($0) }
    if let width {
      let pair = DecimalText.pair(number(value), halfWidth: width, decimals: decimals)
      (simulated, halfWidth) = (pair.value + suffix, pair.halfWidth)
    } else {
      simulated = DecimalText.significant(number(value), digits: 4, decimals: decimals) + suffix
      halfWidth = DecimalText.missing
    }
    let isBound = row.kind == .upperBound || row.kind == .lowerBound
    deviation = isBound ? "" : row.deviation.map { Self.signed($0) } ?? DecimalText.missing
    verdict =
      switch row.verdict {
      case .within: "within"
      // Nobody expects a limit or an approximation to be met exactly.
      case .outside: row.kind == .exact ? "outside" : ""
      case .unknown: ""
      case .holds: "holds"
      case .broken: "broken"
      }
    formula = Self.formula(row, isVerbose: isVerbose)
  }

  private static func formula(_ row: TheoryRow, isVerbose: Bool) -> String {
    let label =
      switch row.kind {
      case .exact: ""
      case .limit: " (limit)"
      case .approximation: " (approximation)"
      case .upperBound: " (upper bound)"
      case .lowerBound: " (lower bound)"
      }
    guard let basis = row.basis else { return row.formula + label }
    return row.formula + label + (isVerbose ? "; \(basis)" : " at the run's rate")
  }

  private static func signed(_ share: Double) -> String {
    let text = DecimalText.percent(share)
    return share > 0 ? "+" + text : text
  }
}
