import TailraceModel

/// Bounds of the mean wait, where no formula says it.
enum StationBounds {
  static let all: [StationFormula] = [
    StationFormula(
      { _ in "Kingman's bound" }, .upperBound, "Kingman 1962",
      known + [
        .independentGaps, .finiteVariance, .order([.fifo]), .oneSlot, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let place = station.branches.firstIndex { $0.name == branch.name } ?? 0
      guard let work = station.work(branch), let gaps = station.gapVariance(place) else {
        return QueueSolution()
      }
      return QueueSolution(
        meanWait: QueueBounds.kingman(
          arrivalRate: station.arrivalRate(branch), gapVariance: gaps, work: work))
    },
    StationFormula(
      { _ in "replicas chosen at random" }, .upperBound,
      "Turner 1998 for choices; Liu and Towsley 1994 for turns",
      known + [
        .poisson, .exponential, .order([.fifo]), .severalReplicas, .oneSlot, .informed,
        .oneBalancer, .promptMessages, .equalSpeeds, .nobodyShed, .stable,
      ]
    ) { station, branch in
      QueueSolution(
        meanWait: MMc(
          arrivalRate: station.arrivalRate(branch), work: station.work?.mean ?? 0,
          servers: station.slots
        ).meanWait)
    },
    StationFormula(
      { "one queue for all, M/M/\($0.slots * $0.replicas)" }, .lowerBound,
      "Winston 1977; Wolff 1989",
      known + [
        .poisson, .exponential, .order([.fifo]), .severalReplicas, .notBroadcast, .equalSpeeds,
        .nobodyShed, .stable,
      ]
    ) { QueueSolution(meanWait: StationFormulas.pooled($0, $1).meanWait) },
  ]

  private static let known: [StationAssumption] = [
    .undisturbed, .knownWork, .knownBranches, .finiteSlots,
  ]
}

extension StationAssumption {
  /// Loads or turns are looked at, which is never worse than not to look.
  static let informed = StationAssumption { station in
    let spec = station.spec
    if spec.hashing == nil, !station.isBroadcast,
      spec.balancing is LeastRequest || spec.balancing is RoundRobin
    {
      return nil
    }
    return "replicas of '\(spec.name)' are chosen without a look at their load"
  }
}
