import Foundation

/// One number that a right simulator must give.
struct ReferenceNumber {
  var name: String
  var parameters: String
  var metric: String
  var expected: Double
  var tolerance: Double
  /// Whether it is an upper bound.
  var isBound: Bool

  /// The rows of a file in `Tests/Fixtures/reference`.
  static func read(_ file: String) -> [ReferenceNumber] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/reference").standardized
    guard let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8) else {
      return []
    }
    return text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      let fields = fields(of: line)
      guard fields.count >= 5, let expected = Double(fields[3]), let band = Double(fields[4])
      else { return nil }
      return ReferenceNumber(
        name: fields[0], parameters: fields[1], metric: fields[2], expected: expected,
        tolerance: band, isBound: fields.count > 6 && fields[6] == "bound")
    }
  }

  /// The numbers of a case, by metric.
  static func byMetric(_ file: String, _ name: String) -> [String: ReferenceNumber] {
    var found: [String: ReferenceNumber] = [:]
    for row in read(file) where row.name == name { found[row.metric] = row }
    return found
  }

  /// Fields of a line; quoted ones may hold commas and doubled quotes.
  private static func fields(of line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        // The second of two quotes inside a field stands for itself.
        if !isQuoted && line.count > 0 && fields[fields.count - 1].last == "\u{0}" {
          fields[fields.count - 1].removeLast()
          fields[fields.count - 1].append("\"")
        } else if isQuoted {
          fields[fields.count - 1].append("\u{0}")
        }
        isQuoted.toggle()
      } else if character == "," && !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields.map { $0.replacing("\u{0}", with: "") }
  }
}
