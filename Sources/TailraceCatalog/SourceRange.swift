/// A stretch of a source text, in byte offsets.
public struct SourceRange: Hashable, Sendable {
  /// The offset of the first byte.
  public let lower: Int
  /// The offset after the last byte.
  public let upper: Int

  /// Makes the range of the bytes from `lower` up to, but not including, `upper`.
  public init(lower: Int, upper: Int) {
    precondition(0 <= lower && lower <= upper, "A range runs forward")
    self.lower = lower
    self.upper = upper
  }
}

/// A place as editors show it: line and column, both from 1.
///
/// A column counts Unicode scalars, so that a letter with two bytes moves it by one.
public struct SourcePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int

  /// Makes a place from its line and column.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The place as `line:column`.
  public var description: String { "\(line):\(column)" }

  /// Tells whether one place stands before another.
  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
