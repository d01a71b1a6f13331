import TailraceExperiment

extension ReportTables {
  /// `summary.csv`: one row per metric and statistic, merged ones first, then each replication.
  public static func summary(_ results: [RunResult]) -> String {
    var file = CSVWriter(
      columns: context + [
        "entity_kind", "entity", "metric", "statistic", "unit", "value", "ci95_low", "ci95_high",
        "n",
      ])
    for result in results {
      let measures = Measure.all(of: result)
      for measure in measures {
        file.append(context(result) + measure.names + measure.mergedCells)
      }
      for replication in 0..<result.replications {
        for measure in measures {
          guard let cells = measure.cells(of: replication) else { continue }
          file.append(context(result, replication) + measure.names + cells)
        }
      }
    }
    return file.text
  }
}

/// One number of a run with its names: a row of `summary.csv`.
struct Measure {
  enum Value {
    case estimate(Estimate)
    case count(UInt64)
    case ratio(Double?)
    case largest(UInt64?)
  }

  enum Unit: String {
    case milliseconds = "ms"
    case perSecond = "1/s"
    case count = "1"
    case ratio = "ratio"
  }

  var entityKind: String
  var entity: String
  var metric: String
  var statistic: String
  var unit: Unit
  /// Whether the values are whole nanoseconds, to be written with six decimals of a millisecond.
  var isExact = false
  var value: Value

  var names: [String?] { [entityKind, entity, metric, statistic, unit.rawValue] }

  /// Value, interval and the number of replications behind it.
  var mergedCells: [String?] {
    switch value {
    case .estimate(let estimate): return cells(estimate)
    case .count(let count): return [String(count), nil, nil, nil]
    case .ratio(let ratio): return [ratio.flatMap(DecimalText.shortest), nil, nil, nil]
    case .largest(let time): return [time.map(DecimalText.milliseconds), nil, nil, nil]
    }
  }

  /// The same for one replication; nil where replications were not kept apart.
  func cells(of replication: Int) -> [String?]? {
    guard case .estimate(let estimate) = value, replication < estimate.perReplication.count
    else { return nil }
    let value = estimate.perReplication[replication]
    return [value.flatMap(text), nil, nil, value == nil ? "0" : "1"]
  }

  private func cells(_ estimate: Estimate) -> [String?] {
    let count = estimate.perReplication.count { $0 != nil }
    guard let value = estimate.value, let width = estimate.halfWidth else {
      return [estimate.value.flatMap(text), nil, nil, String(count)]
    }
    return [text(value), text(value - width), text(value + width), String(count)]
  }

  private func text(_ value: Double) -> String? {
    guard unit == .milliseconds else { return DecimalText.shortest(value) }
    return isExact ? DecimalText.milliseconds(value) : DecimalText.shortest(value / 1e6)
  }
}
