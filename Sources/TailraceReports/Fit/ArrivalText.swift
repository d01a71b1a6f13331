import TailraceCatalog
import TailraceFit

/// Arrivals as text for people.
struct ArrivalText {
  let ink: Ink
  let file: String
  let isVerbose: Bool

  func lines(
    _ report: ArrivalReport, _ prediction: ArrivalPrediction?, _ column: String
  ) -> [String] {
    let count = DecimalText.count(UInt64(report.requests))
    var lines = [
      "\(file) · \(column.clipped.escapedForTerminal) · \(count) requests in \(TimeUnit.text(report.span))",
      "",
    ]
    var table = TextTable(gap: 2)
    table.append(["ARRIVALS", "measured", "Poisson would show", ""])
    table.append(["  rate (1/s)", DecimalText.significant(report.rate, digits: 4, decimals: 4)])
    table.append(["  CV of the gaps", Self.fixed(report.variation), "1.00"])
    table.append(["  correlation of neighbouring gaps", Self.fixed(report.correlation), "0.00"])
    table.append(["DISPERSION of counts", "", "", "these gaps in any order"])
    table += dispersion(report.dispersions)
    if let steps = report.steps, !report.rest.isEmpty {
      table.append(["DISPERSION around \(steps.count) steps of \(length(steps))", "", ""])
      table += dispersion(report.rest)
    }
    lines += table.lines
    lines.append("")
    if let steps = report.steps, report.kind == .changing || isVerbose {
      lines += Self.rates(steps) + [""]
    }
    let hasGapLaw = report.kind == .renewal || report.alternative?.kind == .renewal
    if hasGapLaw || isVerbose {
      let unit = ShownUnit(report.gaps, .duration(unit: 1))
      lines.append("GAPS")
      lines += LawTable(unit: unit, ink: ink, isVerbose: isVerbose).lines(report.gaps) + [""]
    }
    lines += FitText.verdict(ArrivalVerdict.sentences(report), ink)
    if let prediction {
      let unit = ShownUnit(report.gaps, .duration(unit: 1))
      lines.append("")
      lines += PredictionTable(unit: unit, ink: ink).lines(prediction.gaps, of: "gaps")
      lines.append(
        "  rate \(DecimalText.significant(report.rate, digits: 4, decimals: 4))/s, in the rest "
          + "\(DecimalText.significant(prediction.rate, digits: 4, decimals: 4))/s: "
          + "an error of \(ErrorText.of(prediction.rateError))")
    }
    lines += ["", ink.heading("SCENARIO")]
    lines += WrappedText.lines("\"arrivals\": \(report.text)")
    if let alternative = report.alternative {
      lines.append(
        alternative.kind == .renewal
          ? "or, somewhat tamer: the same gaps in any order"
          : "or, without the bursts within a step")
      lines += WrappedText.lines("\"arrivals\": \(alternative.text)")
    }
    return lines
  }

  private func dispersion(_ found: [Dispersion]) -> [[String]] {
    found.map { one in
      let shuffled = one.shuffled.map {
        "\(Self.fixed($0.lowerBound)) to \(Self.fixed($0.upperBound))"
      }
      return [
        "  windows of \(TimeUnit.text(one.window))", Self.fixed(one.index),
        "\(Self.fixed(one.poisson.lowerBound)) to \(Self.fixed(one.poisson.upperBound))",
        shuffled ?? "",
      ]
    }
  }

  static func rates(_ steps: [RateStep]) -> [String] {
    let most = steps.map(\.rate).max() ?? 1
    var table = TextTable(alignments: [.left, .right, .left], gap: 2)
    table.append(["RATE (1/s)"])
    for step in steps {
      let width = Int(step.rate / most * 40 + 0.5)
      table.append([
        step.start == 0 ? "  from 0 s" : "  from \(TimeUnit.text(step.start))",
        DecimalText.significant(step.rate, digits: 4, decimals: 3),
        String(repeating: "█", count: width),
      ])
    }
    return table.lines
  }

  private func length(_ steps: [RateStep]) -> String {
    TimeUnit.text(steps[0].end - steps[0].start)
  }

  static func fixed(_ value: Double) -> String {
    DecimalText.significant(value, digits: 3, decimals: 2)
  }
}

extension TextTable {
  fileprivate static func += (table: inout TextTable, rows: [[String]]) {
    for row in rows { table.append(row) }
  }
}
