import TailraceCatalog
import TailraceFit

/// Arrivals from counts as text for people.
struct CountText {
  let ink: Ink
  let isVerbose: Bool

  func lines(_ report: CountReport, file: String, column: String) -> [String] {
    var lines = [
      "\(file) · \(column.clipped.escapedForTerminal) · "
        + "\(DecimalText.count(UInt64(report.requests))) requests in "
        + "\(DecimalText.count(UInt64(report.intervals))) intervals of "
        + "\(TimeUnit.text(report.interval))",
      "",
    ]
    var table = TextTable(gap: 2)
    table.append(["ARRIVALS", "measured", "Poisson would show"])
    table.append(["  rate (1/s)", DecimalText.significant(report.rate, digits: 4, decimals: 4)])
    let seconds = Double(report.interval) / 1e9
    table.append([
      "  busiest interval (1/s)",
      DecimalText.significant(report.largest / seconds, digits: 4, decimals: 4),
    ])
    table.append(["DISPERSION of counts"])
    for one in report.dispersions { table.append(row(one)) }
    if let steps = report.steps, !report.rest.isEmpty {
      let length = TimeUnit.text(steps[0].end - steps[0].start)
      table.append(["DISPERSION around \(steps.count) steps of \(length)"])
      for one in report.rest { table.append(row(one)) }
    }
    lines += table.lines + [""]
    if let steps = report.steps, report.kind == .changing || report.kind == .trace || isVerbose {
      lines += ArrivalText.rates(steps) + [""]
    }
    lines += FitText.verdict(report.sentences, ink)
    lines += ["", ink.heading("SCENARIO")]
    lines += WrappedText.lines("\"arrivals\": \(report.text)")
    if let alternative = report.alternative {
      lines.append("or, without what varies within a step")
      lines += WrappedText.lines("\"arrivals\": \(alternative.text)")
    }
    return lines
  }

  private func row(_ one: Dispersion) -> [String] {
    [
      "  windows of \(TimeUnit.text(one.window))", ArrivalText.fixed(one.index),
      "\(ArrivalText.fixed(one.poisson.lowerBound)) to \(ArrivalText.fixed(one.poisson.upperBound))",
    ]
  }
}
