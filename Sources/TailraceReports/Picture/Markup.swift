/// Text as it stands in HTML and SVG.
enum Markup {
  /// The text with the five signs that mean something in markup written out.
  ///
  /// Control characters, which neither HTML nor XML may hold, become the sign for what is missing.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    var isAfterColon = false
    for scalar in text.unicodeScalars {
      defer { isAfterColon = scalar == ":" }
      switch scalar {
      // Addresses in a scenario's text must not look like ones that a page would fetch.
      case "/" where isAfterColon: escaped += "&#47;"
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      default:
        let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        escaped.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
      }
    }
    return escaped
  }

  /// A coordinate with one decimal at most, so that bytes are stable and few.
  static func coordinate(_ value: Double) -> String {
    let tenths = (max(-1e6, min(1e6, value)) * 10).rounded()
    let whole = Int(tenths)
    let (units, rest) = (abs(whole) / 10, abs(whole) % 10)
    return (whole < 0 ? "-" : "") + String(units) + (rest == 0 ? "" : ".\(rest)")
  }
}
