import TailraceExperiment

/// A sweep for people: a line for each point.
///
/// `±` is half of the 95 % interval of what stands before it; slot time is what a request takes of all
/// services' slots together, its share of repeated and abandoned calls with it.
public struct SweepText {
  private var table: TextTable
  private let unit: TimeUnit?
  private var rows: [Row] = []
  private let paths: [String]
  private let hasVariants: Bool
  private let ink: Ink

  /// A table of points that differ in these parameters.
  public init(
    paths: [String], hasVariants: Bool, hasColor: Bool = false, timeUnit: TimeUnit? = nil
  ) {
    self.paths = paths
    self.hasVariants = hasVariants
    unit = timeUnit
    ink = Ink(isOn: hasColor)
    table = TextTable(gap: 2)
  }

  /// What a point's line is made of: small, since there may be many.
  struct Row: Sendable {
    var names: [String]
    var variant: String
    var mean = Estimate(value: nil, halfWidth: nil, perReplication: [])
    var p50: Double?
    var p99 = Estimate(value: nil, halfWidth: nil, perReplication: [])
    /// Slot time per request of all services together, in nanoseconds.
    var slotTime: Double?
    var goodput: Double?
    var errors: Double?
    /// Of the fault that took longest, in nanoseconds; infinite where a replication was not back.
    var recovery: Double?
    var busiest: (service: String, utilization: Double)?
    var thresholds: (failed: Int, all: Int)?
    var status: String

    /// A point's line from its rows of `sweep.csv`.
    init(cells rows: [[String]], parameters: Int) {
      let first = rows.first ?? []
      // Context, two columns for each parameter, warm-up, status, then the measure.
      let at = 4 + 2 * parameters
      names = (0..<parameters).map { first.count > 5 + 2 * $0 ? first[5 + 2 * $0] : "" }
      variant = first.count > 1 ? first[1] : ""
      status = first.count > at + 1 ? first[at + 1] : ""
      var (failed, all) = (0, 0)
      var workload: String?
      for row in rows where row.count >= at + 8 {
        let value = Double(row[at + 7])
        let time = Estimate(
          value: value.map { $0 * 1e6 },
          halfWidth: row.count > at + 9 ? Self.halfWidth(row[at + 8], row[at + 9]) : nil,
          perReplication: [])
        let kind = row[at + 2]
        if kind == "threshold" {
          all += 1
          if row[at + 5] != "pass" { failed += 1 }
          continue
        }
        if kind == "workload", workload == nil { workload = row[at + 3] }
        switch (kind, row[at + 4], row[at + 5]) {
        case ("workload", _, _) where row[at + 3] != workload: continue
        case ("workload", "latency", "mean"): mean = time
        case ("workload", "latency", "p50"): p50 = time.value
        case ("workload", "latency", "p99"): p99 = time
        case ("service", "slot_time", "mean"):
          slotTime = time.value.map { $0 + (slotTime ?? 0) } ?? slotTime
        case ("workload", "goodput", _): goodput = value
        case ("workload", "errors", "value"): errors = value
        case ("fault", "recovery", _):
          if let time = time.value { recovery = max(recovery ?? 0, time) }
        case ("fault", "recovered", _): if let value, value < 1 { recovery = .infinity }
        case ("service", "utilization", "value"):
          if let value, value > busiest?.utilization ?? -1 { busiest = (row[at + 3], value) }
        default: continue
        }
      }
      if all > 0 { thresholds = (failed, all) }
    }

    /// Half of an interval in milliseconds, in nanoseconds.
    private static func halfWidth(_ low: String, _ high: String) -> Double? {
      guard let low = Double(low), let high = Double(high) else { return nil }
      return (high - low) / 2 * 1e6
    }
  }

  /// Adds a point's line.
  mutating func append(_ row: Row) { rows.append(row) }

  /// Most lines that are shown: the rest is in the CSV file.
  private static let linesMax = 60

  private static func recovery(_ time: Double?) -> String {
    guard let time else { return DecimalText.missing }
    return time.isFinite ? DecimalText.significant(time / 1e9, digits: 3) + " s" : "never"
  }

  /// The table, with a line break at its end.
  public var text: String {
    var table = table
    table.alignments = Array(repeating: .left, count: paths.count + (hasVariants ? 1 : 0))
    let unit =
      unit
      ?? .fitting(
        rows.flatMap { [$0.mean.value, $0.p50, $0.p99.value] }.compactMap { $0 })
    let hasThresholds = rows.contains { $0.thresholds != nil }
    let hasFaults = rows.contains { $0.recovery != nil }
    let short = paths.map { $0.split(separator: ".").suffix(2).joined(separator: ".") }
    table.append(
      short + (hasVariants ? ["variant"] : [])
        + ["mean", "p50", "p99", "slot time"].flatMap { name in
          ["\(name) (\(unit.rawValue))"] + (["mean", "p99"].contains(name) ? ["±"] : [])
        } + ["goodput/s", "errors"]
        + (hasFaults ? ["well after"] : []) + ["busiest", ""]
        + (hasThresholds ? ["failed"] : []) + ["status"])
    for row in rows.prefix(Self.linesMax) {
      func time(_ value: Double?) -> String {
        value.map { DecimalText.significant(unit.value(of: $0), digits: 3, decimals: unit.power) }
          ?? DecimalText.missing
      }
      let mean = EstimateText(row.mean, unit: unit, hasInterval: true)
      let p99 = EstimateText(row.p99, unit: unit, hasInterval: true)
      table.append(
        row.names + (hasVariants ? [row.variant] : []) + [
          mean.value, mean.halfWidth, time(row.p50), p99.value, p99.halfWidth, time(row.slotTime),
          row.goodput.map { DecimalText.significant($0, digits: 4, decimals: 2) }
            ?? DecimalText.missing,
          row.errors.map { SummaryText.smallPercent($0) } ?? DecimalText.missing,
        ] + (hasFaults ? [Self.recovery(row.recovery)] : []) + [
          row.busiest?.service ?? "", row.busiest.map { DecimalText.percent($0.utilization) } ?? "",
        ] + (hasThresholds ? [row.thresholds.map { "\($0.failed) of \($0.all)" } ?? ""] : [])
          + [row.status == "ok" ? "" : row.status])
    }
    var lines = table.lines
    lines[0] = ink.heading(lines[0])
    for (place, row) in rows.prefix(Self.linesMax).enumerated() where row.status != "ok" {
      lines[place + 1] = ink.warning(lines[place + 1])
    }
    if rows.count > Self.linesMax {
      lines.append("... \(rows.count - Self.linesMax) more points: see sweep.csv (-o or --csv)")
    }
    return lines.joined(separator: "\n") + "\n" + failures
  }

  /// At how many points thresholds failed, as a run tells it; nothing where none did.
  private var failures: String {
    let failed = rows.count { $0.thresholds.map { $0.failed > 0 } ?? false }
    if failed == 0 { return "" }
    let noun = rows.count == 1 ? "point" : "points"
    return "\n" + ink.warning("✗ thresholds failed at \(failed) of \(rows.count) \(noun) (exit 99)")
      + "\n"
  }
}
