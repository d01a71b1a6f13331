import Tailrace
import TailraceCommandLine
import TailraceReports

/// `tailrace plan`: the largest load, or the least capacity, that meets the thresholds.
enum PlanCommand {
  /// `asSweep` where it is asked for as a sweep, whose other options make no sense then.
  static func run(_ command: ParsedCommand, asSweep: Bool = false) throws -> ExitCode {
    if asSweep {
      for option in [
        "param", "variants", "dry-run", "output", "csv", "task-id", "task-count", "results",
      ] where command.has(option) {
        throw UsageError(
          "'--\(option)' does not go with '--find-max' or '--find-min'", command: command.spec)
      }
    }
    let goals: [(option: String, goal: CapacitySearch.Goal)] = [
      ("find-max", .largest), ("find-min", .least),
    ]
    let given = goals.filter { command.has($0.option) }
    guard given.count == 1, let (option, goal) = given.first else {
      throw UsageError(
        given.isEmpty
          ? "'--find-max PATH' or '--find-min PATH' is needed: what to look for"
          : "'--find-max' and '--find-min' exclude each other", command: command.spec)
    }
    let (source, scenario) = try ScenarioFile.load(command)
    guard let scenario else { return .invalidScenario }
    let variant = try ScenarioFile.variant(of: scenario, command)
    guard !variant.thresholds.isEmpty else {
      throw UsageError(
        "there is no threshold to meet: add one to the file, or '--threshold'",
        command: command.spec)
    }
    if let threshold = variant.thresholds.first(where: \.needsIntervals) {
      throw UsageError(
        "threshold '\(threshold.name): \(threshold.condition)' looks at single intervals, of which a "
          + "replication has no number of its own; write 'value'", command: command.spec)
    }
    let number: SearchedNumber
    let path = command.text(option) ?? ""
    do throws(Scenario.Invalid) {
      number = try SearchedNumber(path, in: variant)
    } catch {
      // A word that the language does not know is told better by whoever reads the file.
      do throws(Scenario.Invalid) {
        _ = try Scenario.load(
          source, settings: command.texts("set") + ["\(path)=1"], only: variant.name)
      } catch {
        try ScenarioFile.report(error, name: "--\(option)", command)
        return .invalidScenario
      }
      try ScenarioFile.report(error, name: "--\(option)", command)
      return .invalidScenario
    }
    var search = CapacitySearch(
      goal, from: number.start, in: number.isWhole ? 1...1e9 : 1e-6...1e12,
      isWhole: number.isWhole)
    search.jobs = try ExperimentOptions.jobs(command)
    if !asSweep, let most = try command.integer("max-replications", in: 10...10_000) {
      search.replicationsMax = most
    }
    return try run(search, number, variant.name, source, command)
  }

  private static func run(
    _ search: CapacitySearch, _ number: SearchedNumber, _ variant: String, _ source: SourceText,
    _ command: ParsedCommand
  ) throws -> ExitCode {
    Interrupt.install()
    let began = ProgressLine.monotonicTime()
    let progress = ProgressLine.standardError(for: command)
    let answer: CapacitySearch.Answer
    do throws(CapacitySearch.Failure) {
      answer = try search.run(
        make: { value in
          experiment("\(number.path)=\(number.text(value))", variant, source, command)
        },
        shouldStop: { Interrupt.isRequested },
        progress: { progress.announce("\(number.text($0)): \($1) replications") })
    } catch {
      progress.finish()
      switch error {
      case .fault(let fault): return ExperimentOptions.report(fault)
      case .invalid(let value, let mistake):
        Streams.printMessage("error: \(number.path)=\(number.text(value)): \(mistake.text)\n")
        return .invalidScenario
      }
    }
    progress.finish()
    if command.has("json") {
      try Streams.printResult(
        try CapacityJSON(answer, path: number.path, unit: number.unit).text())
    } else {
      let style = Style.standardOutput(try command.choice("color"))
      try Streams.printResult(
        CapacityText(answer, path: number.path, hasColor: style.hasColor, spelled: number.text)
          .text)
    }
    progress.conclude(after: ProgressLine.monotonicTime() - began)
    if let code = Interrupt.exitCode { return code }
    return answer.meets == nil ? .thresholdFailed : .success
  }

  /// The experiment with one value, or the mistakes of its scenario.
  private static func experiment(
    _ setting: String, _ variant: String, _ source: SourceText, _ command: ParsedCommand
  ) -> Result<Experiment, PointMistake> {
    do throws(Scenario.Invalid) {
      let scenario = try Scenario.load(
        source, settings: command.texts("set") + [setting],
        thresholds: command.texts("threshold"), only: variant)
      var experiment = scenario.variants[0].experiment(of: scenario)
      do throws(UsageError) {
        try ExperimentOptions.apply(
          command, to: &experiment, replicationsMax: scenario.variants[0].replicationsMax)
      } catch {
        return .failure(PointMistake(error.message))
      }
      experiment.keepOnlyTotals()
      return .success(experiment)
    } catch {
      return .failure(
        PointMistake(error.diagnostics.map(\.message).prefix(3).joined(separator: "; ")))
    }
  }
}
