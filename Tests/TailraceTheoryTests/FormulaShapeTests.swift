import Testing

@testable import TailraceTheory

/// What formulas must be like, beside their numbers.
@Suite("Shapes of formulas") struct FormulaShapeTests {
  @Test("2,000 clients neither overflow nor vanish: the bottleneck is full")
  func large() {
    let closed = ClosedNetwork(
      clients: 2_000, thinkTime: 3, stations: [.init(demand: 0.3, servers: 1)])
    #expect(abs(closed.throughput * 0.3 - 1) < 1e-12)
    #expect(abs(closed.present[0] - (2_000 - 3 / 0.3)) < 1e-6)
  }

  @Test("Copies of a station are stations of their own")
  func copies() {
    let one = ClosedNetwork(
      clients: 12, thinkTime: 1, stations: [.init(demand: 0.2, servers: 2, copies: 3)])
    let three = ClosedNetwork(
      clients: 12, thinkTime: 1,
      stations: Array(repeating: .init(demand: 0.2, servers: 2), count: 3))
    #expect(abs(one.throughput - three.throughput) < 1e-12)
    #expect(abs(one.present[0] - three.present[2]) < 1e-12)
  }

  @Test("Waits of M/M/c/K: their law has the mean that Little's law gives")
  func boundedWaits() {
    let queue = MMcK(arrivalRate: 4.5, work: 1, servers: 4, places: 20)
    let (mean, _) = TimeDistribution.moments({ queue.wait.below($0) }, scale: queue.meanWait)
    #expect(abs(mean - queue.meanWait) < 1e-6)
    let choices = Supermarket(load: 0.9, work: 1, choices: 2)
    let (own, _) = TimeDistribution.moments({ choices.response.below($0) }, scale: 1)
    #expect(abs(own - choices.meanResponse) < 1e-6)
    let turns = MD1(arrivalRate: 0.8, work: 1)
    let (wait, _) = TimeDistribution.moments({ turns.wait.below($0) }, scale: 1)
    #expect(abs(wait - 2) < 1e-4)
  }

  @Test("Asymptotic bounds lie on both sides of the knee")
  func asymptotes() {
    let below = AsymptoticBounds.throughput(clients: 1, thinkTime: 3, total: 0.65, bottleneck: 0.3)
    #expect(abs(below - ReferenceNumbers.value("closed_interactive_N1", "X")) < 1e-9)
    let above = AsymptoticBounds.response(clients: 30, thinkTime: 3, total: 0.65, bottleneck: 0.3)
    #expect(above == 6)
    #expect(above < ReferenceNumbers.value("closed_interactive_N30", "R"))
  }
}
