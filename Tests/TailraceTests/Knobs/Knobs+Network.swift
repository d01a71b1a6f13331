/// Links, connections and what goes wrong.
extension Knobs {
  static let network = [
    Knobs(
      "network", in: .shop, at: "network",
      [
        .turn("default", "{latency: '1ms'}", "{latency: '5ms'}", raises: .latency),
        .turn(
          "links", "{}",
          "{far: {from: {service: 'api'}, to: {service: 'db'}, latency: '5ms'}}", raises: .latency),
      ]),
    Knobs(
      "link", in: .shop, at: "network.default", with: sizes,
      [
        .turn("latency", "1ms", "5ms", raises: .latency),
        .turn("bandwidth", "5MB/s", "1GB/s", lowers: .latency),
        .turn("loss", "0.01", "0.2", raises: .latency),
        .turn("retransmit_timeout", "10ms", "200ms", raises: .latency, with: ".loss=0.1"),
      ]),
    Knobs(
      "link between services", in: .shop, at: "network.links.far",
      with: sizes + [
        "network={links: {far: {from: {service: 'api'}, to: {service: 'db'}, latency: '5ms'}}}"
      ],
      [
        .turn("from", "{service: 'api'}", "{service: 'log'}", lowers: .latency),
        .turn("to", "{service: 'db'}", "{service: 'log'}", lowers: .latency),
        .turn("both_ways", "false", "true", raises: .latency),
        .turn("latency", "1ms", "5ms", raises: .latency),
        .turn("bandwidth", "5MB/s", "1GB/s", lowers: .latency),
        .turn("loss", "0.01", "0.2", raises: .latency),
        .turn("retransmit_timeout", "10ms", "200ms", raises: .latency, with: ".loss=0.1"),
      ]),
    Knobs(
      "end of a link", in: .shop, at: "network.links.far.to",
      with: [
        "network={links: {far: {from: {service: 'api'}, to: {service: 'db'}, latency: '5ms'}}}"
      ],
      [.turn("service", "db", "log", lowers: .latency)]),
    Knobs(
      "connection", in: .shop, at: "services.api.connection",
      with: ["services.api.network={latency: '1ms'}", "services.api.connection={}"],
      [
        .turn("handshake", "{round_trips: 1}", "{round_trips: 9}", raises: .latency),
        .turn("max_requests", "1", "9", lowers: .api("handshakes")),
        .turn("max_requests", "9", "unlimited", lowers: .api("handshakes")),
        .turn("max_streams", "1", "100", lowers: .api("handshakes")),
        .turn("idle_timeout", "1ms", "1s", lowers: .api("handshakes")),
        .turn("max_connections", "1", "4", lowers: .api("connections_refused")),
        .turn("max_connections", "1", "unlimited", lowers: .api("connections_refused")),
      ]),
    Knobs(
      "handshake", in: .shop, at: "services.api.connection.handshake",
      with: [
        "services.api.network={latency: '1ms'}", "services.api.connection={max_requests: 1}",
        "services.api.connection.handshake={work: '2ms'}",
      ],
      [
        .turn("round_trips", "1", "3", raises: .latency),
        .turn("work", "1ms", "5ms", raises: .latency),
        .turn("resumption_fraction", "0", "0.9", lowers: .latency),
      ]),
  ]

  /// Requests of 20 kB on both hops.
  private static let sizes = [
    "workloads.users.steps.api.request_size=20KB", "services.api.handler.db.request_size=20KB",
  ]

  static let faults = [
    Knobs(
      "fault", in: .shop, at: "faults.f",
      with: ["faults={f: {service: 'api', at: '500ms', for: '500ms', slow_down: 6}}"],
      [
        .turn("service", "api", "log", lowers: .latency),
        .turn(
          "shard", "0", "3", lowers: .latency, with: "services.api.shards=4",
          "services.api.replicas=1", "services.api.shard_by={policy: 'RANGE'}"),
        .turn(
          "shard", "3", "hottest", raises: .latency, with: "services.api.shards=4",
          "services.api.replicas=1", "services.api.shard_by={policy: 'RANGE'}"),
        .turn("replica", nil, "0", lowers: .latency),
        .turn(
          "group", "most", "one", lowers: .latency, with: "services.api.replicas=null",
          "services.api.groups={most: {replicas: 3}, one: {replicas: 1}}"),
        .turn("fraction", "0.25", "1", raises: .latency),
        .turn("at", "0s", "1900ms", lowers: .latency),
        .turn(
          "every", "50ms", "900ms", lowers: .latency, with: ".at=null", ".for=100ms"),
        .turn("for", "50ms", "1s", raises: .latency),
        .turn(
          "together", "false", "true", changes: .latency, with: ".at=null", ".for=100ms",
          ".every={type: 'exponential', mean: '100ms'}"),
        .turn("slow_down", "1", "9", raises: .latency),
        .turn("enabled", "false", "true", raises: .latency),
        .turn(
          "crash", nil, "{service: 'api', at: '1s', crash: true}", raises: .errors, path: ""),
        .turn(
          "pause", nil, "{service: 'api', at: '0s', for: '1s', pause: true}", raises: .latency,
          path: ""),
        .turn("fail", "0.1", "0.9", raises: .errors, with: ".slow_down=null"),
        .words(
          "connections", tellApart: .users("outcomes"), with: ".slow_down=null", ".crash=true",
          "workloads.users.steps.api.timeout=500ms"),
      ]),
    Knobs(
      "fault", in: .store, at: "faults.f",
      with: ["faults={f: {cache: 'pages', at: '2s', flush: true}}"],
      [
        .turn("cache", "pages", "small", raises: .pages("hits")),
        .turn(
          "flush", "{service: 'mem', at: '2s', crash: true}",
          "{cache: 'pages', at: '2s', flush: true}", lowers: .pages("hits"), path: ""),
      ]),
  ]
}
