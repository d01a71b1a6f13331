import TailraceDiagnosis
import TailraceExperiment

/// A finding's sentence, with its numbers as reports write them.
struct FindingText {
  /// The unit of all times; chosen for each where nil.
  var timeUnit: TimeUnit?

  func text(_ finding: Finding) -> String {
    finding.sentence.parts.map { part in
      switch part {
      case .words(let words): words
      case .number(let evidence): text(evidence)
      }
    }.joined()
  }

  private func text(_ evidence: Evidence) -> String {
    let value = evidence.value
    switch evidence.unit {
    case .share: return DecimalText.percent(value)
    case .factor: return DecimalText.significant(value, digits: 3) + " times"
    case .time:
      let unit = timeUnit ?? .fitting([value])
      return DecimalText.significant(unit.value(of: value), digits: 3, decimals: unit.power) + " "
        + unit.rawValue
    case .perSecond: return DecimalText.significant(value, digits: 4, decimals: 3) + "/s"
    case .count:
      let isWhole = value == value.rounded(.towardZero)
      return isWhole
        ? DecimalText.fixed(value, decimals: 0, grouped: true)
        : DecimalText.significant(value, digits: 3, decimals: 1)
    }
  }
}

extension Evidence {
  /// The name with its unit, as keys of files are.
  var key: String {
    switch unit {
    case .share, .factor: name + "_ratio"
    case .time: name + "_ms"
    case .perSecond: name + "_per_s"
    case .count: name
    }
  }

  /// The number in the unit of files.
  var fileValue: Double { unit == .time ? value / 1e6 : value }
}
