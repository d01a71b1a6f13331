import TailraceExperiment
import TailraceModel

/// What limits throughput, what makes the tail and what is idle, as far as a run's numbers say it.
public enum Diagnosis {
  /// All rules; the order decides between findings of equal weight.
  public static let rules: [DiagnosisRule] = [
    .saturatedStation, .noLimit, .heldSlots, .unevenLoad, .peakLoad, .bursts, .amplifiedLoad,
    .lostRequests, .cacheDependence,
    .tailCause, .fanOut, .cacheMisses, .busyButNotTail,
    .idleReplicas,
  ]

  /// The findings of all rules: by question, the heaviest first.
  ///
  /// A run that was cut short says nothing. Constant in the run's length: the rules look at merged
  /// numbers only.
  public static func findings(_ topology: Topology, _ result: RunResult) -> [Finding] {
    guard result.cutShort == nil, result.measuredTime > 0, result.isSettled else { return [] }
    let facts = Facts(topology, result)
    let found = rules.flatMap { $0.findings(facts) }
    return Question.allCases.flatMap { question in
      let own = found.filter { $0.question == question }
      return own.indices.sorted { (-own[$0].weight, $0) < (-own[$1].weight, $1) }.map { own[$0] }
    }
  }
}
