import TailraceExperiment
import TailraceModel

extension SummaryText {
  /// What changes of the number of shards move.
  var reshardLines: [String] {
    let services = result.services.filter { $0.reshard != nil }
    guard !services.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["RESHARDING", "shards", "at (s)", "keys moved", "copied (MB)", "in (s)"])
    func number(_ value: Double) -> String {
      DecimalText.significant(value, digits: 4, decimals: 3)
    }
    for service in services {
      guard let reshard = service.reshard else { continue }
      let copied = reshard.copiedBytes
      table.append([
        "  " + service.name, "\(reshard.from) → \(reshard.to)", number(Double(reshard.at) / 1e9),
        DecimalText.percent(reshard.movedShare),
        copied.map { number($0 / 1e6) } ?? DecimalText.missing,
        copied.map { _ in number(Double(reshard.copyTime) / 1e9) } ?? DecimalText.missing,
      ])
    }
    return styled(table)
  }
}
