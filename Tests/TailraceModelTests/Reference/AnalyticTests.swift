import Testing

@testable import TailraceModel

/// Closed forms, judged by replications. Whole lengths and bands with `TAILRACE_LONG=1`.
@Suite("Analytic cases of the reference") struct AnalyticTests {
  static func due(_ cases: [AnalyticCase]) -> [AnalyticCase] {
    cases.filter { AnalyticCase.runsLong || !$0.isLong }
  }

  @Test("Arrivals", arguments: due(AnalyticCase.arrivals))
  func arrivals(_ one: AnalyticCase) { one.judge() }

  @Test("Disciplines", arguments: due(AnalyticCase.disciplines))
  func disciplines(_ one: AnalyticCase) { one.judge() }

  @Test("Keys and shards", arguments: due(AnalyticCase.keys))
  func keys(_ one: AnalyticCase) { one.judge() }

  static let move = (name: "conshash_move", metric: "moved_modulo_10_to_11")

  @Test("Growing from 10 to 11 shards by MODULO moves ten keys of eleven")
  func moved() throws {
    let numbers = ReferenceNumber.byMetric("analytic.csv", Self.move.name)
    let number = try #require(numbers[Self.move.metric])
    let (ten, eleven) = (ShardFunction(Modulo(), 10), ShardFunction(Modulo(), 11))
    // All residues of 110 as often as each other: the expectation itself, without any error.
    let moved = (0..<UInt64(1_100)).count {
      ten.owner($0) != eleven.owner($0)
    }
    #expect(abs(Double(moved) / 1_100 - number.expected) <= number.tolerance * number.expected)
    #expect(moved == 1_000)
  }

  @Test("Stations, joins and balancers", arguments: due(AnalyticCase.stations))
  func stations(_ one: AnalyticCase) { one.judge() }

  @Test("Limits on waiting, tails and bounds", arguments: due(AnalyticCase.waits))
  func waits(_ one: AnalyticCase) { one.judge() }

  @Test("Breakdowns and availability", arguments: due(AnalyticCase.faults))
  func faults(_ one: AnalyticCase) { one.judge() }

  @Test("Fans, copies, chains and walks", arguments: due(AnalyticCase.fans))
  func fans(_ one: AnalyticCase) { one.judge() }

  @Test("Records of single requests", arguments: due(AnalyticCase.records))
  func records(_ one: AnalyticCase) { one.judge() }

  @Test("Retries, hedges and tied copies", arguments: due(AnalyticCase.attempts))
  func attempts(_ one: AnalyticCase) { one.judge() }

  @Test("Balancers of many replicas", arguments: due(AnalyticCase.balancers))
  func balancers(_ one: AnalyticCase) { one.judge() }
}
