import Foundation
import Tailrace
import Testing

/// The words that thresholds are about are no constants: each is measured, and differs.
@Suite("Metrics of the knobs") struct MetricTests {
  /// The scenarios of the table, with what some metrics need.
  private static let runs: [(base: KnobBase, settings: [String])] = [
    (.shop, ["services.api.lb_policy=MAGLEV", "services.api.hash_by=item"]),
    (
      .shop,
      [
        "services.api.lb_policy=MAGLEV", "services.api.hash_by=item",
        "services.api.hash_balance_factor=110", "services.api.queue.max_length=0",
      ]
    ),
    (.shop, ["services.api.connection={max_requests: 1}"]),
    (.shop, ["services.api.connection={max_requests: 9}"]),
    (.shop, guarded(requests: 4, inside: 2, panic: 0, down: "")),
    (.shop, guarded(requests: 6, inside: 3, panic: 100, down: "replica: 2, ")),
    (.shop, restarted("replica: 2, ")), (.shop, restarted("")),
    (.flaky, ["services.api.handler.db.hedge_policy={hedging_delay: '30ms'}"]),
    (.flaky, ["services.api.handler.db.on_error=ignore"]),
    (.flaky, ["services.db.handler.stuck.wait=300s", "services.api.handler.db.timeout=400s"]),
    (
      .store,
      [
        "services.db.price={per_replica_hour: 2, per_million_requests: 5}",
        "faults={stall: {service: 'web', at: '1s', for: '100ms', pause: true}}",
      ]
    ),
    (
      .store,
      [
        "caches.pages.max_entries=10",
        "services.db.price={per_replica_hour: 3, per_million_requests: 5}",
        "faults={stall: {service: 'web', at: '1s', for: '600ms', pause: true}}",
      ]
    ),
    (.shop, [held("8ms", tokens: 3)]),
    (.shop, [held("12ms", tokens: 4)]),
    (.shards, ["services.root.handler=[{scatter: 'leaf', deadline: '5ms'}]"]),
    (.shards, ["services.root.handler=[{scatter: 'leaf', deadline: '9ms'}]"]),
    (.shards, ["services.leaf.replicas=3", writes("0.2")]),
    (.shards, ["services.leaf.replicas=3", writes("0.8")]),
    (.shards, ["services.leaf.shard_by.reshard={at: '2s', shards: 9}"]),
    (.shards, ["services.leaf.shard_by.reshard={at: '2s', shards: 16}"]),
  ]

  /// Reads of keys of which some are written too.
  private static func writes(_ share: String) -> String {
    "services.root.handler=[{call: 'leaf'}, "
      + "{name: 'put', call: 'leaf', op: 'write', when: {probability: \(share)}}]"
  }

  /// Steps with a limit and a permit.
  private static func held(_ time: String, tokens: Int) -> String {
    "services.api.handler=[{rate_limit: 'quota', tokens: \(tokens)}, "
      + "{hold: 'permits', steps: [{wait: '\(time)'}]}]"
  }

  /// Balancers and doors that reject, look at health and leave out a replica that fails.
  private static func guarded(
    requests: Int, inside: Int, panic: Int, down replicas: String
  ) -> [String] {
    [
      "services.api.circuit_breakers={max_requests: \(requests)}",
      "services.api.admission_control={type: 'FIXED', limit: \(inside)}",
      "services.api.readiness_probe={period: '50ms', timeout: '20ms', failure_threshold: 1}",
      "services.api.healthy_panic_threshold=\(panic)",
      "services.api.outlier_detection="
        + "{consecutive_5xx: 1, base_ejection_time: '100ms', interval: '100ms'}",
      "faults={dead: {\(replicas)at: '300ms', for: '600ms', service: 'api', crash: true}}",
    ]
  }

  /// Checks that restart replicas which stand still.
  private static func restarted(_ replicas: String) -> [String] {
    [
      "services.api.liveness_probe={period: '50ms', timeout: '20ms', failure_threshold: 2}",
      "faults={stuck: {\(replicas)at: '300ms', for: '600ms', service: 'api', pause: true}}",
    ]
  }

  /// What scenarios have besides, so that thresholds may name it.
  private static let sections: [KnobBase: [String]] = [
    .shop: [
      "pools={permits: {size: 1}}",
      "rate_limits={quota: {type: 'token_bucket', max_tokens: 9, fill_interval: '1ms'}}",
    ]
  ]

  /// Labels of each kind in those scenarios.
  private static let names: [KnobBase: [ThresholdLabel: [String]]] = [
    .shop: [
      .workload: ["users"], .service: ["api", "db"], .pool: ["permits"], .rateLimit: ["quota"],
    ],
    .flaky: [.workload: ["users"], .service: ["api", "db"]],
    .store: [.workload: ["users"], .service: ["web", "db"], .cache: ["pages"], .fault: ["stall"]],
    .shards: [.workload: ["users"], .service: ["root", "leaf"]],
  ]

  private static func bound(_ unit: ThresholdMetric.Unit) -> String {
    switch unit {
    case .time: "1ms"
    case .share: "1%"
    case .perSecond: "1/s"
    case .number: "1"
    }
  }

  @Test("Each metric of a threshold is measured, with different values")
  func everyMetric() throws {
    var seen: [String: Set<Double>] = [:]
    for (base, settings) in Self.runs {
      var written: [String] = []
      // Without any price there is no cost to speak of.
      for metric in ThresholdMetrics.all where metric.name != "cost" || base == .store {
        for label in Set(metric.scopes.compactMap(\.first)).sorted(by: { "\($0)" < "\($1)" }) {
          for name in Self.names[base]?[label] ?? [] {
            let condition = "\(metric.statistics[0]) < \(Self.bound(metric.unit))"
            written.append("'\(metric.name){\(label.rawValue):\(name)}': ['\(condition)']")
          }
        }
      }
      let run = KnobRun(
        base: base,
        settings: settings + (Self.sections[base] ?? [])
          + ["thresholds={\(written.joined(separator: ", "))}"])
      let rows = try JSONDecoder().decode(
        [Row].self, from: Data(try #require(try run.fact(.json("thresholds"))).utf8))
      #expect(rows.count == written.count)
      for row in rows {
        if let value = row.measured { seen[row.metric, default: []].insert(value) }
      }
    }
    for metric in ThresholdMetrics.all {
      #expect(seen[metric.name, default: []].count > 1, "\(metric.name)")
    }
  }

  private struct Row: Decodable {
    var metric: String
    var measured: Double?
  }
}
