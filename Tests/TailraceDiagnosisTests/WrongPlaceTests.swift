import TailraceDiagnosis
import Testing

/// Findings that are true of one thing and must not be said of another.
@Suite("Diagnosis: of whom it is true") struct WrongPlaceTests {
  /// A ring of four replicas: keys make one the busiest, and a fault makes another one slow.
  ///
  /// A slow-down of ten leaves the struck replica a queue of a hundred: most of all waiting. Full
  /// for some 5 s of 40 it is not the busiest on average.
  static let ring = """
    {
      "tailrace": 1, "name": "ring", "seed": 5,
      "run": { "duration": "45s", "warm_up": "5s", "replications": 3 },
      "keys": { "item": { "count": 2000, "popularity": { "type": "zipf", "exponent": 1.1 } } },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "220/s" }, "keys": { "item": 1 },
        "steps": [{ "call": "app" }] } },
      "services": { "app": {
        "replicas": 4, "concurrency": 1, "lb_policy": "RING_HASH", "hash_by": "item",
        "handler": [{ "work": "10ms" }] } },
      "faults": {
        "slow": { "service": "app", "replica": 1, "at": "12s", "for": "4s", "slow_down": 10 } },
    }
    """

  @Test("The busiest of a ring is not where all wait: each number stands beside its own replica")
  func busiestIsNotCrowded() throws {
    let story = try Story(Self.ring)
    let uneven = try #require(story["uneven-load"])
    let rows = story.result.services[0].rows
    let places = (0..<4).map { place in rows.indices.filter { $0 % 4 == place }.map { rows[$0] } }
    let waiting = places.map { own in own.reduce(0) { $0 + $1.queueMean } }
    let busy = places.map { own in own.reduce(0) { $0 + ($1.utilization ?? 0) } }
    let all = waiting.reduce(0, +)
    let top = try #require(busy.indices.max { busy[$0] < busy[$1] })
    let longest = try #require(waiting.indices.max { waiting[$0] < waiting[$1] })
    #expect(longest == 1 && top != 1, "\(busy) \(waiting)")
    #expect(near(uneven.number("waiting_share"), waiting[top] / all, within: 1e-9))
    #expect(near(uneven.number("waiting_share_most"), waiting[1] / all, within: 1e-9))
    let words = story.words
    #expect(words.contains("wait at its replica 1"))
  }

  /// 500/s for 600/s, a short queue, and a retry at once for whom it sheds.
  static let storm = """
    {
      "tailrace": 1, "name": "storm", "seed": 3,
      "run": { "duration": "25s", "warm_up": "15s", "replications": 4 },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "500/s" },
        "steps": [{ "call": "db", "retry_policy": {
          "retry_on": ["connection_failure", "shed"], "num_retries": 100,
          "retry_back_off": "0s" } }] } },
      "services": { "db": {
        "replicas": 3, "concurrency": 2, "queue": { "max_length": 5 },
        "handler": [{ "work": { "type": "exponential", "mean": "10ms" } }] } },
      "faults": { "crash": { "service": "db", "at": "5s", "for": "3s", "crash": true } },
    }
    """

  @Test("Attempts shed at the door are many and cost no work: they add nothing to it")
  func shedAttemptsDoNoWork() throws {
    let story = try Story(Self.storm)
    let service = story.result.services[0]
    #expect(try #require(service.attempts?.extraLoad) > 0.2)
    // Nearly all are answered in the end, once each: 500/s x 10 ms over 6 slots.
    #expect(story.errors < 0.03)
    #expect(near(story.busy("db"), 0.833, within: 0.05))
    #expect(story["amplified-load"] == nil)
    #expect(story["saturated-station"] != nil)
  }

  /// Half of four replicas are gone for 16 s of 40: the others are 80 % busy then, 40 % else.
  static let zoneLoss = """
    {
      "tailrace": 1, "name": "zone-loss", "seed": 5, "zones": ["a", "b"],
      "run": { "duration": "45s", "warm_up": "5s", "replications": 4 },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "160/s" }, "steps": [{ "call": "app" }] } },
      "services": { "app": {
        "replicas": 4, "zones": { "a": 1, "b": 1 }, "lb_policy": "LEAST_REQUEST",
        "readiness_probe": { "period": "100ms", "timeout": "50ms", "failure_threshold": 1 },
        "handler": [{ "work": { "type": "exponential", "mean": "10ms" } }] } },
      "faults": { "lost": { "zone": "b", "at": "15s", "for": "16s", "crash": true } },
    }
    """

  @Test("Replicas that carry those of a lost zone are busier for that: load is not uneven")
  func unevenByFault() throws {
    let story = try Story(Self.zoneLoss)
    let rows = story.result.services[0].rows.prefix(4).compactMap(\.utilization)
    let mean = rows.reduce(0, +) / 4
    #expect((rows.max() ?? 0) > 1.25 * mean && (rows.max() ?? 0) > 0.5)
    #expect(story["uneven-load"] == nil)
    #expect(!story.words.contains("unevenly"))
    // A fault that only slows leaves a queue at whom it strikes, and is named.
    let slow = try Story("slow-node", "round-robin", replications: 2)
    #expect(slow["uneven-load"] != nil)
    #expect(slow.words.contains("Fault 'slow' strikes replicas of it"))
  }

  /// 300/s for an app that serves 200/s, through threads that wait for it until they are all taken.
  static let behindThreads = """
    {
      "tailrace": 1, "name": "behind", "seed": 5,
      "run": { "duration": "40s", "warm_up": "10s", "replications": 4 },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "300/s" },
        "steps": [{ "call": "web", "timeout": "2s" }] } },
      "services": {
        "web": { "replicas": 2, "concurrency": 60,
          "handler": [{ "work": "500us" }, { "call": "app", "timeout": "1s" }] },
        "app": { "concurrency": 2,
          "handler": [{ "work": { "type": "exponential", "mean": "10ms" } }] },
      },
    }
    """

  @Test("Of full threads and the service that they wait for, the summary names the cause")
  func causeBeforeSymptom() throws {
    let story = try Story(Self.behindThreads)
    // The threads are all taken, by visits whose callers have gone.
    #expect(story.busy("web") > 0.95 && story.busy("app") > 0.95)
    let web = try #require(story.result.services.first { $0.name == "web" })
    #expect(web.givenUp?.wastedShare ?? 0 > 0.05)
    let words = story.words
    #expect(!words.contains("limit web"))
    let amplified = story["amplified-load"]
    #expect(amplified == nil || amplified?.subject == Subject(.service, "app"))
    let saturated = try #require(story["saturated-station"])
    #expect(saturated.subject == Subject(.service, "app"))
    // In the short summary as well.
    #expect(words.contains("app is"))
  }
}
