import TailraceExperiment

extension SummaryText {
  /// The hottest shard of each service whose calls go by a key.
  var shardLines: [String] {
    let rows = result.services.compactMap { service in service.shardLoad.map { (service, $0) } }
    guard !rows.isEmpty else { return [] }
    let unit = timeUnit ?? .fitting(rows.compactMap(\.1.waitMean.value))
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append([
      "HOTTEST SHARD", "shard", "requests", "× mean", "utilization", "wait mean (\(unit.rawValue))",
    ])
    for (service, load) in rows {
      table.append([
        "  " + service.name, "\(load.hottest) of \(service.shards)",
        DecimalText.count(load.requests),
        EstimateText(load.imbalance, decimals: 3, hasInterval: hasIntervals).value,
        load.utilization.value.map { DecimalText.percent($0) } ?? DecimalText.missing,
        EstimateText(load.waitMean, unit: unit, hasInterval: hasIntervals).value,
      ])
    }
    return styled(table)
  }
}
