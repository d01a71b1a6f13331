import TailraceExperiment
import TailraceModel

extension SummaryText {
  /// How calls met their keys' own replicas, where balancers hash a key.
  var affinityLines: [String] {
    let services = result.services.filter { $0.affinity != nil }
    guard !services.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["AFFINITY", "calls", "at the key's replica", "busiest / mean"])
    for service in services {
      guard let sum = service.affinity else { continue }
      let most = Self.largestOverMean(ReplicaMean.all(of: service).map(\.requests))
      table.append([
        "  " + service.name, DecimalText.count(sum.calls),
        sum.share.map { DecimalText.percent($0) } ?? DecimalText.missing,
        most.map { DecimalText.significant($0, digits: 4, decimals: 3) } ?? DecimalText.missing,
      ])
    }
    return styled(table)
  }

  private static func largestOverMean(_ counts: [UInt64]) -> Double? {
    let all = counts.reduce(0, +)
    return all == 0 ? nil : Double(counts.max() ?? 0) * Double(counts.count) / Double(all)
  }
}
