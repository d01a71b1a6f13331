extension Commands {
  static let scenario = CommandSpec.Argument(
    "scenario", .one, "Scenario file, or - for standard input.", completion: .scenario)

  static func json(_ help: String) -> Option { .flag("json", help) }

  /// Where results go.
  static let output: [Option] = [
    .value("output", short: "o", "dir", "Write the standard set of files."),
    json("Print the summary as JSON, not as text."),
    .value("csv", "dir", "Write the CSV files only."),
    html,
    .value(
      "interval", "dur",
      "Interval of the time series, such as 500ms (default a hundredth of the run)."),
    .value(
      "hdrplot", "file", "Write percentiles for HdrHistogram's plotter; - is standard output."),
    .value("requests", "file", "Write a CSV row for each request; - is standard output."),
    .value(
      "sample", "n",
      "Keep at most n requests of each replication, drawn evenly (default 10000)."),
    timeUnit,
  ]

  /// Where comparisons go.
  static let comparisonOutput: [Option] = [
    .value("output", short: "o", "dir", "Write the standard set of files."),
    json("Print the comparison as JSON, not as text."),
    .value("csv", "dir", "Write the CSV files only."),
    html,
    timeUnit,
  ]

  static let html = Option.value(
    "html", "file", "Write the report only, a page of HTML; - is standard output.")

  static let timeUnit = Option.value(
    "time-unit", "unit", choices: ["ns", "us", "ms", "s"],
    "Unit of times in text: ns, us, ms or s (default: chosen from the values).")

  /// How often and how exactly to simulate.
  static let statistics: [Option] = [
    .value("replications", "n", "Number of independent replications (default 10)."),
    .value("seed", "n", "Seed of all chance; overrides the file's."),
    .value("jobs", short: "j", "n", "Cores to use; never changes a result."),
    .value(
      "percentiles", "list", "Percentiles to report (default 50,90,95,99,99.9,99.99)."),
    .value("max-events", "n", "Stop after so many events, with partial results (exit 4)."),
  ]

  /// A guard against runs that take for ever.
  static let maxWall = Option.value(
    "max-wall", "dur", "Stop after so long, such as 30s, with partial results (exit 4).")

  /// How narrow intervals have to be.
  static let precision: [Option] = [
    .value(
      "until-ci", "pct",
      "Add replications until every headline interval is within this per cent, such as 2%."),
    .value(
      "max-replications", "n", "At most so many with '--until-ci' (default 1000)."),
  ]

  /// One more threshold.
  static let threshold = Option.value(
    "threshold", "cond", isRepeatable: true,
    "Add a threshold, such as 'latency: p(99) < 1s'; exit 99 if it fails.")

  /// Changes to the scenario.
  static let changes: [Option] = [
    set,
    .value("variant", "name", "The variant to use (default the first)."),
  ]

  static let set = Option.value(
    "set", "path=value", isRepeatable: true,
    "Override one value of the scenario; may be repeated.")

  /// Changes to the scenario, and the scenario after them.
  static let overrides: [Option] =
    changes + [
      .flag("print-resolved", "Print the scenario with everything applied, as JSON, and stop.")
    ]
}
