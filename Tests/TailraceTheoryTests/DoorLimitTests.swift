import TailraceExperiment
import Testing

@testable import TailraceTheory

/// A FIXED limit of L at c slots leaves places for L: M/M/c/K with K = L, Erlang B where L <= c.
@Suite("Limits at the door") struct DoorLimitTests {
  /// Ten slots of 10 ms, and 1,000/s for them.
  private func loss(_ settings: String...) throws -> Checked {
    try Checked(
      Checked.server,
      [
        "workloads.users.arrivals.rate=1000/s",
        "services.server.handler.job.work={type: 'exponential', mean: '10ms'}",
        "services.server.concurrency=10",
      ] + settings.map { "services.server." + $0 })
  }

  @Test("Ten at ten slots: Erlang B of 10 erlang, 21.46 %, as with no place in the queue")
  func erlangB() throws {
    let door = try loss("admission_control={type: 'FIXED', limit: 10}")
    let queue = try loss("queue.max_length=0")
    for checked in [door, queue] {
      let shed = try #require(checked.row("server", "shed"))
      #expect(shed.formula == "Erlang B" && shed.kind == .exact)
      #expect(abs(shed.theory - 0.214_58) < 1e-4)
      let value = try #require(shed.simulated.value)
      #expect(abs(value - shed.theory) < 0.01)
      let busy = try #require(checked.row("server", "utilization"))
      #expect(abs(busy.theory - (1 - shed.theory)) < 1e-9)
    }
    // The same rule in other words: the same visits are turned away.
    #expect(
      door.result.services.first { $0.name == "server" }?.shed
        == queue.result.services.first { $0.name == "server" }?.shed)
  }

  @Test("Fifteen at ten slots: M/M/10/15; six at ten slots: six servers, and four that idle")
  func places() throws {
    let more = try loss("admission_control={type: 'FIXED', limit: 15}")
    #expect(try #require(more.row("server", "shed")).formula == "M/M/10/15")
    #expect(more.row("server", "wait", "mean")?.formula == "M/M/10/15")
    let fewer = try loss("admission_control={type: 'FIXED', limit: 6}")
    let shed = try #require(fewer.row("server", "shed"))
    // B(6, 10) = (10^6 / 6!) / sum of 10^n / n! up to 6 = 0.48451.
    #expect(abs(shed.theory - 0.484_51) < 1e-4)
    let busy = try #require(fewer.row("server", "utilization"))
    #expect(abs(busy.theory - 10 * (1 - shed.theory) / 10) < 1e-9)
    #expect(abs((busy.simulated.value ?? 0) - busy.theory) < 0.01)
  }

  @Test(
    "What sheds is overloaded, not unstable",
    arguments: [
      "admission_control={type: 'FIXED', limit: 10}",
      "admission_control={type: 'AIMD', target: '100ms'}", "queue.max_length=0",
    ])
  func notUnstable(_ setting: String) throws {
    let notes = try loss(setting).report.notes
    #expect(notes.contains { $0.contains("overloaded") }, "\(notes)")
    #expect(!notes.contains { $0.contains("unstable") }, "\(notes)")
  }

  @Test("An adaptive limit has no formula, and says so")
  func adaptive() throws {
    let checked = try loss("admission_control={type: 'AIMD', target: '100ms'}")
    #expect(checked.row("server", "shed") == nil)
    // It refuses none where it never comes down: then nothing is to be explained.
    let shed = checked.result.services.first { $0.name == "server" }?.shed ?? 0
    #expect(
      shed == 0
        || checked.reasons("server").contains("the admission control of 'server' refused visits"))
  }
}
