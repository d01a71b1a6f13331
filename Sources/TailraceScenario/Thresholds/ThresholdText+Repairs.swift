import TailraceCatalog
import TailraceExperiment

// What was meant by a threshold that lacks a part.
extension ThresholdText {
  /// A statistic of latencies as thresholds spell it: `p99` and `p(99)` are `p(99)`, `avg` is `mean`;
  /// nil for other words.
  static func sampleStatistic(_ word: String) -> String? {
    let known = ["mean": "mean", "min": "min", "max": "max"].merging(foreignStatistics) { $1 }
    if let name = known[word], name != "value" { return name }
    guard word.hasPrefix("p") else { return nil }
    var digits = word.dropFirst()
    if digits.hasPrefix("("), digits.hasSuffix(")") { digits = digits.dropFirst().dropLast() }
    let isNumber = digits.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) }
    return !digits.isEmpty && isNumber ? "p(\(digits))" : nil
  }

  /// Statistics by their names in other tools.
  static let foreignStatistics = [
    "avg": "mean", "med": "p(50)", "median": "p(50)", "rate": "value",
  ]

  /// The mistake of a condition that stands without a metric, such as `p99 < 150ms`.
  static func withoutMetric(_ text: String) -> String? {
    let (word, rest) = parts(text)
    guard let statistic = sampleStatistic(word) else { return nil }
    return "'\(text.clipped)' has no metric; write 'latency: \(statistic)\(rest.spaced)'"
  }

  /// The mistake of a text without the colon behind its metric, such as `latency p(99) < 150ms`.
  static func withoutColon(_ text: String) -> String {
    let end = text.firstIndex(of: "}").map { text.index(after: $0) }
    let name = end.map { String(text[..<$0]) } ?? parts(text).word
    let rest = String(text.dropFirst(name.count).drop { $0 == " " })
    let plain = String(name.prefix { $0 != "{" && $0 != " " })
    guard let metric = ThresholdMetrics.all.first(where: { $0.name == plain }) else {
      let near = NearestWord.hint(plain, among: ThresholdMetrics.all.map(\.name))
      return "'\(text.clipped)' is no 'METRIC: CONDITION' such as 'latency: p(99) < 250ms'\(near)"
    }
    let word = parts(rest).word
    let standard = metric.isSample ? "p(99)" : "value"
    let bound =
      switch metric.unit {
      case .time: "250ms"
      case .share: "1%"
      case .perSecond: "100/s"
      case .number: "10"
      }
    let condition =
      word.isEmpty
      ? standard + (rest.isEmpty ? " < \(bound)" : rest.spaced)
      : (sampleStatistic(word) ?? word) + parts(rest).rest.spaced
    return "'\(text.clipped)' lacks the ':' behind its metric; write '\(name): \(condition)'"
  }

  /// The word that opens a text, up to a blank or a sign, and what stands behind it.
  private static func parts(_ text: String) -> (word: String, rest: String) {
    let word = text.prefix { !" <>=!".contains($0) }
    return (String(word), String(text.dropFirst(word.count).drop { $0 == " " }))
  }
}

extension String {
  /// A sign and a bound, with a blank before each.
  fileprivate var spaced: String {
    let sign = prefix { "<>=!".contains($0) }
    return [String(sign), String(dropFirst(sign.count).drop { $0 == " " })]
      .filter { !$0.isEmpty }.map { " " + $0 }.joined()
  }
}
