import TailraceStatistics
import Testing

@Suite("Means under control") struct ControlledMeanTests {
  /// Twenty places on both sides of their known mean, not evenly.
  private let control = (0..<20).map { Double($0 * $0 % 13) - 5 }

  @Test("Where the control explains everything, the mean at no deviation is exact")
  func explained() throws {
    let samples = control.map { 3 + 2 * $0 }
    let mean = try #require(ControlledMean(of: samples, deviations: [control]))
    #expect(abs(mean.mean - 3) < 1e-12 && mean.halfWidth < 1e-12 && mean.controls == 1)
  }

  /// b = Sxy / Sxx, a = y - b x, s² = SSE / (n - 2), var a = s² (1/n + x² / Sxx).
  @Test("With one control it is the intercept of a straight line, by the textbook's formulas")
  func straightLine() throws {
    let samples = control.enumerated().map { 3 + 2 * $1 + Double($0 * 7 % 11) }
    let n = Double(samples.count)
    let x = control.reduce(0, +) / n
    let y = samples.reduce(0, +) / n
    let sxx = control.reduce(0) { $0 + ($1 - x) * ($1 - x) }
    let slope = zip(control, samples).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / sxx
    let intercept = y - slope * x
    let errors = zip(control, samples).reduce(0) {
      $0 + ($1.1 - intercept - slope * $1.0) * ($1.1 - intercept - slope * $1.0)
    }
    let width =
      StudentT.quantile(twoSided: 0.95, degreesOfFreedom: n - 2)
      * (errors / (n - 2) * (1 / n + x * x / sxx)).squareRoot()
    let mean = try #require(ControlledMean(of: samples, deviations: [control]))
    #expect(abs(mean.mean - intercept) < 1e-12 && abs(mean.halfWidth - width) < 1e-12)
  }

  @Test("A control that never moves, or moves with another, takes no part")
  func useless() throws {
    let samples = control.enumerated().map { 3 + 2 * $1 + Double($0 * 7 % 11) }
    let still = [Double](repeating: 0, count: samples.count)
    #expect(ControlledMean(of: samples, deviations: [still]) == nil)
    let alone = try #require(ControlledMean(of: samples, deviations: [control]))
    let twice = ControlledMean(of: samples, deviations: [still, control, control.map { 3 * $0 }])
    #expect(twice == alone)
  }

  @Test("With too few samples there is none: 16 and one control leave 14 degrees of freedom")
  func few() {
    let short = Array(control.prefix(16))
    #expect(ControlledMean(of: short.map { $0 + 1 }, deviations: [short]) == nil)
    let enough = Array(control.prefix(17))
    #expect(ControlledMean(of: enough.map { $0 + 1 }, deviations: [enough]) != nil)
  }
}
