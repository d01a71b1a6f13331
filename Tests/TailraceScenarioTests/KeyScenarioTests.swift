import Tailrace
import TailraceModel
import Testing

@Suite("Keys in scenario files") struct KeyScenarioTests {
  private static let scatter = """
    {
      tailrace: 1,
      run: { duration: "1s", warm_up: "0s", replications: 1 },
      keys: { item: { count: 32 } },
      workloads: {
        users: {
          arrivals: { type: "constant", rate: "1/s" },
          keys: { item: 32 },
          steps: [{ scatter: "leaf", to: "keys" }],
        },
      },
      services: {
        leaf: {
          shards: 8, shard_by: { policy: "MODULO" },
          handler: [{ work: "10ms" }],
        },
      },
    }
    """

  private func requests(_ text: String, _ settings: [String] = []) throws -> [RequestRecord] {
    let scenario = try Scenario.load(SourceText(name: "keys.jsonc", text: text), settings: settings)
    let variant = try #require(scenario.variant(nil))
    var run = Replication.Settings(seed: variant.seed, number: 0, window: 0..<variant.duration)
    run.keepsRequests = true
    let done = Replication.run(variant.topology, run)
    #expect(done.violations.isEmpty)
    return done.requests
  }

  @Test("Keys 0 to 31 over 8 one-slot shards answer at 40 ms, with four slots at 10 ms")
  func scatterToKeys() throws {
    let one = try requests(Self.scatter)
    #expect(one.map(\.ended) == [40_000_000])
    let four = try requests(Self.scatter, ["services.leaf.concurrency=4"])
    #expect(four.map(\.ended) == [10_000_000])
    // Keys 0, 8, 16 and 24 meet at shard 0, and 25 at shard 1.
    let some = try requests(
      Self.scatter,
      [
        "keys.item.popularity={type: 'keys', keys: [0, 8, 16, 24, 25]}",
        "workloads.users.keys.item=5",
      ])
    #expect(some.map(\.ended) == [40_000_000])
  }

  @Test("Each word of popularity becomes its law, of the space or of one workload")
  func laws() throws {
    func law(_ popularity: String, own: String? = nil) throws -> CarriedKeys {
      var settings = ["keys.item.popularity=\(popularity)", "workloads.users.keys.item=2"]
      if let own { settings.append("workloads.users.keys.item={count: 3, popularity: \(own)}") }
      let scenario = try Scenario.load(
        SourceText(name: "keys.jsonc", text: Self.scatter), settings: settings)
      return try #require(scenario.variant(nil)?.topology.workloads.first?.keys.first)
    }
    let zipf = try law("{type: 'zipf', exponent: 1.2, range: [4, 9]}")
    guard case .zipf(4...9, exponent: 1.2) = zipf.law else {
      Issue.record("\(zipf)")
      return
    }
    #expect(zipf.countMax == 2)
    let own = try law("{type: 'uniform'}", own: "{type: 'keys', keys: [3, [5, 2], 7]}")
    #expect(own.law.support == [3...3, 5...5, 7...7] && own.countMax == 3)
    let mixed = try law(
      "{type: 'mixture', of: [{weight: 9, type: 'uniform', range: [0, 3]}, {weight: 1, type: 'uniform'}]}"
    )
    #expect(mixed.law.support == [0...31])
  }
}
