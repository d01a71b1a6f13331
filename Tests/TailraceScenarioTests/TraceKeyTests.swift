import Foundation
import Tailrace
import Testing

@testable import TailraceModel

/// A column of a trace says which key each request is about, and so which shard it goes to.
@Suite("Keys from a trace") struct TraceKeyTests {
  /// Requests of a workload that replays `rows` into a service of so many one-slot shards.
  private func run(
    _ rows: String, arrivals: String = "time: { column: 'at', format: 'ms' }", shards: Int,
    work: String = "10ms", steps: String = "{ call: 's' }", others: String = ""
  ) throws -> Replication {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(rows.utf8).write(to: folder.appending(path: "t.csv"))
    let text = """
      { tailrace: 1, run: { duration: "1h" },
        keys: { item: { \(others.isEmpty ? "" : "count: 1000") } },
        workloads: {
          w: {
            arrivals: { type: "trace", file: "t.csv", \(arrivals) },
            keys: { item: { column: "item" } }, steps: [\(steps)] },
          \(others)
        },
        services: { s: {
          shards: \(shards), shard_by: { policy: "MODULO" }, handler: [{ work: "\(work)" }] } } }
      """
    let scenario = try Scenario.load(
      SourceText(name: "keys.jsonc", text: text), folder: folder.path())
    let topology = try #require(scenario.variants.first).topology
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<3_600_000_000_000)
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    return run
  }

  private func ends(_ run: Replication) -> [UInt64] {
    run.requests.sorted { $0.number < $1.number }.map { $0.ended / 1_000_000 }
  }

  private func visits(_ run: Replication) -> [UInt64] { run.services[0].rows.map(\.requests) }

  @Test("The key modulo 3 is the shard, where the requests of its keys wait for each other")
  func modulo() throws {
    let rows = """
      at,item
      0,4
      1,3
      2,1
      3,5
      4,9007199254740991
      5,3
      """
    // shard 0:  3 from 1 to 11, 3 to 21
    // shard 1:  4 from 0 to 10, 1 to 20, 2^53 - 1 to 30
    // shard 2:  5 from 3 to 13
    let called = try run(rows, shards: 3)
    #expect(ends(called) == [10, 11, 20, 13, 30, 21])
    #expect(visits(called) == [2, 3, 1])
    // There is one key, so that a scatter to the keys is one call.
    let scattered = try run(rows, shards: 3, steps: "{ scatter: 's', to: 'keys' }")
    #expect(ends(scattered) == ends(called))
    #expect(visits(scattered) == visits(called))
  }

  @Test("A text is a key: the same text, the same shard")
  func texts() throws {
    let rows = "at,item\n0,ann\n1,bob\n2,\"ann\"\n3,ann\n4,7\n"
    #expect(try ends(run(rows, shards: 1_000)) == [10, 11, 20, 30, 14])
  }

  @Test("Requests of one row are about its key")
  func batches() throws {
    let rows = "at,item\n0,5\n1,2\n"
    let batched = try run(
      rows, arrivals: "time: { column: 'at', format: 'ms' }, batch: 3", shards: 4)
    #expect(ends(batched) == [10, 20, 30, 11, 21, 31])
    let counted = try run(
      "n,item\n3,5\n2,2\n", arrivals: "count: { column: 'n', interval: '1s' }", shards: 4)
    #expect(visits(counted) == [0, 3, 2, 0])
  }

  @Test("The key is known as long as the request lasts, however many rows came meanwhile")
  func late() throws {
    let keys = (0..<10_000).map { ($0 * 7_919) % 1_000 }
    let rows = "at,item\n" + keys.enumerated().map { "\($0),\($1)\n" }.joined()
    let late = try run(rows, shards: 7, work: "1ns", steps: "{ wait: '20s' }, { call: 's' }")
    var expected = [UInt64](repeating: 0, count: 7)
    for key in keys { expected[key % 7] += 1 }
    #expect(visits(late) == expected)
  }

  @Test("Beside it another workload draws keys of the same space")
  func others() throws {
    let other = """
      x: { arrivals: { type: "constant", rate: "1/s" }, keys: { item: 1 }, steps: [{ call: "s" }] }
      """
    let run = try run("at,item\n0,4\n1,4\n2,1\n", shards: 1_000, work: "1ns", others: other)
    #expect(run.requests.count == 3_603)
    // 3,600 keys drawn from 0 to 999, each at its shard; of the trace two are 4 and one is 1.
    #expect(visits(run).reduce(0, +) == 3_603)
    #expect(visits(run).count { $0 > 0 } > 940)
  }
}
