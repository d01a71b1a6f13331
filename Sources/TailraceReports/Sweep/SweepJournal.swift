import TailraceTables

/// What a sweep on one machine has done so far: a file to which each point adds its rows.
///
/// A point's record ends with the SHA-256 of its bytes. What stands behind the last whole record is
/// left over from a kill, and is passed over.
public enum SweepJournal {
  /// The file beside the results.
  public static let fileName = "sweep.journal"

  /// The first line.
  public static func header(plan: String, tool: String) -> [UInt8] {
    Array("tailrace-journal 1 tool=\(tool) plan=\(plan)\n".utf8)
  }

  /// The bytes that a finished point adds.
  public static func entry(_ point: Int, _ text: String) -> [UInt8] {
    let record = SweepShard.record(point, text)
    return record + Array("\(HexText.of(SHA256.hash(record)))\n".utf8)
  }

  /// The points that are done, and how many bytes of the journal are whole; nil where it belongs to
  /// another sweep.
  public static func read(
    _ bytes: [UInt8], plan: String, tool: String
  ) -> (rows: [Int: String], whole: Int)? {
    let head = header(plan: plan, tool: tool)
    if bytes.count < head.count { return head.starts(with: bytes) ? ([:], 0) : nil }
    guard bytes.starts(with: head) else { return nil }
    var rows: [Int: String] = [:]
    var rest = bytes[head.count...]
    var whole = head.count
    while true {
      let start = rest.startIndex
      guard let record = SweepShard.nextRecord(&rest) else { break }
      let digest = HexText.of(SHA256.hash(Array(bytes[start..<rest.startIndex])))
      let line = Array("\(digest)\n".utf8)
      guard rest.starts(with: line) else { break }
      rest = rest.dropFirst(line.count)
      rows[record.point] = String(decoding: record.text, as: UTF8.self)
      whole = rest.startIndex
    }
    return (rows, whole)
  }
}
