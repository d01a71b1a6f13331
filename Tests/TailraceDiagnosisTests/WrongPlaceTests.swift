import TailraceDiagnosis
import Testing

/// Findings that are true of one thing and must not be said of another.
@Suite("Diagnosis: of whom it is true") struct WrongPlaceTests {
  /// A ring of four replicas: keys make one the busiest, and a fault makes another one slow.
  ///
  /// A slow-down of ten leaves the struck replica a queue of a hundred: most of all waiting. Full for
  /// some 5 s of 40 it is not the busiest on average.
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
    #expect(longest == 1 && top != 0, "\(busy) \(waiting)")
    #expect(near(uneven.number("waiting_share"), waiting[top] / all, within: 1e-9))
    #expect(near(uneven.number("waiting_share_most"), waiting[1] / all, within: 1e-9))
    let words = story.section.joined(separator: " ")
    #expect(words.contains("wait at its replica 1"))
  }
}
