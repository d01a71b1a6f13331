/// The commands of `tailrace` with their options: parsing and help are made from these tables.
public enum Commands {
  /// All commands, in the order of help.
  public static let all = [
    run, compare, sweep, plan, missing, merge, report, trace, graph, check, fit, validate, list,
    explain, schema, initialize, completions, help,
  ]

  /// What help can explain: itself too.
  private static let names =
    [
      run, compare, sweep, plan, missing, merge, report, trace, graph, check, fit, validate, list,
      explain, schema, initialize, completions,
    ].map(\.name) + ["help"]

  /// The parser of the program's command line.
  public static let parser = Parser(commands: all, shared: OptionTable(shared))

  /// Options that every command takes.
  public static let shared: [Option] = [
    .flag("help", short: "h", "Show this help."),
    .flag("version", "Show the version."),
    .flag("quiet", short: "q", "Print results and errors only."),
    .flag("verbose", short: "v", "Print more: every replica, every part."),
    .value(
      "color", "when", choices: ["auto", "always", "never"],
      "Colours: auto, always or never (default auto)."),
    .flag("no-progress", "Show no progress."),
  ]

  /// `tailrace run`.
  public static let run = CommandSpec(
    name: "run", summary: "Simulate a scenario and print what its users would see.",
    examples: [
      .init("tailrace run shop.jsonc", "summary on the terminal"),
      .init("tailrace run shop.jsonc -o out", "and the standard files in out/"),
      .init("tailrace run shop.jsonc --set services.db.replicas=8 --seed 4"),
      .init("tailrace run shop.jsonc --watch", "again on each save"),
    ],
    arguments: [scenario],
    options: OptionTable(
      output + statistics + [maxWall] + precision + [threshold] + overrides + [watch] + shared),
    exitCodes: [
      .success, .thresholdFailed, .usage, .invalidScenario, .limitReached, .failure,
    ])

  private static let watch = Option.flag(
    "watch", "Run again when a file changes, with the change against the last run.")

  /// `tailrace compare`.
  public static let compare = CommandSpec(
    name: "compare",
    summary: "Compare designs on the same luck: variants, two files or two result folders.",
    examples: [
      .init("tailrace compare shop.jsonc", "every variant against the first"),
      .init("tailrace compare shop.jsonc --variants no-retries,budget"),
      .init("tailrace compare old.jsonc new.jsonc", "two files"),
      .init("tailrace compare out/old out/new", "what 'run -o' wrote"),
    ],
    arguments: [
      .init("a", .one, "Scenario file, or a folder that 'run -o' wrote.", completion: .scenario),
      .init("b", .optional, "Another one.", completion: .scenario),
    ],
    options: OptionTable(
      [
        .value(
          "variants", "list", "Variants to compare, the base first, such as cache,no-cache."),
        .flag("paired", "All designs meet the same luck (the default)."),
        .flag("independent", "Each design has a luck of its own."),
        .value(
          "fail-if", "change", isRepeatable: true,
          "Exit 99 on a change such as 'latency p(99) > +5%' whose interval excludes zero."),
      ] + comparisonOutput + statistics + precision + [set] + shared),
    exitCodes: [
      .success, .thresholdFailed, .usage, .invalidScenario, .limitReached, .failure,
    ])

  /// `tailrace report`.
  public static let report = CommandSpec(
    name: "report", summary: "Make report.html of a folder of results again.",
    examples: [
      .init("tailrace report out", "writes out/report.html, the same bytes"),
      .init("tailrace report out -o page.html", "writes another file; - is standard output"),
    ],
    arguments: [
      .init(
        "folder", .one, "Folder that '-o' of run, compare, sweep or plan wrote.",
        completion: .folder)
    ],
    options: OptionTable(
      [.value("output", short: "o", "file", "Where to write (default: into the folder).")]
        + shared),
    exitCodes: [.success, .usage, .failure])

  /// `tailrace check`.
  public static let check = CommandSpec(
    name: "check", summary: "Simulate a scenario and hold it against queueing theory.",
    examples: [
      .init("tailrace check shop.jsonc", "formulas and bounds beside the simulation"),
      .init("tailrace check shop.jsonc -v", "and what each formula lacks"),
    ],
    arguments: [scenario],
    options: OptionTable(
      [json("Print theory as JSON.")] + statistics + [timeUnit] + changes + shared),
    exitCodes: [.success, .usage, .invalidScenario, .limitReached, .failure])

  /// `tailrace validate`.
  public static let validate = CommandSpec(
    name: "validate", summary: "Check scenarios without running them; all errors at once.",
    examples: [
      .init("tailrace validate shop.jsonc", "errors as file:line:column"),
      .init("tailrace validate *.jsonc --json", "the same for programs"),
      .init("tailrace validate shop.jsonc --print-resolved"),
    ],
    arguments: [
      .init(
        "scenario", .many, "Scenario files, or - for standard input.", completion: .scenario)
    ],
    options: OptionTable([json("Print the errors as JSON.")] + overrides + shared),
    exitCodes: [.success, .usage, .invalidScenario, .failure])

  /// `tailrace list`.
  public static let list = CommandSpec(
    name: "list", summary: "List the components: steps, policies, distributions and more.",
    examples: [
      .init("tailrace list", "every kind with its components"),
      .init("tailrace list distributions", "one kind"),
      .init("tailrace list scenarios/", "the scenarios of a folder"),
    ],
    arguments: [
      .init(
        "kind", .optional, "Only the components of this kind, or a folder with its path.",
        completion: .folder)
    ],
    options: OptionTable([json("Print the list as JSON.")] + shared),
    exitCodes: [.success, .usage, .failure])

  /// `tailrace explain`.
  public static let explain = CommandSpec(
    name: "explain", summary: "Explain a component or a key: meaning, unit, range, default.",
    examples: [
      .init("tailrace explain LEAST_REQUEST", "a component"),
      .init("tailrace explain choice_count", "a key"),
      .init("tailrace explain shop.jsonc", "each value of a file, and whence"),
      .init("tailrace explain csv", "the CSV files and their columns"),
    ],
    arguments: [
      .init(
        "name", .one, "A component, a key, a value, a CSV file, or a scenario file.",
        completion: .scenarioOrName)
    ],
    options: OptionTable([json("Print the explanation as JSON.")] + changes + shared),
    exitCodes: [.success, .usage, .invalidScenario, .failure])

  /// `tailrace schema`.
  public static let schema = CommandSpec(
    name: "schema", summary: "Print the JSON Schema of the scenario file.",
    examples: [.init("tailrace schema > scenario.schema.json", "for an editor's completion")],
    arguments: [], options: OptionTable(shared), exitCodes: [.success, .usage])

  /// `tailrace completions`.
  public static let completions = CommandSpec(
    name: "completions", summary: "Print a completion script for bash, zsh or fish.",
    examples: [
      .init("tailrace completions bash > ~/.tailrace", "for ~/.bashrc to source"),
      .init("tailrace completions zsh > _tailrace", "in a folder of fpath"),
      .init("tailrace completions fish > tailrace.fish", "in fish's completions"),
    ],
    arguments: [
      .init(
        "shell", .one, "bash, zsh or fish.", completion: .words(Shell.allCases.map(\.rawValue)))
    ],
    options: OptionTable(shared), exitCodes: [.success, .usage])

  /// `tailrace help`.
  public static let help = CommandSpec(
    name: "help", summary: "Show help for the program or for a command.",
    examples: [.init("tailrace help run", "all options of run")],
    arguments: [
      .init("command", .optional, "The command to explain.", completion: .words(names))
    ],
    options: OptionTable(shared), exitCodes: [.success, .usage])
}
