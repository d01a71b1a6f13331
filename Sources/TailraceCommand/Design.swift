import Tailrace
import TailraceCommandLine
import TailraceReports

/// One of the designs that a command holds against each other.
struct Design {
  var name: String
  var scenario: Scenario
  var experiment: Experiment
  var identity: ScenarioIdentity
  /// Most replications that fit in memory.
  var replicationsMax: Int

  /// The designs of the command line: variants of one file, or one of each of two.
  ///
  /// - Returns: nil where a scenario is not valid; its mistakes have been told.
  static func load(_ command: ParsedCommand) throws -> [Design]? {
    var files: [(source: SourceText, scenario: Scenario)] = []
    for path in command.arguments {
      let (source, scenario) = try ScenarioFile.load(path, command)
      guard let scenario else { continue }
      files.append((source, scenario))
    }
    guard files.count == command.arguments.count else { return nil }
    let names = command.text("variants").map { text in
      text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    if files.count == 2 {
      if let names, names.count != 2 {
        throw UsageError(
          "'--variants' needs one variant of each file, not '\(names.joined(separator: ","))'",
          command: command.spec)
      }
      var designs: [Design] = []
      for (place, file) in files.enumerated() {
        let variant = try ScenarioFile.variant(names?[place], of: file.scenario, command)
        designs.append(try design(variant, file, command))
      }
      let labels = designs.map { "\($0.scenario.name)/\($0.experiment.variant)" }
      for (place, name) in distinct(labels).enumerated() { designs[place].name = name }
      return designs
    }
    let file = files[0]
    let chosen = names ?? file.scenario.variants.map(\.name)
    guard chosen.count >= 2 else {
      throw UsageError(
        names == nil
          ? "the file has one variant only; give another file to compare with"
          : "'--variants' needs at least two variants, the base first", command: command.spec)
    }
    if Set(chosen).count < chosen.count {
      throw UsageError(
        "'--variants' names a variant twice: '\(chosen.joined(separator: ","))'",
        command: command.spec)
    }
    return try chosen.map { name in
      try design(try ScenarioFile.variant(name, of: file.scenario, command), file, command)
    }
  }

  private static func design(
    _ variant: Scenario.Variant, _ file: (source: SourceText, scenario: Scenario),
    _ command: ParsedCommand
  ) throws -> Design {
    var experiment = variant.experiment(of: file.scenario)
    try ExperimentOptions.apply(
      command, to: &experiment, replicationsMax: variant.replicationsMax)
    if !["output", "csv", "html"].contains(where: command.has) {
      experiment.keepOnlyTotals()
    }
    return Design(
      name: variant.name, scenario: file.scenario, experiment: experiment,
      identity: ScenarioIdentity(
        source: file.source.bytes, resolvedJSON: variant.resolvedText(of: file.scenario),
        inputs: variant.inputs), replicationsMax: variant.replicationsMax)
  }

  /// The names, numbered where two are alike.
  static func distinct(_ names: [String]) -> [String] {
    names.enumerated().map { place, name in
      let earlier = names[..<place].count { $0 == name }
      return earlier == 0 ? name : "\(name) (\(earlier + 1))"
    }
  }
}
