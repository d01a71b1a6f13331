import Foundation
import Tailrace

/// Sections of the file as a whole, and how long it runs.
extension Knobs {
  static let file = [
    Knobs(
      "scenario", in: .shop, at: "",
      [
        .turn("$schema", "a.json", "b.json", changes: .resolved),
        .turn("name", "one", "two", changes: .json("scenario")),
        .texts("description") { (try listed("Why?"), try listed("How?")) },
        .turn(
          "currency", "EUR", "USD", changes: .json("cost.currency"),
          with: "services.api.price={per_replica_hour: 1}"),
        .constant("tailrace", refuses: "2"),
        .turn("seed", "1", "2", changes: .latency),
        .turn("run", nil, "{duration: '4s', warm_up: '0s', replications: 1}", raises: .requests),
        .turn("keys", "{item: {count: 1}}", "{item: {count: 99}}", lowers: .latency, with: byItem),
        .turn(
          "workloads", nil,
          "{users: {arrivals: {type: 'constant', rate: '9/s'}, steps: [{call: 'api'}]}}",
          lowers: .requests),
        .turn(
          "services", nil, "{api: {concurrency: 'unlimited', handler: [{wait: '1ms'}]}}",
          lowers: .latency),
        .turn(
          "classes", "{gold: {}, free: {priority: 1}}", "{gold: {priority: 1}, free: {}}",
          changes: .latency, with: "services.api.replicas=2",
          "services.api.queue.discipline=PRIORITY"),
        .turn("network", "{}", "{default: {latency: '9ms'}}", raises: .latency),
        .turn(
          "faults", "{}", "{f: {service: 'api', at: '1s', slow_down: 9}}", raises: .latency),
        .turn("defaults", "{}", "{call: {timeout: '5ms'}}", raises: .errors),
        .turn(
          "thresholds", "{'latency{workload:users}': ['mean < 1ms']}",
          "{'latency{workload:users}': ['mean < 1s']}", changes: .json("thresholds.0.status")),
        .texts("variants") {
          (try variants("{few: {}}"), try variants("{few: {'services.api.replicas': 2}}"))
        },
        .texts("sweep") {
          (try points("{'services.api.replicas': [1, 2]}"), try points("{seed: '1..3'}"))
        },
      ]),
    Knobs(
      "scenario", in: .store, at: "",
      [
        .turn(
          "caches", nil, "{pages: {key: 'page', max_entries: 300}, small: null}",
          raises: .pages("hits"))
      ]),
    Knobs(
      "scenario", in: .flaky, at: "",
      [
        .words(
          "preset", tellApart: .json("services"), orNone: true,
          with: "workloads.users.steps.api.timeout=150ms")
      ]),
    Knobs(
      "run", in: .shop, at: "run",
      [
        .turn("duration", "1s", "3s", raises: .requests),
        .turn("warm_up", "0s", "1s", lowers: .requests),
        .turn("warm_up", "0s", "auto", changes: .json("warm_up_rule")),
        .turn("replications", "1", "2", raises: .requests),
        .turn("interval", "100ms", "200ms", changes: .file("timeseries.csv")),
        .limit("max_depth", "2", refuses: "1"),
        .turn("max_depth", "3", "30", lowers: .errors, with: selfCall),
      ]),
    Knobs(
      "defaults", in: .flaky, at: "defaults",
      [
        .turn("call", "{}", "{timeout: '1ms'}", raises: .errors),
        .turn(
          "workload", "{steps: [{call: 'api'}]}", "{steps: [{call: 'log'}]}", lowers: .latency,
          with: "workloads.users={arrivals: {type: 'constant', rate: '20/s'}, keys: {item: 1}}"),
        .turn("service", "{concurrency: 8}", "{concurrency: 1}", raises: .latency, with: undecided),
      ]),
    Knobs(
      "defaults", in: .store, at: "defaults",
      [.turn("cache", "{}", "{hit_latency: '50ms'}", raises: .latency)]),
    Knobs(
      "defaults of calls", in: .flaky, at: "defaults.call", with: [undecidedCall],
      [
        .turn("timeout", "5ms", "500ms", lowers: .errors),
        .words(
          "luck", tellApart: .latency, with: ".retry_policy={retry_on: ['timeout']}",
          ".retry_policy.per_try_timeout=20ms"),
        .turn("retry_policy", "{retry_on: ['shed']}", "{retry_on: ['5xx']}", lowers: .errors),
        .turn("hedge_policy", nil, "{hedging_delay: '9ms'}", raises: .db("requests")),
        .turn(
          "propagate_deadline", "false", "true", lowers: .json("services.disk.requests"),
          with: ".timeout=20ms"),
      ]),
  ]

  /// Calls of `api` find their replica by their item.
  private static let byItem =
    "services.api={replicas: 4, concurrency: 2, lb_policy: 'MAGLEV', hash_by: 'item', "
    + "handler: [{work: '5ms'}]}"
  private static let undecided = "services.db.concurrency=null"
  private static let undecidedCall = "services.api.handler=[{call: 'db'}]"
  private static let selfCall =
    "services.api={concurrency: 'unlimited', handler: [{wait: '1ms'}, {call: 'api', when: {probability: 0.7}}]}"

  /// What `tailrace list` says of a folder with a scenario of this description.
  private static func listed(_ description: String) throws -> String {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = "{ description: \"\(description)\"," + KnobBase.shop.text.dropFirst()
    try Data(text.utf8).write(to: folder.appending(path: "s.jsonc"))
    return try Program(["list", folder.path()]).output.replacing(folder.path(), with: "")
  }

  /// What the points of a sweep would be.
  private static func points(_ written: String) throws -> String {
    let text = "{ sweep: \(written)," + KnobBase.shop.text.dropFirst()
    let scenario = try Scenario.load(SourceText(name: "sweep.jsonc", text: text))
    return scenario.parameters.map { "\($0.path) \($0.values.map(\.text))" }.joined()
  }

  /// Names and first numbers of the variants.
  private static func variants(_ written: String) throws -> String {
    let text = "{ variants: \(written)," + KnobBase.shop.text.dropFirst()
    let scenario = try Scenario.load(SourceText(name: "variants.jsonc", text: text))
    return try scenario.variants.map { variant in
      let mean = try variant.experiment(of: scenario).run().workloads[0].latencyMean.value
      return "\(variant.name) \(mean ?? 0)"
    }.joined(separator: ", ")
  }
}
