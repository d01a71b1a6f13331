import Tailrace
import TailraceModel
import Testing

@testable import TailraceScenario

/// The nearest says what holds: the thing, its preset, the file's defaults, the file's preset.
@Suite("Defaults") struct DefaultsTests {
  private func load(_ parts: String, _ settings: [String] = []) throws -> Scenario {
    try Scenario.load(
      SourceText(
        name: "shop.jsonc", text: "{ tailrace: 1, run: { duration: \"1s\" }, \(parts) }"),
      settings: settings)
  }

  private func calls(_ scenario: Scenario, _ variant: String? = nil) throws -> [CallSpec] {
    let topology = try #require(scenario.variant(variant)).topology
    return
      (topology.workloads.flatMap(\.steps)
      + topology.services.flatMap { $0.handlers.flatMap(\.steps) }).compactMap { step in
        if case .call(let call) = step.verb { return call }
        return nil
      }
  }

  private static let shop = """
    workloads: {
      users: {
        arrivals: { type: "poisson", rate: "1/s" },
        steps: [{ call: "web", timeout: "2s", retry_policy: null }],
      },
    },
    services: {
      web: { handler: [{ call: "db" }, { call: "db", timeout: "150ms" }] },
      db: { handler: [{ work: "1ms" }] },
    },
    """

  @Test("Of a call, a preset, defaults and the file's preset each fill what is left")
  func order() throws {
    let defaults = """
      defaults: {
        call: {
          timeout: "500ms",
          retry_policy: { retry_on: ["shed"], num_retries: 3, per_try_timeout: "200ms" },
        },
      },
      """
    let plain = try calls(load(Self.shop + defaults))
    #expect(plain.map(\.timeout) == [2_000_000_000, 500_000_000, 150_000_000])
    #expect(plain.map { $0.retry?.retries } == [nil, 3, 3])
    // What would cap nothing goes: 200 ms for each try of a call of 150 ms.
    #expect(plain.map { $0.retry?.perTryTimeout } == [nil, 200_000_000, nil])
    #expect(plain.map { $0.retry?.backOff.text } == [nil, "25 to 250 full", "25 to 250 full"])
    // The file's preset is farther than defaults, and only fills in what is named or its own.
    let aws = try calls(load(Self.shop + defaults + "preset: \"aws\","))
    #expect(aws.map { $0.retry?.retries } == [nil, 3, 3])
    #expect(
      aws.map { $0.retry?.backOff.text } == [nil, "1000 to 20000 full", "1000 to 20000 full"])
    // That of the calling service is nearer than defaults.
    let own = try calls(
      load(Self.shop + defaults + "preset: \"aws\",", ["services.web.preset=haproxy"]))
    #expect(own.map { $0.retry?.retries } == [nil, 3, 3])
    #expect(own[1].retry?.outcomes == [.connectionFailure])
    #expect(own[0].retry == nil)
    // And nothing is nearer than the call.
    let given = try calls(
      load(
        Self.shop + defaults + "preset: \"aws\",",
        ["services.web.preset=haproxy", "workloads.users.steps.web.retry_policy={num_retries: 7}"]))
    #expect(given[0].retry?.retries == 7 && given[0].retry?.outcomes == [.shed])
  }

  @Test("A mechanism that is not named does not exist, preset or not")
  func unnamed() throws {
    let envoy = try load(Self.shop + "preset: \"envoy\",")
    #expect(try calls(envoy).map { $0.retry == nil } == [true, true, true])
    #expect(try calls(envoy).map(\.timeout) == [2_000_000_000, 15_000_000_000, 150_000_000])
    let topology = try #require(envoy.variant(nil)).topology
    #expect(topology.services.allSatisfy { $0.retryBudget == nil })
    let named = try load(
      Self.shop + "preset: \"envoy\",", ["services.db.circuit_breakers={retry_budget: {}}"])
    let budget = try #require(named.variant(nil)).topology.services[1].retryBudget
    guard case .concurrency(percent: 20, least: 3)? = budget else {
      Issue.record("\(String(describing: budget))")
      return
    }
  }

  @Test("NGINX tries each other server once")
  func otherServers() throws {
    let one = try calls(load(Self.shop + "preset: \"nginx\","))
    #expect(one.map { $0.retry?.retries } == [nil, 0, 0])
    let four = try calls(load(Self.shop + "preset: \"nginx\",", ["services.db.replicas=4"]))
    #expect(four.map { $0.retry?.retries } == [nil, 3, 3])
    let groups = try calls(
      load(
        Self.shop + "preset: \"nginx\",",
        ["services.db.groups={old: {replicas: 2}, new: {replicas: 3}}"]))
    #expect(groups.map { $0.retry?.retries } == [nil, 4, 4])
  }

  @Test("Null is without it, in the file, a variant, defaults and --set")
  func null() throws {
    let text =
      Self.shop
        + """
        defaults: { call: { timeout: "500ms" }, service: { replicas: 4, cores: 2 } },
        preset: "aws",
        variants: {
          base: {}, bare: { "defaults.call": { timeout: null, retry_policy: null } },
        },
        """
    let scenario = try load(text)
    #expect(try calls(scenario, "bare").allSatisfy { $0.retry == nil })
    #expect(try calls(scenario, "bare").map(\.timeout) == [2_000_000_000, nil, 150_000_000])
    let set = try load(text, ["services.db.replicas=null", "services.db.cores=null"])
    #expect(set.variants[0].topology.services.map(\.replicas) == [4, 1])
    #expect(set.variants[0].topology.services.map(\.cores) == [2, nil])
  }

  @Test("Defaults reach every call, however deep, and each kind of thing")
  func everywhere() throws {
    let scenario = try load(
      """
      defaults: {
        call: { timeout: "7ms" }, workload: { keys: { page: 1 } },
        service: { concurrency: 9 }, cache: { max_entries: 5, hit_latency: "1ms" },
      },
      keys: { page: { count: 10 } },
      caches: { pages: {}, big: { max_entries: 50 } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "1/s" },
          steps: [
            { parallel: [[{ call: "db" }], [{ repeat: 2, steps: [{ call: "db" }] }]] },
            { split: { a: { weight: 1, steps: [{ call: "db" }] } } },
            { cache: "pages", on_miss: [{ call: "db", on_error: [{ call: "db" }] }] },
            { cache: "big", on_miss: [{ scatter: "db", fan_out: 2 }] },
          ],
        },
      },
      services: { db: { handlers: { get: [{ call: "log" }] } }, log: { handler: [{ work: "1ms" }] } },
      """.replacing("\"db\"", with: "\"db/get\""))
    let text = scenario.variants[0].resolvedText(of: scenario)
    #expect(text.split(separator: "\n").count { $0.contains("\"timeout\": \"7ms\"") } == 7)
    let topology = scenario.variants[0].topology
    #expect(topology.services.map(\.slots) == [9, 9])
    #expect(topology.workloads[0].keys.count == 1)
    #expect(text.contains("\"max_entries\": 5,") && text.contains("\"max_entries\": 50,"))
    #expect(!text.contains("defaults") && !text.contains("preset"))
  }

  @Test("What excludes a default leaves it out; a distribution is one value")
  func exclusive() throws {
    let scenario = try load(
      """
      defaults: {
        service: {
          replicas: 3, network: { latency: { type: "lognormal", p50: "1ms", p99: "2ms" } },
        },
        workload: { arrivals: { type: "poisson", rate: "1/s" }, steps: [{ call: "a" }] },
        call: { retry_policy: { retry_on: ["shed"], retry_back_off: { type: "uniform", min: "1ms", max: "2ms" } } },
      },
      workloads: {
        open: {}, shut: { closed: { clients: 2, think_time: "1s" } },
        own: { steps: [{ call: "a", retry_policy: { retry_back_off: { base_interval: "5ms" } } }] },
      },
      services: {
        a: { groups: { old: { replicas: 2 } }, handler: [{ work: "1ms" }] },
        b: {
          network: { latency: { type: "lognormal", mean: "1ms", cv: 1 } },
          handler: [{ work: "1ms" }],
        },
      },
      """)
    let topology = scenario.variants[0].topology
    #expect(topology.services.map { $0.groups.isEmpty } == [false, true])
    guard case .closed = topology.workloads[1].arrivals else {
      Issue.record("a closed loop stays one")
      return
    }
    #expect(try calls(scenario)[2].retry?.backOff.text == "5 to 50 full")
  }

  @Test("Each value says that it comes from defaults or a preset")
  func sources() throws {
    let scenario = try load(
      Self.shop + """

        defaults: { call: { timeout: "500ms", retry_policy: { retry_on: ["5xx"] } } },
        preset: "envoy",
        """)
    let text = scenario.variants[0].explainedText(of: scenario)
    for line in [
      #""timeout": "500ms",  // defaults, line 11"#, #""timeout": "2s",  // line 4"#,
      #""num_retries": 1,  // preset envoy: Envoy API v3, RetryPolicy.num_retries"#,
      #""lb_policy": "ROUND_ROBIN",  // preset envoy: Envoy API v3, Cluster.lb_policy"#,
      #""retry_other_host": false,  // default"#,
    ] { #expect(text.contains(line), "\(line) in \(text)") }
  }

  @Test("Defaults that would be copied without measure are refused")
  func bounded() throws {
    let list = Array(repeating: "{work:'1ms'}", count: 3_000).joined(separator: ",")
    let names = (0..<1_000).map { "s\($0):{}" }.joined(separator: ",")
    let text =
      "{tailrace:1,run:{duration:'1s'},defaults:{service:{handler:[\(list)]}},services:{\(names)},"
      + "workloads:{w:{arrivals:{type:'poisson',rate:'1/s'},steps:[{call:'s0'}]}}}"
    do throws(Scenario.Invalid) {
      _ = try Scenario.load(SourceText(name: "wide.json", text: text))
      Issue.record("accepted")
    } catch {
      #expect(error.diagnostics.map(\.message).contains { $0.contains("'defaults' would be") })
    }
  }
}

extension BackOff {
  /// In milliseconds.
  fileprivate var text: String {
    switch self {
    case .doubling(let base, let most, let jitter):
      "\(base / 1_000_000) to \(most / 1_000_000) \(jitter.rawValue)"
    case .drawn: "drawn"
    }
  }
}
