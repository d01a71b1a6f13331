import TailraceExperiment

extension SummaryText {
  /// How large and how busy each service was, and how long it was down if any was.
  var serviceLines: [String] {
    guard !result.services.isEmpty else { return [] }
    let unit = timeUnit ?? .fitting(result.services.compactMap(\.waitP99.value))
    let isSharded = result.services.contains { $0.shards > 1 }
    let hasDown = result.services.contains { $0.down.value ?? 0 > 0 }
    var table = TextTable(gap: 3, firstWidth: 16)
    let size = isSharded ? "shards × replicas × slots" : "replicas × slots"
    table.append(
      ["SERVICES", size, "utilization", "queue mean (all)", "max (one)"]
        + ["wait p99 (\(unit.rawValue))", "shed"] + (hasDown ? ["down"] : []))
    for service in result.services {
      let queue = EstimateText(service.queueMean, decimals: 3, hasInterval: hasIntervals)
      let wait = EstimateText(service.waitP99, unit: unit, hasInterval: hasIntervals)
      var cells = [
        "  " + service.name, sizeText(service, isSharded: isSharded),
        service.utilization.value.map { DecimalText.percent($0) } ?? DecimalText.missing,
        queue.value, DecimalText.count(service.queueMax), wait.value,
        DecimalText.count(service.shed),
      ]
      if hasDown { cells.append(Self.smallPercent(service.down.value)) }
      table.append(cells)
    }
    return styled(table)
  }

  /// Every replica (or shard), with counts summed and the rest averaged over replications.
  var replicaLines: [String] {
    let rows = result.services.flatMap { service in
      ReplicaMean.all(of: service).map { (service.name, $0) }
    }
    guard !rows.isEmpty else { return [] }
    let unit = timeUnit ?? .fittingLargest(rows.compactMap(\.1.waitMean))
    let hasDown = rows.contains { $0.1.down ?? 0 > 0 }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(
      ["REPLICAS", "requests", "utilization", "queue mean", "wait mean (\(unit.rawValue))", "shed"]
        + (hasDown ? ["down"] : []))
    for (service, row) in rows {
      let wait = row.waitMean.map {
        DecimalText.significant(unit.value(of: $0), digits: 4, decimals: unit.power)
      }
      var cells = [
        "  \(service) \(row.label)", DecimalText.count(row.requests),
        row.utilization.map { DecimalText.percent($0) } ?? DecimalText.missing,
        DecimalText.significant(row.queueMean, digits: 4, decimals: 3),
        wait ?? DecimalText.missing, DecimalText.count(row.shed),
      ]
      if hasDown { cells.append(Self.smallPercent(row.down)) }
      table.append(cells)
    }
    return styled(table)
  }

  /// How the ends of visits were found: what a run costs depends on it, and nothing else.
  var departureLines: [String] {
    guard !result.services.isEmpty else { return [] }
    var table = TextTable(alignments: [.left, .left], gap: 3, firstWidth: 16)
    for service in result.services {
      let how = service.eventReason.map { "events, since \($0)" } ?? "computed on arrival"
      table.append(["  " + service.name, how])
    }
    return [ink.heading("DEPARTURES")] + table.lines
  }

  private func sizeText(_ service: ServiceResult, isSharded: Bool) -> String {
    let slots = service.slots.map(String.init) ?? "∞"
    let size = "\(service.replicas) × \(slots)"
    return isSharded ? "\(service.shards) × \(size)" : size
  }
}
