import TailraceExperiment

extension SummaryText {
  /// Visits that nobody waited for any more, where there were any: how many were stopped or dropped,
  /// and what share of the work was done for nobody.
  var givenUpLines: [String] {
    let services = result.services.filter { $0.givenUp?.isAny == true }
    guard !services.isEmpty else { return [] }
    let hasExpired = services.contains { $0.givenUp?.expired != nil }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["GIVEN UP", "stopped"] + (hasExpired ? ["expired"] : []) + ["wasted work"])
    for service in services {
      guard let sum = service.givenUp else { continue }
      var cells = ["  " + service.name, DecimalText.count(sum.stopped)]
      if hasExpired { cells.append(sum.expired.map(DecimalText.count) ?? DecimalText.missing) }
      table.append(cells + [Self.smallPercent(sum.wastedShare)])
    }
    return styled(table)
  }
}
