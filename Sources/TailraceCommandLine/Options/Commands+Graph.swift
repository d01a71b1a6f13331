extension Commands {
  /// `tailrace graph`.
  public static let graph = CommandSpec(
    name: "graph", summary: "Draw who calls whom: as Mermaid, for Graphviz or as a picture.",
    examples: [
      .init("tailrace graph shop.jsonc", "Mermaid on the terminal"),
      .init("tailrace graph shop.jsonc -o shop.svg", "a picture"),
      .init("tailrace graph --results out -o out.svg", "with what 'run -o out' measured"),
    ],
    arguments: [
      .init(
        "scenario", .optional, "Scenario file, or - for standard input; not needed with --results.",
        completion: .scenario)
    ],
    options: OptionTable(
      [
        .value(
          "format", "form", choices: ["mermaid", "dot", "svg"],
          "mermaid, dot or svg (default: by the output's ending; mermaid on the terminal)."),
        .value("results", "dir", "A folder that 'run -o' wrote: its topology, with its numbers."),
        .value("output", short: "o", "file", "Where it goes (default standard output)."),
      ] + changes + shared),
    exitCodes: [.success, .usage, .invalidScenario, .failure])
}
