/// Designs held against each other, points of a sweep, probes of a search.
extension CSVFile {
  private static let contrast =
    context(.merged, variant: "the design against the base") + [
      .text("base_variant", "the base")
    ]

  static let comparison = CSVFile(
    "comparison.csv", row: "metric and statistic that both designs have", by: [.compare],
    contrast
      + measure(
        of: "workload, service, cache, scatter, ports, rate_limit, pool, breaker, fault or run") + [
        CSVColumn("base", .ofRow, "the base's value", empty: "it has none"),
        CSVColumn("against", .ofRow, "the design's value", empty: "it has none"),
        CSVColumn("difference", .ofRow, "against less base", empty: "one of them is missing"),
        CSVColumn(
          "difference_ci95_low", .ofRow, "lower end of its 95 % interval", empty: noInterval),
        CSVColumn(
          "difference_ci95_high", .ofRow, "upper end of its 95 % interval", empty: noInterval),
        .ratio(
          "change_ratio", "the difference over the base's value",
          empty: "that is 0, or one of them is missing"),
        .ratio(
          "change_ci95_low", "lower end of its 95 % interval, at least -1", empty: "one is missing"),
        .ratio("change_ci95_high", "upper end of its 95 % interval", empty: "one is missing"),
        .ratio(
          "p_value", "of the hypothesis that nothing changed",
          empty: "there is no interval, or all differences are equal"),
        .ratio(
          "p_holm", "the same after Holm's correction over the headline rows",
          empty: "the row is no headline, or p_value is empty"),
        .text(
          "verdict",
          "better, worse, lower, higher, ~ (the interval holds zero), identical, or no interval"),
        .count("n_pairs", "replications behind the interval; 0 without one"),
        CSVColumn(
          "correlation", .number, "of the replications' values in both designs",
          empty: "one of them does not vary, or there is no interval"),
        .ratio(
          "width_ratio", "width of the interval over that of designs with a luck of their own",
          empty: "there is no interval, or nothing varies"),
      ])

  private static let noInterval = "a value is missing in some replication, or there is only one"

  static let pairedRequests = CSVFile(
    "paired_requests.csv",
    row: "statistic of the requests that both designs served", when: paired, by: [.compare],
    contrast + [
      .text("workload", "the workload"),
      .text(
        "statistic",
        "served_by_both, slower, faster, served_by_base_only, served_by_other_only; one_in (only "
          + "one request in so many was looked at); difference_mean and difference_p1 … of the "
          + "latency against the base, below zero faster; means and medians of those groups"),
      unit,
      CSVColumn("value", .ofRow, "its value", empty: "nobody is in that group"),
      CSVColumn(
        "ci95_low", .ofRow, "lower end of the 95 % interval", empty: "only the mean has one"),
      CSVColumn(
        "ci95_high", .ofRow, "upper end of the 95 % interval", empty: "only the mean has one"),
    ])

  static let moved = CSVFile(
    "moved.csv",
    row: "phase and component where the time of the requests that both served went",
    when: paired, by: [.compare],
    contrast + [
      .text("workload", "the workload"), .text("phase", "a phase of breakdown.csv"),
      .text("entity", "the component where it was spent"),
      .milliseconds("base_mean_ms", "mean per request in the base"),
      .milliseconds("mean_ms", "mean per request in the design"),
      .milliseconds("difference_mean_ms", "that less the base's"),
      CSVColumn("base_sum_ns", .nanoseconds, "sum over the requests in the base"),
      CSVColumn(
        "sum_ns", .nanoseconds,
        "sum in the design; the differences of all rows sum to that of the latencies exactly"),
    ])

  private static let paired = "where the designs meet the same luck and were run here"

  static let sweep = CSVFile(
    "sweep.csv",
    row: "point and metric; then the slot time of a request by service, and the thresholds",
    by: [.sweep],
    context(.merged) + [
      .text("param_<n>_path", "what is varied, as --param names it"),
      .text("param_<n>_value", "its value at this point, as it is written"),
      .seconds("warm_up_s", "what is left out at the start", empty: "status is invalid"),
      .text(
        "status",
        "ok; unsettled, unstable, unfinished, max-events or interrupted: levels and times mean "
          + "little; invalid: the point is no valid scenario and has this row only"),
    ]
      + measure(
        of:
          "workload, service, cache, scatter, ports, rate_limit, pool, breaker, fault or run; threshold"
      ).map {
        CSVColumn(
          $0.name, $0.unit,
          $0.meaning + (sweepThreshold[$0.name].map { "; of a threshold \($0)" } ?? ""),
          empty: "status is invalid")
      } + [
        value(
          "as in summary.csv; of a threshold what was measured",
          empty: "there is none, or more came than went (status) and the metric is a level"),
        low, high, .count("n", "replications behind it", empty: "status is invalid"),
      ])

  private static let sweepThreshold = [
    "entity": "its name", "metric": "its condition", "statistic": "pass, fail or no-data",
  ]

  static let probes = CSVFile(
    "probes.csv", row: "threshold of a design that the search tried", by: [.plan],
    [
      .text("scenario", "the scenario's name"), .text("variant", "the variant"),
      .count("seed", "the seed of all replications"),
      .text("<path>", "what is varied: its value, as it is written"),
      .count("replications", "replications that the decision took"),
      .text("status", "ok, or why levels mean little, as in sweep.csv"),
      .text("judgement", "meets, fails or unclear: of the design"),
      CSVColumn(
        "cost_per_hour", .number, "cost of the design an hour", empty: "nothing has a price"),
      .text("metric", "the threshold's metric and labels"),
      .text("condition", "the threshold as it is written: p(99) < 20ms"),
      .text(
        "statistic",
        "share_above: the share of requests later than the bound; value: the metric itself"),
      CSVColumn(
        "measured", .ofMetric, "what was measured",
        empty: "there is no data, or it falls on a request without an answer"),
      CSVColumn("low", .ofMetric, "lower end of its interval", empty: "there is no interval"),
      CSVColumn("high", .ofMetric, "upper end of its interval", empty: "there is no interval"),
      CSVColumn("bound", .ofMetric, "what it is held against: for p(99) a share of 0.01"),
      .ratio("level", "the interval's level"),
      .text("threshold_judgement", "meets, fails or unclear: of the threshold"),
    ])
}
