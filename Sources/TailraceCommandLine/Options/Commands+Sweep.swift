extension Commands {
  /// `tailrace sweep`.
  public static let sweep = CommandSpec(
    name: "sweep",
    summary: "Vary parameters: every combination of values, one row of numbers each.",
    examples: [
      .init("tailrace sweep shop.jsonc --param services.db.replicas=2..8 -o out"),
      .init("tailrace sweep grid.jsonc", "what its 'sweep' section varies"),
      .init("tailrace sweep grid.jsonc --task-id 3 --task-count 40 --results parts"),
    ],
    arguments: [scenario],
    options: OptionTable(
      grid + [
        .flag("dry-run", "Count the runs and stop."),
        .value(
          "output", short: "o", "dir", "Write the standard set; go on where a killed one ended."),
        .value("csv", "file", "Write sweep.csv only; - is standard output."),
        html,
        json("Print the points, or what was found, as JSON."),
        .value("find-max", "path", "The largest value that meets the thresholds, as 'plan' does."),
        .value("find-min", "path", "The least value that meets the thresholds."),
        .value("variant", "name", "The variant of such a search (default the first)."),
        .value(
          "time-unit", "unit", choices: ["ns", "us", "ms", "s"],
          "Unit of times in text: ns, us, ms or s (default: chosen from the values)."),
        .value("task-id", "i", "Run one part of the sweep: i from 0, or auto."),
      ] + parts + statistics + [maxWall] + shared),
    exitCodes: [
      .success, .thresholdFailed, .usage, .invalidScenario, .limitReached, .failure,
    ])

  /// `tailrace plan`.
  public static let plan = CommandSpec(
    name: "plan",
    summary: "Find the largest load, least capacity or cheapest design that meets the thresholds.",
    examples: [
      .init("tailrace plan shop.jsonc --find-max workloads.users.arrivals.rate"),
      .init("tailrace plan shop.jsonc --find-min services.db.replicas"),
      .init("tailrace plan grid.jsonc --cheapest", "of all designs of its 'sweep' section"),
    ],
    arguments: [scenario],
    options: OptionTable(
      [
        .value("find-max", "path", "The number whose largest value is looked for: a load."),
        .value("find-min", "path", "The number whose least value is looked for: a capacity."),
        .flag("cheapest", "The cheapest combination of all values of the parameters."),
        param,
        .value("variants", "list", "With --cheapest: variants to choose among (default one)."),
        .value(
          "output", short: "o", "dir",
          "Write summary.txt, summary.json, probes.csv, report.html, manifest.json."),
        .value("csv", "file", "Write probes.csv only; - is standard output."),
        html,
        json("Print the answer as JSON, not as text."),
        .value(
          "max-replications", "n", "Most replications of a value that is tried (default 320)."),
        threshold,
      ] + statistics + changes + shared),
    exitCodes: [.success, .thresholdFailed, .usage, .invalidScenario, .failure])

  /// `tailrace missing`.
  public static let missing = CommandSpec(
    name: "missing", summary: "List the parts of a sweep that are still to run.",
    examples: [
      .init("tailrace missing grid.jsonc --task-count 40 --results parts"),
      .init("tailrace missing grid.jsonc --task-count 40 --results parts --format ranges"),
    ],
    arguments: [scenario],
    options: OptionTable(
      grid + parts + [
        .value(
          "format", "form", choices: ["lines", "ranges"],
          "A number a line, or ranges as sbatch --array takes them (default lines).")
      ] + statistics + shared),
    exitCodes: [.success, .partsMissing, .usage, .invalidScenario, .failure])

  /// `tailrace merge`.
  public static let merge = CommandSpec(
    name: "merge", summary: "Join the parts of a sweep: all of them or nothing.",
    examples: [
      .init("tailrace merge grid.jsonc --task-count 40 --results parts --out sweep.csv")
    ],
    arguments: [scenario],
    options: OptionTable(
      grid + parts + [.value("out", "file", "Where the table goes; - is standard output.")]
        + statistics + shared),
    exitCodes: [.success, .partsMissing, .usage, .invalidScenario, .failure])

  /// What the points of a sweep are.
  private static let grid: [Option] = [
    param,
    .value("variants", "list", "Variants to run at every point (default all of them)."),
    set, threshold,
  ]

  private static let param = Option.value(
    "param", "path=values", isRepeatable: true,
    "Vary a value: a,b,c or 1..64 step 4 or 1..64 factor 2; may be repeated.")

  /// Where the parts of a sweep are.
  private static let parts: [Option] = [
    .value("task-count", "n", "Into how many parts the sweep is cut."),
    .value("results", "dir", "The folder of the parts."),
  ]
}
