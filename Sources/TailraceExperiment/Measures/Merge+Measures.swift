import TailraceModel

extension Merge {
  /// Adds what the replications' own values say: measures with intervals, judged thresholds.
  ///
  /// A ratio of sums or a threshold of one replication is what a merge of it alone gives.
  func addMeasures(to result: inout RunResult) {
    let alone =
      replications.count == 1
      ? [result]
      : replications.map {
        Merge(experiment: experiment, warmUp: warmUp, replications: [$0], series: nil).totals()
      }
    let own = alone.map { Dictionary(Measure.all(of: $0).map { ($0.name, $0.estimate?.value) }) }
    result.completeMeasures = Measure.all(of: result).map { measure in
      guard case .estimate(let merged) = measure.value, merged.perReplication.isEmpty
      else { return measure }
      var complete = measure
      complete.value = .estimate(
        estimate(merged.value, own.map { $0[measure.name] ?? nil }))
      return complete
    }
    let whole = result
    func judged(_ threshold: Threshold) -> ThresholdResult {
      var judged = whole.judged(threshold)
      if !threshold.needsIntervals { judged.perReplication = alone.map { $0.measured(threshold) } }
      return judged
    }
    result.thresholds = experiment.thresholds.map(judged)
    result.probes = experiment.probes.map(judged)
  }
}

extension Dictionary {
  /// Of names that come twice the first counts.
  fileprivate init(_ pairs: [(Key, Value)]) {
    self.init(pairs, uniquingKeysWith: { first, _ in first })
  }
}
