extension RunFigures {
  // MARK: Where the time goes

  private static let subsets: [(word: String, name: String)] = [
    ("all", "all"), ("above_p50", "p50+"), ("above_p90", "p90+"), ("above_p99", "p99+"),
    ("above_p99.9", "p99.9+"),
  ]
  /// Most parts with a colour of their own; one more stands for the rest.
  private static let partsMax = PictureStyle.colours - 1

  /// Chart 8: the parts of the mean latency and of the tails'.
  var breakdown: [Figure] {
    let order = partOrder
    return workloads.prefix(isComparison ? 2 : 3).enumerated().flatMap { number, workload in
      let own = designs.compactMap { design -> (String, JSONTree)? in
        design["workloads"].list.first { $0["name"].string == workload }.map { (name(design), $0) }
      }
      let title = workloads.count > 1 ? " of \(workload)" : ""
      guard isComparison else {
        return [
          own.first.flatMap {
            stack(
              Self.subsets.map { ($0.name, $0.word) }, of: Array(repeating: $0.1, count: 5),
              order: order,
              id: "blame-\(number)", heading: "Where the time goes\(title)",
              caption: "Parts of the critical path of the mean request (all) and of those above a "
                + "percentile; each bar sums to the mean that stands behind it.",
              isRelative: true)
          }
        ].compactMap { $0 }
      }
      return [
        ("all", "Where the mean goes\(title)"), ("above_p99", "Where the slowest 1 % go\(title)"),
      ]
      .enumerated().compactMap { place, subset in
        stack(
          own.map { ($0.0, subset.0) }, of: own.map(\.1), order: order,
          id: "blame-\(number)-\(place)", heading: subset.1,
          caption: "Parts of the critical path, drawn to one scale; they sum to the mean that "
            + "stands behind each bar.", isRelative: false)
      }
    }
  }

  /// All parts of all requests of the page, those with the largest share anywhere first: the first
  /// have a colour, which is theirs in every figure.
  private var partOrder: [String] {
    var most: [String: Double] = [:]
    for workload in designs.flatMap({ $0["workloads"].list }) {
      for row in Self.subsets.flatMap({ workload["breakdown"][$0.word].list }) {
        let label = Self.partLabel(row)
        most[label] = max(most[label] ?? 0, row["share_ratio"].number ?? 0)
      }
    }
    return most.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map(\.key)
  }

  /// Stacked bars of a workload's parts: each bar one subset of one document.
  private func stack(
    _ bars: [(name: String, subset: String)], of workloads: [JSONTree], order: [String],
    id: String, heading: String, caption: String, isRelative: Bool
  ) -> Figure? {
    let rows = zip(bars, workloads).map { $1["breakdown"][$0.subset].list }
    let kept = bars.indices.filter { !rows[$0].isEmpty }
    guard !kept.isEmpty else { return nil }
    var most: [String: Double] = [:]
    for row in kept.flatMap({ rows[$0] }) {
      let label = Self.partLabel(row)
      most[label] = max(most[label] ?? 0, row["share_ratio"].number ?? 0)
    }
    let ranked = order.filter { most[$0] ?? 0 > 0 }
    guard !ranked.isEmpty else { return nil }
    func value(_ i: Int, _ label: (String) -> Bool, _ key: String) -> Double {
      rows[i].filter { row in label(Self.partLabel(row)) }.reduce(0) { $0 + ($1[key].number ?? 0) }
    }
    let key = isRelative ? "share_ratio" : "mean_ms"
    let shown = order.prefix(Self.partsMax).enumerated()
      .filter { most[$0.element] ?? 0 >= 0.005 }
    var parts = shown.map { colour, name in
      BarCharts.Part(
        name: name, values: kept.map { value($0, { $0 == name }, key) }, colour: colour)
    }
    let rest = ranked.filter { name in !shown.contains { $0.element == name } }
    if !rest.isEmpty {
      parts.append(
        .init(
          name: rest.count == 1 ? rest[0] : "\(rest.count) others",
          values: kept.map { value($0, { rest.contains($0) }, key) }, colour: Self.partsMax))
    }
    let means = kept.map { value($0, { _ in true }, "mean_ms") }
    var table = PageTable(
      [.text("part")]
        + kept.flatMap { [.number("\(bars[$0].name) (ms)"), .number("share")] })
    for name in ranked {
      table.rows.append(
        [name]
          + kept.flatMap { i in
            [
              DecimalText.significant(value(i, { $0 == name }, "mean_ms"), digits: 4),
              DecimalText.percent(value(i, { $0 == name }, "share_ratio")),
            ]
          })
    }
    table.rows.append(
      ["mean"] + means.flatMap { [DecimalText.significant($0, digits: 4), "100 %"] })
    return Figure(
      id: id, heading: heading, caption: caption,
      drawing: BarCharts.stacks(
        kept.map { bars[$0].name }, parts, ends: means.map(TimeLabel.of), isRelative: isRelative),
      table: table)
  }

  private static func partLabel(_ row: JSONTree) -> String {
    let (entity, phase) = (row["entity"].string ?? "", (row["phase"].string ?? "").withBlanks)
    return entity.isEmpty ? phase : "\(entity): \(phase)"
  }

  // MARK: Loads

  private static let barsMax = 24

  /// Chart 6: load per shard, the hottest keys' part marked.
  var shards: [Figure] {
    designs.prefix(4).enumerated().flatMap { place, design in
      design["services"].list.filter { !$0["shard_loads"].list.isEmpty }.prefix(3)
        .enumerated().map { number, service in
          shards(
            service, id: "shards-\(place)-\(number)",
            heading: "Load per shard of \(service["name"].string ?? "")"
              + (isComparison ? " in \(name(design))" : ""))
        }
    }
  }

  private func shards(_ service: JSONTree, id: String, heading: String) -> Figure {
    let loads = service["shard_loads"].list.sorted {
      ($1["requests"].number ?? 0, $0["shard"].number ?? 0)
        < ($0["requests"].number ?? 0, $1["shard"].number ?? 0)
    }
    var hottest: [Double: (key: String, requests: Double)] = [:]
    for key in service["hot_keys"].list {
      guard let shard = key["shard"].number, hottest[shard] == nil else { continue }
      hottest[shard] = (
        key["key"].number.map { DecimalText.fixed($0, decimals: 0) } ?? key["key"].string ?? "",
        key["requests"].number ?? 0
      )
    }
    let bars = loads.prefix(Self.barsMax).map { load in
      let over = load["over_mean_ratio"].number ?? 0
      let busy = load["utilization_ratio"].number.map { ", \(DecimalText.percent($0)) busy" } ?? ""
      return BarCharts.Bar(
        name: "shard \(load["shard"].count)", value: over,
        text: "\(DecimalText.fixed(over, decimals: 2)) × mean\(busy)",
        marked: share(hottest[load["shard"].number ?? -1]?.requests, of: load) * over)
    }
    var table = PageTable([
      .number("shard"), .number("requests"), .number("× mean"), .number("utilization"),
      .number("latency mean"), .number("latency p99"), .text("hottest key"), .number("its share"),
    ])
    for load in loads {
      let hot = hottest[load["shard"].number ?? -1]
      table.rows.append([
        load["shard"].count, load["requests"].count,
        load["over_mean_ratio"].number.map { DecimalText.significant($0, digits: 4) } ?? "",
        load["utilization_ratio"].number.map { DecimalText.percent($0) } ?? DecimalText.missing,
        load["latency_mean_ms"].number.map(TimeLabel.of) ?? DecimalText.missing,
        load["latency_p99_ms"].number.map(TimeLabel.of) ?? DecimalText.missing, hot?.key ?? "",
        hot.map { DecimalText.percent(share($0.requests, of: load)) } ?? "",
      ])
    }
    let hasHot = bars.contains { $0.marked > 0 }
    let left = loads.count - bars.count
    return Figure(
      id: id, heading: heading,
      caption: "Requests over the mean of all shards, the most loaded first"
        + (left > 0 ? " (\(left) more in the table)" : "")
        + (hasHot ? "; the pale end is the hottest key of the shard." : "."),
      drawing: BarCharts.bars(bars, mark: (1, "mean")), table: table)
  }

  /// The part of a shard's requests that one key makes; keys may be counted over a longer span.
  private func share(_ requests: Double?, of load: JSONTree) -> Double {
    guard let requests, let all = load["requests"].number, all > 0 else { return 0 }
    return min(1, requests / all)
  }

  // MARK: Stragglers

  /// Chart 7: who answered last, and what the slowest answers cost.
  var stragglers: [Figure] {
    designs.prefix(4).enumerated().flatMap { place, design in
      design["stragglers"].list.prefix(2).enumerated().flatMap { number, report -> [Figure] in
        let title =
          "\(report["from"].string ?? "") → \(report["service"].string ?? "")"
          + (isComparison ? " in \(name(design))" : "")
        let id = "last-\(place)-\(number)"
        return [
          cost(report, id: id + "-cost", heading: "What the last answers cost (\(title))"),
          ranking(report, id: id + "-who", heading: "Who answers last (\(title))"),
        ].compactMap { $0 }
      }
    }
  }

  private func cost(_ report: JSONTree, id: String, heading: String) -> Figure? {
    let times = report["times"].list
    let hasP99 = times.contains { $0["p99_ms"].number != nil }
    let key = hasP99 ? "p99_ms" : "mean_ms"
    let bars = times.compactMap { time -> BarCharts.Bar? in
      guard let value = time[key].number, let share = time["answers_ratio"].number else {
        return nil
      }
      return BarCharts.Bar(
        name: share == 1 ? "all answers" : "\(DecimalText.percent(share, decimals: 0)) of them",
        value: value, text: TimeLabel.of(value), style: share == 1 ? "f1" : "f0")
    }
    guard !bars.isEmpty else { return nil }
    var table = PageTable([
      .text("until"), .number("p50"), .number("p99"), .number("mean"),
    ])
    for time in times {
      let share = time["answers_ratio"].number ?? 1
      table.rows.append(
        [share == 1 ? "all answers" : "\(DecimalText.percent(share, decimals: 0)) of them"]
          + ["p50_ms", "p99_ms", "mean_ms"].map {
            time[$0].number.map(TimeLabel.of) ?? DecimalText.missing
          })
    }
    let causes = report["causes_ratio"].members.compactMap { name, value in
      value.number.map { (name.withBlanks, $0) }
    }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    let second =
      report["over_second_mean_ms"].number.map {
        " The last came \(TimeLabel.of($0)) after the second last on average."
      } ?? ""
    let why = causes.first.map { " Last because of \($0.0): \(DecimalText.percent($0.1))." } ?? ""
    table.note = (second + why).trimmingStart()
    return Figure(
      id: id, heading: heading,
      caption: "\(hasP99 ? "p99" : "Mean") of the time until all of \(report["members"].count) "
        + "answers had come, and until fewer had." + second + why,
      drawing: BarCharts.bars(bars), table: table)
  }

  private func ranking(_ report: JSONTree, id: String, heading: String) -> Figure? {
    let last = report["last"].list
    guard let fair = report["fair_share_ratio"].number, !last.isEmpty else { return nil }
    let kind = report["member"].string ?? "member"
    let bars = last.map { row in
      let share = row["last_share_ratio"].number ?? 0
      return BarCharts.Bar(
        name: "\(kind) \(row["member"].count)", value: share,
        text: DecimalText.percent(share, decimals: 2))
    }
    var table = PageTable([.text(kind), .number("times last"), .number("share")])
    for row in last {
      table.rows.append([
        row["member"].count, row["last_count"].count,
        DecimalText.percent(row["last_share_ratio"].number ?? 0, decimals: 2),
      ])
    }
    table.note =
      "Fair share \(DecimalText.percent(fair, decimals: 2)); all members stand in stragglers.csv."
    return Figure(
      id: id, heading: heading,
      caption: "How often each was the last, of \(report["joins"].count) joins; the dashed line is "
        + "the fair share of \(report["members"].count) \(kind == "shard" ? "shards" : "replicas").",
      drawing: BarCharts.bars(
        bars, mark: (fair, "fair share \(DecimalText.percent(fair, decimals: 2))")),
      table: table)
  }
}

extension String {
  func trimmingStart() -> String { String(drop { $0 == " " }) }
}
