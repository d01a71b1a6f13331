/// What arrivals look like, in words with figures.
public enum ArrivalVerdict {
  /// The sentences about a report, without a period at their ends.
  public static func sentences(_ report: ArrivalReport) -> [String] {
    switch report.kind {
    case .constant: return ["equal gaps: they vary by \(Verdict.percent(report.variation))"]
    case .poisson:
      return ["Poisson at one rate: gaps and counts vary as independent arrivals do"]
    case .changing:
      return [
        "Poisson at a rate that changes: within its steps counts vary as independent arrivals do"
      ]
    case .renewal:
      return [
        notPoisson(report),
        "the gaps may stand in any order: draw them independently from their law (renewal)",
      ]
    case .trace:
      return [
        notPoisson(report),
        "the gaps depend on each other or on the time: a rate alone understates the bursts, "
          + "replay the trace",
      ]
    }
  }

  private static func notPoisson(_ report: ArrivalReport) -> String {
    guard let worst = report.dispersions.max(by: { $0.index < $1.index }) else {
      return "not Poisson: the CV of the gaps is \(short(report.variation))"
    }
    return "not Poisson: counts vary up to \(short(worst.index)) times as much as independent "
      + "arrivals would"
  }

  static func short(_ value: Double) -> String {
    let short = SignificantDigits.rounded(value, to: 2)
    let whole = short < 1e15 ? UInt64(short) : 0
    return Double(whole) == short ? "\(whole)" : "\(short)"
  }
}
