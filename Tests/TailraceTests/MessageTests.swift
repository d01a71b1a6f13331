import Foundation
import Testing

/// What a newcomer types wrong, and the first line that helps.
@Suite("Messages say what to write") struct MessageTests {
  static let scenario = "scenarios/one-server.jsonc"

  /// One mistake of the command line: told once, however many variants or points there are.
  @Test(
    "Options",
    arguments: [
      (["run", "--threshold", "p99 < 150ms"], "write 'latency: p(99) < 150ms'"),
      (["run", "--threshold", "avg<3ms"], "write 'latency: mean < 3ms'"),
      (
        ["run", "--threshold", "latency{workload:users} p99<5ms"],
        "write 'latency{workload:users}: p(99) < 5ms'"
      ),
      (["run", "--threshold", "errors < 1%"], "write 'errors: value < 1%'"),
      (["run", "--threshold", "latncy < 1s"], "did you mean 'latency'?"),
      (
        ["run", "--threshold", "p99: value < 1s"],
        "'p(99)' is a statistic of one, as in 'latency: p(99) < 250ms'"
      ),
      (
        ["sweep", "--param", "workloads.users.arrivals.rate=50..350 step 50"],
        "help: write 'workloads.users.arrivals.rate=50/s..350/s step 50/s'"
      ),
      (
        ["sweep", "--param", "workloads.users.arrivals.rate=50/s-350/s"],
        "'50/s-350/s' is no range: write 50/s..350/s step 50/s"
      ),
      (
        ["sweep", "--param", "arrivals.rate=50/s,60/s"],
        "--param:1:1: error: 'arrivals.rate' meets nothing: no 'arrivals' in the scenario; "
          + "did you mean 'workloads.users.arrivals.rate'?"
      ),
      (
        [
          "plan", "--find-max", "arrivals.rate", "--threshold", "latency: p(99) < 1s",
        ], "--find-max:1:1: error: 'arrivals.rate' meets nothing"
      ),
      (["run", "--set", "server.replicas=2"], "did you mean 'services.server.replicas'?"),
    ])
  func options(arguments: [String], wanted: String) throws {
    let ended = try Program([arguments[0], Self.scenario] + arguments.dropFirst())
    #expect(ended.status == 3 && ended.output == "")
    #expect(ended.errors.contains(wanted), "\(ended.errors)")
    let lines = ended.errors.split(separator: "\n")
    #expect(lines.count { $0.contains(": error: ") } == 1, "\(ended.errors)")
  }

  @Test("A threshold's mistake is told once for all variants of a file")
  func onceForAllVariants() throws {
    let ended = try Program(
      ["run", "scenarios/cache-vs-no-cache.jsonc", "--threshold", "p99 < 150ms"])
    #expect(ended.errors.components(separatedBy: "has no metric").count == 2)
    #expect(!ended.errors.contains("variant"))
  }

  static func file(
    steps: String = "{ \"call\": \"db\" }", more: String = "", service: String = ""
  ) -> String {
    """
    { "tailrace": 1, "run": { "duration": "10s" }, "keys": { "page": { "count": 10 } },
      "workloads": { "users": { "arrivals": { "type": "poisson", "rate": "9/s" },
        "keys": { "page": 1 }, "steps": [\(steps)] } },
      "services": { "db": { \(service)"handler": [{ "work": "1ms" }] } }\(more) }
    """
  }

  @Test(
    "Files",
    arguments: [
      (file(steps: #"{ "call": "database" }"#), "which is not defined; there is only db"),
      (file(steps: #"{ "sleep": "1s" }"#), "unknown key 'sleep' in a step; did you mean 'wait'?"),
      (
        file(steps: #"{ "call": "db", "when": { "probability": 20 } }"#),
        "from 0 to 1, not 20; write 0.2 for 20 %"
      ),
      (
        file(steps: #"{ "call": "db", "when": { "probability": "20%" } }"#),
        "from 0 to 1, not \"20%\"; write 0.2 for 20 %"
      ),
      (
        file(service: #""shards": 4, "#),
        #"help: give service 'db' "shard_by": { "key": "page" }"#
      ),
      (
        file(more: #", "caches": { "c": { "max_entries": 5, "hit_ratio": 0.8 } }"#),
        #"give the call that a miss takes "when": { "probability": 0.2 }"#
      ),
      (
        file(more: #", "caches": { "c": { "max_entries": 5, "policy": "LRU" } }"#),
        "who leaves a full cache is its 'eviction'"
      ),
      ("{ \"tailrace\": 1\n  \"seed\": 2 }", "not text: a comma is missing at 1:16"),
    ])
  func files(text: String, wanted: String) throws {
    let ended = try Program(["run", "-"], input: text)
    #expect(ended.status == 3 && ended.output == "")
    #expect(ended.errors.contains(wanted), "\(ended.errors)")
  }

  /// What the help says to write is accepted.
  @Test("Sharding by the request's own number is a file that runs")
  func shardingAsHelped() throws {
    let text = Self.file(service: #""shards": 4, "shard_by": { "key": "request" }, "#)
    #expect(try Program(["run", "-", "-q"], input: text).status == 0)
  }

  @Test("A text that is no quantity is not called one")
  func noUnit() throws {
    let ended = try Program(["run", "-"], input: #"{ "tailrace": 8x }"#)
    #expect(ended.errors.contains("'8x' is not a number") && !ended.errors.contains("help:"))
  }
}
