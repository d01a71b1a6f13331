/// Writes diagnostics for people and for editors that read `file:line:column:`.
public struct DiagnosticRenderer: Sendable {
  /// Whether ANSI colours are used.
  public var usesColour: Bool
  /// Whether the line of the source is shown.
  public var showsExcerpts: Bool

  /// Makes a renderer; plain unless told otherwise.
  public init(usesColour: Bool = false, showsExcerpts: Bool = true) {
    self.usesColour = usesColour
    self.showsExcerpts = showsExcerpts
  }

  /// The diagnostics in source order with a final count; each line ends with a line break.
  ///
  /// - Parameters:
  ///   - diagnostics: In any order.
  ///   - name: The file that the count names.
  ///   - outcome: What follows the count; it is left out where there is no error.
  /// - Returns: The text for standard error.
  public func render(
    _ diagnostics: [Diagnostic], name: String, outcome: String = "Nothing was run."
  ) -> String {
    var text = ""
    for diagnostic in diagnostics.sorted() { text += render(diagnostic) }
    let errors = diagnostics.count { $0.severity == .error }
    guard errors > 0 else { return text }
    let count = errors == 1 ? "1 error" : "\(errors) errors"
    return text + "\(name.escapedForTerminal): \(count). \(outcome)\n"
  }

  /// One diagnostic with its excerpt and its help; each line ends with a line break.
  public func render(_ diagnostic: Diagnostic) -> String {
    var place = diagnostic.source.name.escapedForTerminal + ":"
    if let position = diagnostic.position { place += "\(position):" }
    let severity = diagnostic.severity.rawValue + ":"
    let colour = diagnostic.severity == .error ? Style.red : Style.blue
    var text = "\(styled(place, .bold)) \(styled(severity, colour)) "
    text += diagnostic.message.escapedForTerminal + "\n"
    if showsExcerpts, let range = diagnostic.range {
      let excerpt = SourceExcerpt(source: diagnostic.source, range: range)
      text += "\(excerpt.gutter) | \(excerpt.line)".trimmingTrailingSpaces + "\n"
      let blank = String(repeating: " ", count: excerpt.gutter.count)
      text += "\(blank) | \(excerpt.padding)\(styled(excerpt.carets, .green))\n"
    }
    for solution in diagnostic.solutions {
      text += "   \(styled("help:", .blue)) \(solution.escapedForTerminal)\n"
    }
    return text
  }

  private enum Style: String {
    case bold = "1"
    case red = "1;31"
    case green = "1;32"
    case blue = "1;34"
  }

  private func styled(_ text: String, _ style: Style) -> String {
    usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
