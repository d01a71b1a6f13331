extension SummaryTable {
  /// What was sent beyond first attempts, where any caller retries or hedges.
  static let attempts = SummaryTable(
    heading: "Attempts", entity: "service",
    reading:
      "Calls to a service whose callers repeat them: first attempts, and what was sent besides. "
      + "Extra load: retries and hedges over first attempts.",
    rows: { document in
      named(document["services"]).filter { $0.values["attempts"].number != nil }
    },
    columns: [
      Column("first") { row in
        guard let all = row["attempts"].number, let retries = row["retries"].number,
          let hedges = row["hedges"].number
        else { return nil }
        return DecimalText.fixed(all - retries - hedges, decimals: 0, grouped: true)
      },
      .count("retries", "retries"), .count("hedges", "hedges"),
      .share("extra load", "extra_load_ratio"),
    ])

  /// Visits that nobody waited for any more, where there were any.
  static let givenUp = SummaryTable(
    heading: "Given up", entity: "service",
    reading:
      "Visits whose caller had given up or had its answer from another copy. Stopped ones were told "
      + "so, expired ones were dropped from a queue; wasted: work done for nobody, over all work.",
    rows: { document in
      named(document["services"]).filter { row in
        ["stopped", "expired", "wasted_ratio"].contains { row.values[$0].number ?? 0 > 0 }
      }
    },
    columns: [
      .count("stopped", "stopped"), .count("expired", "expired", isOptional: true),
      Column("wasted work") { SummaryText.smallPercent($0["wasted_ratio"].number) },
    ])

  /// Connections opened and used again, where any service says what they cost.
  static let connections = SummaryTable(
    heading: "Connections", entity: "service",
    reading:
      "Connections to a service. Handshakes: those opened, resumed sessions among them; reuse: calls "
      + "that found one open, over all that got one.",
    rows: { document in
      named(document["services"]).filter { $0.values["handshakes"].number != nil }
    },
    columns: [
      .count("handshakes", "handshakes"), .count("resumed", "handshakes_resumed"),
      .count("reused", "connections_reused"), .count("refused", "connections_refused"),
      .share("reuse", "connection_reuse_ratio"),
    ])

  /// A row for each element of a list.
  static func named(_ list: JSONTree) -> [Row] {
    list.list.map { Row(name: $0["name"].string ?? "", values: $0) }
  }
}
