@_exported import TailraceCatalog
@_exported import TailraceExperiment
@_exported import TailraceScenario

/// The version of the program and of its formats.
public enum Tailrace {
  /// The tool's version.
  public static let version = "0.1.0"
  /// The version of the scenario language.
  public static let language = 1
}

extension Scenario.Variant {
  /// The experiment that runs this variant as the file says; change it, then call `run`.
  public func experiment(of scenario: Scenario) -> Experiment {
    var experiment = Experiment(
      scenario: scenario.name, variant: name, topology: topology, duration: duration)
    experiment.seed = seed
    experiment.warmUp = warmUp
    experiment.replications = replications
    return experiment
  }
}
