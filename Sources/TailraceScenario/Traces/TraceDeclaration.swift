import TailraceCatalog
import TailraceModel
import TailraceTables

/// The rows of a file as arrivals.
public struct TraceDeclaration: ArrivalDeclaration, CSVDeclaration {
  public static let name = "trace"
  public static let summary = "The rows of a CSV file, replayed in order; the first is at 0."
  public static let keys: [Key<Self>] =
    [Key("file", \.file, .text, required: true, "The file, from the scenario's folder.")]
    + [
      Key("time", \.time, .object(TraceTimeDeclaration.self), "Where a row's time stands."),
      Key(
        "count", \.count, .object(TraceCountDeclaration.self),
        "Where a row's number of requests stands; without 'time' rows follow at its interval."),
      Key("interval", \.interval, .duration(1...(1 << 51)), "One request a row, so far apart."),
      Key("loop", \.loop, .boolean, "Whether the first row follows the last."),
    ] + formatKeys
  var file: Located<String>?
  var time: TraceTimeDeclaration?
  var count: TraceCountDeclaration?
  var interval: UInt64?
  var loop = false
  public var hasHeader = true
  public var skippedLines = 0
  public var comment: String?
  public init() {}

  /// Rows come later, when it is known which columns are used.
  public func arrivals(scale: Double) -> ArrivalSpec? {
    .trace(TraceSpec(columns: [], open: { NoRows() }))
  }

  public func check(at node: Node, _ reading: inout Reading) {
    // A key that was written but not understood has been complained about.
    func has(_ key: String) -> Bool { node[key].map { !$0.isNull } ?? false }
    if has("interval") && (has("time") || has("count")) {
      reading.report(
        .wrongType, at: node["interval"] ?? node,
        "'interval' is for rows without 'time' and 'count'; give one of them")
    } else if !has("interval") && !has("time") && !has("count") {
      reading.report(
        .missingKey, at: node["file"] ?? node,
        "arrivals trace needs 'time': {column}, 'count': {column, interval} or 'interval'")
    }
  }
}

/// Where a row's time stands.
public struct TraceTimeDeclaration: Declared {
  public static let kind = "time of trace"
  public static let summary = "Where a row's time stands, and how it is written."
  public static let keys: [Key<Self>] = [
    Key("column", \.column, .text, required: true, "Its column."),
    Key(
      "format", \.format, .choice(TimeFormat.words),
      "Unit of a number, or date-time (RFC 3339, also with a blank)."),
  ]
  var column: Located<String>?
  var format = TimeFormat.dateTime
  public init() {}
}

/// Where a row's number of requests stands.
public struct TraceCountDeclaration: Declared {
  public static let kind = "count of trace"
  public static let summary =
    "Where a row's number of requests stands, placed at random in its time."
  public static let keys: [Key<Self>] = [
    Key("column", \.column, .text, required: true, "Its column."),
    Key(
      "interval", \.interval, .duration(1...(1 << 51)), required: true,
      "Time in which the requests are placed at random."),
  ]
  var column: Located<String>?
  var interval: UInt64?
  public init() {}
}

/// Where a row's class stands: the long form of a workload's `class`.
public struct TraceClassDeclaration: Declared {
  public static let kind = "class of trace"
  public static let summary = "Where a row's class stands."
  public static let keys: [Key<Self>] = [
    Key("column", \.column, .text, required: true, "Its column.")
  ]
  var column: Located<String>?
  public init() {}
}

/// How a time is written.
enum TimeFormat: Hashable, Sendable {
  case dateTime
  case number(unit: UInt64)

  static let units: [(String, UInt64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]
  static let words = [("date-time", Self.dateTime)] + units.map { ($0.0, Self.number(unit: $0.1)) }
}

/// Something that reads a CSV file.
public protocol CSVDeclaration: Declared {
  var hasHeader: Bool { get set }
  var skippedLines: Int { get set }
  var comment: String? { get set }
}

extension CSVDeclaration {
  var format: CSVFormat {
    var format = CSVFormat()
    format.hasHeader = hasHeader
    format.skippedLines = skippedLines
    format.comment = comment
    return format
  }

  static var formatKeys: [Key<Self>] {
    [
      Key(
        "header", \.hasHeader, .boolean,
        "Whether the first row names the columns; else they are \"1\", \"2\", and so on."),
      Key(
        "skip_lines", \.skippedLines, .integer(0...1_000_000_000),
        "Lines at the start that are passed over."),
      Key("comment", \.comment, .text, "Lines that begin so are passed over."),
    ]
  }
}

/// Stands for rows that are not bound yet.
private final class NoRows: TraceReader {
  func read(into chunk: inout TraceChunk) throws(TraceFault) {}
}
