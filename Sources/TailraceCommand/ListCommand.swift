import Tailrace
import TailraceCommandLine

/// `tailrace list`: the components by kind, or the scenarios of a folder.
enum ListCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    var shelves = Catalogue.shelves
    if let kind = command.arguments.first {
      if kind == "." || kind == ".." || kind.contains("/") {
        return try listFolder(kind, asJSON: command.has("json"))
      }
      shelves = shelves.filter { $0.name == kind }
      if shelves.isEmpty {
        let names = Catalogue.shelves.map(\.name)
        let near = NearestWord.hint(kind, among: names)
        throw UsageError(
          "no kind '\(kind)'\(near); there are \(names.joined(separator: ", "))",
          command: command.spec)
      }
    }
    if command.has("json") {
      let rows = shelves.flatMap { shelf in
        shelf.components.map {
          "  { \"kind\": \(JSONWriter.quoted(shelf.name)), "
            + "\"name\": \(JSONWriter.quoted($0.name)), "
            + "\"summary\": \(JSONWriter.quoted($0.summary)) }"
        }
      }
      try Streams.printResult("[\n\(rows.joined(separator: ",\n"))\n]\n")
      return .success
    }
    var text = ""
    for shelf in shelves {
      text += (text.isEmpty ? "" : "\n") + shelf.name.uppercased() + "\n"
      text += columns(shelf.components.map { ($0.name, $0.summary) })
    }
    try Streams.printResult(text)
    return .success
  }

  /// Two columns, indented.
  private static func columns(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { left, right in
      let gap = String(repeating: " ", count: width - left.count + 2)
      return right.isEmpty ? "  \(left)\n" : "  \(left)\(gap)\(right)\n"
    }.joined()
  }

  // MARK: Scenarios

  private static func listFolder(_ folder: String, asJSON: Bool) throws -> ExitCode {
    var scenarios: [(file: String, scenario: SeenScenario)] = []
    for name in try Streams.names(in: folder) where ScenarioFile.isPath(name) {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      let source = SourceText(name: path, bytes: try Streams.read(path))
      if let scenario = SeenScenario(source) { scenarios.append((path, scenario)) }
    }
    if asJSON {
      let rows = scenarios.map { file, scenario in
        let variants = scenario.variants.map(JSONWriter.quoted).joined(separator: ", ")
        return "  { \"file\": \(JSONWriter.quoted(file)), "
          + "\"question\": \(JSONWriter.quoted(scenario.question)), "
          + "\"variants\": [\(variants)], \"errors\": \(scenario.errors) }"
      }
      try Streams.printResult("[\n\(rows.joined(separator: ",\n"))\n]\n")
      return .success
    }
    var text = ""
    for (file, scenario) in scenarios {
      text += (text.isEmpty ? "" : "\n") + file + "\n"
      if !scenario.question.isEmpty { text += "  \(scenario.question)\n" }
      if scenario.errors > 0 {
        text += "  \(scenario.errors) errors: tailrace validate \(file)\n"
      } else {
        text += "  variants: \(scenario.variants.joined(separator: ", "))\n"
      }
    }
    try Streams.printResult(text)
    return .success
  }
}

/// What a list tells of a scenario file.
private struct SeenScenario {
  var question: String
  var variants: [String] = []
  var errors = 0

  /// Nil for a file that is JSON but no scenario, such as a schema.
  init?(_ source: SourceText) {
    let root = JSON5Reader.read(source).0
    if let root, root["tailrace"] == nil { return nil }
    question = root?["description"]?.string ?? Self.question(of: source)
    do throws(Scenario.Invalid) {
      variants = try Scenario.load(source).variants.map(\.name)
    } catch {
      errors = error.diagnostics.count
    }
  }

  /// The first paragraph of the comment that opens the file.
  private static func question(of source: SourceText) -> String {
    var words: [Substring] = []
    for line in 1...source.lineCount {
      let text = source.text(in: source.range(ofLine: line))
      guard text.hasPrefix("//") else { break }
      let found = text.dropFirst(2).split(separator: " ")
      if found.isEmpty { break }
      words += found
    }
    if words.first == "Question:" { words.removeFirst() }
    return words.joined(separator: " ")
  }
}
