import Foundation

/// The closed forms of `Tests/Fixtures/reference/analytic.csv`, by case and metric.
enum ReferenceNumbers {
  static let all: [String: [String: Double]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/reference/analytic.csv").standardized
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [:] }
    var found: [String: [String: Double]] = [:]
    for line in text.split(whereSeparator: \.isNewline).dropFirst() {
      // case,"{parameters}",metric,expected,...
      guard let comma = line.firstIndex(of: ","),
        let end = (line.range(of: "}\",") ?? line.range(of: "{},"))?.upperBound
      else { continue }
      let fields = line[end...].split(separator: ",", maxSplits: 2)
      guard fields.count == 3, let value = Double(fields[1]) else { continue }
      found[String(line[..<comma]), default: [:]][String(fields[0])] = value
    }
    return found
  }()

  /// A number of a case; traps where the file has none, so that no test compares nothing.
  static func value(_ name: String, _ metric: String) -> Double {
    guard let value = all[name]?[metric] else { preconditionFailure("no \(metric) of \(name)") }
    return value
  }
}
