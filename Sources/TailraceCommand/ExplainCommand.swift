import Tailrace
import TailraceCommandLine

/// `tailrace explain`: one component or key.
enum ExplainCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let name = command.arguments[0]
    let (components, keys) = Catalogue.find(name)
    if components.isEmpty && keys.isEmpty {
      let near = NearestWord.to(name, among: Catalogue.words).map { "; did you mean '\($0)'?" }
      throw UsageError("nothing is called '\(name)'\(near ?? "")", command: command.spec)
    }
    if command.has("json") {
      let rows =
        components.flatMap { owner in owner.keys.map { row(owner, $0) } }
        + keys.map { row($0.owner, $0.key) }
      try Streams.printResult("[\n\(rows.joined(separator: ",\n"))\n]\n")
      return .success
    }
    var parts: [String] = []
    for component in components {
      var text = "\(component.name): \(component.summary)\n"
      for key in component.keys { text += "\n" + describe(key) }
      parts.append(text)
    }
    for (owner, key) in keys { parts.append("in \(owner.kind):\n" + describe(key)) }
    try Streams.printResult(parts.joined(separator: "\n"))
    return .success
  }

  private static func describe(_ key: Component.KeyInfo) -> String {
    let standard = key.isRequired ? "required" : "default \(key.standard)"
    return "  \(key.name)\n    \(key.summary)\n    \(key.meaning); \(standard)\n"
  }

  private static func row(_ owner: Component, _ key: Component.KeyInfo) -> String {
    "  { \"component\": \(JSONWriter.quoted(owner.kind)), "
      + "\"key\": \(JSONWriter.quoted(key.name)), \"meaning\": \(JSONWriter.quoted(key.meaning)), "
      + "\"required\": \(key.isRequired), \"default\": \(JSONWriter.quoted(key.standard)), "
      + "\"summary\": \(JSONWriter.quoted(key.summary)) }"
  }
}
