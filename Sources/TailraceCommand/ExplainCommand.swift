import Tailrace
import TailraceCommandLine
import TailraceDiagnosis
import TailraceReports

/// `tailrace explain`: one component, key or word, or each value of a scenario file.
enum ExplainCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let name = command.arguments[0]
    if ScenarioFile.isPath(name) { return try explainFile(command) }
    if let text = csvText(name, asJSON: command.has("json")) {
      try Streams.printResult(text)
      return .success
    }
    var meaning = Catalogue.find(name)
    meaning.components += DiagnosisRule.components(named: name)
    meaning.components += TableWords.components(named: name)
    var foreign: [ForeignWord] = []
    if meaning.isEmpty {
      foreign = ForeignWords.entries(for: name)
      meaning = foreign.isEmpty ? otherwise(name) : .all(of: foreign)
    }
    if meaning.isEmpty {
      let near = NearestWord.hint(
        name, among: Catalogue.words + DiagnosisRule.words + TableWords.all + csvWords)
      throw UsageError("nothing is called '\(name)'\(near)", command: command.spec)
    }
    if command.has("json") {
      let keys = meaning.components.flatMap { owner in owner.keys.map { (owner, $0) } }
      let rows =
        meaning.components.filter(\.keys.isEmpty).map(row)
        + (keys + meaning.keys + meaning.values).map(row)
      try Streams.printResult("[\n\(rows.joined(separator: ",\n"))\n]\n")
      return .success
    }
    var parts = translations(of: name, foreign)
    for component in meaning.components {
      var text = "\(component.name): \(component.summary)\n"
      for key in component.keys { text += "\n" + describe(key) }
      for detail in component.details {
        text += "\n  \(detail.name)\n    \(detail.text)\n"
        if !detail.source.isEmpty { text += "    source: \(detail.source)\n" }
      }
      parts.append(text)
    }
    for (owner, key) in meaning.keys { parts.append("in \(owner.kind):\n" + describe(key)) }
    for (owner, key) in meaning.values {
      parts.append("a value of '\(key.name)' in \(owner.kind):\n" + describe(key))
    }
    try Streams.printResult(parts.joined(separator: "\n"))
    return .success
  }

  /// What a foreign word is here, a line for each meaning.
  private static func translations(of name: String, _ words: [ForeignWord]) -> [String] {
    var lines: [(meaning: String, owners: [String])] = []
    for word in words {
      if let place = lines.firstIndex(where: { $0.meaning == word.meaning }) {
        lines[place].owners.append(word.attribution)
      } else {
        lines.append((word.meaning, [word.attribution]))
      }
    }
    return lines.map {
      "\(name): here '\($0.meaning)' (\($0.owners.joined(separator: ", ")))\n"
    }
  }

  /// A word of a table's column, or one that is written in capitals or without.
  private static func otherwise(_ name: String) -> Catalogue.Meaning {
    var meaning = Catalogue.Meaning()
    for word in [name.uppercased(), name.lowercased()] where word != name && meaning.isEmpty {
      meaning = Catalogue.find(word)
    }
    if meaning.isEmpty { meaning.components = TableWords.components(telling: name) }
    return meaning
  }

  /// Every value of a scenario with where it comes from.
  private static func explainFile(_ command: ParsedCommand) throws -> ExitCode {
    if command.has("json") {
      throw UsageError(
        "--json explains a word; for a file there is validate --print-resolved",
        command: command.spec)
    }
    let (_, scenario) = try ScenarioFile.load(command)
    guard let scenario else { return .invalidScenario }
    let variant = try ScenarioFile.variant(of: scenario, command)
    try Streams.printResult(variant.explainedText(of: scenario))
    return .success
  }

  /// What `explain` knows of CSV files.
  private static var csvWords: [String] { [CSVFileText.word] + CSVFile.all.map(\.name) }

  /// All CSV files or the one of a name; nil for any other word.
  private static func csvText(_ name: String, asJSON: Bool) -> String? {
    if name == CSVFileText.word { return asJSON ? CSVFileJSON.all : CSVFileText.all }
    guard let file = CSVFile.all.first(where: { $0.name == name }) else { return nil }
    return asJSON ? CSVFileJSON.one(file) : CSVFileText.one(file)
  }

  private static func describe(_ key: Component.KeyInfo) -> String {
    "  \(key.name)\n    \(key.summary)\n    \(key.range); \(key.presence)\n"
  }

  private static func row(_ owner: Component) -> String {
    let details = owner.details.map { detail in
      "{ \"name\": \(JSONWriter.quoted(detail.name)), "
        + "\"value\": \(JSONWriter.quoted(detail.text)), "
        + "\"source\": \(JSONWriter.quoted(detail.source)) }"
    }
    let list = details.isEmpty ? "" : ", \"details\": [\(details.joined(separator: ", "))]"
    return "  { \"component\": \(JSONWriter.quoted(owner.name)), "
      + "\"summary\": \(JSONWriter.quoted(owner.summary))\(list) }"
  }

  private static func row(_ owner: Component, _ key: Component.KeyInfo) -> String {
    "  { \"component\": \(JSONWriter.quoted(owner.kind)), "
      + "\"key\": \(JSONWriter.quoted(key.name)), \"meaning\": \(JSONWriter.quoted(key.range)), "
      + "\"required\": \(key.isRequired), \"default\": \(JSONWriter.quoted(key.standard)), "
      + "\"summary\": \(JSONWriter.quoted(key.summary)) }"
  }
}

extension Catalogue.Meaning {
  /// What foreign words mean here, once each.
  fileprivate static func all(of words: [ForeignWord]) -> Self {
    var seen = Set<String>()
    var whole = Self()
    for word in words where seen.insert(word.meaning).inserted {
      let path = Catalogue.find(word.meaning)
      let own = path.isEmpty ? Catalogue.find(word.name) : path
      whole.components += own.components
      whole.keys += own.keys
      whole.values += own.values
    }
    return whole
  }
}
