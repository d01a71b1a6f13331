import Testing

@testable import TailraceTheory

/// A formula for a time in which nobody waits must not stand where somebody waits for a permit.
@Suite("Pools and formulas") struct HeldPoolTests {
  @Test("Who waits for ever never got a permit, and is not said to take 2 ms")
  func deadlock() throws {
    let checked = try Checked(
      """
      {
        "tailrace": 1, "name": "deadlock", "seed": 3,
        "run": { "duration": "20s", "warm_up": "10s", "replications": 2 },
        "workloads": {
          "u": { "arrivals": { "type": "poisson", "rate": "50/s" },
            "steps": [{ "call": "there" }] },
          "v": { "arrivals": { "type": "poisson", "rate": "50/s" },
            "steps": [{ "call": "back" }] },
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
      """)
    #expect(checked.claims.isEmpty, "\(checked.claims)")
    #expect(checked.reasons("u").contains("requests waited for permits of pool 'a' in this run"))
  }
}
