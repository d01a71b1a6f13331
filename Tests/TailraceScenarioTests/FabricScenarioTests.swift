import Tailrace
import TailraceModel
import Testing

/// Each word of links, connections and scatters does something: changing it changes a named metric.
@Suite("Links, connections and scatters in scenario files") struct FabricScenarioTests {
  private static let text = """
    {
      tailrace: 1,
      run: { duration: "20s", warm_up: "0s", replications: 1 },
      keys: { doc: { count: 100, size: { type: "uniform", min: "5kB", max: "50kB" } } },
      workloads: {
        users: {
          arrivals: { type: "poisson", rate: "60/s" },
          keys: { doc: 2 },
          steps: [{ call: "root", request_size: "20kB" }],
        },
      },
      services: {
        leaf: {
          shards: 4, replicas: 2, concurrency: 2,
          shard_by: { policy: "MODULO" },
          handler: [{ work: { type: "linear", base: "1ms", per: { share: "8ms" } } }],
        },
        root: {
          replicas: 2, concurrency: "unlimited",
          connection: {
            handshake: { round_trips: 2, work: "2ms" },
            max_requests: 8, max_streams: 1, idle_timeout: "300ms",
          },
          network: { latency: "1ms", bandwidth: "20MB/s" },
          handler: [
            { scatter: "leaf", response_size: "10kB" },
            { name: "merge", work: { type: "linear", base: "1ms", per: { responses: "200us" } } },
          ],
        },
      },
      network: {
        links: {
          back: {
            from: { service: "root" }, to: { service: "leaf" },
            latency: "200us", bandwidth: "10MB/s", loss: 0.01, retransmit_timeout: "100ms",
          },
        },
      },
    }
    """
  private static let root = "services.root"
  private static let scatter = "services.root.handler.leaf"

  static let knobs: [(setting: String, metric: String)] = [
    ("network.links.back.bandwidth='5MB/s'", "network"),
    ("network.links.back.bandwidth=null", "network"),
    ("network.links.back.loss=0.1", "network"), ("network.links.back.loss=null", "network"),
    ("network.links.back.retransmit_timeout='400ms'", "network"),
    ("\(root).network.bandwidth='2MB/s'", "network"),
    ("\(root).network.loss=0.05", "network"),
    ("workloads.users.steps.root.request_size='60kB'", "network"),
    ("workloads.users.steps.root.request_size={type: 'linear', per: {size: '1B'}}", "network"),
    ("workloads.users.steps.root.response_size='60kB'", "network"),
    ("\(scatter).response_size='40kB'", "network"),
    ("\(scatter).request_size='40kB'", "network"),
    ("\(root).connection=null", "handshakes"),
    ("\(root).connection.handshake.round_trips=3", "network"),
    ("\(root).connection.handshake.work='6ms'", "work"),
    ("\(root).connection.handshake.work=null", "work"),
    ("\(root).connection.handshake.resumption_fraction=0.5", "resumed"),
    ("\(root).connection.max_requests=2", "handshakes"),
    ("\(root).connection.max_streams=2", "handshakes"),
    ("\(root).connection.idle_timeout='10ms'", "handshakes"),
    ("\(root).connection.max_connections=1", "refused"),
    ("\(scatter).canary=1", "latency"), ("\(scatter).max_parallel=2", "latency"),
    ("\(scatter).to='replicas'", "visits"), ("\(scatter).to='keys'", "visits"),
    ("\(scatter).wait_for={responses: 2}", "work"),
    ("services.leaf.handler.work.work={type: 'linear', base: '1ms', per: {keys: '3ms'}}", "work"),
    ("\(root).handler.merge.work='1ms'", "work"),
  ]

  private func metrics(_ settings: [String]) throws -> [String: UInt64] {
    let scenario = try Scenario.load(
      SourceText(name: "fabric.jsonc", text: Self.text), settings: settings)
    let variant = try #require(scenario.variant(nil))
    let run = Replication.run(
      variant.topology, .init(seed: 1, number: 0, window: 0..<variant.duration))
    #expect(run.violations.isEmpty)
    let root = run.services[1]
    let sum = ConnectionSum.total(root.rows.map(\.connections)) ?? ConnectionSum()
    let phases = Phase.allCases
    func blame(_ phase: Phase) -> UInt64 {
      run.workloads[0].blame.enumerated().reduce(0) {
        phases[$1.offset % phases.count] == phase ? $0 + $1.element : $0
      }
    }
    return [
      "network": blame(.network), "work": blame(.work), "handshakes": sum.handshakes,
      "resumed": sum.resumed, "refused": sum.refused,
      "latency": UInt64(run.workloads[0].latencies.sum),
      "visits": run.services[0].rows.reduce(0) { $0 + $1.requests },
    ]
  }

  @Test("A knob changes its metric", arguments: knobs)
  func knob(setting: String, metric: String) throws {
    let before = try metrics([])
    let after = try metrics([setting])
    #expect(before[metric] != after[metric], "\(setting): \(before)")
  }

  @Test("The default link is one for all; a service's own and a named one have ports of their own")
  func nearest() throws {
    func names(_ settings: [String]) throws -> [String?] {
      let scenario = try Scenario.load(
        SourceText(name: "fabric.jsonc", text: Self.text), settings: settings)
      let topology = try #require(scenario.variant(nil)?.topology)
      return topology.services.map(\.transport?.name) + topology.links.map(\.transport?.name)
    }
    #expect(try names([]) == [nil, "services/root", "links/back"])
    let standard = ["network.default={bandwidth: '1Gbit/s'}", "\(Self.root).network=null"]
    #expect(try names(standard) == ["default", "default", "links/back"])
  }

  @Test("A tree of three levels: each leaf has its share, and the root hears of all answers")
  func tree() throws {
    let text = """
      {
        tailrace: 1,
        run: { duration: "10s", warm_up: "0s", replications: 1 },
        workloads: {
          users: { arrivals: { type: "constant", rate: "1/s" }, steps: [{ call: "root" }] },
        },
        services: {
          root: { handler: [{ scatter: "upper" }] },
          upper: { shards: 2, handler: [{ scatter: "lower", to: "child_shards" }] },
          lower: { shards: 6, handler: [{ scatter: "leaf", to: "child_shards" }] },
          leaf: {
            shards: 24,
            handler: [{ work: { type: "linear", base: "1ms", per: { share: "240ms" } } }],
          },
        },
      }
      """
    let scenario = try Scenario.load(SourceText(name: "tree.jsonc", text: text))
    let variant = try #require(scenario.variant(nil))
    let run = Replication.run(
      variant.topology, .init(seed: 1, number: 0, window: 0..<variant.duration))
    #expect(run.violations.isEmpty)
    #expect(run.workloads[0].latencies.minimum == 11_000_000)
    #expect(run.workloads[0].latencies.maximum == 11_000_000)
    #expect(run.services[0].rows.allSatisfy { $0.requests == 10 })
  }
}
