import TailraceExperiment

/// The CSV files of a comparison; `variant` in the context is the design against the base.
public enum ComparisonTables {
  /// The files, with those of all designs' runs where they were run here.
  public static func all(_ result: ComparisonResult) -> [ReportFile] {
    var files = result.designs.isEmpty ? [] : ReportTables.all(named(result))
    files.append(ReportFile(.comparison, comparison(result)))
    if result.contrasts.contains(where: { !$0.requests.isEmpty }) {
      files.append(ReportFile(.pairedRequests, pairedRequests(result)))
      files.append(ReportFile(.moved, moved(result)))
    }
    return files.sorted { $0.name < $1.name }
  }

  /// The runs with the names that tell the designs apart.
  private static func named(_ result: ComparisonResult) -> [RunResult] {
    zip(result.names, result.designs).map { name, design in
      var named = design
      named.variant = name
      return named
    }
  }

  private static func context(_ result: ComparisonResult, _ contrast: Contrast) -> [String?] {
    let base = result.designs.first
    return [
      base?.scenario, result.names[contrast.against], nil, base.map { String($0.seed) },
      result.names[0],
    ]
  }

  /// `comparison.csv`: one row per measure that both designs have.
  ///
  /// Ratios are over the base's value and empty where that is 0; `difference` is in the row's unit.
  /// `p_holm` is adjusted for the headline rows of the whole comparison, and empty elsewhere.
  public static func comparison(_ result: ComparisonResult) -> String {
    var file = CSVWriter(.comparison)
    for contrast in result.contrasts {
      for row in contrast.rows {
        let change = row.change
        let measure = row.measure
        let ends = [change.ratioLow, change.ratioHigh].compactMap { $0 }.sorted()
        let isWhole = ends.count == 2
        file.append(
          context(result, contrast) + measure.names
            + [row.base.value, row.against.value, change.difference, change.low, change.high].map {
              $0.flatMap(measure.text)
            }
            + [
              change.ratio, isWhole ? ends[0] : nil, isWhole ? ends[1] : nil, change.p,
              change.pHolm,
            ].map(text) + [change.verdict.rawValue, String(change.count)]
            + [change.correlation, change.widthRatio].map(text))
      }
    }
    return file.text
  }

  private static func text(_ value: Double?) -> String? { value.flatMap(DecimalText.shortest) }

  private static func milliseconds(_ value: Double?) -> String? {
    value.flatMap { DecimalText.shortest($0 / 1e6) }
  }

  /// `paired_requests.csv`: requests that both designs served, held against each other.
  ///
  /// `difference_*` is the latency against the base less that in the base: below zero is faster.
  public static func pairedRequests(_ result: ComparisonResult) -> String {
    var file = CSVWriter(.pairedRequests)
    for contrast in result.contrasts {
      for pairs in contrast.requests {
        func add(_ statistic: String, _ unit: Measure.Unit, _ value: [String?]) {
          file.append(
            context(result, contrast) + [pairs.workload, statistic, unit.rawValue] + value
              + Array(repeating: nil, count: 3 - value.count))
        }
        for (name, count) in [
          ("served_by_both", pairs.count), ("slower", pairs.slower), ("faster", pairs.faster),
          ("served_by_base_only", pairs.onlyBase.count),
          ("served_by_other_only", pairs.onlyAgainst.count), ("one_in", pairs.oneIn),
        ] { add(name, .count, [String(count)]) }
        let mean = pairs.difference
        let ends = mean.halfWidth.flatMap { width in
          mean.value.map { [milliseconds($0 - width), milliseconds($0 + width)] }
        }
        add("difference_mean", .time, [milliseconds(mean.value)] + (ends ?? []))
        for row in pairs.quantiles {
          add(
            "difference_" + DecimalText.percentile(row.quantile), .time,
            [milliseconds(row.difference)])
        }
        for (name, value) in [
          ("slower_median", pairs.slowerMedian), ("faster_median", pairs.fasterMedian),
          ("base_mean", pairs.baseMean), ("other_mean", pairs.againstMean),
          ("served_by_base_only_mean", pairs.onlyBase.mean),
          ("served_by_other_only_mean", pairs.onlyAgainst.mean),
        ] { add(name, .time, [milliseconds(value)]) }
      }
    }
    return file.text
  }

  /// `moved.csv`: where the time of the requests that both served went, by part of the critical path.
  ///
  /// Sums are whole nanoseconds; those of the differences sum to the difference of the latencies.
  public static func moved(_ result: ComparisonResult) -> String {
    var file = CSVWriter(.moved)
    for contrast in result.contrasts {
      for pairs in contrast.requests {
        for part in pairs.parts {
          file.append(
            context(result, contrast) + [pairs.workload, part.phase, part.entity]
              + [part.base, part.against, part.difference].map { milliseconds($0) }
              + [String(part.baseSum), String(part.againstSum)])
        }
      }
    }
    return file.text
  }
}
