import Tailrace
import TailraceCommandLine
import TailraceDiagnosis
import TailraceReports
import TailraceTheory

/// `tailrace run`: simulate one variant, print its summary, write its files.
enum RunCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    if command.has("watch") { return try WatchLoop.run(command) }
    let (source, scenario) = try ScenarioFile.load(command)
    guard let scenario else { return .invalidScenario }
    return try run(source, scenario, command) { _ in }
  }

  /// Runs one variant of a scenario that was read; `shown` hears of the result once it has been
  /// written and shown.
  static func run(
    _ source: SourceText, _ scenario: Scenario, _ command: ParsedCommand,
    shown: (RunResult) throws -> Void
  ) throws -> ExitCode {
    let variant = try ScenarioFile.variant(of: scenario, command)
    if command.has("print-resolved") {
      try Streams.printResult(variant.resolvedText(of: scenario))
      return .success
    }
    let experiment = try experiment(variant, of: scenario, command)
    let timeUnit: TimeUnit? = try command.choice("time-unit")
    try ExperimentOptions.prepareOutputs(command)
    let wall = WallLimit(after: try ExperimentOptions.duration("max-wall", command))
    Interrupt.install()
    let began = ProgressLine.monotonicTime()
    let progress = ProgressLine.standardError(for: command)
    guard let result = simulate(experiment, progress, wall) else { return .failure }
    progress.announce("writing")
    let identity = ScenarioIdentity(
      source: source.bytes, resolvedJSON: variant.resolvedText(of: scenario),
      inputs: variant.inputs)
    let beside = Beside(
      theory: Theory.report(experiment.topology, result),
      findings: Diagnosis.findings(experiment.topology, result),
      topology: TopologyGraph(experiment.topology, result))
    try write(result, beside, identity, command, timeUnit)
    progress.finish()
    try show(result, beside, command, timeUnit)
    try shown(result)
    progress.conclude(after: ProgressLine.monotonicTime() - began)
    if let code = Interrupt.exitCode { return code }
    if result.cutShort != nil { return .limitReached }
    return result.failedThresholds == 0 ? .success : .thresholdFailed
  }

  /// What is said beside the run's own numbers.
  private struct Beside {
    var theory: TheoryReport
    var findings: [Finding]
    var topology: TopologyGraph
  }

  /// Runs to the end or to an interrupt; nil after a fault of the program, which is told.
  static func simulate(
    _ experiment: Experiment, _ progress: ProgressLine, _ wall: WallLimit = WallLimit()
  ) -> RunResult? {
    Interrupt.install()
    progress.begin()
    do throws(Experiment.Fault) {
      var result = try experiment.run(
        shouldStop: { Interrupt.isRequested || wall.isReached },
        progress: {
          progress.update("replications", done: $0, total: $1, simulated: experiment.duration)
        })
      if result.cutShort == .interrupted, !Interrupt.isRequested { result.cutShort = .maxWall }
      return result
    } catch {
      progress.finish()
      _ = ExperimentOptions.report(error)
      return nil
    }
  }

  /// The experiment of the file with the command line's changes.
  static func experiment(
    _ variant: Scenario.Variant, of scenario: Scenario, _ command: ParsedCommand
  ) throws(UsageError) -> Experiment {
    var experiment = variant.experiment(of: scenario)
    try ExperimentOptions.apply(
      command, to: &experiment, replicationsMax: variant.replicationsMax)
    experiment.precision = try ExperimentOptions.precision(
      command, replicationsMax: variant.replicationsMax)
    experiment.hasBatches = true
    try keepDetails(&experiment, command)
    return experiment
  }

  /// What the files want beyond the summary; nothing of it is kept where no file is written, but
  /// for calls, which `--json` prints as `summary.json` holds them.
  private static func keepDetails(
    _ experiment: inout Experiment, _ command: ParsedCommand
  ) throws(UsageError) {
    if let interval = try ExperimentOptions.duration("interval", command) {
      let entities = experiment.topology.workloads.count + experiment.topology.services.count
      if let refusal = TimeSeries.refusal(
        interval: interval, duration: experiment.duration, entities: entities)
      {
        throw UsageError(
          "--interval \(command.text("interval") ?? ""): \(refusal)", command: command.spec)
      }
      experiment.interval = interval
    }
    let recordsMax = 1_000_000
    let sample = try command.integer("sample", in: 1...recordsMax)
    if command.has("requests") {
      let most = recordsMax / experiment.replications
      experiment.requestsMax = sample ?? min(10_000, most)
      if experiment.requestsMax > most {
        throw UsageError(
          "'--sample' \(experiment.requestsMax) x \(experiment.replications) replications = "
            + "\(experiment.requestsMax * experiment.replications) records; at most \(recordsMax)",
          command: command.spec)
      }
    } else if sample != nil {
      throw UsageError("'--sample' needs '--requests FILE'", command: command.spec)
    }
    let claims =
      (command.has("json") ? ["'--json'"] : [])
      + ["requests", "html", "hdrplot"].filter { command.text($0) == "-" }.map { "'--\($0) -'" }
    if claims.count > 1 {
      throw UsageError(
        "\(claims[0]) and \(claims[1]) both want standard output", command: command.spec)
    }
    if !["output", "csv", "html"].contains(where: command.has) {
      if command.has("interval") {
        throw UsageError(
          "'--interval' needs '--output', '--csv' or '--html'", command: command.spec)
      }
      let keepsCalls = experiment.keepsCalls && command.has("json")
      experiment.keepOnlyTotals()
      experiment.keepsCalls = keepsCalls
    }
  }

  private static func write(
    _ result: RunResult, _ beside: Beside, _ identity: ScenarioIdentity,
    _ command: ParsedCommand, _ timeUnit: TimeUnit?
  ) throws {
    try ExperimentOptions.writeSet(command) {
      try ReportFile.standardSet(
        result, scenario: identity, options: ExperimentOptions.ofResults(command),
        version: ExperimentOptions.version, timeUnit: timeUnit, theory: beside.theory,
        findings: beside.findings, topology: beside.topology)
    }
    if let folder = command.text("csv") {
      let files = ReportTables.all([result])
      try FileSet(files.map { .init(name: $0.name, contents: $0.contents) }).write(to: folder)
    }
    if let file = command.text("requests") {
      try FileSet.write(Array(ReportTables.requests([result]).utf8), to: file)
    }
    if let file = command.text("hdrplot") {
      try FileSet.write(Array(PercentilePlotText(result).text.utf8), to: file)
    }
  }

  private static func show(
    _ result: RunResult, _ beside: Beside, _ command: ParsedCommand, _ timeUnit: TimeUnit?
  ) throws {
    if ["requests", "html", "hdrplot"].contains(where: { command.text($0) == "-" }) { return }
    if command.has("json") {
      let json = SummaryJSON(
        result, theory: beside.theory, findings: beside.findings, topology: beside.topology)
      try Streams.printResult(try json.text())
      return
    }
    let style = Style.standardOutput(try command.choice("color"))
    let text = SummaryText(
      result, isVerbose: command.has("verbose"), hasColor: style.hasColor, timeUnit: timeUnit,
      theory: beside.theory, findings: beside.findings)
    try Streams.printResult(text.text)
  }
}
