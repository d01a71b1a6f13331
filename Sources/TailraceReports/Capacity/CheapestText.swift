import TailraceExperiment

/// The answer of a search for the cheapest design, for people.
public struct CheapestText {
  /// What was found.
  public let answer: CheapestSearch.Answer
  private let rows: [ProbeRow]
  private let variant: String?
  private let labels: (Int) -> String
  private let ink: Ink

  /// A text about a search; `rows` are its probes, `variant` the only one that was searched, `labels`
  /// writes a candidate.
  public init(
    _ answer: CheapestSearch.Answer, rows: [ProbeRow], variant: String? = nil,
    hasColor: Bool = false,
    labels: @escaping (Int) -> String
  ) {
    self.answer = answer
    self.rows = rows
    self.variant = variant
    self.labels = labels
    ink = Ink(isOn: hasColor)
  }

  /// The whole text, with a line break at its end.
  public var text: String {
    let table = ProbeTable(
      rows: rows, level: answer.level, confidence: answer.confidence, ink: ink)
    let heading = ProbeTable.heading(rows.first?.result, variant: variant, ink)
    return [heading + [verdict], table.lines, restLines]
      .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  /// The answer in a sentence.
  private var verdict: String {
    let count = answer.probes.first?.thresholds.count ?? 0
    let all = count == 1 ? "the threshold" : "all \(count) thresholds"
    let part = answer.isCutShort ? ink.warning(" (stopped early)") : ""
    guard let best = answer.best else {
      return ink.warning("none of \(answer.candidates) designs meets \(all)") + part
    }
    let cost = best.result.costs.flatMap(CostText.perHour) ?? CostText.amount(best.cost)
    let confidence = DecimalText.percent(answer.confidence, decimals: 0)
    return ink.heading(
      "cheapest of \(answer.candidates) designs that meets \(all): \(labels(best.candidate)) at "
        + "\(cost) (\(confidence))") + part
  }

  /// What became of the designs that were not tried, and what stays open.
  private var restLines: [String] {
    var parts: [String] = []
    if answer.smaller > 0 { parts.append("\(answer.smaller) have less than one that fails") }
    if answer.dearer > 0 { parts.append("\(answer.dearer) cost no less than the answer") }
    var lines: [String] = []
    if !parts.isEmpty { lines.append("not tried: " + parts.joined(separator: ", ")) }
    let open = answer.probes.filter {
      $0.judgement == .unclear && $0.cost < answer.best?.cost ?? .infinity
    }
    if !open.isEmpty {
      let names = open.map { labels($0.candidate) }.joined(separator: "; ")
      lines.append("cheaper, but too near the limit to tell (--max-replications): \(names)")
    }
    return lines
  }
}
