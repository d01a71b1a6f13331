import TailraceDiagnosis
import Testing

/// Who waits for a permit does not wait for a slot.
@Suite("Diagnosis: pools") struct PoolStoryTests {
  /// 320/s that hold one of four permits for 10 ms, in as many slots as they like: M/M/4 at 80 %.
  static let pool = """
    {
      "tailrace": 1, "name": "pool", "seed": 3,
      "run": { "duration": "100s", "warm_up": "10s", "replications": 4 },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "320/s" }, "steps": [{ "call": "app" }] } },
      "services": { "app": { "concurrency": "unlimited", "handler": [
        { "hold": "locks", "steps": [{ "work": { "type": "exponential", "mean": "10ms" } }] }] } },
      "pools": { "locks": { "size": 4 } },
    }
    """

  @Test("Waiting for a pool is called so: how much of it is held, and who waits for it")
  func waiting() throws {
    let story = try Story(Self.pool)
    let tail = try #require(story["tail-cause"])
    #expect(near(tail.number("permits_held"), 0.8, within: 0.03))
    let limit = try #require(story["saturated-station"])
    #expect(limit.subject == Subject(.pool, "locks"))
    #expect(near(limit.number("utilization"), 0.8, within: 0.03))
    let words = story.words
    #expect(words.contains("waiting at app for permits of locks"))
    #expect(words.contains("held by app"))
    #expect(!words.contains("a slot of app"))
  }

  /// Two orders of two locks: sooner or later each side has what the other one waits for.
  static let deadlock = """
    {
      "tailrace": 1, "name": "deadlock", "seed": 3,
      "run": { "duration": "40s", "warm_up": "20s", "replications": 4 },
      "workloads": {
        "u": { "arrivals": { "type": "poisson", "rate": "50/s" }, "steps": [{ "call": "there" }] },
        "v": { "arrivals": { "type": "poisson", "rate": "50/s" }, "steps": [{ "call": "back" }] },
      },
      "services": {
        "there": { "concurrency": "unlimited", "handler": [{ "hold": "a", "steps": [
          { "work": "1ms" }, { "hold": "b", "steps": [{ "work": "1ms" }] }] }] },
        "back": { "concurrency": "unlimited", "handler": [{ "hold": "b", "steps": [
          { "work": "1ms" }, { "hold": "a", "steps": [{ "work": "1ms" }] }] }] },
      },
      "pools": {
        "a": { "size": 1, "placement": "shared" }, "b": { "size": 1, "placement": "shared" } },
    }
    """

  @Test("Two locks taken in two orders: all are held, and none is ever given again")
  func deadlock() throws {
    let story = try Story(Self.deadlock)
    let stuck = try #require(story.findings.first)
    #expect(stuck.rule == "saturated-station" && stuck.subject == Subject(.pool, "a"))
    #expect(stuck.number("permits_given") == 0)
    #expect(near(stuck.number("utilization"), 1, within: 1e-6))
    let words = story.words
    #expect(words.contains("pools a and b") && words.contains("none comes back"))
  }
}
