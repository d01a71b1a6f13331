import Tailrace
import TailraceCommandLine
import TailraceReports

/// A sweep of the command line: its points, and how each is run.
struct SweepJob: Sendable {
  let command: ParsedCommand
  let plan: SweepPlan
  let count: Int
  /// Replications of the first point.
  let replications: Int
  let scenario: String
  /// Seed of the first point.
  let seed: UInt64
  /// SHA-256 of all that bears on results: equal plans have equal digests, wherever they run.
  let digest: String

  /// Most points of a sweep.
  static let pointsMax = 1_000_000

  /// Reads and checks the sweep; nil where it is not valid and its mistakes have been told.
  static func load(_ command: ParsedCommand) throws -> SweepJob? {
    let (source, scenario) = try ScenarioFile.load(command)
    guard let scenario else { return nil }
    guard
      let (plan, count) = try plan(
        source, scenario, variants: try variants(of: scenario, command), command,
        countMax: pointsMax)
    else { return nil }
    let first: Scenario
    do throws(Scenario.Invalid) {
      try plan.check()
      first = try plan.scenario(of: 0)
    } catch {
      try ScenarioFile.report(error, name: ScenarioFile.name(of: command.arguments[0]), command)
      return nil
    }
    let experiment = try experiment(first, command)
    return SweepJob(
      command: command, plan: plan, count: count, replications: experiment.replications,
      scenario: scenario.name, seed: experiment.seed, digest: digest(plan, scenario, experiment))
  }

  /// The points that the command line asks for; nil where they are not valid, which has been told.
  static func plan(
    _ source: SourceText, _ scenario: Scenario, variants names: [String], _ command: ParsedCommand,
    countMax: Int
  ) throws -> (plan: SweepPlan, count: Int)? {
    var parameters = scenario.parameters
    if command.has("param") {
      do throws(Scenario.Invalid) {
        parameters = try SweepParameter.all(arguments: command.texts("param"))
      } catch {
        try ScenarioFile.report(error, name: "--param", command)
        return nil
      }
    }
    guard !parameters.isEmpty else {
      throw UsageError(
        "nothing to vary: the scenario has no 'sweep' section, and there is no '--param'",
        command: command.spec)
    }
    let plan = SweepPlan(
      source, variants: names, parameters: parameters, settings: command.texts("set"),
      thresholds: command.texts("threshold"))
    guard let count = plan.count, count <= countMax else {
      let product = plan.count.map { " = \($0)" } ?? ""
      throw UsageError(
        "\(plan.arithmetic)\(product) points; at most \(countMax)", command: command.spec)
    }
    return (plan, count)
  }

  static func variants(
    of scenario: Scenario, _ command: ParsedCommand
  ) throws(UsageError) -> [String] {
    guard let text = command.text("variants") else { return scenario.variants.map(\.name) }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for name in names { _ = try ScenarioFile.variant(name, of: scenario, command) }
    if Set(names).count < names.count {
      throw UsageError("'--variants' names a variant twice: '\(text)'", command: command.spec)
    }
    return names
  }

  /// The experiment of a scenario's only variant, with the command line's changes.
  private static func experiment(
    _ scenario: Scenario, _ command: ParsedCommand
  ) throws(UsageError) -> Experiment {
    let variant = scenario.variants[0]
    var experiment = variant.experiment(of: scenario)
    try ExperimentOptions.apply(
      command, to: &experiment, replicationsMax: variant.replicationsMax)
    experiment.jobs = 1
    experiment.keepOnlyTotals()
    return experiment
  }

  private static func digest(
    _ plan: SweepPlan, _ scenario: Scenario, _ experiment: Experiment
  ) -> String {
    var parts = [Tailrace.version, "seed \(experiment.seed)", "\(experiment.replications)"]
    parts += experiment.quantiles.map { "\($0)" } + ["\(experiment.eventsMax)"]
    for name in plan.variants {
      guard let variant = scenario.variant(name) else { continue }
      parts += [name, variant.resolvedText(of: scenario)]
      parts += variant.inputs.map { "\($0.path) \(HexText.of($0.sha256))" }
    }
    for parameter in plan.parameters {
      parts.append(parameter.path)
      parts += parameter.values.map(\.setting)
    }
    return ReportFile.digest(parts)
  }

  // MARK: Points

  var table: SweepTable { SweepTable(paths: plan.parameters.map(\.path)) }

  /// A point with the names of its values.
  func point(_ index: Int, seed: UInt64) -> SweepTable.Point {
    let (variant, values) = plan.point(index)
    return SweepTable.Point(
      scenario: scenario, variant: variant, seed: seed, values: values.map(\.text))
  }

  /// The experiment of a point, or the mistakes of its scenario.
  func experiment(of index: Int) -> Result<Experiment, PointMistake> {
    do throws(Scenario.Invalid) {
      let scenario = try plan.scenario(of: index)
      do throws(UsageError) {
        return .success(try Self.experiment(scenario, command))
      } catch {
        return .failure(PointMistake(error.message))
      }
    } catch {
      return .failure(
        PointMistake(error.diagnostics.map(\.message).prefix(3).joined(separator: "; ")))
    }
  }

  /// Runs points and gives each one's rows as soon as it is done, one at a time, in any order.
  ///
  /// - Returns: why it failed, if a replication broke an invariant.
  func run(
    _ points: [Int], jobs: Int, wall: WallLimit = WallLimit(),
    finished: @escaping @Sendable (FinishedPoint) -> Void
  ) -> Experiment.Fault? {
    let faults = Faults()
    PointPool(jobs: jobs).run(
      points, make: { experiment(of: $0) },
      shouldStop: { Interrupt.isRequested || wall.isReached || faults.first != nil }
    ) { index, outcome in
      switch outcome {
      case .fault(let fault): faults.note(fault)
      case .invalid(let mistake):
        let point = point(index, seed: seed)
        let values = point.values.joined(separator: ", ")
        Streams.printMessage("point \(index) (\(values)) is not valid: \(mistake)\n")
        finished(FinishedPoint(index: index, rows: table.rows(point, nil)))
      case .result(let result):
        let point = point(index, seed: result.seed)
        finished(FinishedPoint(index: index, rows: table.rows(point, result)))
      }
    }
    return faults.first
  }
}

/// A point's rows of the table.
struct FinishedPoint: Sendable {
  var index: Int
  var rows: String
}
