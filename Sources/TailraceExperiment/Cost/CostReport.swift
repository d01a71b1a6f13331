import TailraceModel

/// What a run's design costs per hour, by part.
public struct CostReport: Sendable {
  /// What the numbers are in; nil where the file does not say.
  public var currency: String?
  /// In the order of services and caches, each by its prices.
  public var rows: [CostRow]
  /// Of all parts, per hour.
  public var total: Estimate
  /// Of a million requests that were answered well, whichever workload they came from; nil where
  /// none was.
  public var perMillionGood: Estimate

  /// Of one part, per hour; nil where it has no price.
  func perHour(of part: Price.Part) -> Double? {
    let values = rows.filter { $0.price.part == part }.map(\.perHour.value)
    guard !values.isEmpty else { return nil }
    return values.reduce(0.0) { sum, value in sum + (value ?? 0) }
  }
}

/// What one part costs by one price.
public struct CostRow: Sendable {
  public var price: Price
  /// Replicas or GiB that stand there, or requests per hour.
  public var quantity: Estimate
  public var perHour: Estimate
}

extension Merge {
  /// What the design costs; nil where nothing has a price.
  func costs(_ workloads: [WorkloadResult]) -> CostReport? {
    let prices = experiment.prices
    guard !prices.items.isEmpty else { return nil }
    let rows = prices.items.map(row)
    let total = sum(rows.map(\.perHour))
    let good = sum(workloads.map(\.goodput))
    let perMillion = replications.indices.map { number -> Double? in
      guard let cost = total.perReplication[number], let rate = good.perReplication[number],
        rate > 0
      else { return nil }
      return Self.perMillion(cost, rate)
    }
    let merged = good.value.flatMap { rate in
      rate > 0 ? total.value.map { Self.perMillion($0, rate) } : nil
    }
    return CostReport(
      currency: prices.currency, rows: rows, total: total,
      perMillionGood: estimate(merged, perMillion))
  }

  /// Of a cost per hour at a rate per second.
  private static func perMillion(_ cost: Double, _ rate: Double) -> Double {
    cost / (rate * 3_600) * 1e6
  }

  private func row(_ price: Price) -> CostRow {
    if let units = price.units {
      let quantity = perWindow { _, _ in units }
      return CostRow(
        price: price, quantity: quantity, perHour: perWindow { _, _ in units * price.amount })
    }
    let counts = replications.map { Self.requests($0, price.part) }
    func hourly(_ replication: Int, _ length: Double) -> Double {
      Double(counts[replication]) / length * 3.6e12
    }
    return CostRow(
      price: price, quantity: perWindow(hourly),
      perHour: perWindow { hourly($0, $1) / 1e6 * price.amount })
  }

  /// What a part was asked for: visits that were not turned away, or lookups.
  private static func requests(_ replication: Replication, _ part: Price.Part) -> UInt64 {
    switch part {
    case .service(let name):
      let rows = replication.services.first { $0.name == name }?.rows ?? []
      // Visits that came before the window may be turned away within.
      return rows.reduce(0) { $0 + ($1.requests - min($1.requests, $1.refused)) }
    case .cache(let name):
      let rows = replication.caches.first { $0.name == name }?.rows ?? []
      return rows.reduce(0) { $0 + $1.hits + $1.misses }
    }
  }

  private func sum(_ parts: [Estimate]) -> Estimate {
    guard !parts.isEmpty else { return Estimate(value: nil, halfWidth: nil, perReplication: []) }
    let own = replications.indices.map { number -> Double? in
      parts.reduce(Optional(0.0)) { sum, part in
        guard let sum, let value = part.perReplication[number] else { return nil }
        return sum + value
      }
    }
    let value = parts.reduce(Optional(0.0)) { sum, part in
      guard let sum, let value = part.value else { return nil }
      return sum + value
    }
    return estimate(value, own)
  }
}
