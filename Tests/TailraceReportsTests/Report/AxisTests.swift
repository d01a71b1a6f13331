import Testing

@testable import TailraceReports

@Suite("Axes") struct AxisTests {
  private func labels(_ axis: Axis) -> String { axis.ticks.map(\.label).joined(separator: " | ") }

  @Test(
    "Numbers stand on steps of 1, 2 or 5",
    arguments: [
      ([0.0, 2_003], "0 | 500 | 1,000 | 1,500 | 2,000 | 2,500"),
      ([0.0, 1.0], "0.0 | 0.2 | 0.4 | 0.6 | 0.8 | 1.0"),
      ([0.0, 0.03], "0.00 | 0.01 | 0.02 | 0.03"),
      ([-0.7, 0.2], "-0.8 | -0.6 | -0.4 | -0.2 | 0.0 | 0.2"),
      ([0.0], "0.0 | 0.2 | 0.4 | 0.6 | 0.8 | 1.0"),
    ])
  func linear(values: [Double], expected: String) {
    #expect(labels(.linear(values, title: "")) == expected)
  }

  @Test(
    "Logarithmic ticks say their unit and are as many as fit",
    arguments: [
      ([0.4, 690], "100 us | 1 ms | 10 ms | 100 ms | 1 s"),
      ([12.0, 90], "10 ms | 20 ms | 50 ms | 100 ms"),
      ([8.0, 430], "3 ms | 10 ms | 30 ms | 100 ms | 300 ms | 1 s"),
      ([1e-6, 3.6e6], "1 ns | 100 ns | 10 us | 1 ms | 100 ms | 10 s | 1,000 s"),
      ([5.0, 5.0], "5 ms | 10 ms"),
    ])
  func logarithmic(values: [Double], expected: String) {
    #expect(labels(.logTime(values, title: "")) == expected)
  }

  @Test("Each nine of a percentile takes as much room as the last")
  func nines() {
    let axis = Axis.quantiles(to: 0.9995)
    #expect(labels(axis) == "0 | 90 % | 99 % | 99.9 % | 99.99 %")
    let places = axis.ticks.map { axis.place($0.value) }
    for (number, place) in places.enumerated() { #expect(abs(place - Double(number) / 4) < 1e-9) }
    #expect(Axis.quantiles(to: 0.95).ticks.map(\.label) == ["0", "50 %", "90 %", "99 %"])
  }

  @Test("What lies beyond the ends stays within the frame, and no value is lost")
  func ends() {
    let axis = Axis.logTime([1, 100], title: "")
    #expect(axis.place(0) == 0)
    #expect(axis.place(-1) == 0)
    #expect(axis.place(1e9) == 1)
    #expect(axis.place(.infinity) == 0)
    #expect(axis.place(10) == 0.5)
  }

  @Test("The run's end is the end of its axis")
  func clock() {
    let axis = Axis.clock(140)
    #expect(axis.high == 140)
    #expect(labels(axis) == "0 | 50 | 100")
  }

  @Test(
    "Times beside curves have three digits",
    arguments: [
      (81.456_2, "81.5 ms"), (0.000_250, "250 ns"), (2_513.0, "2.51 s"), (0.0, "0 ms"),
      (0.045, "45.0 us"),
    ])
  func times(milliseconds: Double, expected: String) {
    #expect(TimeLabel.of(milliseconds) == expected)
  }
}
