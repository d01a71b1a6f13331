/// What a result was made from and how to make it again, from the manifest.
struct Provenance {
  let files: ResultFiles
  private var manifest: JSONTree { files.manifest }

  init(_ files: ResultFiles) { self.files = files }

  /// Longer scenarios are only named: they stand in the manifest.
  static let textMax = 200_000

  /// The section's HTML.
  var html: String {
    var text = PageParts.paragraph("Made by tailrace \(manifest["tool_version"].string ?? ""):")
    text += PageParts.preformatted(command)
    if !facts.rows.isEmpty { text += facts.html }
    for (heading, scenario) in scenarios {
      let json = (try? JSONText.of(scenario)) ?? ""
      text += PageParts.folded(
        heading,
        json.utf8.count <= Self.textMax
          ? PageParts.preformatted(json)
          : PageParts.paragraph("Too long for a page; see manifest.json.", "note"))
    }
    return text
  }

  private var runs: [JSONTree] {
    let designs = manifest["designs"].list
    return designs.isEmpty ? [manifest] : designs
  }

  /// The kinds of results have a command each.
  private var verb: String {
    if !manifest["designs"].list.isEmpty { return "compare" }
    if case .list = files.summary["points"] { return "sweep" }
    if case .list = files.summary["probes"] { return "plan" }
    return "run"
  }

  /// The command line, with the scenario's name as file name.
  var command: String {
    var names: [String] = []
    for run in runs {
      let name = run["scenario"].string ?? ""
      if !names.contains(name) { names.append(name) }
    }
    var words = ["tailrace", verb] + names.map { $0 + ".jsonc" }
    let options = manifest["options"]
    if ["run", "plan"].contains(verb), let variant = manifest["variant"].string {
      words += ["--variant", variant]
    }
    for (name, values) in options.members {
      let list = values.list
      if list.isEmpty { words.append("--" + name) }
      for value in list { words += ["--" + name, value.string ?? ""] }
    }
    return PageParts.command(words)
  }

  private var facts: PageTable {
    var table = PageTable([
      .text("design"), .number("seed"), .number("replications"), .text("digest of the results"),
      .text("SHA-256 of the scenario file"),
    ])
    for run in runs where run["seed"].number != nil {
      table.rows.append([
        run["variant"].string ?? run["scenario"].string ?? "", run["seed"].text,
        run["replications"].text, run["digest"].string ?? "",
        run["scenario_sha256"].string ?? "",
      ])
    }
    return table.withoutEmptyColumns
  }

  private var scenarios: [(String, JSONTree)] {
    runs.compactMap { run in
      guard case .object = run["resolved_scenario"] else { return nil }
      let variant = run["variant"].string.map { " (\($0))" } ?? ""
      return ("The scenario with all defaults filled in\(variant)", run["resolved_scenario"])
    }
  }
}

extension JSONTree {
  /// A number or a text as it stands in the file; empty for others.
  var text: String {
    switch self {
    case .text(let text): text
    case .integer(let value): String(value)
    case .natural(let value): String(value)
    case .number(let value): DecimalText.shortest(value) ?? ""
    default: ""
    }
  }
}
