import TailraceExperiment

/// `sweep.csv`: one row per point and measure, tidy, with the same columns whatever is varied.
public struct SweepTable: Sendable {
  /// Paths of the parameters.
  public let paths: [String]
  /// Metrics that grow with the length of the run where there is no steady state.
  private static let steadyOnly: Set<String> = [
    "latency", "in_flight", "queue_length", "wait",
  ]

  /// A table of points that differ in these parameters.
  public init(paths: [String]) { self.paths = paths }

  /// A point: its variant, and the values of its parameters as they are shown.
  public struct Point: Sendable {
    public var scenario: String
    public var variant: String
    public var seed: UInt64
    public var values: [String]

    public init(scenario: String, variant: String, seed: UInt64, values: [String]) {
      self.scenario = scenario
      self.variant = variant
      self.seed = seed
      self.values = values
    }
  }

  /// The heading row.
  public var heading: String { CSVWriter(.sweep, varying: paths).text }

  /// The rows of a point: its measures, the slot time per request of each service, thresholds. Nil is a point without a valid scenario, which has one row.
  ///
  /// Where more came than went, levels and times grow with the length of the run: they are left
  /// empty, and `status` says why. A threshold's row has its name as `entity`, its condition as
  /// `metric`, what became of it as `statistic`, and what was measured as `value`.
  public func rows(_ point: Point, _ result: RunResult?) -> String {
    var file = CSVWriter(.sweep, varying: paths)
    let heading = file.text.utf8.count
    var context: [String?] = [point.scenario, point.variant, nil, String(point.seed)]
    for (path, value) in zip(paths, point.values) { context += [path, value] }
    if let result {
      context += [DecimalText.seconds(result.warmUp), result.status]
      for measure in result.measures {
        guard let estimate = measure.estimate else { continue }
        let isKnown = result.isComplete || !Self.steadyOnly.contains(measure.name.metric)
        file.append(
          context + measure.names
            + (isKnown ? measure.cells(estimate) : [nil, nil, nil, "0"]))
      }
      for service in result.services {
        let name = Measure.Name("service", service.name, "slot_time", .mean)
        let measure = Measure(name, .time, .estimate(service.slotTime))
        file.append(context + measure.names + measure.cells(service.slotTime))
      }
      for threshold in result.thresholds {
        file.append(
          context + [
            "threshold", threshold.threshold.name, threshold.threshold.condition,
            threshold.status.rawValue, threshold.threshold.metric.unit.fileName,
            threshold.fileValue.flatMap(DecimalText.shortest), nil, nil,
            String(result.replications),
          ])
      }
    } else {
      file.append(context + [nil, "invalid"] + Array(repeating: nil, count: 9))
    }
    return String(decoding: Array(file.text.utf8).dropFirst(heading), as: UTF8.self)
  }
}

extension RunResult {
  /// Whether its figures are those of a whole run in a steady state.
  var isComplete: Bool { cutShort == nil && steadiness == .steady }

  /// How it went, in one word: `ok`, or why its levels mean nothing.
  public var status: String {
    switch (cutShort, steadiness) {
    case (.overcrowded, _), (_, .overcrowded), (_, .growing), (_, .backlog): "unstable"
    case (_, .unfinished): "unfinished"
    case (.maxEvents, _): "max-events"
    case (.interrupted, _): "interrupted"
    case (.maxWall, _): "max-wall"
    case (nil, .steady): isSettled ? "ok" : "unsettled"
    }
  }
}
