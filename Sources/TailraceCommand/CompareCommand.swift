import Tailrace
import TailraceCommandLine
import TailraceReports

/// `tailrace compare`: designs on the same luck, or two folders of results.
enum CompareCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    if command.has("paired"), command.has("independent") {
      throw UsageError(
        "'--paired' and '--independent' exclude each other", command: command.spec)
    }
    let folders = command.arguments.count { Streams.isFolder($0) }
    if folders > 0 {
      guard folders == 2 else {
        throw UsageError(
          "a folder of results compares with another folder of results", command: command.spec)
      }
      return try compareFolders(command)
    }
    guard let designs = try Design.load(command) else { return .invalidScenario }
    let limits: [ChangeLimit]
    do throws(Scenario.Invalid) {
      limits = try designs[0].scenario.changeLimits(command.texts("fail-if"))
    } catch {
      try ScenarioFile.report(error, name: "--fail-if", command)
      return .invalidScenario
    }
    var comparison = Comparison(designs.map { ($0.name, $0.experiment) })
    comparison.isPaired = !command.has("independent")
    comparison.jobs = try ExperimentOptions.jobs(command)
    comparison.limits = limits
    comparison.precision = try ExperimentOptions.precision(
      command, replicationsMax: designs.map(\.replicationsMax).min() ?? 10_000)
    if !limits.isEmpty, designs[0].experiment.replications < 2 {
      throw UsageError(
        "'--fail-if' needs an interval, so at least 2 replications", command: command.spec)
    }
    let timeUnit: TimeUnit? = try command.choice("time-unit")
    try ExperimentOptions.prepareOutputs(command)
    Interrupt.install()
    let began = ProgressLine.monotonicTime()
    let progress = ProgressLine.standardError(for: command)
    let result: ComparisonResult
    do throws(Experiment.Fault) {
      result = try comparison.run(
        shouldStop: { Interrupt.isRequested },
        progress: { progress.update("replications", done: $0, total: $1) })
    } catch {
      progress.finish()
      return ExperimentOptions.report(error)
    }
    progress.announce("writing")
    try write(result, designs, command, timeUnit)
    progress.finish()
    try show(result, designs, command, timeUnit)
    progress.conclude(after: ProgressLine.monotonicTime() - began)
    if let code = Interrupt.exitCode { return code }
    if result.cutShort != nil { return .limitReached }
    return result.failedLimits == 0 ? .success : .thresholdFailed
  }

  // MARK: Folders

  private static func compareFolders(_ command: ParsedCommand) throws -> ExitCode {
    for option in [
      "variants", "fail-if", "set", "seed", "replications", "percentiles", "output", "html",
      "until-ci",
    ]
    where command.has(option) {
      throw UsageError(
        "'--\(option)' has no meaning for folders of results", command: command.spec)
    }
    var runs: [SavedRun] = []
    for folder in command.arguments {
      do throws(SavedRun.Mistake) {
        runs.append(
          try SavedRun(folder: folder, manifest: try read(folder + "/" + Manifest.fileName)))
      } catch {
        Streams.printMessage("error: \(error.text)\n")
        return .failure
      }
    }
    let haveSameLuck = runs[0].seed == runs[1].seed && runs[0].warmUp == runs[1].warmUp
    let result = ComparisonResult(
      names: Design.distinct(runs.map { "\($0.scenario)/\($0.variant)" }),
      designs: runs.map(\.measures),
      isPaired: haveSameLuck && !command.has("independent"),
      openLoops: runs[0].openLoops.intersection(runs[1].openLoops))
    if runs[0].warmUp != runs[1].warmUp {
      Streams.printMessage(
        "warning: the first \(runs[0].warmUp) s and \(runs[1].warmUp) s are left out; for one cut "
          + "give both run.warm_up\n")
    }
    for (run, folder) in zip(runs, command.arguments) where run.isPartial {
      Streams.printMessage("warning: \(folder) holds a run that was cut short\n")
    }
    if let folder = command.text("csv") {
      try ExperimentOptions.prepareOutputs(command)
      try FileSet(files(ComparisonTables.all(result))).write(to: folder)
    }
    try show(result, [], command, try command.choice("time-unit"))
    return .success
  }

  private static func read(_ path: String) throws(SavedRun.Mistake) -> [UInt8] {
    do throws(FileError) {
      return try Streams.read(path)
    } catch {
      throw SavedRun.Mistake(text: error.text.split(separator: "\n").joined(separator: " "))
    }
  }

  // MARK: Results

  private static func write(
    _ result: ComparisonResult, _ designs: [Design], _ command: ParsedCommand,
    _ timeUnit: TimeUnit?
  ) throws {
    try ExperimentOptions.writeSet(command) {
      try ReportFile.comparisonSet(
        result, scenarios: designs.map(\.identity), options: ExperimentOptions.ofResults(command),
        version: ExperimentOptions.version, timeUnit: timeUnit,
        topologies: topologies(result, designs))
    }
    if let folder = command.text("csv") {
      try FileSet(files(ComparisonTables.all(result))).write(to: folder)
    }
  }

  /// The designs' topologies with what was measured.
  private static func topologies(
    _ result: ComparisonResult, _ designs: [Design]
  ) -> [TopologyGraph] {
    zip(designs, result.designs).map { TopologyGraph($0.experiment.topology, $1) }
  }

  private static func files(_ files: [ReportFile]) -> [FileSet.File] {
    files.map { .init(name: $0.name, contents: $0.contents) }
  }

  private static func show(
    _ result: ComparisonResult, _ designs: [Design], _ command: ParsedCommand,
    _ timeUnit: TimeUnit?
  ) throws {
    if command.text("html") == "-" { return }
    if command.has("json") {
      try Streams.printResult(
        try ComparisonJSON(result, topologies: topologies(result, designs)).text())
      return
    }
    let style = Style.standardOutput(try command.choice("color"))
    let text = ComparisonText(
      result, isVerbose: command.has("verbose"), isQuiet: command.has("quiet"),
      hasColor: style.hasColor, timeUnit: timeUnit)
    try Streams.printResult(text.text)
  }
}
