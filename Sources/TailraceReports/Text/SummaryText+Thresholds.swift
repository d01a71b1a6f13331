import TailraceExperiment

extension SummaryText {
  /// What was asked for and what was measured; nothing where nothing was asked for.
  var thresholdLines: [String] {
    guard !result.thresholds.isEmpty else { return [] }
    var table = TextTable(alignments: [.left, .left, .right], gap: 3, firstWidth: 32)
    table.append(["THRESHOLDS", "", "measured"])
    for row in result.thresholds {
      table.append([
        "  \(row.status == .pass ? "✓" : "✗") \(row.threshold.name)", row.threshold.condition,
        row.measuredText(unit: timeUnit),
      ])
    }
    return table.lines.enumerated().map { index, line in
      if index == 0 { return ink.heading(line) }
      return result.thresholds[index - 1].status == .pass ? line : ink.warning(line)
    }
  }

  /// Why a latency may measure ∞ beside quantiles that do not; nothing where none does.
  private var endlessLines: [String] {
    let isAny = result.thresholds.contains {
      $0.threshold.metric.name == "latency" && $0.measured == .infinity
    }
    return isAny ? ["∞: requests without an answer count as later than any bound"] : []
  }

  /// How many thresholds failed; nothing where none did.
  var verdictLines: [String] {
    let failed = result.failedThresholds
    if failed == 0 { return endlessLines }
    let noun = result.thresholds.count == 1 ? "threshold" : "thresholds"
    return endlessLines + [
      ink.warning("✗ \(failed) of \(result.thresholds.count) \(noun) failed (exit 99)")
    ]
  }
}

extension ThresholdResult {
  /// The measured number with its unit, for people.
  func measuredText(unit: TimeUnit?) -> String {
    guard let measured else { return "no data" }
    return measured == .infinity
      ? "∞" : Self.text(measured, threshold.metric.unit, in: unit ?? threshold.unit(for: measured))
  }

  /// A measured number with its unit, for people; times in nanoseconds.
  static func text(
    _ measured: Double, _ kind: ThresholdMetric.Unit, in unit: TimeUnit? = nil
  ) -> String {
    switch kind {
    case .time:
      let unit = unit ?? .fitting([measured])
      let value = unit.value(of: measured)
      return DecimalText.significant(value, digits: 4, decimals: unit.power) + " " + unit.rawValue
    case .share: return SummaryText.smallPercent(measured)
    case .perSecond: return DecimalText.significant(measured, digits: 4, decimals: 3) + " /s"
    case .number: return DecimalText.significant(measured, digits: 4, decimals: 4)
    }
  }

  /// The measured number in the unit of files; nil where there is none, or no finite one.
  var fileValue: Double? {
    guard let measured, measured.isFinite else { return nil }
    return threshold.metric.unit == .time ? measured / 1e6 : measured
  }
}

extension ThresholdMetric.Unit {
  /// The unit's name in files.
  var fileName: String {
    switch self {
    case .time: Measure.Unit.time.rawValue
    case .share: Measure.Unit.ratio.rawValue
    case .perSecond: Measure.Unit.perSecond.rawValue
    case .number: Measure.Unit.count.rawValue
    }
  }
}
