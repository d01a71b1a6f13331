import TailraceExperiment

extension ComparisonText {
  /// What a run changed against an earlier one of the same command, for who tries things out.
  ///
  /// - Parameters:
  ///   - last: the earlier run.
  ///   - now: the run.
  ///   - hasColor: whether headings are coloured.
  ///   - timeUnit: the unit of all times; chosen from the values where nil.
  /// - Returns: rows of what moved, or that nothing did; with a line break at its end.
  public static func change(
    from last: RunResult, to now: RunResult, hasColor: Bool = false, timeUnit: TimeUnit? = nil
  ) -> String {
    let ink = Ink(isOn: hasColor)
    // The same replications met the same luck if they began alike and were cut alike.
    let isPaired =
      last.seed == now.seed && last.warmUp == now.warmUp && last.duration == now.duration
      && last.replications == now.replications
    var result = ComparisonResult(
      names: ["last", "now"], designs: [last.measures, now.measures], isPaired: isPaired,
      openLoops: Set(last.workloads.filter(\.isOpenLoop).map(\.name))
        .intersection(now.workloads.filter(\.isOpenLoop).map(\.name)))
    let lucks =
      isPaired ? "paired by seed \(now.seed)" : "not paired: another seed, length or count"
    let heading = ink.heading("CHANGE") + " against the last run (\(lucks))"
    for place in result.contrasts.indices {
      result.contrasts[place].rows.removeAll { $0.change.verdict == .identical }
    }
    let text = ComparisonText(result, isQuiet: true, hasColor: hasColor, timeUnit: timeUnit)
    let lines = result.contrasts.flatMap(text.tableLines)
    let thresholds = thresholdLines(from: last, to: now, timeUnit)
    if lines.isEmpty {
      if thresholds.isEmpty { return heading + ": identical\n" }
      return ([heading + ": measurements identical"] + thresholds).joined(separator: "\n") + "\n"
    }
    return ([heading] + thresholds + lines).joined(separator: "\n") + "\n"
  }

  /// Thresholds whose condition or answer is another one: what they say now, and what they said.
  private static func thresholdLines(
    from last: RunResult, to now: RunResult, _ timeUnit: TimeUnit?
  ) -> [String] {
    func mark(_ threshold: ThresholdResult) -> String {
      "\(threshold.status == .pass ? "✓" : "✗") \(threshold.measuredText(unit: timeUnit))"
    }
    var before = last.thresholds
    var lines: [String] = []
    /// Takes one out of the earlier ones, if there is one such.
    func taken(_ isPartner: (Threshold) -> Bool) -> ThresholdResult? {
      before.firstIndex { isPartner($0.threshold) }.map { before.remove(at: $0) }
    }
    func isSame(_ one: Threshold, _ other: Threshold) -> Bool {
      one.name == other.name && one.statistic == other.statistic
    }
    // Those that stayed find each other before those that were changed.
    let partners = now.thresholds.map { one in
      taken { isSame($0, one.threshold) && $0.condition == one.threshold.condition }
    }
    for (one, partner) in zip(now.thresholds, partners) {
      let name = "  \(one.threshold.name): \(one.threshold.condition)"
      guard let old = partner ?? taken({ isSame($0, one.threshold) }) else {
        lines.append("\(name): new, \(mark(one))")
        continue
      }
      if old.threshold.condition != one.threshold.condition {
        lines.append("\(name): now \(mark(one)) (was \(old.threshold.condition): \(mark(old)))")
      } else if old.status != one.status {
        lines.append("\(name): now \(mark(one)) (was \(mark(old)))")
      }
    }
    return lines
      + before.map { "  \($0.threshold.name): \($0.threshold.condition): no longer asked for" }
  }
}
