extension RunFigures {
  // MARK: Over time

  private func time(_ design: JSONTree) -> TimeCharts {
    var bands: [TimeCharts.Band] = []
    if let end = design["warm_up_s"].number, end > 0 {
      bands.append(.init(name: "warm-up", from: 0, until: end, isFault: false))
    }
    for fault in design["faults"].list {
      guard let start = fault["from_s"].number else { continue }
      let verb = (fault["verb"].string ?? "").withBlanks
      bands.append(
        .init(
          name: "\(fault["name"].string ?? "") (\(verb))", from: start, until: fault["to_s"].number,
          isFault: true))
    }
    return TimeCharts(bands: bands, end: design["duration_s"].number ?? 1)
  }

  private func track(
    _ design: JSONTree, _ kind: String, _ entity: String, _ metric: String, label: String,
    style: String, scale: Double = 1
  ) -> TimeCharts.Track {
    TimeCharts.Track(
      label: label, style: style,
      table: files.table("timeseries.csv").filtered([
        "variant": name(design), "entity_kind": kind, "entity": entity, "metric": metric,
      ]), scale: scale)
  }

  /// Chart 3: traffic and latencies over time.
  var overTime: [Figure] {
    let shown = Array(workloads.prefix(isComparison ? 2 : Self.workloadsMax))
    let groups: [(heading: String, design: JSONTree, entries: [(JSONTree, String, String)])]
    if isComparison {
      groups = shown.map { workload in
        (" of \(workload)", designs[0], designs.map { ($0, workload, name($0)) })
      }
    } else {
      groups = [("", designs[0], shown.map { (designs[0], $0, $0) })]
    }
    return groups.enumerated().flatMap { number, group in
      let frame = time(group.design)
      let several = group.entries.count > 1
      let tail = tail(group.entries.map { ($0.0, $0.1) })
      var traffic: [TimeCharts.Track] = []
      var latencies: [TimeCharts.Track] = []
      for (place, (design, workload, label)) in group.entries.enumerated() {
        let lead = several ? "\(label): " : ""
        let style = "l\(place % 8)"
        traffic.append(
          track(design, "workload", workload, "goodput", label: lead + "answered", style: style))
        if !several {
          traffic.append(
            track(design, "workload", workload, "offered", label: "offered", style: "l1 thin"))
        }
        latencies.append(
          track(
            design, "workload", workload, "latency_" + tail, label: lead + tail, style: style))
        guard group.entries.count <= 2 else { continue }
        latencies.append(
          track(
            design, "workload", workload, "latency_p50", label: lead + "p50",
            style: several ? style + " thin" : "l1 thin"))
      }
      var figures = [
        frame.figure(
          traffic, id: "traffic-\(number)", heading: "Traffic over time\(group.heading)",
          caption:
            "Requests per second by the instant at which they were meant to start, and those "
            + "of them that were answered.",
          axis: TimeCharts.rates, cell: { DecimalText.significant($0, digits: 4, decimals: 3) }),
        frame.figure(
          latencies, id: "latency-\(number)", heading: "Latency over time\(group.heading)",
          caption: "Of answered requests by the instant at which they were meant to start.",
          axis: TimeCharts.latencies, cell: TimeLabel.of),
      ]
      let errors = group.entries.enumerated().map { place, entry in
        track(
          entry.0, "workload", entry.1, "errors", label: several ? entry.2 : "failed",
          style: "l\(several ? place % 8 : 1)")
      }
      if errors.contains(where: { $0.points.contains { ($0.y ?? 0) > 0 } }) {
        figures.append(
          frame.figure(
            errors, id: "errors-\(number)", heading: "Failures over time\(group.heading)",
            caption:
              "Share of requests that failed, by the instant at which they were meant to start.",
            axis: TimeCharts.shares, cell: { DecimalText.percent($0, decimals: 2) }))
      }
      return figures.compactMap { $0 }
    }
  }

  /// The highest percentile that most intervals of all these workloads support.
  private func tail(_ workloads: [(JSONTree, String)]) -> String {
    let names = ["p99", "p95", "p90"]
    return names.first { name in
      workloads.allSatisfy { design, workload in
        let points = track(design, "workload", workload, "latency_" + name, label: "", style: "")
          .points
        return 2 * points.count { $0.y != nil } > points.count
      }
    } ?? "mean"
  }

  /// Hit ratio of each cache over time.
  var caches: [Figure] {
    let named = designs.enumerated().flatMap { place, design in
      design["caches"].list.compactMap { $0["name"].string }.prefix(4).map { (place, design, $0) }
    }
    guard let first = named.first else { return [] }
    let tracks = named.prefix(8).enumerated().map { number, entry in
      track(
        entry.1, "cache", entry.2, "hit_ratio",
        label: isComparison ? "\(name(entry.1)): \(entry.2)" : entry.2, style: "l\(number % 8)")
    }
    return [
      time(first.1).figure(
        Array(tracks), id: "hits", heading: "Cache hit ratio over time",
        caption: "Share of lookups that found their value.", axis: TimeCharts.shares,
        cell: { DecimalText.percent($0, decimals: 2) })
    ].compactMap { $0 }
  }

  /// Chart 4, and the same for replicas' loads.
  var heatMaps: [Figure] {
    var figures: [Figure] = []
    // Designs beside each other have one axis.
    let ranges = designs.prefix(4).flatMap { design in
      HeatMaps.range(
        files.table("latency_over_time.csv").filtered([
          "variant": name(design), "workload": workloads.first ?? "",
        ])) ?? []
    }
    for (place, design) in designs.prefix(4).enumerated() {
      let ofWhom = isComparison ? " in \(name(design))" : ""
      if let workload = workloads.first {
        let table = files.table("latency_over_time.csv").filtered([
          "variant": name(design), "workload": workload,
        ])
        let more = workloads.count > 1 ? " of \(workload)" : ""
        if let figure = HeatMaps.latencies(
          table, time(design), range: ranges.isEmpty ? nil : ranges, id: "heat-\(place)",
          heading: "Every latency over time\(more)\(ofWhom)")
        {
          figures.append(figure)
        }
      }
    }
    return figures
  }

  /// Most services whose replicas have a figure.
  static let servicesMax = 3

  /// Load per replica over time: of the service with the busiest replica, and of those whose replicas
  /// differ.
  var replicas: [Figure] {
    var figures: [Figure] = []
    for (place, design) in designs.prefix(2).enumerated() {
      let table = files.table("replicas_over_time.csv").filtered(["variant": name(design)])
      let services = table.values("service").map { name in
        (name, table.filtered(["service": name]))
      }
      var busy: [String: Double] = [:]
      for service in design["services"].list {
        busy[service["name"].string ?? ""] = service["utilization_ratio"].number
      }
      let ranked = services.map { ($0.0, $0.1, Self.imbalance($0.1)) }.sorted { one, other in
        let (a, b) = (one.2 * (busy[one.0] ?? 0), other.2 * (busy[other.0] ?? 0))
        return (b, one.0) < (a, other.0)
      }
      let shown = ranked.prefix(Self.servicesMax).enumerated().filter {
        $0.element.2 > Self.uneven || ($0.offset == 0 && !isComparison)
      }
      for (number, (service, rows, _)) in shown {
        let ofWhom = isComparison ? " in \(name(design))" : ""
        if let figure = HeatMaps.replicas(
          rows, service: service, time(design), id: "replicas-\(place)-\(number)",
          heading: "Load of \(service)'s replicas over time\(ofWhom)")
        {
          figures.append(figure)
        }
      }
    }
    return figures
  }

  /// How much more than the mean the busiest replica must do to be worth a figure.
  private static let uneven = 1.05

  /// The busiest replica's mean load over the mean of all.
  private static func imbalance(_ table: DataTable) -> Double {
    var sums: [String: Double] = [:]
    for row in table.rows {
      let key = table.text(row, "shard") + "/" + table.text(row, "replica")
      sums[key, default: 0] += table.number(row, "busy_slots_mean") ?? 0
    }
    let total = sums.values.sorted().reduce(0, +)
    guard total > 0 else { return 0 }
    return (sums.values.max() ?? 0) * Double(sums.count) / total
  }
}
