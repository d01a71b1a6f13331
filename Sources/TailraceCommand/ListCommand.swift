import Tailrace
import TailraceCommandLine

/// `tailrace list`: the components by kind.
enum ListCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    var shelves = Catalogue.shelves
    if let kind = command.arguments.first {
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
      let width = shelf.components.map(\.name.count).max() ?? 0
      for component in shelf.components {
        let gap = String(repeating: " ", count: width - component.name.count + 2)
        text += "  \(component.name)\(gap)\(component.summary)\n"
      }
    }
    try Streams.printResult(text)
    return .success
  }
}
