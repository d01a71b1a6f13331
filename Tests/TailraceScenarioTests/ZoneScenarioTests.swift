import Tailrace
import TailraceModel
import Testing

/// What zones, faults that know them and faults of messages in a file become.
@Suite("Zones and faults of messages in scenario files") struct ZoneScenarioTests {
  private static let text = """
    {
      tailrace: 1,
      run: { duration: "1s" },
      zones: ["east", "west"],
      workloads: {
        users: { arrivals: { type: "poisson", rate: "9/s" }, steps: [{ call: "web" }] },
        local: {
          arrivals: { type: "poisson", rate: "9/s" }, zones: { west: 1 }, steps: [{ call: "web" }],
        },
      },
      services: {
        db: {
          network: { latency: "3ms", loss: 0.3 }, start_up: "2s", warm_up: { slow_down: 4, for: "1m" },
          handler: [{ work: "1ms" }],
        },
        web: {
          replicas: 3, zones: { east: 2, west: 1 }, preserve_source_ip: true,
          handler: [{ call: "db" }],
        },
      },
      network: {
        default: { latency: "9ms", loss: 0.1 },
        same_zone: { latency: "1ms" },
        cross_zone: { latency: "2ms", loss: 0.2 },
      },
      faults: {
        cut: { at: "1s", partition: true, from: { service: "web" }, to: { service: "db" } },
        hidden: { at: "1s", service: "web", replica: 1, partition: true, connections: "dropped" },
        load: { every: "10s", for: "1s", service: "web", load: "25%" },
        lossy: { at: "1s", service: "db", loss: 0.05 },
        outage: { at: "1s", zone: "west", crash: true },
        slow: { at: "1s", service: "db", delay: "5ms" },
        some: { at: "1s", service: "web", zone: "east", fraction: 0.5, pause: true },
      },
    }
    """

  private func topology(_ settings: [String] = []) throws -> Topology {
    let scenario = try Scenario.load(
      SourceText(name: "zones.jsonc", text: Self.text), settings: settings)
    return try #require(scenario.variant(nil)?.topology)
  }

  private func milliseconds(_ law: LawSpec?) -> Double? { law?.mean.map { $0 / 1e6 } }

  @Test("Replicas stand as dealt, clients where they say, and in all zones otherwise")
  func places() throws {
    let topology = try topology()
    #expect(topology.zones == ["east", "west"])
    #expect(topology.services.map(\.zoneOf) == [[], [0, 1, 0]])
    #expect(
      topology.workloads.map(\.zones) == [
        [ZoneWeight(0), ZoneWeight(1)], [ZoneWeight(1)],
      ])
    let grouped = try self.topology([
      "services.web.replicas=null", "services.web.zones=null", "faults.some=null",
      "services.web.groups={a: {replicas: 1, zone: 'west'}, b: {replicas: 1}}",
    ])
    #expect(grouped.services[1].zoneOf == [1, -1])
  }

  @Test("Each field of a link is the nearest: the service's own, the zones' rule, the default")
  func links() throws {
    let topology = try topology()
    let (db, web) = (topology.services[0], topology.services[1])
    #expect(milliseconds(web.latency) == 9 && web.transport?.loss == 0.1)
    let links = try #require(web.zoneLinks)
    #expect(milliseconds(links.same.latency) == 1 && links.same.transport?.loss == 0.1)
    #expect(milliseconds(links.cross.latency) == 2 && links.cross.transport?.loss == 0.2)
    #expect(links.cross.transport?.name == "cross_zone")
    #expect(milliseconds(db.zoneLinks?.same.latency) == 3)
    #expect(milliseconds(db.zoneLinks?.cross.latency) == 3)
    #expect(db.zoneLinks?.cross.transport == db.transport && db.transport?.loss == 0.3)
    #expect(
      try self.topology(["network.same_zone=null", "network.cross_zone=null"]).services
        .allSatisfy { $0.zoneLinks == nil })
  }

  @Test("Starts and addresses")
  func starts() throws {
    let topology = try topology()
    let (db, web) = (topology.services[0], topology.services[1])
    #expect(db.startUp == 2_000_000_000)
    #expect(db.warmUp == WarmUpSpec(slowDown: 4, length: 60_000_000_000))
    #expect(web.startUp == 0 && web.warmUp == nil)
    #expect(web.preservesSourceIP && !db.preservesSourceIP)
  }

  @Test("Faults: sides, zones as a whole, shares")
  func faults() throws {
    let topology = try topology()
    let faults = Dictionary(uniqueKeysWithValues: topology.faults.map { ($0.name, $0) })
    guard case .partition(let cut) = faults["cut"]?.verb,
      case .partition(let hidden) = faults["hidden"]?.verb
    else {
      Issue.record("no partitions")
      return
    }
    #expect(cut.from?.service == "web" && cut.to?.service == "db" && cut.bothWays && !cut.drops)
    #expect(hidden.from == nil && hidden.to?.service == "web" && hidden.to?.replica == 1)
    #expect(hidden.drops)
    guard case .load(0.25) = faults["load"]?.verb, case .loss(0.05) = faults["lossy"]?.verb,
      case .delay(let delay) = faults["slow"]?.verb
    else {
      Issue.record("other verbs")
      return
    }
    #expect(milliseconds(delay) == 5)
    let outage = try #require(faults["outage"])
    #expect(outage.target.service.isEmpty && outage.target.zone == 1 && outage.isTogether)
    #expect(outage.strikes(topology.services[1]) && !outage.strikes(topology.services[0]))
    let some = try #require(faults["some"])
    #expect(some.target.zone == 0 && some.target.fraction == 0.5 && !some.isTogether)
  }
}
