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
  ///
  /// It keeps time series and calls, as the standard set of files wants them.
  public func experiment(of scenario: Scenario) -> Experiment {
    var experiment = Experiment(
      scenario: scenario.name, variant: name, topology: topology, duration: duration)
    experiment.seed = seed
    experiment.warmUp = warmUp
    experiment.replications = replications
    experiment.interval =
      interval
      ?? TimeSeries.standardInterval(
        duration: duration, entities: topology.workloads.count + topology.services.count)
    experiment.keepsCalls = true
    experiment.thresholds = thresholds
    experiment.prices = prices
    return experiment
  }
}
