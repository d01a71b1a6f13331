import Tailrace
import TailraceModel
import Testing

@testable import TailraceScenario

/// Each preset is somebody's documented behaviour, and does something.
@Suite("Presets") struct PresetTests {
  private static let text = """
    {
      tailrace: 1, seed: 5,
      run: { duration: "60s", warm_up: "0s", replications: 1 },
      workloads: {
        users: { arrivals: { type: "poisson", rate: "100/s" }, steps: [{ call: "api" }] },
        slow: {
          arrivals: { type: "poisson", rate: "1/s" },
          steps: [{ call: "batch" }],
        },
        hasty: {
          arrivals: { type: "poisson", rate: "100/s" },
          steps: [{ call: "front", timeout: "20ms" }],
        },
      },
      services: {
        api: { replicas: 4, handler: [{ work: { type: "exponential", mean: "20ms" } }] },
        front: { concurrency: "unlimited", handler: [{ call: "back" }] },
        back: { concurrency: "unlimited", handler: [{ wait: "10ms" }, { work: "20ms" }] },
        batch: { concurrency: "unlimited", handler: [{ work: { type: "exponential", mean: "10s" } }] },
      },
      faults: {
        gone: { at: "20s", for: "10s", service: "api", replica: 0, crash: true },
      },
    }
    """

  private static func load(_ preset: String?) throws -> Scenario {
    try Scenario.load(
      SourceText(name: "shop.jsonc", text: text), settings: preset.map { ["preset=\($0)"] } ?? [])
  }

  private static func metrics(_ preset: String?) throws -> [String: UInt64] {
    let variant = try #require(load(preset).variant(nil))
    let run = Replication.run(
      variant.topology, .init(seed: 1, number: 0, window: 0..<variant.duration))
    #expect(run.violations.isEmpty)
    func service(_ name: String) -> ServiceOutcome? { run.services.first { $0.name == name } }
    let api = service("api")?.rows ?? []
    let slow = run.workloads.first { $0.name == "slow" }
    return [
      "retries": api.reduce(0) { $0 + ($1.attempts?.retries ?? 0) },
      "waiting": api.reduce(0) { $0 + $1.queueArea },
      "timeouts": slow?.outcomes[Int(Outcome.timeout.rawValue)] ?? 0,
      "burnt": service("back")?.rows.reduce(0) { $0 + $1.busyArea } ?? 0,
    ]
  }

  @Test(
    "A preset changes a value of the resolved scenario and a metric",
    arguments: [
      ("envoy", "timeouts"), ("grpc", "burnt"), ("finagle", "retries"), ("haproxy", "retries"),
      ("nginx", "retries"), ("kubernetes", "waiting"), ("aws", "retries"),
      ("hystrix", "timeouts"),
    ])
  func works(preset: String, metric: String) throws {
    let (plain, changed) = (try Self.load(nil), try Self.load(preset))
    #expect(
      plain.variants[0].resolvedText(of: plain) != changed.variants[0].resolvedText(of: changed))
    #expect(try Self.metrics(nil)[metric] != Self.metrics(preset)[metric])
  }

  @Test("Where they are named, a breaker, a pool and a limit are the product's")
  func limits() throws {
    func declared(_ preset: String, _ settings: [String]) throws -> Topology {
      let scenario = try Scenario.load(
        SourceText(name: "shop.jsonc", text: Self.text), settings: ["preset=\(preset)"] + settings)
      return scenario.variants[0].topology
    }
    func breaker(_ preset: String, _ settings: [String]) throws -> BreakerSpec? {
      let users = try declared(preset, settings).workloads.first { $0.name == "users" }
      guard case .call(let call)? = users?.steps[0].verb else { return nil }
      return call.breaker
    }
    // Hystrix has one about each command; resilience4j where it is asked for.
    #expect(try breaker("hystrix", [])?.waitDurationOpen == 5_000_000_000)
    #expect(try breaker("resilience4j", []) == nil)
    let counted = try breaker("resilience4j", ["workloads.users.steps.api.breaker={}"])
    #expect(counted?.minimumCalls == 100 && counted?.permittedHalfOpen == 10)

    let steps =
      "services.front.handler=[{ rate_limit: 'door' }, { hold: 'few', steps: [{ call: 'back' }] }]"
    let own = ["rate_limits.door={ fill_interval: '10ms' }", "pools.few={}", steps]
    guard
      case .tokenBucket(1, 1, 10_000_000, true)? =
        try declared("nginx", own + ["pools.few.size=3"]).rateLimits.first?.algorithm
    else {
      Issue.record("not NGINX's limit")
      return
    }
    // A limit of another type takes nothing from a bucket's defaults.
    let window = "rate_limits.door={ type: 'sliding_log', limit: 3, window: '1s' }"
    let commands = try declared("hystrix", own + [window])
    #expect(commands.pools.first?.size == 10 && commands.pools.first?.maxWaiting == 0)
    guard
      case .slidingLog(3, 1_000_000_000)? =
        try declared("nginx", own + [window, "pools.few.size=2"]).rateLimits.first?.algorithm
    else {
      Issue.record("not a log")
      return
    }
  }

  @Test("Every preset is tried here")
  func all() {
    #expect(
      Presets.all.map(\.name).sorted() == [
        "aws", "envoy", "finagle", "grpc", "haproxy", "hystrix", "kubernetes", "nginx",
        "resilience4j",
      ])
    #expect(Set(Presets.all.map(\.name)).isDisjoint(with: Presets.later))
  }

  @Test("Retries under the preset of gRPC pause for 0.8 to 1.2 of the back-off, not from nothing")
  func grpcJitter() throws {
    let scenario = try Scenario.load(
      SourceText(name: "shop.jsonc", text: Self.text),
      settings: [
        "preset=grpc",
        "workloads.users.steps.api.retry_policy={retry_on: ['connection_failure'], "
          + "retry_back_off: {base_interval: '100ms'}}",
        "workloads.users.steps.api.hedge_policy={hedging_delay: '1s'}",
      ])
    let users = scenario.variants[0].topology.workloads.first { $0.name == "users" }
    guard case .call(let call)? = users?.steps[0].verb,
      case .doubling(let base, _, let jitter)? = call.retry?.backOff
    else {
      Issue.record("no call that is retried")
      return
    }
    #expect(base == 100_000_000 && jitter == .aFifth)
    #expect(call.hedge?.nonFatal.isEmpty == true)
  }

  @Test("A channel of gRPC that was told nothing stays with the first replica; one that was, not")
  func pickFirst() throws {
    let told = ["services.api.lb_policy='ROUND_ROBIN'"]
    let cases: [(settings: [String], policy: String)] = [
      ([], PickFirst.name), (told, RoundRobin.name),
    ]
    for (settings, policy) in cases {
      let scenario = try Scenario.load(
        SourceText(name: "shop.jsonc", text: Self.text), settings: ["preset=grpc"] + settings)
      let api = scenario.variants[0].topology.services.first { $0.name == "api" }
      #expect(api.map { type(of: $0.balancing).name } == policy)
    }
  }

  /// Words that `explain` finds, values that the file could hold, and where they are from.
  @Test("Every value of a preset has a source, a place and a form", arguments: Presets.all)
  func values(preset: Preset) throws {
    #expect(!preset.values.isEmpty && preset.summary.hasSuffix("."))
    #expect(Set(preset.values.map { "\($0.kind) \($0.path)" }).count == preset.values.count)
    for value in preset.values {
      let place = "\(preset.name): \(value.kind).\(value.path)"
      #expect(value.source.count > 8, "\(place)")
      for word in value.path.split(separator: ".") {
        #expect(!Catalogue.find(String(word)).isEmpty, "\(place)")
      }
      let tree = preset.tree(for: value.kind, where: { _ in true }, replicas: 3)
      var node = tree
      for word in value.path.split(separator: ".") { node = node?[String(word)] }
      #expect(node?.source.name == "preset \(preset.name): \(value.source)", "\(place)")
    }
    // Everything named, all of it is valid.
    let changed = try Scenario.load(
      SourceText(name: "shop.jsonc", text: Self.text),
      settings: [
        "preset=\(preset.name)",
        "workloads.users.steps.api.retry_policy={retry_on: ['shed']}",
        "workloads.users.steps.api.breaker={}",
        "workloads.users.steps.api.hedge_policy={hedging_delay: '1s'}",
        "services.api.circuit_breakers={retry_budget: {}}",
        "services.api.outlier_detection={}", "services.api.readiness_probe={}",
        "services.api.liveness_probe={}",
      ]
        + (preset.name == "envoy"
          ? ["services.api.slow_start_config={slow_start_window: '9s'}"] : [])
        + (preset.name == "grpc"
          ? ["services.api.circuit_breakers.retry_budget={max_tokens: 10, token_ratio: 0.1}"] : []))
    let text = changed.variants[0].explainedText(of: changed)
    let named = preset.values.filter {
      ![.cache, .pool, .rateLimit].contains($0.kind) && $0.path != "retry_policy.retry_on"
    }
    for value in named {
      #expect(
        text.contains("// preset \(preset.name): \(value.source)"), "\(value.path) in \(text)")
    }
  }
}
