import TailraceCatalog
import TailraceFit

/// A fit as text for people.
public struct FitText {
  private let report: FitReport
  private let name: String
  private let ink: Ink
  let unit: ShownUnit
  private let isVerbose: Bool
  private let isQuiet: Bool

  /// The text of a report.
  ///
  /// - Parameters:
  ///   - report: what was found.
  ///   - name: what to call the file.
  ///   - hasColor: whether to write for a terminal with colours.
  ///   - isVerbose: whether to show all arrivals, A², and why a law is not possible.
  ///   - isQuiet: whether to leave out notes.
  public init(
    _ report: FitReport, name: String, hasColor: Bool = false, isVerbose: Bool = false,
    isQuiet: Bool = false
  ) {
    self.report = report
    self.name = name
    self.isVerbose = isVerbose
    self.isQuiet = isQuiet
    ink = Ink(isOn: hasColor)
    unit = ShownUnit(report.laws, report.input.quantity)
  }

  /// All of it, with a line break at its end.
  public var text: String {
    var lines: [String] = []
    if let laws = report.laws { lines += self.lines(of: laws) }
    if let arrivals = report.arrivals {
      if !lines.isEmpty { lines.append("") }
      lines += ArrivalText(ink: ink, file: name, isVerbose: isVerbose).lines(
        arrivals, report.arrivalPrediction, report.input.timeColumn)
    }
    if let counts = report.counts {
      lines += CountText(ink: ink, isVerbose: isVerbose).lines(
        counts, file: name, column: report.input.name)
    }
    if !report.groups.isEmpty {
      lines.append("")
      lines += GroupText(report: report, unit: unit, ink: ink, isVerbose: isVerbose).lines
    }
    for note in isQuiet ? [] : report.input.notes {
      lines.append("note: \(note.escapedForTerminal)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(of laws: LawReport) -> [String] {
    var lines = [heading(laws), ""]
    lines += LawTable(unit: unit, ink: ink, isVerbose: isVerbose).lines(laws)
    lines.append("")
    lines += Self.verdict(Verdict.sentences(laws), ink)
    if let prediction = report.prediction {
      lines.append("")
      lines += PredictionTable(unit: unit, ink: ink).lines(prediction, of: "rows")
    }
    lines += ["", ink.heading("SCENARIO")]
    lines += WrappedText.lines(laws.recommended.text)
    if let text = report.fileText {
      lines.append("or the values themselves (path from the scenario's folder)")
      lines += WrappedText.lines(text)
    }
    return lines
  }

  private func heading(_ laws: LawReport) -> String {
    var text = name
    if !report.input.name.isEmpty {
      text += " · \(report.input.name.clipped.escapedForTerminal)"
    }
    switch report.input.measurements {
    case .values(let values):
      text +=
        " · \(DecimalText.count(UInt64(values.count))) \(values.count == 1 ? "value" : "values")"
      if let prediction = report.prediction {
        text += ", fitted to the first \(DecimalText.count(UInt64(prediction.trained))):"
      }
      text += " from \(unit.full(laws.least)) to \(unit.full(laws.largest))"
    case .buckets(let buckets):
      let count = buckets.bounds.count + (buckets.overflow > 0 ? 1 : 0)
      text +=
        " · \(DecimalText.count(UInt64(buckets.total))) values in \(count) "
        + (count == 1 ? "bucket" : "buckets")
      if buckets.overflow > 0, let last = buckets.bounds.last {
        text += ", \(DecimalText.count(UInt64(buckets.overflow))) above \(unit.full(last))"
      }
    case .points(let points): text += " · \(points.count) quantiles"
    case nil: break
    }
    return text
  }

  /// Sentences, a line each.
  static func verdict(_ sentences: [String], _ ink: Ink) -> [String] {
    [ink.heading("VERDICT")] + sentences.flatMap(WrappedText.sentence)
  }
}

/// The unit in which a table shows its values.
struct ShownUnit {
  let time: TimeUnit?
  let label: String

  /// For durations the unit that fits the judged values.
  init(_ laws: LawReport?, _ quantity: MeasuredQuantity) {
    switch quantity {
    case .duration:
      let fitting = TimeUnit.fitting(laws?.quantiles.map(\.value) ?? [])
      time = fitting
      label = fitting.rawValue
    case .bytes:
      time = nil
      label = "bytes"
    case .count:
      time = nil
      label = "count"
    }
  }

  /// A value with four digits that count, without its unit.
  func text(_ value: Double) -> String {
    if time == nil, value < 1e15, Double(UInt64(value)) == value {
      return DecimalText.count(UInt64(value))
    }
    let shown = time?.value(of: value) ?? value
    return DecimalText.significant(shown, digits: 4, decimals: 3)
  }

  /// A value with its unit.
  func full(_ value: Double) -> String {
    label == "count" ? text(value) : "\(text(value)) \(label)"
  }
}

/// Text on lines of at most 100 columns; JSON is broken behind commas and stays the same.
enum WrappedText {
  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = "  "
    for part in parts(of: text.escapedForTerminal) {
      if line.utf8.count + part.utf8.count > 99, line.contains(where: { $0 != " " }) {
        lines.append(line)
        line = "    "
      }
      line += (line.last == " " ? "" : " ") + part
    }
    return lines + [line]
  }

  /// A sentence on lines of at most 100 columns, the first indented by two, others by four.
  static func sentence(_ text: String) -> [String] {
    var lines: [String] = []
    var line = " "
    for word in text.split(separator: " ") {
      // A number stays with its per cent sign.
      if DisplayWidth.of(line) + DisplayWidth.of(String(word)) > 97, word != "%" {
        lines.append(line)
        line = "   "
      }
      line += " " + word
    }
    return lines + [line]
  }

  /// The text cut behind commas that a list, an object or a key follows.
  private static func parts(of text: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = text[...]
    var place = rest.startIndex
    while let comma = rest[place...].firstRange(of: ", ") {
      place = comma.upperBound
      let next = rest[place...]
      let key = next.dropFirst().drop { $0 != "\"" }.dropFirst()
      guard next.first == "[" || next.first == "{" || (next.first == "\"" && key.first == ":")
      else { continue }
      parts.append(rest[..<rest.index(before: place)])
      rest = next
    }
    return parts + [rest]
  }
}

/// Per cents of errors.
enum ErrorText {
  /// "+3.1 %", or a factor where that says more.
  static func of(_ error: Double) -> String {
    guard error.isFinite else { return DecimalText.missing }
    if error >= 999 { return "> x 999" }
    if error >= 9.995 { return "x \(DecimalText.significant(error + 1, digits: 3, decimals: 1))" }
    let shown = DecimalText.fixed(error * 100, decimals: error.magnitude < 0.0995 ? 1 : 0)
    let isZero = shown.allSatisfy { "-0.".contains($0) }
    return isZero ? "0 %" : (error > 0 ? "+" : "") + shown + " %"
  }
}
