import TailraceExperiment

extension ReportTables {
  /// `calls.csv`: one row per caller, callee and replication.
  ///
  /// `retries`, `hedges` and `hedge_wins` are empty where every call is one attempt.
  public static func calls(_ results: [RunResult]) -> String {
    var file = CSVWriter(.calls)
    for result in results {
      for row in result.details.calls {
        file.append(
          context(result, row.replication) + [
            row.from, row.to, String(row.calls), String(row.attempts?.attempts ?? row.calls),
            row.attempts.map { String($0.retries) }, row.attempts.map { String($0.hedges) },
            row.attempts.map { String($0.hedgeWins) }, String(row.timeouts), String(row.errors),
            row.latencyP50.map(DecimalText.milliseconds),
            row.latencyP99.map(DecimalText.milliseconds),
          ])
      }
    }
    return file.text
  }

  /// `timeseries.csv`: one row per interval and metric, merged over the replications.
  public static func timeSeries(_ results: [RunResult]) -> String {
    var file = CSVWriter(.timeSeries)
    for result in results {
      guard let series = result.details.series else { continue }
      for entity in series.entities {
        for i in 0..<(series.bounds.count - 1) {
          let times = [
            DecimalText.seconds(series.bounds[i]),
            DecimalText.seconds(series.bounds[i + 1] - series.bounds[i]), entity.kind, entity.name,
          ]
          for track in entity.tracks {
            file.append(
              context(result) + times + [
                track.metric.word, track.metric.unit.rawValue, track.metric.text(track.values[i]),
              ])
          }
        }
      }
    }
    return file.text
  }

  /// `requests.csv`: one row per request that was kept.
  ///
  /// `attempts`, `hedges` and `cache` stay empty: they are not kept by request yet.
  public static func requests(_ results: [RunResult]) -> String {
    var file = CSVWriter(.requests)
    for result in results {
      for row in result.details.requests {
        let isOver = row.finished != nil
        file.append(
          context(result, row.replication) + [
            row.id, row.workload, DecimalText.seconds(row.arrived),
            row.finished.map(DecimalText.seconds),
            row.finished.map { DecimalText.milliseconds($0 - row.arrived) }, row.outcome.word,
            nil, nil, nil, isOver ? DecimalText.milliseconds(row.queue) : nil,
            isOver ? DecimalText.milliseconds(row.work) : nil,
            isOver ? DecimalText.milliseconds(row.network) : nil, row.criticalService,
          ])
      }
    }
    return file.text
  }
}

extension SeriesTrack.Metric {
  /// Its name in files.
  var word: String {
    switch self {
    case .offered: "offered"
    case .goodput: "goodput"
    case .throughput: "throughput"
    case .errors: "errors"
    case .inFlight: "in_flight"
    case .latencyMean: "latency_mean"
    case .latencyMax: "latency_max"
    case .latency(let quantile): "latency_" + DecimalText.percentile(quantile)
    case .utilization: "utilization"
    case .queueLength: "queue_length"
    case .shed: "shed"
    case .lookups: "lookups"
    case .hitRatio: "hit_ratio"
    }
  }

  var unit: Measure.Unit {
    switch self {
    case .offered, .goodput, .throughput, .shed, .lookups: .perSecond
    case .errors, .utilization, .hitRatio: .ratio
    case .inFlight, .queueLength: .count
    case .latencyMean, .latencyMax, .latency: .time
    }
  }

  /// A value as it is written; empty where missing.
  func text(_ value: Double?) -> String? {
    guard let value else { return nil }
    switch self {
    case .latencyMax, .latency: return DecimalText.milliseconds(value)
    case .latencyMean: return DecimalText.shortest(value / 1e6)
    default: return DecimalText.shortest(value)
    }
  }
}
