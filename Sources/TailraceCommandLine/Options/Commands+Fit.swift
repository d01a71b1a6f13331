extension Commands {
  /// `tailrace fit`.
  public static let fit = CommandSpec(
    name: "fit", summary: "Turn measurements into laws and arrivals for a scenario.",
    examples: [
      .init("tailrace fit times.csv --column latency_ms", "a law of values"),
      .init("tailrace fit access.csv --time timestamp", "arrivals"),
      .init("tailrace fit access.csv --column took_ms --by route", "a law each"),
      .init("tailrace fit minutes.csv --time minute --count requests", "a rate profile"),
      .init("tailrace fit wrk2.txt", "percentiles of HdrHistogram"),
      .init("tailrace fit metrics.txt --metric http_request_duration_seconds"),
      .init("tailrace fit times.csv --column latency_ms --train 50", "and predict"),
    ],
    arguments: [
      .init(
        "measurements", .one, "A file of measurements, or - for standard input.",
        completion: .file)
    ],
    options: OptionTable(
      [
        .value(
          "format", "form",
          choices: ["values", "buckets", "prometheus", "hdrhistogram", "quantiles"],
          "values, buckets, prometheus, hdrhistogram or quantiles (default: found out)."),
        .value("column", "name", "The CSV column of values."),
        .value(
          "unit", "unit", choices: ["ns", "us", "ms", "s", "bytes", "count"],
          "Unit: ns, us, ms, s, bytes or count (default: from the column's name)."),
        .value("time", "column", "The CSV column of times: fits arrivals."),
        .value(
          "time-format", "form", choices: ["date-time", "ns", "us", "ms", "s", "m", "h", "d"],
          "How times are written: date-time, or the unit of a number."),
        .value(
          "count", "column",
          "The CSV column of requests in the interval that begins at --time."),
        .value(
          "by", "column",
          "Fit each value of a CSV column by itself: a law and a rate by class."),
        .value(
          "metric", "name", "The Prometheus histogram or summary, perhaps with labels."),
        .value("train", "pct", "Fit the first pct % of the rows and predict the others."),
        .value(
          "tolerance", "pct",
          "Largest error of a law that is recommended, in per cent (default 10)."),
        json("Print everything as JSON, not as text."),
      ] + shared),
    exitCodes: [.success, .usage, .invalidScenario, .failure])
}
