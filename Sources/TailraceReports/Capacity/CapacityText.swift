import TailraceExperiment

/// The answer of a capacity search for people.
public struct CapacityText {
  /// What was found.
  public let answer: CapacitySearch.Answer
  /// What was varied.
  public let path: String
  private let spelled: (Double) -> String
  private let ink: Ink

  /// A text about a search; `spelled` writes a value with its unit.
  public init(
    _ answer: CapacitySearch.Answer, path: String, hasColor: Bool = false,
    spelled: @escaping (Double) -> String
  ) {
    self.answer = answer
    self.path = path
    self.spelled = spelled
    ink = Ink(isOn: hasColor)
  }

  /// The whole text, with a line break at its end.
  public var text: String {
    let first = answer.probes.first?.result
    let heading = ProbeTable.heading(first, variant: first?.variant, ink)
    return [heading + [verdict], costLines, probeLines, weakestLines].filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var confidence: String { DecimalText.percent(answer.confidence, decimals: 0) }

  private var probeLines: [String] {
    let rows = answer.probes.map { ProbeRow($0, label: spelled($0.value)) }
    return ProbeTable(
      rows: rows, level: answer.level, confidence: answer.confidence, ink: ink
    ).lines
  }

  /// What the answer costs, where the file has prices.
  private var costLines: [String] {
    guard let meets = answer.meets, let cost = meets.result.costs.flatMap(CostText.perHour)
    else { return [] }
    return ["\(spelled(meets.value)) costs \(cost)"]
  }

  /// The answer in a sentence.
  private var verdict: String {
    let count = answer.probes.first?.thresholds.count ?? 0
    let all = count == 1 ? "the threshold" : "all \(count) thresholds"
    let goal = answer.goal == .largest ? "largest" : "least"
    let part = answer.isCutShort ? ink.warning(" (stopped early)") : ""
    guard let meets = answer.meets else {
      let last = answer.goal == .largest ? answer.probes.first : answer.probes.last
      return ink.warning(
        "no value of \(path) meets \(all): \(last.map { spelled($0.value) } ?? "none") does not")
        + part
    }
    guard let fails = answer.fails else {
      let last = answer.goal == .largest ? answer.probes.last : answer.probes.first
      return "every value of \(path) meets \(all), \(last.map { spelled($0.value) } ?? "") too"
        + part
    }
    return ink.heading(
      "\(goal) \(path) that meets \(all): \(spelled(meets.value)) does, \(spelled(fails.value)) does "
        + "not (\(confidence))") + part
  }

  // MARK: What gives way

  /// What of the slowest requests' time grew most from the easiest try to the first beyond the limit.
  private var weakestLines: [String] {
    let easy = answer.goal == .largest ? answer.probes.first : answer.probes.last
    guard let fails = answer.fails, let easy, easy.value != fails.value,
      let beyond = Self.slowest(fails.result), let before = Self.slowest(easy.result)
    else { return [] }
    func earlier(_ row: BreakdownRow) -> Double {
      before.first { $0.entity == row.entity && $0.phase == row.phase }?.mean ?? 0
    }
    guard let worst = beyond.max(by: { $0.mean - earlier($0) < $1.mean - earlier($1) }),
      worst.mean > earlier(worst)
    else { return [] }
    let phase = worst.phase.withBlanks
    let name = worst.entity.isEmpty ? phase : "\(worst.entity): \(phase)"
    var text =
      "at \(spelled(fails.value)) \(name) is \(TimeLabel.of(worst.mean / 1e6)) of the slowest requests' time "
      + "(\(DecimalText.percent(worst.share, decimals: 0))), \(TimeLabel.of(earlier(worst) / 1e6)) at "
      + spelled(easy.value)
    if let service = fails.result.services.first(where: { $0.name == worst.entity }),
      let busy = service.utilization.value
    {
      text += "; it is busy \(DecimalText.percent(busy, decimals: 0)) of the time"
    }
    return [ink.heading("FIRST TO GIVE WAY"), "  " + text]
  }

  /// Parts of the time of those above p99, or of all where that is not known.
  private static func slowest(_ result: RunResult) -> [BreakdownRow]? {
    let workload = result.workloads.first
    return workload?.bands.first { $0.quantile == 0.99 }?.rows ?? workload?.breakdown
  }
}
