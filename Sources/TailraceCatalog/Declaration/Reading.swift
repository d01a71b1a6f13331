/// What is known while a document is read: the mistakes so far and the quantity at hand.
public struct Reading: Sendable {
  /// Mistakes found, in the order of finding them.
  public private(set) var diagnostics: [Diagnostic] = []
  /// What a bare number inside a distribution means.
  public var quantity = Quantity.duration
  /// The folder that paths in the document start from; empty is the working folder.
  public var folder = ""
  /// Files that were read for it.
  public var files: Set<NamedFile> = []

  public init() {}

  /// Notes a mistake; reading goes on.
  public mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// Notes a mistake at a node.
  public mutating func report(
    _ code: Diagnostic.Code, at node: Node, _ message: String, help: [String] = []
  ) {
    report(Diagnostic(code, at: node, message: message, solutions: help))
  }

  /// Runs a scanner; its mistake is noted.
  public mutating func noting<Value>(
    _ scan: () throws(Diagnostic) -> Value
  ) -> Value? {
    do {
      return try scan()
    } catch {
      report(error)
      return nil
    }
  }
}

/// What a distribution is a distribution of.
public enum Quantity: Sendable {
  case duration, count
  /// Bytes.
  case size
}
