import TailraceExperiment

extension SummaryText {
  /// Connections opened and used again, where any service says what they cost.
  var connectionLines: [String] {
    let services = result.services.filter { $0.connections != nil }
    guard !services.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["CONNECTIONS", "handshakes", "resumed", "reused", "refused", "reuse"])
    for service in services {
      guard let sum = service.connections else { continue }
      table.append([
        "  " + service.name, DecimalText.count(sum.handshakes), DecimalText.count(sum.resumed),
        DecimalText.count(sum.reused), DecimalText.count(sum.refused),
        sum.reuse.map { DecimalText.percent($0) } ?? DecimalText.missing,
      ])
    }
    return styled(table)
  }
}
