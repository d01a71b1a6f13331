/// A mistake in an input, or a remark about it, with its place.
public struct Diagnostic: Error, Sendable {
  /// How much a diagnostic weighs.
  public enum Severity: String, Sendable, Hashable {
    /// Nothing runs while one of these stands.
    case error
    /// Worth knowing; the run goes on.
    case note
  }

  /// What is wrong, as a stable word for programs.
  public let code: Code
  /// Whether the diagnostic stops the run.
  public let severity: Severity
  /// The text that the diagnostic is about.
  public let source: SourceText
  /// The bytes that it is about; nil where it is about the whole text.
  public let range: SourceRange?
  /// One sentence without a final period.
  public let message: String
  /// What the reader can do, one line each.
  public let solutions: [String]
  /// Its place among several of one range, such as the lines of a file that stands there.
  public let ordinal: Int

  /// Makes a diagnostic about a range of a text.
  public init(
    _ code: Code, severity: Severity = .error, source: SourceText, range: SourceRange?,
    message: String, solutions: [String] = [], ordinal: Int = 0
  ) {
    self.code = code
    self.severity = severity
    self.source = source
    self.range = range
    self.message = message
    self.solutions = solutions
    self.ordinal = ordinal
  }

  /// Makes a diagnostic about a value.
  public init(
    _ code: Code, severity: Severity = .error, at node: Node, message: String,
    solutions: [String] = []
  ) {
    self.init(
      code, severity: severity, source: node.source, range: node.range, message: message,
      solutions: solutions)
  }

  /// The place where the diagnostic begins; nil where it is about the whole text.
  public var position: SourcePosition? { range.map { source.position(at: $0.lower) } }
}

extension Diagnostic: Comparable {
  /// Tells whether one stands before another in the source; texts go by order, then by name.
  public static func < (left: Diagnostic, right: Diagnostic) -> Bool {
    let leftPlace = (left.source.order, left.source.name, left.lower, left.upper)
    let rightPlace = (right.source.order, right.source.name, right.lower, right.upper)
    if leftPlace != rightPlace { return leftPlace < rightPlace }
    if left.code != right.code { return left.code.rawValue < right.code.rawValue }
    if left.ordinal != right.ordinal { return left.ordinal < right.ordinal }
    return left.message < right.message
  }

  /// Tells whether two say the same about the same place.
  public static func == (left: Diagnostic, right: Diagnostic) -> Bool {
    left.source.name == right.source.name && left.source.order == right.source.order
      && left.range == right.range && left.code == right.code && left.message == right.message
      && left.severity == right.severity && left.solutions == right.solutions
  }

  private var lower: Int { range?.lower ?? -1 }
  private var upper: Int { range?.upper ?? -1 }
}
