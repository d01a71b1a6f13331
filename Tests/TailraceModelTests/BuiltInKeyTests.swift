import Testing

@testable import TailraceModel

/// Keys that requests have though their workload names none.
@Suite("Built-in keys") struct BuiltInKeyTests {
  private func run(_ topology: Topology, seconds: UInt64 = 10) -> [String: [UInt64]] {
    var settings = Replication.Settings(seed: 3, number: 0, window: 0..<(seconds * 1_000_000_000))
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    settings.forcesEvents = true
    let other = Replication.run(topology, settings)
    var requests: [String: [UInt64]] = [:]
    for (service, twin) in zip(run.services, other.services) {
      requests[service.name] = service.rows.map(\.requests)
      #expect(twin.rows.map(\.requests) == service.rows.map(\.requests))
    }
    return requests
  }

  private func service(
    _ name: String, replicas: Int, hash key: String? = nil, steps: [StepSpec]? = nil
  ) -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: steps ?? [.work(.constant(1e6))])
    (service.replicas, service.slots) = (replicas, nil)
    service.hashing = key.map { HashBalancing(key: $0) }
    return service
  }

  private func closed(_ clients: Int, _ steps: [StepSpec], _ name: String = "w") -> WorkloadSpec {
    WorkloadSpec(
      name: name,
      arrivals: .closed(ClosedLoop(clients: clients, thinkTime: .constant(9e6))), steps: steps)
  }

  @Test("All calls of a request go to one replica, those of another to any")
  func request() {
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 200), steps: [.call("db"), .call("db")])
    let db = service("db", replicas: 5, hash: "request")
    let rows = run(Topology(workloads: [workload], services: [db]))["db"] ?? []
    #expect(rows.reduce(0, +) == 4_000)
    #expect(rows.allSatisfy { $0 % 2 == 0 && $0 > 600 }, "\(rows)")
  }

  @Test("Each client of a closed loop keeps its replica; two loops have different clients")
  func client() {
    var db = service("db", replicas: 1)
    db.shards = 5
    db.sharding = Sharding(key: "client")
    // By remainder: clients 0 and 1 of one loop, 2 to 4 of the other. Each sends 1,000 requests.
    let loops = [closed(2, [.call("db")], "a"), closed(3, [.call("db")], "b")]
    let rows = run(Topology(workloads: loops, services: [db]))["db"] ?? []
    #expect(rows == [1_000, 1_000, 1_000, 1_000, 1_000])
  }

  @Test("Requests of an open workload come from a new client each, unless it draws one")
  func drawnClient() {
    let db = service("db", replicas: 4, hash: "client")
    var workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 400), steps: [.call("db")])
    let fresh = run(Topology(workloads: [workload], services: [db]))["db"] ?? []
    #expect(fresh.allSatisfy { $0 > 500 }, "\(fresh)")
    workload.keys = [CarriedKeys(space: "client", law: .uniform(0...0))]
    let one = run(Topology(workloads: [workload], services: [db]))["db"] ?? []
    #expect(one.sorted() == [0, 0, 0, 4_000])
  }

  @Test("A callee sees the address of whoever calls: the client, then the calling replica")
  func address() {
    // By remainder each of three replicas of web meets a shard of its own.
    var db = service("db", replicas: 1)
    db.shards = 3
    db.sharding = Sharding(key: "source_ip")
    let web = service("web", replicas: 3, hash: "source_ip", steps: [.call("db")])
    let requests = run(Topology(workloads: [closed(7, [.call("web")])], services: [db, web]))
    let (front, behind) = (requests["web"] ?? [], requests["db"] ?? [])
    // Each of seven clients is served by one replica, some 1,000 times.
    #expect(front.reduce(0, +) == behind.reduce(0, +))
    #expect(front.sorted() == behind.sorted())
    #expect(front.count { $0 > 0 } > 1)
    let each = (front.reduce(0, +) + 3) / 7
    #expect(front.allSatisfy { ($0 + 3) % each < 7 }, "\(front)")
    // Were it the clients' addresses, the seven would spread over db in their own order.
    var other = db
    other.sharding = Sharding(key: "client")
    let direct = run(Topology(workloads: [closed(7, [.call("web")])], services: [other, web]))
    #expect((direct["db"] ?? []).map { ($0 + 3) / each } == [3, 2, 2])
  }

  @Test("A client keeps its arm of a split, whatever it asks for; arms get their shares of clients")
  func splitByKey() {
    var arms = ["a", "b"].map { service($0, replicas: 1) }
    for i in arms.indices {
      arms[i].shards = 1_000
      arms[i].sharding = Sharding(key: "user")
    }
    var split = StepSpec(
      .split([
        SplitArm(weight: 3, steps: [.call("a")]), SplitArm(weight: 7, steps: [.call("b")]),
      ]))
    func rows(by key: String?) -> [(UInt64, UInt64)] {
      split.by = key
      let workload = WorkloadSpec(
        name: "w", arrivals: .constant(ratePerSecond: 3_000), steps: [split]
      ).with(keys: [CarriedKeys(space: "user", law: .uniform(0...999))])
      let found = run(Topology(workloads: [workload], services: arms))
      return Array(zip(found["a"] ?? [], found["b"] ?? []))
    }
    let sticky = rows(by: "user")
    #expect(sticky.allSatisfy { $0.0 == 0 || $0.1 == 0 })
    let share = Double(sticky.count { $0.0 > 0 }) / 1_000
    #expect(abs(share - 0.3) < 1.96 * (0.3 * 0.7 / 1_000).squareRoot(), "\(share)")
    #expect(rows(by: nil).count { $0.0 > 0 && $0.1 > 0 } > 990)
  }
}
