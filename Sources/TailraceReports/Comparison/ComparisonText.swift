import TailraceExperiment

/// A comparison for people: size before certainty, one table for each design against the base.
public struct ComparisonText {
  /// What the text tells.
  public let result: ComparisonResult
  /// Adds every measure, p-values and what pairing won.
  public let isVerbose: Bool
  /// Leaves out the sentence at the end.
  public let isQuiet: Bool
  let ink: Ink
  /// The unit of all times; chosen from the values where nil.
  let timeUnit: TimeUnit?

  /// A text about designs that were compared.
  public init(
    _ result: ComparisonResult, isVerbose: Bool = false, isQuiet: Bool = false,
    hasColor: Bool = false, timeUnit: TimeUnit? = nil
  ) {
    self.result = result
    self.isVerbose = isVerbose
    self.isQuiet = isQuiet
    self.timeUnit = timeUnit
    ink = Ink(isOn: hasColor)
  }

  /// The whole text, with a line break at its end.
  public var text: String {
    var blocks = [headingLines, designLines, limitLines]
    for contrast in result.contrasts {
      blocks.append(tableLines(contrast) + answeredLines(contrast))
      for pairs in contrast.requests {
        blocks.append(requestLines(pairs, contrast))
        blocks.append(movedLines(pairs))
      }
    }
    blocks.append(legendLines)
    if !isQuiet { blocks.append(result.contrasts.flatMap(verdictLines)) }
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  /// The name of a contrast's design, and of the base.
  func names(_ contrast: Contrast) -> (base: String, against: String) {
    (result.names[0], result.names[contrast.against])
  }

  /// Of how many requests latencies speak, where that differs by more than a percentage point.
  func answeredLines(_ contrast: Contrast, of workload: String? = nil) -> [String] {
    guard contrast.against < result.designs.count else { return [] }
    let names = names(contrast)
    let (base, against) = (result.designs[0], result.designs[contrast.against])
    return base.workloads.filter { workload == nil || $0.name == workload }.compactMap { workload in
      guard let other = against.workloads.first(where: { $0.name == workload.name }),
        let one = workload.answeredShare, let two = other.answeredShare, abs(one - two) > 0.01
      else { return nil }
      return "latency of \(workload.name) is that of answered requests: "
        + "\(DecimalText.percent(one)) of all in \(names.base), \(DecimalText.percent(two)) in "
        + names.against
    }
  }

  // MARK: Heading

  private var headingLines: [String] {
    var lines: [String] = []
    let others = result.names.dropFirst().joined(separator: ", ")
    guard let base = result.designs.first else {
      return [ink.heading("base \(result.names[0]) · against \(others)"), lucks]
    }
    let head = [
      base.scenario, "base \(result.names[0])", "against \(others)", "seed \(base.seed)",
    ]
    lines.append(ink.heading(head.joined(separator: " · ")))
    if let words = result.designs.lazy.compactMap(\.partialWords).first {
      lines.append(ink.warning(words))
    }
    lines.append("\(base.spanWords) in all designs")
    lines.append(lucks)
    for (name, design) in zip(result.names, result.designs)
    where design.steadiness != .steady && design.cutShort == nil {
      lines.append(
        ink.warning("NO STEADY STATE in \(name): what is measured there grows with the run"))
    }
    if let (text, isReached) = result.precision?.words {
      lines.append(isReached ? text : ink.warning(text))
    }
    return lines
  }

  private var lucks: String {
    if !result.isPaired { return "independent: each design has a luck of its own" }
    let apart = result.contrasts.filter(\.lonely.areOnBothSides)
    if apart.isEmpty {
      return "paired: same arrivals, keys, service luck and faults in all designs"
    }
    let alone = apart.map { contrast in
      let names = names(contrast)
      return contrast.lonely.base.joined(separator: ", ") + " of \(names.base) and "
        + contrast.lonely.against.joined(separator: ", ") + " of \(names.against)"
    }
    return
      "paired: same arrivals, keys and faults in all designs, same luck in services of one name; "
      + "without a partner: " + alone.joined(separator: "; ")
  }

  private var legendLines: [String] {
    if result.contrasts.allSatisfy({ $0.rows.isEmpty }) { return [] }
    let verdicts = Set(result.contrasts.flatMap(\.rows).map(\.change.verdict))
    var words = ["±: half-width of a 95 % interval over replications"]
    if verdicts.contains(.unclear) { words.append("~: the interval of the change holds zero") }
    if verdicts.contains(.noInterval) {
      words.append("no interval: too few replications or samples")
    }
    return [ink.faint(words.joined(separator: " · "))]
  }

  // MARK: Limits

  private var limitLines: [String] {
    let all = result.contrasts.flatMap { contrast in contrast.limits.map { (contrast, $0) } }
    guard !all.isEmpty else { return [] }
    var table = TextTable(alignments: [.left, .left, .right, .left], gap: 3, firstWidth: 24)
    table.append(["FAIL IF", "", "change", "interval"])
    for (contrast, limit) in all {
      table.append([
        "  \(limit.status == .pass ? "✓" : "✗") \(limit.limit.text)", names(contrast).against,
        limit.status == .noData
          ? "no data" : limit.isBeyondAll ? "no answers" : ChangeText(limit).change,
        limit.status == .noData || limit.isBeyondAll ? "" : ChangeText(limit).interval,
      ])
    }
    return table.lines.enumerated().map { index, line in
      index == 0
        ? ink.heading(line) : all[index - 1].1.status == .pass ? line : ink.warning(line)
    }
  }
}
