/// Whether to use terminal colours, as the user said it.
public enum ColorChoice: String, CaseIterable, Sendable {
  case auto, always, never
}

/// What the terminal can show.
public struct Style: Sendable, Equatable {
  /// Whether to print colours.
  public let hasColor: Bool

  /// `always` and `never` prevail; else a terminal that is not dumb, and no `NO_COLOR`.
  public init(color: ColorChoice, isTerminal: Bool, noColor: String?, terminal: String?) {
    switch color {
    case .always: hasColor = true
    case .never: hasColor = false
    case .auto: hasColor = isTerminal && (noColor ?? "").isEmpty && terminal != "dumb"
    }
  }

  /// The style of standard output in this process.
  public static func standardOutput(_ color: ColorChoice?) -> Style { of(1, color) }

  /// The style of standard error in this process.
  public static func standardError(_ color: ColorChoice?) -> Style { of(2, color) }

  private static func of(_ descriptor: Int32, _ color: ColorChoice?) -> Style {
    Style(
      color: color ?? .auto, isTerminal: Streams.isTerminal(descriptor),
      noColor: Streams.environment("NO_COLOR"), terminal: Streams.environment("TERM"))
  }
}
