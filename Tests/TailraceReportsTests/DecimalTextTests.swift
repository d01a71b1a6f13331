import Testing

@testable import TailraceReports

@Suite("Numbers as text")
struct DecimalTextTests {
  @Test(
    "Fixed decimals round half to even",
    arguments: [
      (0.125, 2, "0.12"), (0.375, 2, "0.38"), (2.5, 0, "2"), (3.5, 0, "4"), (0.05, 1, "0.0"),
      (0.15, 1, "0.2"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.2"), (99.96, 1, "100.0"),
      (1e21, 0, "1000000000000000000000"), (1.5e-7, 6, "0.000000"), (1.5e-7, 8, "0.00000015"),
      (0, 2, "0.00"), (1234, 0, "1234"), (0.5, 0, "0"), (0.51, 0, "1"), (5, -0, "5"),
      (9.999, 2, "10.00"), (100, 1, "100.0"), (0.001, 3, "0.001"),
    ])
  func fixed(value: Double, decimals: Int, expected: String) {
    #expect(DecimalText.fixed(value, decimals: decimals) == expected)
  }

  @Test("Thousands are set apart")
  func grouping() {
    #expect(DecimalText.count(0) == "0")
    #expect(DecimalText.count(999) == "999")
    #expect(DecimalText.count(2_400_010) == "2,400,010")
    #expect(DecimalText.count(.max) == "18,446,744,073,709,551,615")
    #expect(DecimalText.fixed(-1234.5, decimals: 1, grouped: true) == "-1,234.5")
  }

  @Test(
    "Digits that count",
    arguments: [
      (82.0412, "82.04"), (298.25, "298.2"), (123_456, "123,456"), (0.0123456, "0.01235"),
      (9.9999, "10.00"), (0, "0"), (1e-9, "0.000000"),
    ])
  func significant(value: Double, expected: String) {
    #expect(DecimalText.significant(value, digits: 4) == expected)
  }

  @Test(
    "A value ends where its interval begins",
    arguments: [
      (82.04, 0.61, "82.0", "0.6"), (9.0012, 0.04, "9.00", "0.04"), (298.2, 12, "298", "12"),
      (1.745123, 0.003, "1.745", "0.003"), (5.1, 0.96, "5", "1"), (2, 0, "2.000", "0"),
      (1, 1e-9, "1.000", "0"),
    ])
  func pair(value: Double, width: Double, shown: String, shownWidth: String) {
    let pair = DecimalText.pair(value, halfWidth: width)
    #expect(pair.value == shown)
    #expect(pair.halfWidth == shownWidth)
  }

  @Test("Nanoseconds become exact decimals")
  func exactTimes() {
    #expect(DecimalText.milliseconds(1) == "0.000001")
    #expect(DecimalText.milliseconds(0 as UInt64) == "0.000000")
    #expect(DecimalText.milliseconds(UInt64.max) == "18446744073709.551615")
    #expect(DecimalText.milliseconds(82_013_456.0) == "82.013456")
    #expect(DecimalText.milliseconds(2.5) == "0.000002")
    #expect(DecimalText.milliseconds(Double.nan) == nil)
    #expect(DecimalText.seconds(1_500_000_000) == "1.500000000")
  }

  @Test(
    "Quantiles by name and their tails",
    arguments: [
      (0.5, "p50", 2), (0.975, "p97.5", 40), (0.99, "p99", 100), (0.9999, "p99.99", 10_000),
      (0.001, "p0.1", 1000.0 / 999),
    ])
  func quantiles(quantile: Double, name: String, inverse: Double) {
    #expect(DecimalText.percentile(quantile) == name)
    #expect(DecimalText.inverseTail(quantile) == inverse)
  }

  @Test("Digits of any double read back as the double")
  func roundTrip() {
    var bits: UInt64 = 1
    for _ in 0..<2000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: bits)
      guard value.isFinite, value.magnitude > 1e-30, value.magnitude < 1e30 else { continue }
      #expect(Double(DecimalText.fixed(value, decimals: 60)) == value)
      #expect(DecimalText.shortest(value).flatMap(Double.init) == value)
    }
  }

  @Test(
    "Times in units that mean something",
    arguments: [
      ([1.745e6, 8e8], TimeUnit.milliseconds), ([80, 3000], .nanoseconds),
      ([0, 2e5], .milliseconds), ([4e4], .microseconds), ([], .milliseconds), ([3e9], .seconds),
    ])
  func units(times: [Double], expected: TimeUnit) {
    #expect(TimeUnit.fitting(times) == expected)
  }

  @Test(
    "A table's unit is that of its largest time",
    arguments: [
      ([5, 24_331_353], TimeUnit.milliseconds), ([8e8, 3e9], .seconds), ([0, 9e4], .microseconds),
      ([], .milliseconds),
    ])
  func largest(times: [Double], expected: TimeUnit) {
    #expect(TimeUnit.fittingLargest(times) == expected)
  }

  @Test("Spans of time")
  func spans() {
    #expect(TimeUnit.text(180_000_000_000) == "180 s")
    #expect(TimeUnit.text(3_600_000_000_000) == "3,600 s")
    #expect(TimeUnit.text(12_345_678_912) == "12.346 s")
    #expect(TimeUnit.text(250_000) == "250 us")
    #expect(TimeUnit.text(0) == "0 ns")
  }
}
