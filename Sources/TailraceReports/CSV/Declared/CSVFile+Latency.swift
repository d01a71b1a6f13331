/// What workloads' users saw.
extension CSVFile {
  private static let workload = CSVColumn.text("workload", "the workload")
  private static let outcome = CSVColumn.text(
    "outcome", "which requests: success+degraded, those that got an answer")

  static let breakdown = CSVFile(
    "breakdown.csv", row: "part of a mean latency, by phase and component of the critical path",
    context(.merged) + [
      workload,
      .text("subset", "which requests: all, or above_p50, above_p90, above_p99, above_p99.9"),
      .text(
        "phase",
        "queue (for a slot), work, network (links), wait (steps that wait, caches, crashes), "
          + "coalesced (another's fetch), back_off, hedge_delay, lost (attempts that failed), "
          + "deadline (for answers that a join went without)"),
      .text("entity", "the service, call or cache where it was spent"),
      .milliseconds("mean_ms", "mean per request; those of a subset sum to its mean latency"),
      .ratio("share_ratio", "the same over that mean"),
    ])

  static let latencyHistogram = CSVFile(
    "latency_histogram.csv", row: "bucket of latency that is not empty",
    context(.merged) + [
      workload, outcome,
      .milliseconds("bucket_low_ms", "the least latency of the bucket"),
      .milliseconds("bucket_high_ms", "the largest, which belongs to it; at most 1.6 % more"),
      .count("count", "requests in it"),
    ])

  static let latencyPercentiles = CSVFile(
    "latency_percentiles.csv", row: "quantile of latency and replication",
    context(.perReplication) + [
      workload, outcome, .ratio("quantile", "0.99 for p99"),
      CSVColumn("inverse_tail", .number, "1/(1 - quantile): x of a plot of tails, 100 for p99"),
      .milliseconds(
        "latency_ms", "the exact quantile",
        empty: "fewer than 10 requests lie beyond it"),
      .count("count", "requests with an answer"),
    ])

  static let latencyOverTime = CSVFile(
    "latency_over_time.csv",
    row: "interval of simulated time (--interval) and bucket of latency that is not empty",
    context(.merged) + [
      .seconds("time_s", "start of the interval"), .seconds("interval_s", "its length"),
      workload, outcome,
      .milliseconds("bucket_low_ms", "the least latency of the bucket"),
      .milliseconds("bucket_high_ms", "the largest, which belongs to it; four make an octave"),
      .count("count", "requests in it that were meant to start in the interval"),
    ])

  static let summary = CSVFile(
    "summary.csv",
    row: "metric and statistic: merged over the replications, then of each replication",
    context(.both)
      + measure(
        of: "workload, service, cache, scatter, ports, rate_limit, pool, breaker, fault or run") + [
        value(
          "the value; over the replications their mean (quantiles: of all requests together), "
            + "counts their sum",
          empty: "there is no such value: too few requests beyond a quantile, no limit of slots"),
        low, high,
        .count("n", "replications behind it", empty: "it is a count or a largest value"),
      ])

  static let timeSeries = CSVFile(
    "timeseries.csv",
    row: "interval of simulated time (--interval) and metric, from the start of the warm-up",
    context(.merged) + [
      .seconds("time_s", "start of the interval"), .seconds("interval_s", "its length"),
      .text("entity_kind", "workload, service or cache"), .text("entity", "its name"),
      .text(
        "metric",
        "offered, goodput, throughput, errors, in_flight, latency_mean, latency_max, "
          + "latency_p50 …; of a service utilization, queue_length, shed; of a cache lookups, "
          + "hit_ratio"),
      unit,
      value(
        "the mean over the replications; latencies: of all of them together",
        empty: "nobody came, or fewer than 10 requests lie beyond the quantile"),
    ])

  static let requests = CSVFile(
    "requests.csv", row: "request that was kept (--requests file, --sample n)",
    when: "where --requests names it", by: [.run],
    context(.perReplication) + [
      .text("request_id", "its number at its workload; client-turn in a closed loop"), workload,
      .seconds("arrived_s", "when it was meant to start"),
      .seconds("finished_s", "when it ended", empty: "the run ended first"),
      .milliseconds("latency_ms", "from its start to its end", empty: "the run ended first"),
      .text("outcome", "how it ended, in the words below"),
      CSVColumn("attempts", .count, "its attempts", .never("not kept by request")),
      CSVColumn("hedges", .count, "its copies", .never("not kept by request")),
      CSVColumn("cache", .text, "hit or miss", .never("not kept by request")),
      .milliseconds(
        "queue_ms", "waiting for slots along its critical path", empty: "the run ended first"),
      .milliseconds("work_ms", "work along it", empty: "the run ended first"),
      .milliseconds("network_ms", "links along it", empty: "the run ended first"),
      .text(
        "critical_service", "the service where its critical path spent most",
        empty: "it spent nothing at any"),
    ])

  static let thresholds = CSVFile(
    "thresholds.csv", row: "threshold", when: "where there are thresholds",
    context(.merged) + [
      .text("metric", "what is bounded: tailrace list metrics"),
      .text("selector", "its labels, such as workload:browse", empty: "it is about the whole run"),
      .text("condition", "as it is written: p(99) < 100ms"),
      CSVColumn(
        "measured", .ofRow, "what was measured",
        empty: "there is no data, or it falls on a request without an answer"),
      unit, .text("status", "pass, fail or no-data"),
    ])

  // MARK: Columns of measures

  static let unit = CSVColumn.text("unit", "ms, 1/s, 1/h, ratio, or 1 for a plain number")

  static func measure(of kinds: String) -> [CSVColumn] {
    [
      .text("entity_kind", "of what: \(kinds)"), .text("entity", "its name"),
      .text("metric", "latency, goodput, utilization, hit_ratio …, as in summary.json"),
      .text("statistic", "value, mean, min, max, count, busiest, cv, or a percentile: p99.9"),
      unit,
    ]
  }

  static func value(_ meaning: String, empty: String) -> CSVColumn {
    CSVColumn("value", .ofRow, meaning, empty: empty)
  }

  static let low = CSVColumn(
    "ci95_low", .ofRow, "lower end of the 95 % interval", empty: "there is no interval")
  static let high = CSVColumn(
    "ci95_high", .ofRow, "upper end of the 95 % interval", empty: "there is no interval")
}
