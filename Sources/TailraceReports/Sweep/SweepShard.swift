import TailraceTables

/// One part of a sweep as a file: a header, the rows of its points, and their SHA-256.
///
/// Nothing in it depends on the host, the time or the path, so two runs of one task give the same
/// bytes, and a reader can tell a whole part from a foreign, a stale or a damaged one.
public enum SweepShard {
  /// The version of the file's shape.
  public static let version = 1

  /// The file of a task among so many.
  public static func name(task: Int, of count: Int) -> String {
    "shard-\(padded(task))-of-\(padded(count)).tlr"
  }

  private static func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 6 - String(number).count)) + String(number)
  }

  /// The numbers of a task's points: every `count`-th from its own on.
  public static func points(task: Int, of count: Int, among all: Int) -> StrideTo<Int> {
    stride(from: task, to: all, by: count)
  }

  static func header(plan: String, tool: String, task: Int, of count: Int) -> String {
    "tailrace-shard \(version) tool=\(tool) plan=\(plan) task=\(task) of=\(count)\n"
  }

  /// The whole file of a task; `plan` is the digest of all that bears on results, and `rows` has the
  /// rows of its points in order.
  public static func contents(
    plan: String, tool: String, task: Int, of count: Int, rows: [(point: Int, text: String)]
  ) -> [UInt8] {
    var body: [UInt8] = []
    for row in rows { body += record(row.point, row.text) }
    let end = "end points=\(rows.count) sha256=\(HexText.of(SHA256.hash(body)))\n"
    return Array(header(plan: plan, tool: tool, task: task, of: count).utf8) + body
      + Array(end.utf8)
  }

  /// A point's rows: a line with its number and their bytes, then the rows.
  static func record(_ point: Int, _ text: String) -> [UInt8] {
    Array("point \(point) \(text.utf8.count)\n\(text)".utf8)
  }

  /// Why a part cannot be used.
  public enum Defect: Error, Sendable, Equatable {
    case truncated, damaged
    /// Its plan, version or place is another's.
    case foreign(String)

    /// The reason in words.
    public var words: String {
      switch self {
      case .truncated: "truncated"
      case .damaged: "damaged: its contents do not fit its SHA-256"
      case .foreign(let what): what
      }
    }
  }

  /// The points' rows of a part that is whole and this task's.
  public static func read(
    _ bytes: [UInt8], plan: String, tool: String, task: Int, of count: Int, among all: Int
  ) throws(Defect) -> [(point: Int, text: ArraySlice<UInt8>)] {
    guard let headEnd = bytes.firstIndex(of: 10) else { throw .truncated }
    let head = String(decoding: bytes[...headEnd], as: UTF8.self)
    if head != header(plan: plan, tool: tool, task: task, of: count) {
      throw .foreign(difference(head, plan: plan, tool: tool, task: task, of: count))
    }
    guard bytes.last == 10,
      let endStart = bytes[..<(bytes.count - 1)].lastIndex(of: 10).map({ $0 + 1 }),
      bytes[endStart...].starts(with: "end points=".utf8)
    else { throw .truncated }
    let body = bytes[(headEnd + 1)..<max(headEnd + 1, endStart)]
    let expected = Array(points(task: task, of: count, among: all))
    let end =
      "end points=\(expected.count) sha256=\(HexText.of(SHA256.hash(Array(body))))\n"
    guard bytes[endStart...].elementsEqual(end.utf8) else { throw .damaged }
    return try records(body, expected)
  }

  private static func records(
    _ body: ArraySlice<UInt8>, _ expected: [Int]
  ) throws(Defect) -> [(point: Int, text: ArraySlice<UInt8>)] {
    var rows: [(point: Int, text: ArraySlice<UInt8>)] = []
    var rest = body
    while let record = nextRecord(&rest) { rows.append(record) }
    guard rest.isEmpty, rows.map(\.point) == expected else { throw .damaged }
    return rows
  }

  /// Takes a record off the front; nil where there is no whole one.
  static func nextRecord(_ rest: inout ArraySlice<UInt8>) -> (point: Int, text: ArraySlice<UInt8>)?
  {
    guard let line = rest.firstIndex(of: 10) else { return nil }
    let words = String(decoding: rest[..<line], as: UTF8.self).split(separator: " ")
    guard words.count == 3, words[0] == "point", let point = Int(words[1]),
      let length = Int(words[2]), length >= 0, rest.endIndex - line - 1 >= length
    else { return nil }
    let text = rest[(line + 1)..<(line + 1 + length)]
    rest = rest[(line + 1 + length)...]
    return (point, text)
  }

  private static func difference(
    _ head: String, plan: String, tool: String, task: Int, of count: Int
  ) -> String {
    let words = head.split { $0 == " " || $0 == "\n" }.map(String.init)
    guard words.first == "tailrace-shard", words.count == 6 else { return "no part of a sweep" }
    if words[1] != "\(version)" || words[2] != "tool=\(tool)" {
      return "written by another version (\(words[2].dropFirst(5)))"
    }
    if words[3] != "plan=\(plan)" { return "of another plan" }
    return "of another place (\(words[4]), \(words[5]))"
  }
}
