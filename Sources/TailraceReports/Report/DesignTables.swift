import TailraceExperiment

/// The tables of one design, with the digits of the summary for people.
struct DesignTables {
  let design: JSONTree

  init(_ design: JSONTree) { self.design = design }

  private var workloads: [JSONTree] { design["workloads"].list }

  private static func estimate(_ value: JSONTree, _ width: JSONTree, scale: Double = 1) -> Estimate
  {
    Estimate(
      value: value.number.map { $0 * scale }, halfWidth: width.number.map { $0 * scale },
      perReplication: [])
  }

  /// "81.5 ± 0.6", or the value alone.
  static func cell(_ text: EstimateText) -> String {
    text.halfWidth == DecimalText.missing || text.halfWidth == "0"
      ? text.value : "\(text.value) ± \(text.halfWidth)"
  }

  /// Mean, percentiles and maximum of each workload.
  var latency: PageTable {
    let members = workloads.first?["latency_ms"].members ?? []
    let percentiles = members.map(\.name).filter { $0.first == "p" }
    let names: [String] =
      ["mean"]
      + percentiles.sorted { (Double($0.dropFirst()) ?? 0) < (Double($1.dropFirst()) ?? 0) }
    var all: [Double] = []
    for workload in workloads {
      for name in names {
        if let value = workload["latency_ms"][name].number { all.append(value * 1e6) }
      }
    }
    let unit = TimeUnit.fitting(all)
    let columns: [PageTable.Column] = (names + ["max"]).map { .number($0) }
    var table = PageTable([.text("workload (\(unit.rawValue))")] + columns)
    for workload in workloads {
      let cells = names.map { name in
        Self.cell(
          EstimateText(
            Self.estimate(
              workload["latency_ms"][name], workload["latency_ms_ci95"][name], scale: 1e6),
            unit: unit, hasInterval: true))
      }
      let largest = workload["latency_ms"]["max"].number.map {
        DecimalText.significant(unit.value(of: $0 * 1e6), digits: 4, decimals: unit.power)
      }
      table.rows.append([workload["name"].string ?? ""] + cells + [largest ?? DecimalText.missing])
    }
    let hasIntervals = workloads.contains { workload in
      workload["latency_ms_ci95"].members.contains { $0.value.number != nil }
    }
    let isMissing = table.rows.contains { $0.contains(DecimalText.missing) }
    let notes = [
      hasIntervals
        ? "±: half-width of a 95 % interval."
        : all.isEmpty ? "Nothing was answered." : "No interval.",
      isMissing ? "—: fewer than ten answered requests lie beyond." : "",
    ]
    table.note = notes.filter { !$0.isEmpty }.joined(separator: " ")
    return table
  }

  /// Rates, failures by kind and requests in flight.
  var traffic: PageTable {
    let kinds = Outcome.allCases.filter { outcome in
      outcome != .success && workloads.contains { ($0["outcomes"][outcome.word].number ?? 0) > 0 }
    }
    var table = PageTable(
      [
        .text("workload"), .text("loop"), .number("requests"), .number("offered/s"),
        .number("goodput/s"), .number("errors"), .number("in flight (mean)"),
      ] + kinds.map { .number($0.words) })
    for workload in workloads {
      let rates = ["offered_per_s", "goodput_per_s", "in_flight_mean"].map { name in
        Self.cell(
          EstimateText(
            Self.estimate(workload[name], workload[name + "_ci95"]), decimals: 3, hasInterval: true)
        )
      }
      table.rows.append(
        [
          workload["name"].string ?? "", workload["loop"].string ?? "", workload["requests"].count,
          rates[0], rates[1], SummaryText.smallPercent(workload["errors_ratio"].number), rates[2],
        ] + kinds.map { workload["outcomes"][$0.word].count })
    }
    return table
  }

  /// How large and how busy each service was.
  var services: PageTable {
    let services = design["services"].list
    let unit = TimeUnit.fitting(services.compactMap { $0["wait_p99_ms"].number.map { $0 * 1e6 } })
    let isSharded = services.contains { $0["shards"].number ?? 1 > 1 }
    let hasDown = services.contains { $0["down_ratio"].number ?? 0 > 0 }
    let size = isSharded ? "shards × replicas × slots" : "replicas × slots"
    var table = PageTable(
      [
        .text("service"), .number(size), .number("utilization"), .number("queue mean (all)"),
        .number("max (one)"), .number("wait p99 (\(unit.rawValue))"), .number("visits"),
        .number("failed"), .number("shed"),
      ] + (hasDown ? [.number("down")] : []))
    for service in services {
      let slots = service["slots"].number == nil ? "∞" : service["slots"].count
      var cells = [
        service["name"].string ?? "",
        (isSharded ? "\(service["shards"].count) × " : "")
          + "\(service["replicas"].count) × \(slots)",
        service["utilization_ratio"].number.map { DecimalText.percent($0) } ?? DecimalText.missing,
        Self.cell(
          EstimateText(
            Self.estimate(service["queue_length_mean"], service["queue_length_mean_ci95"]),
            decimals: 3, hasInterval: true)),
        service["queue_length_max"].count,
        Self.cell(
          EstimateText(
            Self.estimate(service["wait_p99_ms"], service["wait_p99_ms_ci95"], scale: 1e6),
            unit: unit, hasInterval: true)),
        service["requests"].count, service["errors"].count, service["shed"].count,
      ]
      if hasDown { cells.append(SummaryText.smallPercent(service["down_ratio"].number)) }
      table.rows.append(cells)
    }
    return table
  }

  /// What each cache found; nil without caches.
  var caches: PageTable? {
    let caches = design["caches"].list
    guard !caches.isEmpty else { return nil }
    var table = PageTable([
      .text("cache"), .number("lookups"), .number("hits"), .number("misses"), .number("coalesced"),
      .number("fetches"), .number("evicted"), .number("expired"), .number("entries (mean)"),
    ])
    for cache in caches {
      func share(_ name: String) -> String {
        guard let count = cache[name].number, let all = cache["lookups"].number, all > 0 else {
          return DecimalText.missing
        }
        return DecimalText.percent(count / all)
      }
      table.rows.append([
        cache["name"].string ?? "", cache["lookups"].count, share("hits"), share("misses"),
        share("coalesced"), share("fetches"), cache["evictions"].count, cache["expirations"].count,
        Self.cell(
          EstimateText(
            Self.estimate(cache["entries_mean"], cache["entries_mean_ci95"]), decimals: 1,
            hasInterval: true)),
      ])
    }
    return table
  }

  /// What was asked for and what was measured; nil where nothing was asked for.
  var thresholds: PageTable? {
    let thresholds = design["thresholds"].list
    guard !thresholds.isEmpty else { return nil }
    var table = PageTable([
      .text(""), .text("metric"), .text("threshold"), .number("measured"),
    ])
    for (number, row) in thresholds.enumerated() {
      let passes = row["status"].string == "pass"
      let selector = row["selector"].string ?? ""
      table.rows.append([
        passes ? "✓" : "✗",
        (row["metric"].string ?? "") + (selector.isEmpty ? "" : "{\(selector)}"),
        row["condition"].string ?? "", Self.measured(row),
      ])
      if !passes { table.rowStyles[number] = "bad" }
    }
    return table
  }

  private static func measured(_ row: JSONTree) -> String {
    guard let value = row["measured"].number else {
      return row["status"].string == "no-data" ? "no data" : "∞"
    }
    switch row["unit"].string {
    case Measure.Unit.time.rawValue: return ThresholdResult.text(value * 1e6, .time)
    case Measure.Unit.ratio.rawValue: return ThresholdResult.text(value, .share)
    case Measure.Unit.perSecond.rawValue: return ThresholdResult.text(value, .perSecond)
    default: return ThresholdResult.text(value, .number)
    }
  }
}

/// Calls by caller and callee, summed over the replications.
enum CallTable {
  static func of(_ files: ResultFiles, variant: String) -> String {
    let calls = files.table("calls.csv").filtered(["variant": variant])
    guard !calls.rows.isEmpty else { return "" }
    let names = [
      "calls", "attempts", "retries", "hedges", "hedge_wins", "timeouts", "errors",
    ]
    var order: [[String]] = []
    var sums: [[String]: [Double]] = [:]
    for row in calls.rows {
      let edge = [calls.text(row, "from"), calls.text(row, "to")]
      if sums[edge] == nil { order.append(edge) }
      for (place, name) in names.enumerated() {
        sums[edge, default: Array(repeating: 0, count: names.count)][place] +=
          calls.number(row, name) ?? 0
      }
    }
    // Columns that are 0 throughout say nothing, but for the first.
    let shown = names.indices.filter { place in
      place == 0 || sums.values.contains { $0[place] > 0 }
    }
    var table = PageTable(
      [.text("from"), .text("to")] + shown.map { .number(names[$0].replacing("_", with: " ")) })
    for edge in order {
      table.rows.append(
        edge + shown.map { DecimalText.fixed(sums[edge]?[$0] ?? 0, decimals: 0, grouped: true) })
    }
    return table.html
  }
}
