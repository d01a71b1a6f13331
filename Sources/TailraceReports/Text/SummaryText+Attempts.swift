import TailraceExperiment

extension SummaryText {
  /// What was sent beyond first attempts, where any caller retries or hedges.
  var attemptLines: [String] {
    let services = result.services.filter { $0.attempts != nil }
    guard !services.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["ATTEMPTS", "first", "retries", "hedges", "extra load"])
    for service in services {
      guard let sum = service.attempts else { continue }
      table.append([
        "  " + service.name, DecimalText.count(sum.attempts - sum.retries - sum.hedges),
        DecimalText.count(sum.retries), DecimalText.count(sum.hedges),
        sum.extraLoad.map { DecimalText.percent($0) } ?? DecimalText.missing,
      ])
    }
    return styled(table)
  }
}
