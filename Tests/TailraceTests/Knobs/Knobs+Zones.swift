/// Zones, faults that know them or strike messages, and how replicas come back.
extension Knobs {
  static let zones = [
    Knobs(
      "scenario", in: .shop, at: "",
      [
        .turn(
          "zones", "['east']", "['east', 'west']", raises: .latency, with: farther,
          "services.api.zones={east: 1}")
      ]),
    Knobs(
      "network", in: .shop, at: "network",
      with: [twoZones, "services.api.zones={east: 1}"],
      [
        .turn(
          "same_zone", "{latency: '1ms'}", "{latency: '5ms'}", raises: .latency,
          with: "workloads.users.zones={east: 1}"),
        .turn(
          "cross_zone", "{latency: '1ms'}", "{latency: '5ms'}", raises: .latency,
          with: "workloads.users.zones={west: 1}"),
      ]),
    Knobs(
      "workload", in: .shop, at: "workloads.users",
      with: [twoZones, farther, "services.api.zones={east: 1}"],
      [.turn("zones", "{east: 1}", "{west: 1}", raises: .latency)]),
    Knobs(
      "service", in: .shop, at: "services.api",
      with: [twoZones, farther, "workloads.users.zones={east: 1}"],
      [.turn("zones", "{east: 1}", "{west: 1}", raises: .latency)]),
    Knobs(
      "group", in: .shop, at: "services.api.groups.fast",
      with: [
        twoZones, farther, "workloads.users.zones={east: 1}", "services.api.replicas=null",
        "services.api.groups={slow: {replicas: 2}, fast: {replicas: 2}}",
      ],
      [.turn("zone", "east", "west", raises: .latency)]),
    Knobs(
      "service", in: .shop, at: "services.api", with: [restart],
      [
        .turn("start_up", "0s", "500ms", raises: .errors),
        .turn(
          "warm_up", "{slow_down: 1, for: '1s'}", "{slow_down: 4, for: '1s'}", raises: .latency),
        .turn(
          "preserve_source_ip", "false", "true", lowers: .latency, with: ".replicas=1",
          ".concurrency=100", "services.db.lb_policy=MAGLEV", "services.db.hash_by=source_ip"),
      ]),
    Knobs(
      "warm_up", in: .shop, at: "services.api.warm_up",
      with: [restart, "services.api.warm_up={slow_down: 4, for: '1s'}"],
      [
        .turn("slow_down", "1", "9", raises: .latency),
        .turn("for", "10ms", "1s", raises: .latency),
      ]),
    Knobs(
      "fault", in: .shop, at: "faults.f",
      with: ["faults={f: {service: 'api', at: '500ms', for: '500ms', slow_down: 6}}"],
      [
        .turn(
          "zone", nil, "west", lowers: .latency, with: twoZones,
          "services.api.zones={east: 3, west: 1}"),
        .turn("load", "10%", "80%", raises: .latency, with: ".slow_down=null"),
        .turn("loss", "0.01", "0.5", raises: .latency, with: ".slow_down=null"),
        .turn("delay", "1ms", "20ms", raises: .latency, with: ".slow_down=null"),
        .turn(
          "partition", nil, "{service: 'api', at: '1s', partition: true}", raises: .errors,
          path: ""),
      ]),
    Knobs(
      "fault", in: .shop, at: "faults.f",
      with: [
        "faults={f: {at: '500ms', for: '500ms', partition: true, from: {service: 'db'}, "
          + "to: {service: 'api'}}}"
      ],
      [
        .turn("from", "{service: 'log'}", "{service: 'db'}", raises: .errors),
        .turn("to", "{service: 'log'}", "{service: 'api'}", raises: .errors),
        .turn("both_ways", "false", "true", lowers: .db("requests")),
      ]),
    Knobs(
      "side of a partition", in: .shop, at: "faults.f.to",
      with: [
        "faults={f: {at: '500ms', for: '500ms', partition: true, from: {service: 'api'}, "
          + "to: {service: 'db'}}}"
      ],
      [
        .turn("service", "log", "db", raises: .errors),
        .turn(
          "zone", "west", "east", raises: .errors, with: twoZones, "services.db.replicas=4",
          "services.db.zones={east: 3, west: 1}"),
        .turn(
          "shard", "3", "0", raises: .errors, with: "services.db.shards=4",
          "services.db.replicas=1", "services.db.shard_by={policy: 'RANGE'}"),
        .turn("replica", nil, "0", lowers: .errors),
        .turn(
          "group", "one", "most", raises: .errors, with: "services.db.replicas=null",
          "services.db.groups={most: {replicas: 3}, one: {replicas: 1}}"),
      ]),
  ]

  private static let twoZones = "zones=['east', 'west']"

  /// Messages between zones take longer than within.
  private static let farther =
    "network={same_zone: {latency: '1ms'}, cross_zone: {latency: '9ms'}}"

  /// All replicas of api crash and come back.
  private static let restart =
    "faults={f: {service: 'api', at: '200ms', for: '100ms', crash: true}}"
}
