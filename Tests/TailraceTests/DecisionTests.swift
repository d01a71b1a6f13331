import Foundation
import Testing

/// A command that answers a question, as a scenario's header gives it.
struct Decision {
  var scenario: String
  var word: String
  var command: String

  /// The file in `results/` with the command and what it prints.
  var file: URL {
    Library.root.appending(path: "results/\(scenario)/decision-\(word).txt")
  }

  /// The command's words; quotes keep blanks together.
  var arguments: [String] {
    var words: [String] = []
    let parts = command.split(separator: "'", omittingEmptySubsequences: false)
    for (number, part) in parts.enumerated() {
      if number % 2 == 0 {
        words += part.split(separator: " ").map(String.init)
      } else {
        words.append(String(part))
      }
    }
    return words
  }

  /// All decisions of a scenario: lines `//   word: tailrace ...`, which may go on behind a `\`.
  static func all(of file: URL) throws -> [Decision] {
    let scenario = file.deletingPathExtension().lastPathComponent
    var found: [Decision] = []
    var goesOn = false
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      guard line.hasPrefix("//") else { break }
      var text = line.dropFirst(2).drop { $0 == " " }
      let isFirst = text.split(separator: " ").dropFirst().first == "tailrace"
      guard isFirst || goesOn else { continue }
      goesOn = text.hasSuffix(" \\")
      if goesOn { text = text.dropLast(2) }
      if isFirst, let colon = text.firstIndex(of: ":") {
        found.append(
          Decision(
            scenario: scenario, word: String(text[..<colon]),
            command: String(text[colon...].dropFirst(2))))
      } else if !found.isEmpty {
        found[found.count - 1].command += " " + text
      }
    }
    return found
  }

  static func all() throws -> [Decision] { try Library.files.flatMap { try all(of: $0) } }
}

/// Worked decisions: questions of readers, answered by a command whose output is stored.
@Suite("Worked decisions") struct DecisionTests {
  @Test("results/ holds what each decision's command prints, byte for byte")
  func results() throws {
    let decisions = try Decision.all()
    #expect(Set(decisions.map(\.scenario)).count >= 6)
    for decision in decisions {
      #expect(decision.arguments.first == "tailrace")
      #expect(decision.command.contains("scenarios/\(decision.scenario).jsonc"))
      let ended = try Program(Array(decision.arguments.dropFirst()))
      #expect(ended.errors.isEmpty, "\(decision.command): \(ended.errors)")
      let code = ended.status == 0 ? "" : "(exit \(ended.status))\n"
      let text = Data("$ \(decision.command)\n\(ended.output)\(code)".utf8)
      let isSame = (try? Data(contentsOf: decision.file)) == text
      #expect(isSame, "\(decision.file.lastPathComponent) of \(decision.scenario) differs")
      if !isSame, ProcessInfo.processInfo.environment["RECORD"] != nil {
        try FileManager.default.createDirectory(
          at: decision.file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: decision.file, options: .atomic)
      }
    }
  }

  @Test("The README's table has each decision, and each figure in bold stands in its output")
  func readme() throws {
    let text = try String(
      contentsOf: Library.root.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## Decisions\n").dropFirst().first)
    let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      .filter { $0.hasPrefix("| ") }.dropFirst(2)
    let decisions = try Decision.all()
    var seen: Set<String> = []
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      try #require(cells.count == 3, "\(row)")
      let commands = Self.between("`", in: cells[1])
      let own = decisions.filter { commands.contains($0.command) }
      #expect(!commands.isEmpty && own.count == commands.count, "\(cells[1])")
      seen.formUnion(commands)
      let outputs = try own.map { Self.words(try String(contentsOf: $0.file, encoding: .utf8)) }
      let figures = Self.between("**", in: cells[2])
      #expect(!figures.isEmpty, "\(row)")
      for figure in figures {
        let words = " " + Self.words(figure).trimmingCharacters(in: .whitespaces)
        #expect(outputs.contains { $0.contains(words) }, "'\(figure)' is in no output of \(own)")
      }
    }
    #expect(seen == Set(decisions.map(\.command)))
  }

  /// The text with one blank for any number, and without `±`, which heads a column in the outputs.
  private static func words(_ text: String) -> String {
    " " + text.split { $0 == " " || $0 == "\n" || $0 == "±" }.joined(separator: " ") + " "
  }

  private static func between(_ mark: String, in text: String) -> [String] {
    text.components(separatedBy: mark).enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }
}
