import Tailrace
import TailraceModel
import Testing

/// What the words for queues and doors come to.
@Suite("Queues and admission control in scenario files") struct OverloadScenarioTests {
  private static let text = """
    {
      tailrace: 1,
      run: { duration: "10s", warm_up: "0s", replications: 1 },
      keys: { tenant: { count: 10 } },
      classes: { gold: { priority: 0 }, free: { priority: 1 } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "100/s" },
          keys: { tenant: 1 }, class: { gold: 1, free: 1 },
          steps: [{ call: "api" }],
        },
      },
      services: { api: { handler: [{ work: "2ms" }, { name: "more", work: "1ms" }] } },
    }
    """

  private func service(_ settings: String...) throws -> ServiceSpec {
    let scenario = try Scenario.load(
      SourceText(name: "overload.jsonc", text: Self.text),
      settings: settings.map { "services.api.\($0)" })
    return try #require(scenario.variant(nil)).topology.services[0]
  }

  private func policy<Policy>(_ body: String, as: Policy.Type) throws -> Policy {
    let spec = try service("admission_control={\(body)}")
    return try #require(spec.admission as? Policy)
  }

  @Test("Nothing is there unless named")
  func none() throws {
    let spec = try service()
    #expect(spec.admission == nil && spec.lineKey == nil && spec.classLimits.isEmpty)
  }

  @Test("The queue's words: when it is too long, whose lines it has, who may join it")
  func queue() throws {
    let codel = try service("queue={discipline: 'CODEL'}")
    #expect(codel.discipline == .codel && codel.codel == CoDelSpec())
    #expect(codel.codel.target == 5_000_000 && codel.codel.interval == 100_000_000)
    let own = try service(
      "queue={discipline: 'ADAPTIVE_LIFO', codel: {target: '2ms', interval: '20ms'}}")
    #expect(own.codel.target == 2_000_000 && own.codel.interval == 20_000_000)
    let fair = try service("queue={discipline: 'FAIR', key: 'tenant', max_length: 7}")
    #expect(fair.lineKey == "tenant" && fair.queueLimit == 7)
    let classes = try service("queue={max_length: 9, max_length_by_class: {free: 3}}")
    #expect(classes.classLimits == ["free": 3] && classes.queueLimit == 9)
    let short = try service("handler.more.when={queue_below: 4}")
    #expect(short.handlers[0].steps.map(\.queueBelow) == [nil, 4])
  }

  @Test("Limits have the products' defaults, and their bounds give way to what is written")
  func limits() throws {
    #expect(try policy("type: 'FIXED', limit: 7", as: FixedLimit.self).limit == 7)
    let aimd = try policy("type: 'AIMD'", as: AIMDLimit.self)
    #expect(aimd.start == 20 && aimd.least == 20 && aimd.most == 200)
    #expect(aimd.target == 5_000_000_000 && aimd.backOffRatio == 0.9)
    let own = try policy(
      "type: 'AIMD', limit: 5, max_limit: 9, target: '1s', back_off_ratio: 0.5",
      as: AIMDLimit.self)
    #expect(own.start == 5 && own.least == 5 && own.most == 9)
    #expect(own.target == 1_000_000_000 && own.backOffRatio == 0.5)
    let wide = try policy(
      "type: 'GRADIENT2', min_limit: 300, max_limit: 300", as: Gradient2Limit.self)
    #expect(wide.start == 300 && wide.least == 300 && wide.most == 300)
    // A lower bound is no reason to raise the upper one in silence.
    #expect(throws: Scenario.Invalid.self) {
      try policy("type: 'GRADIENT2', min_limit: 300", as: Gradient2Limit.self)
    }
    let vegas = try policy("type: 'VEGAS'", as: VegasLimit.self)
    #expect(vegas.start == 20 && vegas.least == 1 && vegas.most == 1_000)
  }

  @Test("So have the policies that follow times, successes and waits")
  func others() throws {
    let envoy = try policy("type: 'ADAPTIVE_CONCURRENCY'", as: AdaptiveConcurrency.self)
    #expect(envoy.least == 3 && envoy.most == 1_000 && envoy.buffer == 0.25)
    #expect(envoy.window == 100_000_000 && envoy.minRTTInterval == 60_000_000_000)
    let tight = try policy(
      "type: 'ADAPTIVE_CONCURRENCY', buffer_percent: 10, window: '1s', min_rtt_interval: '9s'",
      as: AdaptiveConcurrency.self)
    #expect(tight.buffer == 0.1 && tight.window == 1_000_000_000)
    #expect(tight.minRTTInterval == 9_000_000_000)
    let rate = try policy("type: 'SUCCESS_RATE'", as: SuccessRate.self)
    #expect(rate.threshold == 0.95 && rate.aggression == 1 && rate.mostRejected == 0.8)
    #expect(rate.window == 30_000_000_000)
    let strict = try policy(
      "type: 'SUCCESS_RATE', sr_threshold: '99%', aggression: 2, max_rejection_percent: 50",
      as: SuccessRate.self)
    #expect(strict.threshold == 0.99 && strict.aggression == 2 && strict.mostRejected == 0.5)
    let dagor = try policy("type: 'DAGOR', target: '5ms'", as: DAGOR.self)
    #expect(dagor.target == 5_000_000 && dagor.window == 1_000_000_000)
  }
}
