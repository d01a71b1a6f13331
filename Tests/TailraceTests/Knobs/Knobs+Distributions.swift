/// Distributions, each as the time that a step of `log` waits.
extension Knobs {
  private static let wait = "services.log.handler.wait.wait"

  /// A law with some of its parameters, for the others to be turned.
  private static func law(_ name: String, _ written: String, _ knobs: [Knob]) -> Knobs {
    Knobs(
      "distribution \(name)", in: .shop, at: wait, with: ["\(wait)={type: '\(name)', \(written)}"],
      knobs)
  }

  static let distributions = [
    law(
      "uniform", "min: '1ms', max: '9ms'",
      [
        .turn("min", "1ms", "8ms", raises: .latency),
        .turn("max", "2ms", "20ms", raises: .latency),
      ]),
    law("exponential", "", [.turn("mean", "1ms", "9ms", raises: .latency)]),
    law(
      "erlang", "mean: '9ms', k: 2",
      [
        .turn("mean", "1ms", "9ms", raises: .latency),
        .turn("k", "1", "99", lowers: .p90),
      ]),
    law(
      "gamma", "mean: '9ms', cv: 1",
      [
        .turn("mean", "1ms", "9ms", raises: .latency),
        .turn("cv", "0.1", "3", raises: .p90),
      ]),
    law(
      "lognormal", "p50: '5ms', p99: '50ms'",
      [
        .turn("p50", "1ms", "9ms", raises: .latency),
        .turn("p99", "10ms", "99ms", raises: .p90),
      ]),
    law(
      "lognormal", "mean: '9ms', cv: 1",
      [
        .turn("mean", "1ms", "9ms", raises: .latency),
        .turn("cv", "0.1", "3", raises: .p90),
      ]),
    law(
      "normal", "mean: '9ms', cv: 0.3",
      [
        .turn("mean", "1ms", "9ms", raises: .latency),
        .turn("cv", "0.1", "3", raises: .p90),
      ]),
    law(
      "weibull", "mean: '9ms', shape: 2",
      [
        .turn("mean", "1ms", "9ms", raises: .latency),
        .turn("shape", "0.5", "9", lowers: .p90),
      ]),
    law(
      "pareto", "min: '2ms', shape: 2",
      [
        .turn("min", "1ms", "9ms", raises: .latency),
        .turn("shape", "1.5", "9", lowers: .latency),
        .turn("max", "3ms", "90ms", raises: .latency),
      ]),
    law("geometric", "", [.turn("mean", "1ms", "9ms", raises: .latency)]),
    law(
      "discrete", "",
      [
        .turn(
          "values", "[['1ms', 9], ['9ms', 1]]", "[['1ms', 1], ['9ms', 9]]", raises: .latency)
      ]),
    law(
      "empirical", "",
      [
        .turn("quantiles", "[[0, '1ms'], [1, '9ms']]", "[[0.5, '9ms']]", raises: .latency),
        .turn("buckets", "[['2ms', 1]]", "[['2ms', 1], ['9ms', 9]]", raises: .latency),
      ]),
    law(
      "empirical", "file: 'rows.csv', column: 'took', unit: 'ms'",
      [
        .turn("file", "rows.csv", "other.csv", raises: .latency),
        .turn("column", "items", "took", raises: .latency),
        .words("unit", tellApart: .latency, with: "run.duration=30d", rare),
        .turn("comment", nil, "c", lowers: .latency),
      ]),
    law(
      "empirical", "file: 'numbers.csv', column: '2', unit: 'ms'",
      [
        .turn("header", "true", "false", lowers: .latency),
        .turn("skip_lines", "0", "2", raises: .latency, with: ".header=false"),
      ]),
    law(
      "mixture", "",
      [
        .turn(
          "of", "[{weight: 1, value: '1ms'}]",
          "[{weight: 1, value: '1ms'}, {weight: 1, type: 'exponential', mean: '9ms'}]",
          raises: .latency)
      ]),
    law(
      "by_class", "",
      [
        .turn(
          "classes", "{gold: '1ms', free: '1ms'}", "{gold: '1ms', free: '9ms'}", raises: .latency)
      ]),
    law(
      "linear", "per: {lines: '1ms'}",
      [
        .turn("base", "0s", "9ms", raises: .latency),
        .turn("per", "{lines: '1ms'}", "{lines: '9ms'}", raises: .latency),
      ]),
    Knobs(
      "weighted value", in: .shop, at: "\(wait).of", with: ["\(wait)={type: 'mixture'}"],
      [
        .turn(
          "weight", "[{weight: 9, value: '1ms'}, {weight: 1, value: '9ms'}]",
          "[{weight: 1, value: '1ms'}, {weight: 9, value: '9ms'}]", raises: .latency, path: ""),
        .turn(
          "value", "[{weight: 1, value: '1ms'}]", "[{weight: 1, value: '9ms'}]",
          raises: .latency, path: ""),
      ]),
  ]

  /// Waits of days need few requests.
  private static let rare = "workloads.users.arrivals={type: 'constant', rate: '1/d'}"
}
