/// Reads a CSV file (RFC 4180) row by row, in memory that does not depend on its length.
///
/// Fields stand between commas; a field in double quotes may hold commas, line breaks and doubled
/// quotes. Lines end with LF or CR LF; a byte order mark and empty lines are passed over. All rows
/// have as many fields as the first. One owner, one thread.
public final class CSVReader {
  /// A field of the present row: a range of `bytes`, and where it begins in the file.
  public struct Field: BitwiseCopyable, Sendable {
    public let lower: Int
    public let upper: Int
    public let line: Int
    public let column: Int
  }

  /// Names of the columns, once `open` has returned.
  public private(set) var columns: [String] = []
  /// The bytes of the present row's fields, without quotes and commas.
  public private(set) var bytes: [UInt8] = []
  public private(set) var fields: [Field] = []

  private var input: CSVInput
  private let format: CSVFormat
  private let comment: [UInt8]
  /// A first row that was read to count the columns and is still to be given out.
  private var holdsRow = false

  /// A reader of a file; nothing is read yet.
  public init(_ file: consuming InputFile, _ format: CSVFormat, digest: Bool = false) {
    input = CSVInput(file, hasDigest: digest)
    self.format = format
    comment = Array((format.comment ?? "").utf8)
  }

  /// The SHA-256 of all bytes; they must have been read, and asked for at the start.
  public func digest() -> [UInt8] { input.digest() }

  /// Reads what stands before the rows; `columns` are known then.
  public func open() throws(TableMistake) {
    try input.skipMark()
    for _ in 0..<format.skippedLines {
      if try !input.skipLine() { throw empty() }
    }
    guard try readRow() else { throw empty() }
    if !format.hasHeader {
      columns = (1...fields.count).map(String.init)
      holdsRow = true
      return
    }
    for field in fields {
      guard let name = text(of: field) else {
        throw TableMistake(
          line: field.line, column: field.column, "the name of a column is no UTF-8",
          isFatal: true)
      }
      columns.append(name)
    }
  }

  /// Goes back to before the first row.
  public func rewind() throws(TableMistake) {
    try input.rewind()
    columns = []
    holdsRow = false
    try open()
  }

  /// Reads the next row into `bytes` and `fields`.
  ///
  /// - Returns: whether there was one.
  public func next() throws(TableMistake) -> Bool {
    if holdsRow {
      holdsRow = false
      return true
    }
    guard try readRow() else { return false }
    guard fields.count == columns.count else {
      throw TableMistake(
        line: fields[0].line, column: fields[min(columns.count, fields.count - 1)].column,
        "this row has \(fields.count) \(fields.count == 1 ? "field" : "fields"), the first "
          + "has \(columns.count)")
    }
    return true
  }

  /// A field as text; nil where it is no UTF-8.
  public func text(of field: Field) -> String? {
    String(validating: bytes[field.lower..<field.upper], as: UTF8.self)
  }

  private func empty() -> TableMistake {
    TableMistake(line: input.line, column: 1, "the file holds no row", isFatal: true)
  }

  /// Reads the next row that is neither empty nor a comment.
  private func readRow() throws(TableMistake) -> Bool {
    while true {
      bytes.removeAll(keepingCapacity: true)
      fields.removeAll(keepingCapacity: true)
      guard let first = try input.peek() else { return false }
      if first == 0x0A || first == 0x0D {
        try input.endLine()
        continue
      }
      if !comment.isEmpty, try input.begins(with: comment) {
        _ = try input.skipLine()
        continue
      }
      repeat { try readField() } while try input.takeComma()
      try input.endLine()
      return true
    }
  }

  private func readField() throws(TableMistake) {
    if fields.count == CSVFormat.fieldsMax {
      throw input.mistake("this row has more than \(CSVFormat.fieldsMax) fields")
    }
    let (line, column, lower) = (input.line, input.column, bytes.count)
    if try input.peek() == 0x22 {
      try input.takeQuoted(into: &bytes)
    } else {
      try input.takePlain(into: &bytes)
    }
    fields.append(Field(lower: lower, upper: bytes.count, line: line, column: column))
  }
}
