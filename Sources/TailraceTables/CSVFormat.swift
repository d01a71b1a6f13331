/// What stands in a CSV file besides its rows.
public struct CSVFormat: Hashable, Sendable {
  /// Whether the first row names the columns; else they are called "1", "2", and so on.
  public var hasHeader = true
  /// Lines before the header or the first row that are not looked at.
  public var skippedLines = 0
  /// Lines that begin with this are not looked at.
  public var comment: String?

  public init() {}

  /// Bytes between two line breaks, and of one row; more is a mistake.
  public static let lengthMax = 1 << 16
  /// Fields of a row.
  public static let fieldsMax = 1_024
}
