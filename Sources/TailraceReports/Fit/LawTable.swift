import TailraceFit

/// Measured quantiles, and below them the error of each law.
struct LawTable {
  let unit: ShownUnit
  let ink: Ink
  let isVerbose: Bool

  func lines(_ laws: LawReport) -> [String] {
    // Nothing that a law could be judged by.
    if laws.quantiles.isEmpty, laws.mean == nil { return ["  nothing to judge a law by"] }
    let hasBIC = laws.fits.contains { $0.bic != nil }
    let hasMean = laws.mean != nil
    var table = TextTable(gap: 2)
    var head = ["MEASURED (\(unit.label))", hasBIC ? "" : "", ""]
    if isVerbose { head.append("") }
    if hasMean { head.append("mean") }
    head += laws.quantiles.map { DecimalText.percentile($0.level) }
    table.append(head)
    let blanks = [String](repeating: "", count: isVerbose ? 3 : 2)
    table.append(
      ["  value"] + blanks + (laws.mean.map { [unit.text($0)] } ?? [])
        + laws.quantiles.map { unit.text($0.value) })
    if laws.quantiles.contains(where: { $0.low < $0.value || $0.high > $0.value }) {
      let label = laws.hasBuckets ? "bucket" : "95 % interval"
      table.append(
        ["  \(label) from"] + blanks + (hasMean ? [""] : [])
          + laws.quantiles.map { unit.text($0.low) })
      table.append(
        ["  \(String(repeating: " ", count: label.count)) to"] + blanks
          + (hasMean ? [""] : []) + laws.quantiles.map { unit.text($0.high) })
    }
    table.append([])
    var second = ["LAW: error of fit", hasBIC ? "BIC" : "", "D"]
    if isVerbose { second.append("A²") }
    second += (hasMean ? ["mean"] : []) + laws.quantiles.map { DecimalText.percentile($0.level) }
    table.append(second)
    let least = laws.fits.compactMap(\.bic).min() ?? 0
    for fit in laws.fits + (laws.fits.first?.name == "constant" ? [] : [laws.empirical]) {
      table.append(row(fit, laws, least, hasMean: hasMean))
    }
    var lines = table.lines
    if hasBIC {
      lines.append(
        "  BIC above the best; D: largest difference of shares, no test, for parameters were fitted"
      )
    }
    if !laws.leftOut.isEmpty, isVerbose {
      lines += laws.leftOut.map { "  not possible: \($0.name): \($0.reason)" }
    } else if !laws.leftOut.isEmpty {
      lines.append("  not possible: " + laws.leftOut.map(\.name).joined(separator: ", "))
    }
    return lines
  }

  private func row(
    _ fit: LawFit, _ laws: LawReport, _ least: Double, hasMean: Bool
  ) -> [String] {
    let isChosen = fit.name == laws.recommended.name
    var row = [(isChosen ? "* " : "  ") + fit.name]
    row.append(
      fit.bic.map {
        $0 == least ? "0" : "+" + DecimalText.significant($0 - least, digits: 4, decimals: 0)
      }
        ?? "")
    row.append(fit.distance.map { DecimalText.fixed($0, decimals: 3) } ?? "")
    if isVerbose {
      row.append(
        fit.andersonDarling.map { DecimalText.significant($0, digits: 3, decimals: 2) } ?? "")
    }
    if hasMean {
      row.append(fit.mean == nil ? "none" : fit.meanError.map(ErrorText.of) ?? DecimalText.missing)
    }
    return row + fit.checks.map { ErrorText.of($0.error) }
  }
}

/// Quantiles of the rest beside what laws said of them.
struct PredictionTable {
  let unit: ShownUnit
  let ink: Ink

  func lines(_ prediction: Prediction, of what: String) -> [String] {
    var table = TextTable(gap: 2)
    let shares =
      "first \(DecimalText.count(UInt64(prediction.trained))) "
      + "-> other \(DecimalText.count(UInt64(prediction.tested))) \(what)"
    var head = ["PREDICTION (\(unit.label))", "measured", "chance from", "to"]
    for name in prediction.predictors { head += [name, "error"] }
    table.append(head)
    var mean = ["  mean", unit.text(prediction.mean), "", ""]
    for predicted in prediction.predictedMeans {
      mean.append(predicted.map(unit.text) ?? "none")
      let error = predicted.map { ($0 - prediction.mean) / prediction.mean }
      mean.append(error.map(ErrorText.of) ?? DecimalText.missing)
    }
    table.append(mean)
    for row in prediction.rows {
      var cells = [
        "  " + DecimalText.percentile(row.measured.level), unit.text(row.measured.value),
        unit.text(row.chance.lowerBound), unit.text(row.chance.upperBound),
      ]
      for (predicted, error) in zip(row.predicted, row.errors) {
        cells += [unit.text(predicted), ErrorText.of(error)]
      }
      table.append(cells)
    }
    return table.lines
      + ["  \(shares); chance: where 95 of 100 such predictions lie if nothing changed"]
      + Verdict.sentences(prediction).flatMap(WrappedText.sentence)
  }
}
