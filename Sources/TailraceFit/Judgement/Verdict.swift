/// What a report means, in words with figures.
public enum Verdict {
  /// The sentences about a fit, without a period at their ends.
  public static func sentences(_ report: LawReport) -> [String] {
    let chosen = report.recommended
    if chosen.name == "constant" { return ["all values are the same: no law is needed"] }
    let top = report.quantiles.last { $0.level < 1 }.map { name($0.level) }
    guard chosen.name == "empirical" else {
      guard let top else { preconditionFailure("a law is chosen by its quantiles") }
      if report.hasBuckets, chosen.worstError < 0.0005 {
        return ["\(chosen.name): each quantile up to \(top) lies in its bucket"]
      }
      var text = "\(chosen.name): within \(percent(chosen.worstError)) up to \(top)"
      if let count = report.count {
        text += ", the highest quantile that \(grouped(count)) values support"
      }
      let others = report.fits.filter {
        report.count == nil && $0.name != chosen.name && $0.worstError <= report.tolerance
      }
      if others.isEmpty { return [text] }
      let names = list(others.map { "\($0.name) (\(percent($0.worstError)))" })
      return [text, "so few points leave open whether it is \(names)"]
    }
    if top == nil {
      return ["too few values to choose a law: a quantile needs 10 beyond it, the median 20 in all"]
    }
    var sentences: [String] = []
    if let closest = report.fits.min(by: { $0.worstError < $1.worstError }) {
      sentences.append(
        "no law stays within \(percent(report.tolerance)); the closest is \(closest.name), which "
          + failings(of: closest, report.tolerance))
    } else {
      sentences.append("no law can give these values")
    }
    sentences.append("use the empirical quantiles: \(fidelity(chosen))")
    return sentences
  }

  /// Where a law begins to fail, and by how much.
  private static func failings(of fit: LawFit, _ tolerance: Double) -> String {
    var parts: [String] = []
    let good = fit.checks.prefix { $0.error.magnitude <= tolerance }
    if let last = good.last {
      parts.append(
        "is within \(percent(good.map(\.error.magnitude).max() ?? 0)) up to \(name(last.level))")
    }
    if let error = fit.meanError, error.magnitude > tolerance {
      parts.append(says(error, of: "the mean"))
    }
    if fit.mean == nil { parts.append("has no mean") }
    for check in fit.checks where check.error.magnitude > tolerance {
      parts.append(says(check.error, of: name(check.level)))
    }
    return list(parts)
  }

  private static func fidelity(_ fit: LawFit) -> String {
    let worst = fit.worstError
    return worst < 0.0005
      ? "they are what was measured" : "they are within \(percent(worst)) of what was measured"
  }

  /// The sentences about a prediction.
  public static func sentences(_ prediction: Prediction) -> [String] {
    let rows = prediction.rows
    guard let last = rows.last else {
      return ["the rest has too few values to judge a prediction"]
    }
    var sentences: [String] = []
    for (index, name) in prediction.predictors.enumerated() {
      let errors = rows.map(\.errors[index])
      let outside = rows.filter { row in
        // The text of a law is right within 1 %.
        !row.chance.contains(row.predicted[index]) && row.errors[index].magnitude > 0.01
      }
      let worst = errors.map(\.magnitude).max() ?? 0
      var text =
        "\(name) predicts p50 to \(self.name(last.measured.level)) within "
        + "\(percent(worst)), \(self.name(last.measured.level)) with an error of "
        + signed(errors[rows.count - 1])
      text +=
        outside.isEmpty
        ? "; chance explains every error"
        : "; chance does not explain "
          + list(outside.map { self.name($0.measured.level) })
      sentences.append(text)
    }
    return sentences
  }

  // MARK: Words

  private static func says(_ error: Double, of what: String) -> String {
    "\(error < 0 ? "understates" : "overstates") \(what) by \(percent(error.magnitude))"
  }

  private static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A share as per cent with two digits that count, at least one per mille.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "any number of %" }
    if share > 9.995 { return "a factor of \(number(SignificantDigits.rounded(share + 1, to: 2)))" }
    let short = SignificantDigits.rounded(share * 100, to: 2)
    return short < 0.1 ? "0.1 %" : "\(number(short)) %"
  }

  static func signed(_ error: Double) -> String {
    (error < 0 ? "-" : "+") + percent(error.magnitude)
  }

  /// "p99.9", with the point moved in decimal.
  static func name(_ level: Double) -> String {
    "p" + number(SignificantDigits.rounded(level * 100, to: 9))
  }

  /// A whole number with its thousands set apart.
  private static func grouped(_ value: Double) -> String {
    let digits = Array(String(UInt64(min(value, 1e18) + 0.5)))
    var text = ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  private static func number(_ value: Double) -> String {
    let whole = value < 1e15 ? UInt64(value) : 0
    return Double(whole) == value ? "\(whole)" : "\(value)"
  }
}
