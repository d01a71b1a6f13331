import Tailrace
import TailraceCommandLine
import TailraceReports

/// `tailrace plan`: the largest load, or the least capacity, that meets the thresholds.
enum PlanCommand {
  /// What is looked for.
  private enum Aim {
    case number(path: String, option: String, CapacitySearch.Goal)
    case cheapest
  }

  /// `asSweep` where it is asked for as a sweep, whose other options make no sense then.
  static func run(_ command: ParsedCommand, asSweep: Bool = false) throws -> ExitCode {
    let aim = try aim(command, asSweep: asSweep)
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
    let replicationsMax =
      asSweep ? nil : try command.integer("max-replications", in: 10...10_000)
    let job = PlanJob(
      command: command, source: source, scenario: scenario, variant: variant,
      replicationsMax: replicationsMax, jobs: try ExperimentOptions.jobs(command))
    switch aim {
    case .number(let path, let option, let goal):
      guard let number = try number(path, option, source, variant, command) else {
        return .invalidScenario
      }
      return try job.find(number, goal)
    case .cheapest: return try job.findCheapest()
    }
  }

  private static func aim(
    _ command: ParsedCommand, asSweep: Bool
  ) throws(UsageError) -> Aim {
    if asSweep {
      for option in [
        "param", "variants", "dry-run", "output", "csv", "html", "task-id", "task-count", "results",
      ] where command.has(option) {
        throw UsageError(
          "'--\(option)' does not go with '--find-max' or '--find-min'", command: command.spec)
      }
    }
    let aims = ["find-max", "find-min"] + (asSweep ? [] : ["cheapest"])
    let given = aims.filter { command.has($0) }
    guard let aim = given.first, given.count == 1 else {
      let names = given.map { "'--\($0)'" }.joined(separator: " and ")
      throw UsageError(
        given.isEmpty
          ? "'--find-max PATH', '--find-min PATH' or '--cheapest' is needed: what to look for"
          : "\(names) exclude each other", command: command.spec)
    }
    if aim == "cheapest" {
      if command.has("variant"), command.has("variants") {
        throw UsageError(
          "'--variant' and '--variants' exclude each other", command: command.spec)
      }
      return .cheapest
    }
    if !asSweep {
      for option in ["param", "variants"] where command.has(option) {
        throw UsageError("'--\(option)' needs '--cheapest'", command: command.spec)
      }
    }
    return .number(
      path: command.text(aim) ?? "", option: aim, aim == "find-max" ? .largest : .least)
  }

  /// The number at a path; nil where there is none, which has been told.
  private static func number(
    _ path: String, _ option: String, _ source: SourceText, _ variant: Scenario.Variant,
    _ command: ParsedCommand
  ) throws -> SearchedNumber? {
    do throws(Scenario.Invalid) {
      return try SearchedNumber(path, in: variant)
    } catch {
      // A word that the language does not know is told better by whoever reads the file.
      do throws(Scenario.Invalid) {
        let changes =
          command.texts("set").map { SourceText(name: "--set", text: $0, order: 1) }
          + [SourceText(name: "--\(option)", text: "\(path)=1", order: 1)]
        _ = try Scenario.load(source, changes: changes, only: variant.name)
      } catch {
        try ScenarioFile.report(error, name: "--\(option)", command)
        return nil
      }
      try ScenarioFile.report(error, name: "--\(option)", command)
      return nil
    }
  }
}
