import TailraceEngine
import TailraceReports
import Testing

@testable import TailraceFit

@Suite("Large and odd measurements") struct LargeTests {
  @Test("A million rows take seconds, and give the law they were drawn from")
  func million() throws {
    var text = "at_ns,latency_us\n"
    let values = draws(LognormalLaw(logMean: 8, logDeviation: 0.8), 1_000_000, seed: 4)
    var random = SequentialRandom(seed: 8)
    var instant: UInt64 = 0
    for value in values {
      instant += random.below(2_000)
      text += "\(instant),\(UInt64(value * 1_000)).\(random.below(10))\n"
    }
    let began = ContinuousClock.now
    let input = try read(text) { ($0.column, $0.timeColumn) = ("latency_us", "at_ns") }
    let report = try FitReport(input, file: "large.csv", train: nil, tolerance: 0.1)
    let took = ContinuousClock.now - began
    print("a million rows with times: \(took)")
    let laws = try #require(report.laws)
    #expect(laws.recommended.name == "lognormal")
    #expect(laws.quantiles.last?.level == 0.9999)
    #expect(report.arrivals?.requests == 1_000_000)
    // Two cores that others use too; quiet it takes a tenth of this.
    #expect(took < .seconds(60))
  }

  @Test(
    "Odd samples end in a report",
    arguments: [
      [0], [0, 0, 0], [0, 1], [1, 1, 1, 1e15], [1, 2], [1e-307, 1], [1e-300, 1e15, 1e15],
      Array(repeating: 3, count: 1_000) + [4],
      (0..<100).map { Double($0 % 2) }, (0..<1_000).map { Double($0 / 990) * 1e12 + 1 },
    ] as [[Double]])
  func odd(_ values: [Double]) throws {
    for quantity in [MeasuredQuantity.duration(unit: 1), .bytes, .count] {
      for train in [nil, 0.5] {
        var input = MeasuredInput(format: .values)
        input.measurements = .values(values)
        input.quantity = quantity
        input.times = values.sorted().map { Int64($0) }
        guard let report = try? FitReport(input, file: nil, train: train, tolerance: 0.1) else {
          continue
        }
        #expect(!FitText(report, name: "odd").text.isEmpty)
        #expect(try FitJSON.text(report, file: "odd", version: "0").contains("recommended"))
      }
      let laws = LawReport(.values(values), in: quantity, tolerance: 0.1)
      #expect(laws.recommended.worstError <= 0.1 || laws.recommended.name == "empirical")
    }
  }

  @Test("Halves need two rows each, and rows an order")
  func train() throws {
    let three = try read("v_ms\n1\n2\n3\n")
    #expect(
      throws: MeasurementFailure.question(
        "'--train' leaves 1 and 2 of 3 rows; both need 2")
    ) { try FitReport(three, file: nil, train: 0.5, tolerance: 0.1) }
    let buckets = try read("le_ms,count\n1,2\n3,4\n")
    #expect(
      throws: MeasurementFailure.question(
        "'--train' needs rows in an order; format buckets has none")
    ) { try FitReport(buckets, file: nil, train: 0.5, tolerance: 0.1) }
  }
}
