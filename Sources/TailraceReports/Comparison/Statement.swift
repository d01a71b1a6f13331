import TailraceExperiment

/// A change in words, with both values: "p99 154 → 1,173 ms (+661 %, worse)".
struct Statement {
  var verdict: Verdict
  var text: String

  /// What became of a measure, in the digits of the table; `ofWhom` follows the measure's name.
  init(_ row: ContrastRow, _ unit: TimeUnit, ofWhom: String = "") {
    let measure = row.measure
    let what = Self.name(measure) + ofWhom
    let change = ChangeText(row, unit: unit)
    verdict = row.change.verdict
    switch verdict {
    case .identical:
      text = "\(what) identical"
      return
    case .unclear:
      let mark = row.change.ratio == nil ? "" : " %"
      text = "\(what) no clear change \(change.interval)\(mark)"
      return
    case .better, .worse, .lower, .higher, .noInterval: break
    }
    let values = [row.base, row.against].map { ComparisonText.cells($0, measure, unit).value }
    // Of nothing there are no per cents: both values say it all.
    let how = row.change.ratio == nil ? [verdict.rawValue] : [change.change, verdict.rawValue]
    let mark = measure.mark(unit)
    text =
      values[0] == values[1]
      ? "\(what) \(change.change) (\(verdict.rawValue))"
      : "\(what) \(values[0]) → \(values[1])\(mark) (\(how.joined(separator: ", ")))"
  }

  /// The mean of the requests that both designs served; `difference` is its change with its unit.
  init(both pairs: PairedRequests, _ difference: String) {
    let mean = pairs.difference.value ?? 0
    let width = pairs.difference.halfWidth
    verdict =
      mean == 0
      ? .identical
      : width.map { mean.magnitude <= $0 ? .unclear : mean < 0 ? .better : .worse } ?? .noInterval
    let what = "the \(DecimalText.count(pairs.count)) requests that both served took "
    switch verdict {
    case .identical: text = what + "as long"
    case .unclear: text = what + "\(difference) in the mean (no clear change)"
    default: text = what + "\(difference) in the mean (\(verdict.rawValue))"
    }
  }

  /// What got better, but what got worse, and what did neither.
  static func sentence(_ all: [Statement]) -> String {
    func text(_ verdicts: Verdict...) -> String {
      all.filter { verdicts.contains($0.verdict) }.map(\.text).joined(separator: ", ")
    }
    let sides = [text(.better), text(.worse)].filter { !$0.isEmpty }.joined(separator: ", but ")
    let parts = [sides, text(.lower, .higher, .unclear, .identical, .noInterval)]
      .filter { !$0.isEmpty }
    return parts.isEmpty ? "no interval; use --replications 10" : parts.joined(separator: ", ")
  }

  /// "p99", "errors", "pause recovery".
  private static func name(_ measure: Measure) -> String {
    let name = measure.name
    let metric = name.metric.withBlanks
    if name.entityKind == "workload" {
      return name.metric == "latency" ? name.statistic.word : metric
    }
    return name.entityKind == "run" ? metric : "\(name.entity) \(metric)"
  }
}

extension Measure {
  /// What follows a value in a sentence: " ms", " %", " /s".
  func mark(_ time: TimeUnit) -> String {
    switch unit {
    case .time: " " + time.rawValue
    case .perSecond: " /s"
    case .perHour: " /h"
    case .ratio where isPercent: " %"
    case .ratio, .count: ""
    }
  }
}
