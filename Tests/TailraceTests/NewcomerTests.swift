import Foundation
import Testing

/// What a newcomer's first scenario was told wrongly: six web servers of 220 pages a second before a
/// sharded database, with a timeout at the client.
@Suite("A newcomer's first scenario") struct NewcomerTests {
  private static let site = "Tests/Fixtures/newcomer/site.jsonc"

  private func text(_ arguments: [String]) throws -> String {
    try Program(arguments).output
  }

  @Test(
    "Where clients give up, an overload is one all the same",
    arguments: [(200, false), (250, true), (300, true), (350, true)])
  func overload(rate: Int, isOverload: Bool) throws {
    let text = try text([
      "run", Self.site, "--replications", "4", "--set", "workloads.users.arrivals.rate=\(rate)/s",
    ])
    #expect(text.contains("NO STEADY STATE: ") == isOverload)
    #expect(text.contains(" visits waited at web on average") == isOverload)
  }

  @Test("A sweep marks every point above the capacity")
  func sweep() throws {
    let text = try text([
      "sweep", Self.site, "--variants", "base", "--replications", "4", "--param",
      "workloads.users.arrivals.rate=100/s..350/s step 50/s",
    ])
    let lines = text.split(separator: "\n").map(String.init)
    for rate in [100, 150, 200, 250, 300, 350] {
      let line = try #require(lines.first { $0.hasPrefix("\(rate)/s ") })
      #expect(line.hasSuffix("unstable") == (rate > 220), "\(line)")
    }
  }

  @Test("What gives way first is what grew, not what always took longest")
  func firstToGiveWay() throws {
    let text = try text([
      "plan", Self.site, "--variant", "four-slots", "--max-replications", "10", "--find-max",
      "workloads.users.arrivals.rate",
    ])
    let lines = text.split(separator: "\n").map(String.init)
    let heading = try #require(lines.firstIndex(of: "FIRST TO GIVE WAY"))
    #expect(lines[heading + 1].contains(" web: queue is "))
    #expect(lines[heading + 1].contains(" at 200/s; it is busy 9"))
  }

  @Test("Hedges that fill a service are named beside it")
  func hedges() throws {
    let text = try text(["run", Self.site, "--variant", "hedged-web", "--replications", "4"])
    #expect(text.contains("further attempts add"))
  }
}
