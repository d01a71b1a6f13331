import Tailrace
import TailraceCommandLine
import TailraceTemplates

/// `tailrace init`: a scenario to start from, in a file of its own.
enum InitCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    if command.has("list") {
      if command.has("output") || !command.arguments.isEmpty {
        throw UsageError("'--list' stands alone", command: command.spec)
      }
      let width = Template.all.map(\.name.count).max() ?? 0
      for template in Template.all {
        let blanks = String(repeating: " ", count: width - template.name.count)
        try Streams.printResult("\(template.name)\(blanks)  \(template.summary)\n")
      }
      return .success
    }
    let name = command.arguments.first ?? Template.all[0].name
    guard let template = Template.named(name) else {
      let names = Template.all.map(\.name)
      let hint = NearestWord.hint(name, among: names)
      throw UsageError(
        "no template '\(name)'\(hint.isEmpty ? ": one of \(names.joined(separator: ", "))" : hint)",
        command: command.spec)
    }
    let path = command.text("output") ?? template.name + ".jsonc"
    let text = template.text(
      file: path == "-" ? template.name + ".jsonc" : path, scenario: scenarioName(path))
    if path == "-" {
      try Streams.printResult(text)
      return .success
    }
    try FileSet.create(Array(text.utf8), at: path)
    if !command.has("quiet") { Streams.printMessage("wrote \(path)\n") }
    return .success
  }

  /// What a scenario in this file would be called; nil where its name can be no scenario's.
  private static func scenarioName(_ path: String) -> String? {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let base = String(name.prefix { $0 != "." })
    let isName = base.utf8.enumerated().allSatisfy { place, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): place > 0
      default: false
      }
    }
    return isName && !base.isEmpty && base.utf8.count <= 64 ? base : nil
  }
}
