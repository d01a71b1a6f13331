/// Verbs of the step language but calls, and the fields that all steps have.
extension Knobs {
  private static let handler = "services.api.handler"

  static let steps = [
    Knobs(
      "step work", in: .shop, at: "\(handler).work",
      [.turn("work", "2ms", "6ms", raises: .api("utilization_ratio"))]),
    Knobs(
      "step wait", in: .shop, at: "services.log.handler.wait",
      [.turn("wait", "1ms", "9ms", raises: .latency)]),
    Knobs(
      "step parallel", in: .shop, at: "\(handler).parallel",
      with: [
        "services.log.handler=[{wait: {type: 'exponential', mean: '5ms'}}]",
        "\(handler)=[{parallel: [[{call: 'log'}], [{wait: '5ms'}]]}]",
      ],
      [
        .turn(
          "parallel", "[[{wait: '1ms'}]]", "[[{wait: '1ms'}], [{wait: '6ms'}]]", raises: .latency),
        .turn("wait_for", "all", "{responses: 1}", lowers: .latency),
        .turn("deadline", "3ms", "9ms", lowers: .users("outcomes.degraded")),
      ]),
    Knobs(
      "step split", in: .shop, at: "\(handler).split", with: ["\(handler)=[{split: \(arms)}]"],
      [
        .turn("split", nil, "{only: {weight: 1, steps: [{wait: '9ms'}]}}", raises: .latency),
        .turn("by", nil, "item", changes: .latency),
      ]),
    Knobs(
      "arm of a split", in: .shop, at: "\(handler).split.split.far",
      with: ["\(handler)=[{split: \(arms)}]"],
      [
        .turn("weight", "1", "9", raises: .latency),
        .turn("steps", "[{wait: '2ms'}]", "[{wait: '9ms'}]", raises: .latency),
      ]),
    Knobs(
      "step repeat", in: .shop, at: "\(handler).repeat",
      with: ["\(handler)=[{repeat: 2, steps: [{wait: '1ms'}]}]"],
      [
        .turn("repeat", "2", "5", raises: .latency),
        .turn("steps", "[{wait: '1ms'}]", "[{wait: '3ms'}]", raises: .latency),
      ]),
    Knobs(
      "step fail", in: .shop, at: "\(handler).fail",
      with: ["\(handler)=[{fail: 'shed', when: {probability: 0.5}}]"],
      [.words("fail", tellApart: .users("outcomes"))]),
    Knobs(
      "step", in: .shop, at: "\(handler).log",
      with: ["services.log.handler=[{wait: '9ms'}, {fail: 'shed', when: {probability: 0.3}}]"],
      [
        .turn("name", "one", "two", changes: .resolved),
        .turn("when", "{probability: 1}", "{probability: 0}", lowers: .latency),
        .words("on_error", tellApart: .users("outcomes")),
        .turn("on_error", "ignore", "[{wait: '9ms'}]", raises: .latency),
        .turn("enabled", "false", "true", raises: .latency),
      ]),
    Knobs(
      "condition", in: .shop, at: "\(handler).log.when",
      with: ["services.log.handler=[{wait: '9ms'}]"],
      [
        .turn("probability", "0.1", "0.9", raises: .latency),
        .turn("class", "gold", "free", raises: .latency),
        .turn("class", "gold", "['gold', 'free']", raises: .latency),
        .turn(
          "queue_below", "1", "999", raises: .latency, with: "services.api.replicas=2"),
      ]),
    Knobs(
      "wait_for", in: .shards, at: "services.root.handler.leaf.wait_for",
      with: ["services.root.handler=[{scatter: 'leaf', wait_for: {}}]"],
      [
        .turn("responses", "1", "7", raises: .latency),
        .turn("fraction", "0.1", "0.9", raises: .latency),
      ]),
    Knobs(
      "step cache", in: .store, at: "services.web.handler.pages",
      [
        .turn("cache", "small", "pages", lowers: .json("services.db.requests")),
        .turn("on_miss", "[{call: 'mem'}]", "[{call: 'db'}]", raises: .latency),
        .turn("on_stale", nil, "[{call: 'mem'}]", raises: .pages("hits")),
        .turn(
          "timeout", "1ms", "1s", raises: .pages("hits"), with: "caches.pages.service=mem"),
      ]),
    Knobs(
      "step cache", in: .store, at: "services.web.handler.put",
      with: ["services.web.handler.put={name: 'put', cache: 'pages', op: 'invalidate'}"],
      [
        .words(
          "op", tellApart: .json("services.db.requests"),
          needs: ["read": [".on_miss=[{call: 'db'}]"], "write": [".store=[{call: 'db'}]"]]),
        .turn("store", "[{call: 'mem'}]", "[{call: 'db'}]", raises: .latency, with: ".op=write"),
      ]),
  ]

  private static let arms =
    "{near: {weight: 2, steps: [{wait: '1ms'}]}, far: {weight: 1, steps: [{wait: '5ms'}]}}"
}
