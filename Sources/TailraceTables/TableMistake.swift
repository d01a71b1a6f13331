/// What is wrong in a table, and where; lines and columns count from 1, columns in characters.
public struct TableMistake: Error, Equatable, Sendable {
  public let line: Int
  public let column: Int
  /// One sentence without a final period.
  public let message: String
  /// Whether nothing can be read behind it.
  public let isFatal: Bool

  public init(line: Int, column: Int, _ message: String, isFatal: Bool = false) {
    self.line = line
    self.column = column
    self.message = message
    self.isFatal = isFatal
  }
}
