extension SummaryTable {
  /// The tables that text and pages have in common, in the order in which a call meets them.
  static let all = [
    attempts, breakers, balancers, rateLimits, admission, pools, givenUp, connections,
  ]

  /// What balancers did beside choosing, where they had to.
  static let balancers = SummaryTable(
    heading: "Balancers", entity: "service",
    reading:
      "Calls that balancers before a service were asked for. Rejected ones were not sent: as many "
      + "were out as the cap allows, or no replica was in rotation. In panic health is ignored, "
      + "since too few replicas are in rotation. Ejections: times that a balancer left a replica "
      + "out for its answers. Restarts: of replicas whose liveness checks failed.",
    rows: { document in
      named(document["services"]).filter { row in
        ["capped", "hostless", "panicked", "ejections", "restarts"].contains {
          row.values[$0].number ?? 0 > 0
        }
      }
    },
    columns: [
      .count("calls", "balanced_calls", isOptional: true), .count("rejected: cap", "capped"),
      .count("rejected: no replica", "hostless"), .count("sent in panic", "panicked"),
      .count("ejections", "ejections"), .times("restarts", "restarts"),
    ])

  /// What rate limits did, by class where several asked.
  static let rateLimits = SummaryTable(
    heading: "Rate limits", entity: "rate limit",
    reading:
      "Requests that asked a rate limit, by class where several did: refused ones end as shed, "
      + "delayed ones are admitted after a wait. Remaining: whole tokens or passes that were left "
      + "after a request or too few for it, mean over all that asked.",
    rows: { document in
      document["rate_limits"].list.flatMap { limit -> [Row] in
        let asked = (limit["admitted"].number ?? 0) + (limit["refused"].number ?? 0)
        if asked == 0 { return [] }
        let classes = limit["classes"].list
        let whole = Row(name: limit["name"].string ?? "", values: limit)
        if classes.count < 2 { return [whole] }
        return [whole]
          + classes.map { Row(name: $0["name"].string ?? "", isPart: true, values: $0) }
      }
    },
    columns: [
      .count("admitted", "admitted"), .count("refused", "refused"),
      Column("refused share") { $0["refused_ratio"].number.map(SummaryText.smallPercent) },
      .count("delayed", "delayed"),
      .number("remaining (mean)", "remaining_mean", digits: 4, decimals: 1),
    ])

  /// How full pools of permits were.
  static let pools = SummaryTable(
    heading: "Pools", entity: "pool",
    reading:
      "Permits of a pool: instances × permits where each caller has its own. Held: mean over time, "
      + "all instances together. Rejected: those that found none, or waited too long. Wait: of "
      + "those that got one.",
    rows: { document in
      named(document["pools"]).filter { $0.values["instances"].number ?? 0 > 0 }
    },
    columns: [
      Column("permits") { pool in
        guard pool["size"].number != nil else { return "per key" }
        let size = pool["size"].count
        return pool["instances"].number == 1 ? size : "\(pool["instances"].count) × \(size)"
      },
      .number("held (mean)", "held_mean", digits: 3, decimals: 2),
      .share("utilization", "utilization_ratio", isOptional: true), .count("granted", "granted"),
      Column("rejected") { pool in
        guard let refused = pool["refused"].number, let late = pool["timed_out"].number
        else { return nil }
        return DecimalText.fixed(refused + late, decimals: 0, grouped: true)
      },
      .time("wait mean", "pool_wait_mean_ms"), .time("wait p99", "pool_wait_p99_ms"),
    ])

  /// What callers rejected themselves.
  static let breakers = SummaryTable(
    heading: "Breakers", entity: "caller → service",
    reading:
      "Attempts that a caller was about to send, and those that its breaker or its adaptive throttle "
      + "rejected instead. Opened: times that a breaker opened. Time open: when breakers were not "
      + "closed, over the time of all of them.",
    rows: { document in
      document["breakers"].list.map { pair in
        Row(name: "\(pair["from"].string ?? "") → \(pair["to"].string ?? "")", values: pair)
      }
    },
    columns: [
      .count("attempts", "attempts"),
      .count("rejected by breaker", "rejected_by_breaker", isOptional: true),
      .count("rejected by throttle", "rejected_by_throttle", isOptional: true),
      .count("opened", "trips", isOptional: true),
      .share("time open", "open_ratio", isOptional: true),
    ])

  /// What admission control refused, and the limits that it set.
  static let admission = SummaryTable(
    heading: "Admission", entity: "service",
    reading:
      "Visits that admission control refused before they began, which are among the service's shed. "
      + "Limit: how many visits may be inside of one replica, over time and all replicas; at end: "
      + "the mean of the replicas' last ones.",
    rows: { document in
      named(document["services"]).compactMap { row in
        guard case .object(var members) = row.values["admission_control"] else { return nil }
        members["visits"] = row.values["requests"]
        return Row(name: row.name, values: .object(members))
      }
    },
    columns: [
      .count("visits", "visits"), .count("refused", "refused"),
      Column("refused share") { row in
        guard let refused = row["refused"].number, let visits = row["visits"].number, visits > 0
        else { return nil }
        return SummaryText.smallPercent(min(1, refused / visits))
      },
      .number("limit mean", "limit_mean", digits: 4, decimals: 1, isOptional: true),
      .count("limit min", "limit_min", isOptional: true),
      .count("limit max", "limit_max", isOptional: true),
      .number("limit at end", "limit_last", digits: 4, decimals: 1, isOptional: true),
    ])
}
