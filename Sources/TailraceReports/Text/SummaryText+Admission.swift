import TailraceExperiment

extension SummaryText {
  /// What admission control refused, and the limits that it set.
  var admissionLines: [String] {
    let services = result.services.filter { $0.admission != nil }
    guard !services.isEmpty else { return [] }
    let hasLimits = services.contains { $0.admission?.limits != nil }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(
      ["ADMISSION", "refused at the door"]
        + (hasLimits ? ["limit mean", "least", "last"] : []))
    for service in services {
      guard let sum = service.admission else { continue }
      var cells = ["  " + service.name, DecimalText.count(sum.refused)]
      if hasLimits {
        cells += [
          sum.limits?.mean.map(Self.limit) ?? DecimalText.missing,
          sum.limits.map { DecimalText.count(UInt64($0.least)) } ?? DecimalText.missing,
          sum.limits.map { Self.limit($0.lastMean) } ?? DecimalText.missing,
        ]
      }
      table.append(cells)
    }
    return styled(table)
  }

  private static func limit(_ value: Double) -> String {
    DecimalText.significant(value, digits: 4, decimals: 1)
  }
}
