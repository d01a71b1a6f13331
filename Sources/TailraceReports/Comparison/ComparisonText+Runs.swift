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
      names: ["last", "now"], designs: [last.measures, now.measures], isPaired: isPaired)
    let lucks =
      isPaired ? "paired by seed \(now.seed)" : "not paired: another seed, length or count"
    let heading = ink.heading("CHANGE") + " against the last run (\(lucks))"
    for place in result.contrasts.indices {
      result.contrasts[place].rows.removeAll { $0.change.verdict == .identical }
    }
    let text = ComparisonText(result, isQuiet: true, hasColor: hasColor, timeUnit: timeUnit)
    let lines = result.contrasts.flatMap(text.tableLines)
    if lines.isEmpty { return heading + ": identical\n" }
    return ([heading] + lines).joined(separator: "\n") + "\n"
  }
}
