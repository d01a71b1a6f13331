import TailraceExperiment
import TailraceModel

extension SummaryText {
  /// How many reads were answered with an old version, where keys are written.
  var versionLines: [String] {
    let services = result.services.filter { $0.versions != nil }
    guard !services.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["VERSIONS", "writes", "reads", "stale", "of reads"])
    for service in services {
      guard let sum = service.versions else { continue }
      table.append([
        "  " + service.name, DecimalText.count(sum.writes), DecimalText.count(sum.reads),
        DecimalText.count(sum.stale),
        sum.staleShare.map { DecimalText.percent($0) } ?? DecimalText.missing,
      ])
    }
    return styled(table)
  }
}
