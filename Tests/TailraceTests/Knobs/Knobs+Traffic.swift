/// Workloads: when requests come, and from whom.
extension Knobs {
  private static let arrivals = "workloads.users.arrivals"

  static let traffic = [
    Knobs(
      "workload", in: .shop, at: "workloads.users",
      [
        .turn(
          "arrivals", "{type: 'constant', rate: '100/s'}", "{type: 'constant', rate: '300/s'}",
          raises: .requests),
        .turn(
          "closed", "{clients: 2, think_time: '9ms'}", "{clients: 9, think_time: '9ms'}",
          raises: .requests, with: ".arrivals=null"),
        .turn(
          "class", "{gold: 1, free: 9}", "{gold: 9, free: 1}", raises: .latency,
          with: "services.api.handler.db.when={class: 'gold'}"),
        .turn(
          "attributes", "{lines: 1}", "{lines: 4}", raises: .latency,
          with: "services.log.handler=[{wait: {type: 'linear', per: {lines: '1ms'}}}]"),
        .turn("steps", "[{call: 'log'}]", "[{call: 'api'}]", raises: .latency),
        .turn(
          "enabled", "false", "true", raises: .api("requests"), path: "workloads.more.enabled",
          with: "workloads.more={arrivals: {type: 'constant', rate: '9/s'}}",
          "workloads.more.steps=[{call: 'api'}]"),
      ]),
    Knobs(
      "workload", in: .shards, at: "workloads.users",
      [.turn("keys", "{item: 1}", "{item: 8}", raises: .leaf("requests"))]),
    Knobs(
      "closed", in: .shop, at: "workloads.users.closed",
      with: [
        "workloads.users.arrivals=null", "workloads.users.closed={clients: 5, think_time: '9ms'}",
      ],
      [
        .turn("clients", "2", "9", raises: .requests),
        .turn("think_time", "1ms", "90ms", lowers: .requests),
        .turn("ramp_up", "0s", "1s", lowers: .requests),
      ]),
    Knobs(
      "arrivals", in: .shop, at: arrivals,
      [
        .turn("batch", "1", "3", raises: .requests),
        .turn("scale", "0.5", "2", raises: .requests),
      ]),
    Knobs(
      "arrivals poisson", in: .shop, at: arrivals,
      [.turn("rate", "100/s", "300/s", raises: .requests)]),
    Knobs(
      "arrivals constant", in: .shop, at: arrivals, with: ["\(arrivals)={type: 'constant'}"],
      [.turn("rate", "100/s", "300/s", raises: .requests)]),
    Knobs(
      "arrivals renewal", in: .shop, at: arrivals, with: ["\(arrivals)={type: 'renewal'}"],
      [.turn("interval", "2ms", "9ms", lowers: .requests)]),
    Knobs(
      "arrivals mmpp", in: .shop, at: arrivals, with: ["\(arrivals)={type: 'mmpp'}"],
      [
        .turn(
          "states", "[{rate: '100/s', mean: '50ms'}]",
          "[{rate: '100/s', mean: '50ms'}, {rate: '500/s', mean: '50ms'}]", raises: .requests)
      ]),
    Knobs(
      "state of mmpp", in: .shop, at: "\(arrivals).states", with: ["\(arrivals)={type: 'mmpp'}"],
      [
        .turn(
          "rate", "[{rate: '100/s', mean: '50ms'}]", "[{rate: '300/s', mean: '50ms'}]",
          raises: .requests, path: ""),
        .turn(
          "mean", "[{rate: '100/s', mean: '50ms'}, {rate: '500/s', mean: '9ms'}]",
          "[{rate: '100/s', mean: '50ms'}, {rate: '500/s', mean: '200ms'}]",
          raises: .requests, path: ""),
      ]),
    Knobs(
      "rate sine", in: .shop, at: "\(arrivals).rate",
      with: ["\(arrivals).rate={type: 'sine', mean: '300/s', amplitude: '90%', period: '4s'}"],
      [
        .turn("mean", "100/s", "300/s", raises: .requests),
        .turn("amplitude", "10%", "90%", raises: .requests),
        .turn("period", "2s", "4s", raises: .requests),
      ]),
    Knobs(
      "rate pulse", in: .shop, at: "\(arrivals).rate",
      with: [
        "\(arrivals).rate={type: 'pulse', base: '100/s', peak: '500/s', at: '1s', for: '500ms'}"
      ],
      [
        .turn("base", "50/s", "200/s", raises: .requests),
        .turn("peak", "200/s", "500/s", raises: .requests),
        .turn("at", "1s", "1900ms", lowers: .requests),
        .turn("for", "100ms", "900ms", raises: .requests),
        .turn("every", nil, "500ms", raises: .requests),
      ]),
  ]

  /// Replayed files.
  static let traces = [
    Knobs(
      "arrivals trace", in: .replay, at: arrivals, with: ["services.api.concurrency=1"],
      [
        .turn("file", "rows.csv", "other.csv", raises: .latency),
        .turn("time", "{column: 'at', format: 'ms'}", "{column: 'when'}", lowers: .latency),
        .turn("count", nil, "{column: 'items', interval: '1ms'}", raises: .requests),
        .turn("interval", "1ms", "100ms", lowers: .latency, with: ".time=null"),
        .turn("loop", "false", "true", raises: .requests),
        .turn("comment", "#", "null", raises: .requests),
      ]),
    Knobs(
      "arrivals trace", in: .replay, at: arrivals, with: numbers,
      [
        .turn("header", "true", "false", raises: .requests),
        .turn("skip_lines", "0", "2", lowers: .requests, with: ".header=false"),
      ]),
    Knobs(
      "time of trace", in: .replay, at: "\(arrivals).time", with: oneByOne,
      [
        .turn("column", "at", "took", changes: .latency),
        .words("format", tellApart: .latency, needs: ["date-time": [".column=when"]]),
      ]),
    Knobs(
      "count of trace", in: .replay, at: "\(arrivals).count",
      with: [
        "services.api.concurrency=1", "\(arrivals).time=null",
        "\(arrivals).count={column: 'items', interval: '1ms'}",
      ],
      [
        .turn("column", "items", "item", raises: .requests),
        .turn("interval", "1ms", "90ms", lowers: .latency),
      ]),
    Knobs(
      "class of trace", in: .replay, at: "workloads.users.class",
      with: ["services.api.handler.work.when={class: ['free', 'a']}"],
      [.turn("column", "class", "note", lowers: .latency)]),
    Knobs(
      "distribution column", in: .replay, at: "services.api.handler.work.work",
      with: ["run.duration=20d"],
      [
        .turn("column", "items", "took", raises: .latency),
        .words("unit", tellApart: .latency),
      ]),
  ]

  /// A file of three rows, of which the first could be names.
  private static let numbers = [
    "\(arrivals).file=numbers.csv", "\(arrivals).time.column='1'", "workloads.users.class=any",
    "workloads.users.keys.item.column='2'", "services.api.handler=[{work: '1ms'}]",
  ]
  /// Rows wait for those before them, nine days each: so their distances show.
  private static let oneByOne = [
    "run.duration=60d", "services.api={concurrency: 1, handler: [{work: '9d'}]}",
  ]
}
