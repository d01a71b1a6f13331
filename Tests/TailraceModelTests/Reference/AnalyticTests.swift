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

  @Test("Balancers of many replicas", arguments: due(AnalyticCase.balancers))
  func balancers(_ one: AnalyticCase) { one.judge() }
}
