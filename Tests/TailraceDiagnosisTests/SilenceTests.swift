import Tailrace
import TailraceDiagnosis
import Testing

/// What a run does not carry is not said.
@Suite("Diagnosis: silence") struct SilenceTests {
  static func server(
    rate: String, seconds: Int = 20, replications: Int = 4, more: String = ""
  ) -> String {
    """
    {
      "tailrace": 1, "name": "server", "seed": 1,
      "run": { "duration": "\(seconds)s", "warm_up": "0s", "replications": \(replications) },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "\(rate)" }, "steps": [{ "call": "server" }] } },
      "services": { "server": {
        \(more) "handler": [{ "work": { "type": "exponential", "mean": "5ms" } }] } },
    }
    """
  }

  @Test("Three hundred requests say nothing")
  func tiny() throws {
    #expect(try Story(Self.server(rate: "15/s")).result.workloads[0].requests > 1_000)
    #expect(try Story(Self.server(rate: "15/s", seconds: 5)).findings.isEmpty)
    #expect(try Story(Self.server(rate: "15/s", seconds: 5)).section.isEmpty)
  }

  @Test("Of one replication of 2,000 requests no use is told")
  func oneReplication() throws {
    let story = try Story(Self.server(rate: "100/s", replications: 1))
    #expect(story["saturated-station"] == nil && story["no-limit"] == nil)
    #expect(story["tail-cause"] == nil)
  }

  @Test("More comes than goes: that alone is said, and nothing of a tail that has no p99")
  func growing() throws {
    let story = try Story(Self.server(rate: "260/s", seconds: 60))
    #expect(story.result.steadiness != .steady)
    #expect(story.rules == ["saturated-station"])
    let words = story.words
    #expect(words.contains("more comes than it serves"))
    #expect(!words.contains("today's load"))
  }

  @Test("A run that was cut short says nothing")
  func cutShort() throws {
    let whole = try Story(Self.server(rate: "160/s"))
    #expect(!whole.findings.isEmpty)
    var result = whole.result
    result.cutShort = .interrupted
    #expect(Diagnosis.findings(whole.topology, result).isEmpty)
  }

  @Test("A calm server is neither praised as idle nor blamed")
  func calm() throws {
    let story = try Story(Self.server(rate: "30/s", seconds: 100))
    #expect(story.rules.filter { $0 != "tail-cause" } == ["no-limit"])
  }

  @Test("Idle replicas that have another use are not called idle")
  func neededAllTheSame() throws {
    // Slots held by waiting.
    #expect(try Story("cache-vs-no-cache", "cache")["idle-replicas"] == nil)
    // Copies of data, and of which some are down.
    for name in ["quorum", "quorum-writes", "shard-replicas"] {
      #expect(try Story(name)["idle-replicas"] == nil, "\(name)")
    }
    // A load with a peak.
    #expect(try Story("world-cup", "eighteen")["idle-replicas"] == nil)
    // One slow replica of three hundred slots.
    #expect(try Story("shared-slowness", "one-slow")["idle-replicas"] == nil)
  }

  @Test("No load is foretold where load per request changes with the load")
  func noForecast() throws {
    // Retries, faults; a cache whose values expire.
    for (name, variant) in [("retry-storm", "lifo"), ("slow-node", "round-robin")] {
      let limit = try #require(try Story(name, variant)["saturated-station"])
      #expect(limit.number("load_max").isNaN, "\(name)")
    }
    let cached = """
      {
        "tailrace": 1, "name": "expiring", "seed": 1,
        "run": { "duration": "40s", "warm_up": "5s", "replications": 4 },
        "keys": { "page": { "count": 1000 } },
        "workloads": { "users": {
          "arrivals": { "type": "poisson", "rate": "1000/s" }, "keys": { "page": 1 },
          "steps": [{ "cache": "pages", "on_miss": [{ "call": "db" }] }] } },
        "services": { "db": { "concurrency": 4,
          "handler": [{ "work": { "type": "exponential", "mean": "5ms" } }] } },
        "caches": { "pages": { "max_entries": 1000, "ttl": "1s", "lock": true } },
      }
      """
    let story = try Story(cached)
    let limit = try #require(story["saturated-station"])
    #expect(limit.number("load_max").isNaN)
    // Twice the load is not twice the misses: what a forecast in proportion would have claimed.
    let doubled = try Story(cached, set: ["workloads.users.arrivals.rate=2000/s"])
    #expect(doubled.busy("db") < 1.5 * story.busy("db"))
  }
}
