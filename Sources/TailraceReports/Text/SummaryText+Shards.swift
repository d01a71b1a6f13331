import TailraceExperiment

extension SummaryText {
  private var shardedServices: [(service: ServiceResult, load: ShardLoad)] {
    result.services.compactMap { service in service.shardLoad.map { (service, $0) } }
  }

  /// The hottest shard of each service whose calls go by a key, and its hottest key.
  var shardLines: [String] {
    let rows = shardedServices
    guard !rows.isEmpty else { return [] }
    let unit =
      timeUnit
      ?? .fitting(rows.compactMap { $0.load.latencyMean.value ?? $0.load.waitMean.value })
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append([
      "HOTTEST SHARD", "shard", "requests", "× mean", "utilization", "wait p99 (\(unit.rawValue))",
      "latency mean", "p99", "top key", "hottest keys", "of work",
    ])
    for (service, load) in rows {
      table.append([
        "  " + service.name, "\(load.hottest) of \(service.shards)",
        DecimalText.count(load.requests),
        EstimateText(load.imbalance, decimals: 3, hasInterval: hasIntervals).value,
        load.utilization.value.map { DecimalText.percent($0) } ?? DecimalText.missing,
        EstimateText(load.waitP99, unit: unit, hasInterval: hasIntervals).value,
        EstimateText(load.latencyMean, unit: unit, hasInterval: hasIntervals).value,
        EstimateText(load.latencyP99, unit: unit, hasInterval: hasIntervals).value,
        topKey(of: load.hottest, load), topKeys(load),
        load.hotKeysWorkShare.map { DecimalText.percent($0) } ?? DecimalText.missing,
      ])
    }
    return styled(table)
  }

  /// Every shard of the services whose calls go by a key.
  var allShardLines: [String] {
    let rows = shardedServices
    guard !rows.isEmpty else { return [] }
    let unit =
      timeUnit
      ?? .fitting(rows.flatMap { $0.load.shards.compactMap { $0.latencyMean ?? $0.waitMean } })
    func time(_ value: Double?) -> String {
      value.map { DecimalText.significant(unit.value(of: $0), digits: 4, decimals: unit.power) }
        ?? DecimalText.missing
    }
    func ratio(_ value: Double?) -> String {
      value.map { DecimalText.significant($0, digits: 4, decimals: 3) } ?? DecimalText.missing
    }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append([
      "SHARDS", "requests", "× mean", "utilization", "wait mean (\(unit.rawValue))",
      "wait p99", "latency mean", "p99", "top key",
    ])
    for (service, load) in rows {
      for row in load.shards {
        table.append([
          "  \(service.name) \(row.shard)", DecimalText.count(row.requests), ratio(row.load),
          row.utilization.map { DecimalText.percent($0) } ?? DecimalText.missing,
          time(row.waitMean), time(row.waitP99), time(row.latencyMean), time(row.latencyP99),
          topKey(of: row.shard, load),
        ])
      }
      table.append(["  \(service.name) cv", ratio(load.variation.value)])
    }
    return styled(table)
  }

  /// How many keys are told from the others as the hottest, and their share of all calls by key.
  private func topKeys(_ load: ShardLoad) -> String {
    load.hotKeys.isEmpty
      ? DecimalText.missing
      : "\(load.hotKeys.count): \(DecimalText.percent(load.hotKeysShare))"
  }

  /// The hottest key that a shard owns with its share of all calls by key.
  private func topKey(of shard: Int, _ load: ShardLoad) -> String {
    guard let hot = load.hotKeys.first(where: { $0.shard == shard }) else {
      return DecimalText.missing
    }
    return "\(hot.key): \(DecimalText.percent(hot.share))"
  }
}
