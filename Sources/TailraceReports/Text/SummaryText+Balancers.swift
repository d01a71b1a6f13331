import TailraceExperiment

extension SummaryText {
  /// What balancers did beside choosing, where they may do more.
  var balancerLines: [String] {
    let services = result.services.filter { $0.balancing?.isAny ?? false }
    guard !services.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["BALANCERS", "rejected: cap", "no replica", "panic", "ejections", "restarts"])
    for service in services {
      guard let sum = service.balancing else { continue }
      table.append(
        ["  " + service.name]
          + [sum.capped, sum.hostless, sum.panicked, sum.ejections, sum.restarts]
          .map(DecimalText.count))
    }
    return styled(table)
  }
}
