import TailraceModel

/// How far a number may be trusted.
public enum TheoryKind: String, Sendable, CaseIterable {
  /// The formula holds for this model.
  case exact
  /// It holds as something grows without bound.
  case limit
  /// It is known to be near.
  case approximation
  /// The simulated value lies below, or above.
  case upperBound = "upper_bound"
  case lowerBound = "lower_bound"
}

/// A queue's formula applied to one replica of a branch.
struct QueueSolution: Sendable {
  /// Mean time in the queue; nil where the formula says only the response.
  var meanWait: Double?
  /// Its law.
  var wait: TimeDistribution?
  /// Mean response over mean work, where each piece of work takes in proportion to itself.
  var stretch: Double?
  /// Mean response of all together.
  var meanResponse: Double?
  /// The law of the response, where all work has one law.
  var response: TimeDistribution?
  /// By class: mean wait, or mean response where classes interrupt each other.
  var meanWaits: [String: Double] = [:]
  var meanResponses: [String: Double] = [:]
  /// The share that is turned away.
  var loss: Double?
  /// Busy servers over all, where some are turned away.
  var utilization: Double?
}

/// A formula for a station: what it assumes, and what it says if that holds.
struct StationFormula: Sendable {
  /// What it is called for this station: `M/M/8`.
  let name: @Sendable (Station) -> String
  let kind: TheoryKind
  /// The book or paper and its year.
  let source: String
  let assumptions: [StationAssumption]
  let solve: @Sendable (Station, Branch) -> QueueSolution

  init(
    _ name: @escaping @Sendable (Station) -> String, _ kind: TheoryKind, _ source: String,
    _ assumptions: [StationAssumption],
    _ solve: @escaping @Sendable (Station, Branch) -> QueueSolution
  ) {
    (self.name, self.kind, self.source) = (name, kind, source)
    (self.assumptions, self.solve) = (assumptions, solve)
  }

  /// The first assumption that does not hold; nil if all do.
  func gap(_ station: Station) -> String? {
    for assumption in assumptions { if let gap = assumption.gap(station) { return gap } }
    return nil
  }
}

/// A formula that holds, with what it says about a whole station.
struct StationSolution: Sendable {
  var name: String
  var kind: TheoryKind
  var source: String
  var queue: QueueSolution

  /// What all branches come to, each with its share of the visits.
  init(_ formula: StationFormula, _ station: Station) {
    name = formula.name(station)
    kind = formula.kind
    source = formula.source
    let parts = station.branches.filter { $0.share > 0 }.map {
      (share: $0.share, queue: formula.solve(station, $0))
    }
    if parts.count == 1 {
      queue = parts[0].queue
      return
    }
    func mean(_ key: KeyPath<QueueSolution, Double?>) -> Double? {
      var sum = 0.0
      for part in parts {
        guard let value = part.queue[keyPath: key] else { return nil }
        sum += part.share * value
      }
      return sum
    }
    func law(_ key: KeyPath<QueueSolution, TimeDistribution?>) -> TimeDistribution? {
      let laws = parts.compactMap { part in part.queue[keyPath: key].map { (part.share, $0) } }
      return laws.count == parts.count ? .mixture(laws) : nil
    }
    func classes(_ key: KeyPath<QueueSolution, [String: Double]>) -> [String: Double] {
      let names = parts[0].queue[keyPath: key].keys
      return Dictionary(
        uniqueKeysWithValues: names.sorted().map { name in
          (name, parts.reduce(0) { $0 + $1.share * ($1.queue[keyPath: key][name] ?? 0) })
        })
    }
    queue = QueueSolution()
    queue.meanWait = mean(\.meanWait)
    queue.wait = law(\.wait)
    queue.stretch = mean(\.stretch)
    queue.meanResponse = mean(\.meanResponse)
    queue.response = law(\.response)
    queue.meanWaits = classes(\.meanWaits)
    queue.meanResponses = classes(\.meanResponses)
    queue.loss = mean(\.loss)
    queue.utilization = mean(\.utilization)
  }
}
