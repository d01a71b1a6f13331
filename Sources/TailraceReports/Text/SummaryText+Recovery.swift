import TailraceExperiment

extension SummaryText {
  /// How long it took to be well again after each fault; empty where none ended.
  var recoveryLines: [String] {
    guard !result.recoveries.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["RECOVERY", "from", "to", "well again after", "not answered", "of"])
    for recovery in result.recoveries {
      table.append([
        "  " + recovery.fault, Self.time(recovery.at), Self.time(recovery.end),
        after(recovery), DecimalText.count(recovery.unanswered), DecimalText.count(recovery.begun),
      ])
    }
    return styled(table)
  }

  /// Faults that would begin after the end of the run.
  var lateFaultLines: [String] {
    result.faults.compactMap { fault in
      guard let at = fault.at, at >= result.duration else { return nil }
      return
        "fault \(fault.name) did not happen: it begins at \(Self.time(at)), and the run ends at "
        + Self.time(result.duration)
    }
  }

  private func after(_ recovery: RecoveryResult) -> String {
    let times = recovery.after.perReplication
    let back = times.compactMap { $0 }
    let unwell = recovery.recovered.perReplication.count { $0 == nil }
    if unwell > 0 {
      return "was not well before" + (times.count == 1 ? "" : ", in \(unwell) of \(times.count)")
    }
    if back.isEmpty { return times.count == 1 ? "never" : "never, in all \(times.count)" }
    if back.count < times.count { return "never, in \(times.count - back.count) of \(times.count)" }
    let text = EstimateText(recovery.after, unit: .seconds, hasInterval: hasIntervals)
    let width = hasIntervals && (recovery.after.halfWidth ?? 0) > 0 ? " ± " + text.halfWidth : ""
    return text.value + width + " s"
  }

  private static func time(_ time: UInt64) -> String {
    DecimalText.significant(Double(time) / 1e9, digits: 6, decimals: 3) + " s"
  }
}
