extension Commands {
  /// `tailrace trace`.
  public static let trace = CommandSpec(
    name: "trace", summary: "Follow chosen requests and show each as a timeline.",
    examples: [
      .init("tailrace trace shop.jsonc", "the slowest request of all"),
      .init("tailrace trace shop.jsonc --slowest 5 -o t.json", "for Perfetto"),
      .init("tailrace trace shop.jsonc --request 7000", "as requests.csv names it"),
      .init("tailrace trace shop.jsonc --format folded", "for a flame graph"),
    ],
    arguments: [scenario],
    options: OptionTable(
      [
        .value("slowest", "n", "The n slowest answered requests, from 1 to 1000 (default 1)."),
        .value(
          "request", "id", isRepeatable: true,
          "A request by its number, client-turn in a closed loop; may be repeated."),
        .value("workload", "name", "The workload of the requests."),
        .value(
          "replication", "r",
          "The replication, from 0 (default: all for --slowest, else 0)."),
        .value(
          "format", "form", choices: ["text", "chrome", "folded", "otlp"],
          "text, chrome, folded or otlp (default text; chrome for a .json file)."),
        .value("output", short: "o", "file", "Write to a file; - is standard output."),
        timeUnit,
        .value("replications", "n", "Number of independent replications (default 10)."),
        .value("seed", "n", "Seed of all chance; overrides the file's."),
        .value("jobs", short: "j", "n", "Cores to use; never changes a result."),
      ] + changes + shared),
    exitCodes: [.success, .usage, .invalidScenario, .failure])
}
