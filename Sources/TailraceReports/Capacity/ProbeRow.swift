import TailraceExperiment

/// A design that a search tried, however the search names it.
public struct ProbeRow: Sendable {
  /// How it is written for people.
  public var label: String
  /// Its values by path, as files write them.
  public var values: [String]
  public var result: RunResult
  public var judgement: Judgement
  public var thresholds: [JudgedThreshold]

  /// A probe of a search over one number.
  public init(_ probe: CapacitySearch.Probe, label: String) {
    self.label = label
    values = [label]
    result = probe.result
    judgement = probe.judgement
    thresholds = probe.thresholds
  }

  /// A probe of a search over a grid.
  public init(_ probe: CheapestSearch.Probe, label: String, values: [String]) {
    self.label = label
    self.values = values
    result = probe.result
    judgement = probe.judgement
    thresholds = probe.thresholds
  }

  /// The threshold that is furthest from being met.
  var deciding: JudgedThreshold? {
    let order: [Judgement] = [.fails, .unclear, .meets]
    return order.lazy.compactMap { judgement in
      thresholds.first { $0.judgement == judgement }
    }.first
  }

  /// What was found, and what is wrong with the run if something is.
  var verdict: String {
    let isSteady = result.status == "ok" || result.status == "unsettled"
    return isSteady ? judgement.rawValue : "\(judgement.rawValue): \(result.status)"
  }
}

/// Everything that a search tried, as a table for people.
struct ProbeTable {
  let rows: [ProbeRow]
  let level: Double
  /// That all intervals together are right, which the level of each is chosen for.
  let confidence: Double
  let ink: Ink

  /// A line for each, with the threshold that decided.
  var lines: [String] {
    let hasCost = rows.contains { $0.result.costs != nil }
    var table = TextTable(
      alignments: [.left, .right] + (hasCost ? [.right] : []) + [.left, .right, .left, .left],
      gap: 2)
    table.append(
      ["TRIED", "replications"] + (hasCost ? ["per hour"] : [])
        + ["threshold", "measured", "\(DecimalText.percent(level)) interval", ""])
    for row in rows {
      let judged = row.deciding
      let texts = judged.map(Self.text)
      let cost = row.result.costs?.total.value.map { CostText.amount($0) } ?? ""
      table.append(
        ["  " + row.label, String(row.result.replications)] + (hasCost ? [cost] : [])
          + [
            judged.map { "\($0.threshold.name) \($0.threshold.condition)" } ?? "",
            texts?.measured ?? "", texts?.interval ?? "", row.verdict,
          ])
    }
    let each = DecimalText.percent(level)
    let all = DecimalText.percent(confidence, decimals: 0)
    return table.lines.enumerated().map { index, line in index == 0 ? ink.heading(line) : line }
      + ["  Each interval holds with \(each), so that all looks together do with \(all)."]
  }

  /// What was searched: "shop · variant base · seed 7 · plan"; without a variant where several were.
  static func heading(_ result: RunResult?, variant: String?, _ ink: Ink) -> [String] {
    guard let result else { return [] }
    let parts = [result.scenario] + (variant.map { ["variant \($0)"] } ?? [])
    return [ink.heading((parts + ["seed \(result.seed)", "plan"]).joined(separator: " · "))]
  }

  private static func text(_ row: JudgedThreshold) -> (measured: String, interval: String) {
    guard let value = row.measured.value else { return ("no data", "") }
    guard value.isFinite else { return ("no answers", "") }
    let isShare = row.isShareAbove || row.threshold.metric.unit == .share
    let isTime = !isShare && row.threshold.metric.unit == .time
    let unit = row.threshold.unit(for: value)
    let (scale, mark) = isShare ? (0.01, " %") : isTime ? (unit.size, " \(unit.rawValue)") : (1, "")
    let what = row.isShareAbove ? " later" : ""
    let measured = DecimalText.significant(value / scale, digits: 3, decimals: 4) + mark + what
    guard let interval = row.interval else { return (measured, "") }
    let ends = [interval.lowerBound, interval.upperBound].map {
      DecimalText.significant($0 / scale, digits: 3, decimals: 4)
    }
    return (measured, "[\(ends[0]), \(ends[1])]" + mark)
  }
}

extension ReportTables {
  /// `probes.csv`: a row for each threshold of each design that a search tried.
  ///
  /// - Parameters:
  ///   - rows: the designs.
  ///   - paths: what was varied: a column each.
  ///   - level: of the intervals.
  /// - Returns: the table; times are in milliseconds, shares from 0 to 1.
  public static func probes(_ rows: [ProbeRow], paths: [String], level: Double) -> String {
    var file = CSVWriter(.probes, varying: paths)
    for row in rows {
      let result = row.result
      let cost = result.costs?.total.value.flatMap(DecimalText.shortest)
      let context: [String?] =
        [result.scenario, result.variant, String(result.seed)] + row.values + [
          String(result.replications), result.status, row.judgement.rawValue, cost,
        ]
      for judged in row.thresholds {
        let interval = judged.interval
        func text(_ value: Double?) -> String? {
          guard let value, value.isFinite else { return nil }
          let isTime = judged.threshold.metric.unit == .time && !judged.isShareAbove
          return DecimalText.shortest(isTime ? value / 1e6 : value)
        }
        file.append(
          context + [
            judged.threshold.name, judged.threshold.condition,
            judged.isShareAbove ? "share_above" : "value", text(judged.measured.value),
            text(interval?.lowerBound), text(interval?.upperBound), text(judged.bound),
            DecimalText.shortest(level),
            judged.judgement.rawValue,
          ])
      }
    }
    return file.text
  }
}
