import TailraceFit

/// A fit as JSON for programs: values in nanoseconds, bytes or ones, errors as shares.
public struct FitJSON {
  /// The version of this format.
  public static let formatVersion: Int64 = 1

  /// The text, with a line break at its end.
  public static func text(_ report: FitReport, file: String, version: String) throws -> String {
    var members: [String: JSONTree] = [
      "tool": .text("tailrace"), "version": .text(version),
      "format_version": .integer(formatVersion),
      "file": .text(file), "format": .text(report.input.format.rawValue),
      "notes": .list(report.input.notes.map { .text($0) }),
    ]
    if let laws = report.laws { members["law"] = try tree(laws, report) }
    if let arrivals = report.arrivals {
      members["arrivals"] = try tree(arrivals, report.arrivalPrediction)
    }
    if let counts = report.counts { members["counts"] = try tree(counts) }
    if !report.groups.isEmpty {
      members["group_column"] = .text(report.input.groupColumn)
      members["groups"] = .list(try report.groups.map(tree))
      if let law = report.lawByClass { members["law_by_class"] = try JSONTree(parsing: law) }
    }
    return try JSONText.of(JSONTree.object(members))
  }

  private static func tree(_ group: GroupReport) throws -> JSONTree {
    var members: [String: JSONTree] = [
      "name": .text(group.group.name), "values": .integer(Int64(group.group.members)),
      "count": .integer(Int64(group.group.count)),
    ]
    if let laws = group.laws { members["law"] = .object(try tree(laws)) }
    if let arrivals = group.arrivals, let text = group.arrivalText {
      members["arrivals"] = .object([
        "requests": .integer(Int64(arrivals.requests)), "rate": number(arrivals.rate),
        "gap_cv": number(arrivals.variation), "kind": .text(arrivals.kind.rawValue),
        "dispersion": .list(arrivals.dispersions.map(tree)),
        "scenario": try JSONTree(parsing: text),
        "verdict": .list(ArrivalVerdict.sentences(arrivals).map { .text($0) }),
      ])
    }
    return .object(members)
  }

  private static func tree(_ report: CountReport) throws -> JSONTree {
    var members: [String: JSONTree] = [
      "requests": number(report.requests), "interval": .integer(Int64(report.interval)),
      "intervals": .integer(Int64(report.intervals)), "rate": number(report.rate),
      "largest": number(report.largest),
      "dispersion": .list(report.dispersions.map(tree)),
      "dispersion_around_steps": .list(report.rest.map(tree)),
      "steps": .list((report.steps ?? []).map(tree)), "kind": .text(report.kind.rawValue),
      "scenario": try JSONTree(parsing: report.text),
      "verdict": .list(report.sentences.map { .text($0) }),
    ]
    if let alternative = report.alternative {
      members["alternative"] = try JSONTree(parsing: alternative.text)
    }
    return .object(members)
  }

  private static func tree(_ step: RateStep) -> JSONTree {
    .object([
      "start": .integer(Int64(step.start)), "end": .integer(Int64(step.end)),
      "count": number(step.count), "rate": number(step.rate),
    ])
  }

  private static func tree(_ laws: LawReport, _ report: FitReport) throws -> JSONTree {
    var members = try tree(laws)
    members["name"] = .text(report.input.name)
    members["unit"] = .text(unit(report.input.quantity))
    if let prediction = report.prediction { members["prediction"] = tree(prediction) }
    if let text = report.fileText { members["file_law"] = try JSONTree(parsing: text) }
    return .object(members)
  }

  private static func unit(_ quantity: MeasuredQuantity) -> String {
    switch quantity {
    case .duration: "ns"
    case .bytes: "bytes"
    case .count: "count"
    }
  }

  private static func tree(_ laws: LawReport) throws -> [String: JSONTree] {
    [
      "count": number(laws.count), "mean": number(laws.mean),
      "min": number(laws.least), "max": number(laws.largest),
      "tolerance": number(laws.tolerance),
      "measured": .list(laws.quantiles.map(tree)),
      "fits": .list(try (laws.fits + [laws.empirical]).map(tree)),
      "not_possible": .list(
        laws.leftOut.map { .object(["law": .text($0.name), "reason": .text($0.reason)]) }),
      "recommended": .text(laws.recommended.name),
      "scenario": try JSONTree(parsing: laws.recommended.text),
      "verdict": .list(Verdict.sentences(laws).map { .text($0) }),
    ]
  }

  private static func tree(_ measured: MeasuredQuantile) -> JSONTree {
    .object([
      "level": number(measured.level), "value": number(measured.value),
      "low": number(measured.low), "high": number(measured.high),
    ])
  }

  private static func tree(_ fit: LawFit) throws -> JSONTree {
    .object([
      "law": .text(fit.name), "scenario": try JSONTree(parsing: fit.text),
      "parameters": .integer(Int64(fit.parameterCount)), "aic": number(fit.aic),
      "bic": number(fit.bic), "distance": number(fit.distance),
      "anderson_darling": number(fit.andersonDarling), "mean": number(fit.mean),
      "mean_error": number(fit.meanError),
      "worst_error": number(fit.worstError),
      "quantiles": .list(
        fit.checks.map {
          .object([
            "level": number($0.level), "fitted": number($0.fitted), "error": number($0.error),
          ])
        }),
    ])
  }

  private static func tree(_ prediction: Prediction) -> JSONTree {
    .object([
      "trained": .integer(Int64(prediction.trained)), "tested": .integer(Int64(prediction.tested)),
      "laws": .list(prediction.predictors.map { .text($0) }),
      "mean": number(prediction.mean),
      "predicted_means": .list(prediction.predictedMeans.map(number)),
      "quantiles": .list(
        prediction.rows.map {
          .object([
            "measured": tree($0.measured), "chance_low": number($0.chance.lowerBound),
            "chance_high": number($0.chance.upperBound),
            "predicted": .list($0.predicted.map { number($0) }),
            "errors": .list($0.errors.map { number($0) }),
          ])
        }),
      "verdict": .list(Verdict.sentences(prediction).map { .text($0) }),
    ])
  }

  private static func tree(
    _ report: ArrivalReport, _ prediction: ArrivalPrediction?
  ) throws -> JSONTree {
    var members: [String: JSONTree] = [
      "requests": .integer(Int64(report.requests)), "span": .integer(Int64(report.span)),
      "rate": number(report.rate), "gap_cv": number(report.variation),
      "gap_correlation": number(report.correlation),
      "dispersion": .list(report.dispersions.map(tree)),
      "dispersion_around_steps": .list(report.rest.map(tree)),
      "steps": .list((report.steps ?? []).map(tree)),
      "gaps": .object(try tree(report.gaps)), "kind": .text(report.kind.rawValue),
      "scenario": try JSONTree(parsing: report.text),
      "verdict": .list(ArrivalVerdict.sentences(report).map { .text($0) }),
    ]
    if let alternative = report.alternative {
      members["alternative"] = try JSONTree(parsing: alternative.text)
    }
    if let prediction {
      members["prediction"] = .object([
        "rate": number(prediction.rate), "rate_error": number(prediction.rateError),
        "gap_cv": number(prediction.variation), "gaps": tree(prediction.gaps),
      ])
    }
    return .object(members)
  }

  private static func tree(_ found: Dispersion) -> JSONTree {
    .object([
      "window": .integer(Int64(found.window)), "windows": .integer(Int64(found.windows)),
      "index": number(found.index), "poisson_low": number(found.poisson.lowerBound),
      "poisson_high": number(found.poisson.upperBound),
      "shuffled_low": number(found.shuffled?.lowerBound),
      "shuffled_high": number(found.shuffled?.upperBound),
    ])
  }

  /// Null where there is no value.
  private static func number(_ value: Double?) -> JSONTree {
    value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }
}
