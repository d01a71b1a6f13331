import Foundation

@testable import TailraceTables

/// A file that lives as long as a test needs it.
struct Scratch {
  let path: String

  init(_ bytes: [UInt8]) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(bytes).write(to: url)
    path = url.path()
  }

  init(_ text: String) throws { try self.init(Array(text.utf8)) }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// The rows of a CSV text, or the place and words of its first mistake.
func rows(_ text: String, _ format: CSVFormat = CSVFormat()) throws -> String {
  try rows(Array(text.utf8), format)
}

func rows(_ bytes: [UInt8], _ format: CSVFormat = CSVFormat()) throws -> String {
  let scratch = try Scratch(bytes)
  defer { scratch.remove() }
  var shown: [String] = []
  do throws(TableMistake) {
    let reader = CSVReader(try open(scratch.path), format)
    try reader.open()
    shown.append(reader.columns.joined(separator: "|") + ":")
    while try reader.next() {
      shown.append(
        reader.fields.map { reader.text(of: $0) ?? "?" }.joined(separator: "|")
          .replacing("\n", with: "\\n"))
    }
  } catch {
    shown.append("\(error.line):\(error.column): \(error.message)")
  }
  return shown.joined(separator: " / ")
}

private func open(_ path: String) throws(TableMistake) -> InputFile {
  do {
    return try InputFile(path)
  } catch {
    throw TableMistake(line: 0, column: 0, "\(error)")
  }
}
