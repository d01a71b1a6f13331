import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let peakLoad = DiagnosisRule(
    name: "peak-load", question: .limit,
    summary: "Says how much more than its capacity a service needs while the load is at its peak.",
    looksAt: "the highest rate that the scenario states, over the mean, and the work of first "
      + "attempts; where that exceeds 95 % of the service",
    search: .run(PeakLoad.find))
}

enum PeakLoad {
  @Sendable static func find(_ facts: Facts) -> Claim? {
    guard facts.hasRates, facts.offered > 0, let peak = peakRate(facts),
      peak > 1.05 * facts.offered
    else { return nil }
    let growth = peak / facts.offered
    let demands = facts.stations.compactMap { station in
      station.firstDemand.map { (station, $0 * growth) }
    }
    guard let (station, demand) = demands.max(by: { $0.1 < $1.1 }), demand > 0.95 else {
      return nil
    }
    let rate = Evidence("load_peak", peak, .perSecond)
    let factor = Evidence("load_peak_factor", growth, .factor)
    let need = Sentence.work("demand_peak", demand)
    let usual = Evidence("demand_mean", demand / growth, .share)
    return Claim(
      subject: Subject(.service, station.name), weight: min(1, demand),
      sentence:
        """
        At the peak of \(rate), \(factor) the mean, the work for \(station.name) is \(need); \
        on average \(usual).
        """)
  }

  /// The highest rate of all workloads together; nil unless some change, and all say how far.
  private static func peakRate(_ facts: Facts) -> Double? {
    var sum = 0.0
    for (workload, shape) in zip(facts.topology.workloads, facts.shapes) {
      switch shape {
      case .closed, .changing(peak: nil): return nil
      case .changing(let peak?): sum += peak
      case .steady:
        sum += facts.result.workloads.first { $0.name == workload.name }?.offered.value ?? 0
      }
    }
    return sum
  }
}
