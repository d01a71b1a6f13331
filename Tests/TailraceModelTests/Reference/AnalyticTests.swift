import Foundation
import Testing

@testable import TailraceModel

/// Closed forms, judged by replications. Long cases run with `TAILRACE_LONG=1`.
@Suite("Analytic cases of the reference") struct AnalyticTests {
  static let runsLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] == "1"

  static func due(_ cases: [AnalyticCase]) -> [AnalyticCase] {
    cases.filter { runsLong || !$0.isLong }
  }

  @Test("Arrivals", arguments: due(AnalyticCase.arrivals))
  func arrivals(_ one: AnalyticCase) { one.judge() }

  @Test("Disciplines", arguments: due(AnalyticCase.disciplines))
  func disciplines(_ one: AnalyticCase) { one.judge() }
}
