import TailraceModel

/// The formulas for stations, the one that says most first.
enum StationFormulas {
  static let all: [StationFormula] = markovian + general + classes + balanced

  private static let plain: [StationAssumption] = [
    .undisturbed, .knownWork, .knownBranches, .finiteSlots,
  ]

  private static func each(_ station: Station) -> String {
    station.slots == 1 ? "1" : "\(station.slots)"
  }

  private static func erlang(_ station: Station, _ branch: Branch) -> MMc {
    MMc(
      arrivalRate: station.arrivalRate(branch), work: station.work(branch)?.mean ?? 0,
      servers: station.slots)
  }

  /// The work of a branch; its assumption has found it.
  private static func work(_ station: Station, _ branch: Branch) -> TimeDistribution {
    station.work(branch) ?? .constant(0)
  }

  static let markovian: [StationFormula] = [
    StationFormula(
      { "M/M/\(each($0))" }, .exact, "Erlang 1917; Kleinrock I (1975), 3.5",
      plain + [
        .productForm, .exponential, .order([.fifo]), .thinned, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let queue = erlang(station, branch)
      return QueueSolution(
        meanWait: queue.meanWait, wait: queue.wait, meanResponse: queue.meanResponse,
        response: queue.response)
    },
    StationFormula(
      { "M/M/\(each($0)), mean" }, .exact, "Kleinrock I (1975), 3.5: the order changes no mean",
      plain + [
        .productForm, .exponential, .order([.lifo, .random]), .thinned, .nobodyShed, .stable,
      ]
    ) { QueueSolution(meanWait: erlang($0, $1).meanWait) },
    StationFormula(
      { _ in "Erlang B" }, .exact, "Erlang 1917; Sevastyanov 1957",
      plain + [.poisson, .noPlacesToWait, .thinned]
    ) { station, branch in
      let load = station.arrivalRate(branch) * work(station, branch).mean
      let loss = ErlangB(load: load, servers: station.slots).loss
      return QueueSolution(
        meanWait: 0, loss: loss,
        utilization: load * (1 - loss) / Double(station.slots) * station.slotsUsable)
    },
    StationFormula(
      { "M/M/\(each($0))/\($0.slots + ($0.queueLimit ?? 0))" }, .exact,
      "Kleinrock I (1975), 3.6",
      plain + [.poisson, .exponential, .order([.fifo]), .boundedQueue, .thinned, .manageablePlaces]
    ) { station, branch in
      let queue = MMcK(
        arrivalRate: station.arrivalRate(branch), work: work(station, branch).mean,
        servers: station.slots, places: station.slots + (station.queueLimit ?? 0))
      return QueueSolution(
        meanWait: queue.meanWait, wait: queue.wait, loss: queue.loss,
        utilization: queue.utilization * station.slotsUsable)
    },
  ]

  static let general: [StationFormula] = [
    StationFormula(
      { _ in "M/D/1" }, .exact, "Erlang 1909; Franx 2001",
      plain + [
        .poisson, .constant, .order([.fifo]), .oneSlot, .thinned, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let wait = MD1(
        arrivalRate: station.arrivalRate(branch), work: work(station, branch).mean
      ).wait
      return QueueSolution(
        meanWait: wait.mean, wait: wait, response: wait.shifted(by: work(station, branch).mean))
    },
    StationFormula(
      { _ in "M/G/1" }, .exact, "Pollaczek 1930; Khinchine 1932",
      plain + [
        .poisson, .general, .finiteVariance, .order([.fifo, .lifo, .random]), .oneSlot, .thinned,
        .nobodyShed, .stable,
      ]
    ) { station, branch in
      QueueSolution(meanWait: queue(station, branch).meanWait)
    },
    StationFormula(
      { $0.servers == 1 ? "M/G/1-PS" : "M/G/\($0.servers)-PS" }, .exact,
      "Baskett et al. 1975; Kleinrock II (1976), 4.4",
      [
        .undisturbed, .knownWorkShared, .knownBranches, .productForm, .sharing, .thinned, .stable,
      ]
    ) { station, branch in
      // Numbers present are those of M/M/c whatever the law of work: so are means in proportion.
      let mean = work(station, branch).mean
      let queue = MMc(
        arrivalRate: station.arrivalRate(branch), work: mean, servers: station.servers)
      return QueueSolution(stretch: queue.meanResponse / mean / branch.speed)
    },
    StationFormula(
      { _ in "M/G/1-LIFO preemptive" }, .exact, "Kleinrock II (1976), 4.5",
      plain + [
        .productForm, .order([.lifo], preemptive: true), .oneSlot, .thinned, .nobodyShed, .stable,
      ]
    ) { station, branch in
      QueueSolution(stretch: 1 / (1 - queue(station, branch).load) / branch.speed)
    },
    StationFormula(
      { _ in "M/G/1-SJF" }, .exact, "Phipps 1956",
      plain + [
        .poisson, .finiteVariance, .order([.sjf]), .oneSlot, .continuous, .thinned, .nobodyShed,
        .stable,
      ]
    ) { QueueSolution(meanResponse: queue($0, $1).meanWaitShortestFirst + work($0, $1).mean) },
    StationFormula(
      { _ in "M/G/1-SRPT" }, .exact, "Schrage and Miller 1966",
      plain + [.poisson, .order([.srpt]), .oneSlot, .continuous, .thinned, .nobodyShed, .stable]
    ) { QueueSolution(meanResponse: queue($0, $1).meanResponseShortestRemaining) },
  ]

  private static func queue(_ station: Station, _ branch: Branch) -> MG1 {
    MG1(arrivalRate: station.arrivalRate(branch), work: work(station, branch))
  }

  static let classes: [StationFormula] = [
    StationFormula(
      { _ in "M/G/1 with priorities" }, .exact, "Cobham 1954; Kleinrock II (1976), 3.6",
      plain + [
        .poisson, .finiteVariance, .order([.priority]), .hasClasses, .oneSlot, .thinned,
        .nobodyShed, .stable,
      ]
    ) { station, branch in
      let (queue, numbers) = priorities(station, branch)
      let waits = numbers.mapValues { queue.meanWait($0) }
      let total = station.classes.reduce(0) { $0 + $1.rate }
      let mean = station.classes.reduce(0) { $0 + $1.rate / total * (waits[$1.name] ?? 0) }
      return QueueSolution(meanWait: mean, meanWaits: waits)
    },
    StationFormula(
      { _ in "M/G/1 with preemptive priorities" }, .exact, "Kleinrock II (1976), 3.6",
      plain + [
        .poisson, .finiteVariance, .order([.priority], preemptive: true), .hasClasses, .oneSlot,
        .onePriorityEach, .thinned, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let (queue, numbers) = priorities(station, branch)
      return QueueSolution(meanResponses: numbers.mapValues { queue.meanResponsePreemptive($0) })
    },
  ]

  /// Classes of one priority are one, and each class finds its number.
  private static func priorities(
    _ station: Station, _ branch: Branch
  ) -> (PriorityMG1, [String: Int]) {
    let levels = Set(station.classes.map(\.priority)).sorted()
    let rows = levels.map { level in
      let own = station.classes.filter { $0.priority == level }
      return (
        rate: own.reduce(0) { $0 + $1.rate } / 1e9 * branch.share / Double(branch.replicas),
        work: TimeDistribution.mixture(own.map { ($0.rate, $0.work) }).scaled(by: 1 / branch.speed)
      )
    }
    var numbers: [String: Int] = [:]
    for row in station.classes { numbers[row.name] = levels.firstIndex(of: row.priority) ?? 0 }
    return (PriorityMG1(rows), numbers)
  }

  static let balanced: [StationFormula] = [
    StationFormula(
      { "E\($0.replicas)/M/1" }, .exact, "Kendall 1953; Kleinrock I (1975), 6.4",
      plain + [
        .poisson, .exponential, .order([.fifo]), .oneSlot, .balancer(RoundRobin.self),
        .oneBalancer, .steadyMessages, .equalSpeeds, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let queue = GIM1(
        arrivalRate: station.arrivalRate(branch), work: work(station, branch).mean,
        stages: branch.replicas)
      return QueueSolution(
        meanWait: queue.meanWait, wait: queue.wait, response: queue.response)
    },
    StationFormula(
      { _ in "D/M/1" }, .exact, "Kendall 1953; Kleinrock I (1975), 6.4",
      plain + [
        .equalGaps, .exponential, .order([.fifo]), .oneSlot, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let queue = GIM1(
        arrivalRate: station.arrivalRate(branch), work: work(station, branch).mean)
      return QueueSolution(
        meanWait: queue.meanWait, wait: queue.wait, response: queue.response)
    },
    StationFormula(
      { "M/M/\($0.replicas)" }, .exact, "Kleinrock I (1975), 3.5: least work left is one queue",
      plain + [
        .poisson, .exponential, .order([.fifo]), .oneSlot, .balancer(LeastWorkLeft.self),
        .promptMessages, .equalSpeeds, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let queue = pooled(station, branch)
      return QueueSolution(
        meanWait: queue.meanWait, wait: queue.wait, meanResponse: queue.meanResponse,
        response: queue.response)
    },
    StationFormula(
      { "\(($0.spec.balancing as? LeastRequest)?.choiceCount ?? 2) choices of many queues" },
      .limit,
      "Vvedenskaya et al. 1996; Mitzenmacher 2001",
      plain + [
        .poisson, .exponential, .order([.fifo]), .oneSlot, .balancer(LeastRequest.self), .samples,
        .oneBalancer, .manyReplicas, .promptMessages, .equalSpeeds, .nobodyShed, .stable,
      ]
    ) { station, branch in
      let mean = work(station, branch).mean
      let policy = station.spec.balancing as? LeastRequest
      let queue = Supermarket(
        load: station.arrivalRate(branch) * mean, work: mean,
        choices: Int(policy?.choiceCount ?? 2))
      return QueueSolution(
        meanWait: queue.meanWait, wait: queue.wait, response: queue.response)
    },
    StationFormula(
      { "Allen-Cunneen, M/G/\($0.slots)" }, .approximation, "Lee and Longton 1959; Allen 1978",
      plain + [
        .poisson, .general, .finiteVariance, .order([.fifo, .lifo, .random]), .severalSlots,
        .thinned, .nobodyShed, .stable,
      ]
    ) { station, branch in
      QueueSolution(
        meanWait: QueueBounds.allenCunneen(
          arrivalRate: station.arrivalRate(branch), gapVariation: 1, work: work(station, branch),
          servers: station.slots))
    },
    StationFormula(
      { "Allen-Cunneen, E\($0.replicas)/G/\($0.slots)" }, .approximation, "Allen 1978",
      plain + [
        .poisson, .finiteVariance, .order([.fifo, .lifo, .random]), .balancer(RoundRobin.self),
        .oneBalancer, .steadyMessages, .equalSpeeds, .nobodyShed, .stable,
      ]
    ) { station, branch in
      QueueSolution(
        meanWait: QueueBounds.allenCunneen(
          arrivalRate: station.arrivalRate(branch), gapVariation: 1 / Double(branch.replicas),
          work: work(station, branch), servers: station.slots))
    },
  ]

  /// One queue in front of all slots of a branch.
  static func pooled(_ station: Station, _ branch: Branch) -> MMc {
    MMc(
      arrivalRate: station.arrivalRate(branch) * Double(branch.replicas),
      work: work(station, branch).mean, servers: station.slots * branch.replicas)
  }
}

extension StationAssumption {
  /// Few enough for a sum over all.
  static let manageablePlaces = StationAssumption { station in
    station.slots + (station.queueLimit ?? 0) <= 100_000
      ? nil : "'\(station.spec.name)' has more than 100,000 places"
  }

  /// Several pieces may be shared out one after the other.
  static let knownWorkShared = StationAssumption { $0.workGap }

  /// Pieces of equal size would wait for each other.
  static let continuous = StationAssumption { station in
    switch station.work?.shape {
    case .constant, .other("discrete"), .other("measured"), .other("a mixture"):
      "work at '\(station.spec.name)' has sizes that many share"
    default: nil
    }
  }

  /// Visits of one class have one law of work, so that they are told apart.
  static let onePriorityEach = StationAssumption { station in
    let levels = Set(station.classes.map(\.priority)).count
    return levels == station.classes.count
      ? nil : "classes of one priority share '\(station.spec.name)'"
  }
}
