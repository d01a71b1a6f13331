/// Holds one design against its thresholds with as many replications as that takes.
struct Prober {
  /// Of each look's interval.
  var level: Double
  /// Most replications of a probe: what they cannot tell stays open.
  var replicationsMax: Int
  /// Threads; never change a result.
  var jobs: Int

  /// What a probe found.
  struct Finding: Sendable {
    var result: RunResult
    var judgement: Judgement
    var thresholds: [JudgedThreshold]
  }

  /// Probes a design; every probe meets the same luck.
  ///
  /// - Parameters:
  ///   - experiment: the design with its thresholds.
  ///   - shouldStop: polled by every thread.
  ///   - progress: called with the number of replications before they run.
  /// - Returns: what was found; undecided where it was interrupted or chance leaves it open.
  /// - Throws: `Experiment.Fault` if a replication broke an invariant.
  func probe(
    _ experiment: Experiment, shouldStop: @escaping @Sendable () -> Bool,
    progress: (Int) -> Void
  ) throws(Experiment.Fault) -> Finding {
    var experiment = experiment
    experiment.jobs = jobs
    experiment.replications = min(max(10, experiment.replications), replicationsMax)
    progress(experiment.replications)
    var judged: (judgement: Judgement, thresholds: [JudgedThreshold]) = (.unclear, [])
    let result = try experiment.run(shouldStop: shouldStop, progress: { _, _ in }) { result in
      judged = result.judged(level: level)
      let next = min(2 * result.replications, replicationsMax)
      guard judged.judgement == .unclear, next > result.replications else { return nil }
      progress(next)
      return next
    }
    return Finding(result: result, judgement: judged.judgement, thresholds: judged.thresholds)
  }
}

/// Why a search has no answer.
public enum SearchFailure: Error, Sendable {
  /// A replication broke an invariant.
  case fault(Experiment.Fault)
  /// What was tried makes no valid scenario.
  case invalid(tried: String, PointMistake)
}
