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
    [[verdict], probeLines, weakestLines].filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var confidence: String { DecimalText.percent(answer.confidence, decimals: 0) }

  private var level: String { DecimalText.percent(answer.level) }

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

  /// Every value that was tried, with the threshold that decided.
  private var probeLines: [String] {
    var table = TextTable(alignments: [.left, .right, .left, .right, .left, .left], gap: 2)
    table.append(["TRIED", "replications", "threshold", "measured", "\(level) interval", ""])
    for probe in answer.probes {
      let steady = probe.result.status == "ok" || probe.result.status == "unsettled"
      let row = deciding(probe)
      table.append([
        "  " + spelled(probe.value), String(probe.result.replications),
        row.map { "\($0.threshold.name) \($0.threshold.condition)" } ?? "",
        row.map { text($0).measured } ?? "", row.map { text($0).interval } ?? "",
        steady ? probe.judgement.rawValue : "\(probe.judgement.rawValue): \(probe.result.status)",
      ])
    }
    return table.lines.enumerated().map { index, line in index == 0 ? ink.heading(line) : line }
  }

  /// The threshold that is furthest from being met.
  private func deciding(_ probe: CapacitySearch.Probe) -> JudgedThreshold? {
    let order: [Judgement] = [.fails, .unclear, .meets]
    return order.lazy.compactMap { judgement in
      probe.thresholds.first { $0.judgement == judgement }
    }.first
  }

  private func text(_ row: JudgedThreshold) -> (measured: String, interval: String) {
    guard let value = row.measured.value else { return ("no data", "") }
    guard value.isFinite else { return ("no answers", "") }
    let isShare = row.isShareAbove || row.threshold.metric.unit == .share
    let isTime = !isShare && row.threshold.metric.unit == .time
    let unit = TimeUnit.fitting([value])
    let (scale, mark) = isShare ? (0.01, " %") : isTime ? (unit.size, " \(unit.rawValue)") : (1, "")
    let what = row.isShareAbove ? " later" : ""
    let measured = DecimalText.significant(value / scale, digits: 3, decimals: 4) + mark + what
    guard let width = row.measured.halfWidth else { return (measured, "") }
    let ends = [max(0, value - width), value + width].map {
      DecimalText.significant($0 / scale, digits: 3, decimals: 4)
    }
    return (measured, "[\(ends[0]), \(ends[1])]" + mark)
  }

  // MARK: What gives way

  /// Where the time of the slowest goes beyond the limit, and what it was before.
  private var weakestLines: [String] {
    guard let fails = answer.fails, let beyond = Self.slowest(fails.result),
      let worst = beyond.max(by: { $0.share < $1.share })
    else { return [] }
    let phase = worst.phase.withBlanks
    let name = worst.entity.isEmpty ? phase : "\(worst.entity): \(phase)"
    var text =
      "at \(spelled(fails.value)) \(name) is \(DecimalText.percent(worst.share, decimals: 0)) of the "
      + "slowest requests' time"
    if let meets = answer.meets, let before = Self.slowest(meets.result),
      let same = before.first(where: { $0.entity == worst.entity && $0.phase == worst.phase })
    {
      text +=
        ", \(DecimalText.percent(same.share, decimals: 0)) at \(spelled(meets.value))"
    }
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
