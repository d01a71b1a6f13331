import Foundation
import Tailrace
import TailraceEngine
import Testing

@testable import TailraceFit

/// Arrivals from counts of requests in intervals.
@Suite("Counts in intervals") struct CountTests {
  private static let minute: UInt64 = 60_000_000_000

  /// Poisson counts with these means: arrivals of a unit process between their sums.
  private static func poisson(_ means: [Double], seed: UInt64) -> [Double] {
    let gaps = draws(
      ExponentialLaw(mean: 1), Int(means.reduce(0, +) * 1.2) + 1_000, seed: seed)
    var (next, instant, end) = (0, gaps[0], 0.0)
    return means.map { mean in
      end += mean
      var count = 0.0
      while instant < end {
        next += 1
        instant += gaps[next]
        count += 1
      }
      return count
    }
  }

  private static func report(_ counts: [Double]) throws -> CountReport {
    try #require(CountReport(IntervalCounts(interval: minute, counts: counts), trace: "TRACE"))
  }

  @Test("One rate: Poisson, at that rate, with an index of dispersion of 1")
  func oneRate() throws {
    let found = try Self.report(
      Self.poisson(Array(repeating: 300, count: 2_000), seed: 1))
    #expect(found.kind == .poisson && found.alternative == nil)
    // 600,000 requests: a standard error of 0.13 %.
    #expect(isClose(found.rate, 5, within: 0.005))
    #expect(found.dispersions.map(\.window) == [1, 10, 100].map { $0 * Self.minute })
    for one in found.dispersions {
      #expect((one.poisson.lowerBound * 0.9...one.poisson.upperBound * 1.1).contains(one.index))
    }
    #expect(found.text == "{\"type\": \"poisson\", \"rate\": \"\(rounded(found.rate))/s\"}")
  }

  @Test("A rate that doubles and halves: its steps are found, and within them counts are Poisson's")
  func changing() throws {
    let means = (0..<2_000).map { ($0 / 200) % 2 == 0 ? 600.0 : 300 }
    let found = try Self.report(Self.poisson(means, seed: 2))
    #expect(found.kind == .changing)
    let steps = try #require(found.steps)
    #expect(steps.count == 10)
    for (i, step) in steps.enumerated() {
      #expect(step.start == UInt64(i) * 200 * Self.minute)
      // 60,000 or 120,000 requests in a step: a standard error of 0.4 %.
      #expect(isClose(step.rate, i % 2 == 0 ? 10 : 5, within: 0.015))
    }
    // Between rates of 600 and 300 the variance is 150² beside the 450 of chance.
    #expect(isClose(found.dispersions[0].index, 1 + 22_500 / 450, within: 0.05))
    #expect(found.rest.allSatisfy { ArrivalReport.isPoisson($0) } && !found.rest.isEmpty)
    let scenario = try Self.scenario(found.text)
    let run = try scenario.variants[0].experiment(of: scenario).run()
    // The first 200 of 2,000 minutes are simulated: 10/s.
    #expect(isClose(run.workloads[0].offered.value ?? 0, 10, within: 0.03))
  }

  @Test(
    "Counts that vary four times as much as chance: the index says so, and the file is replayed")
  func bursts() throws {
    // Gamma means of 60 with a variance of 180: the counts' is 60 + 180.
    let means = draws(GammaLaw(shape: 20, scale: 3), 3_000, seed: 3)
    let found = try Self.report(Self.poisson(means, seed: 4))
    #expect(found.kind == .trace && found.text == "TRACE")
    // An index of 3,000 windows has a standard error of about 3 %.
    #expect(isClose(found.dispersions[0].index, 4, within: 0.1))
    #expect(found.alternative?.kind == .changing)
  }

  @Test("By hand: 0, 2, 0, 2 … varies by 40/39, and equal counts not at all")
  func byHand() throws {
    let found = try Self.report((0..<40).map { $0 % 2 == 0 ? 0 : 2 })
    #expect(found.requests == 40 && found.largest == 2)
    #expect(isClose(found.dispersions[0].index, 40.0 / 39, within: 1e-12))
    #expect(isClose(found.rate, 1.0 / 60, within: 1e-12))
    let equal = try Self.report(Array(repeating: 120, count: 30))
    #expect(equal.kind == .constant && equal.dispersions[0].index == 0)
    #expect(equal.text == "{\"type\": \"constant\", \"rate\": \"2/s\"}")
    #expect(equal.sentences == ["the same number in each interval"])
    #expect(CountReport(IntervalCounts(interval: 1, counts: [0, 0, 0]), trace: "") == nil)
  }

  @Test("A file: the shortest distance is the interval, rows that are not there count 0")
  func file() throws {
    let input = try read("minute,requests\n0,5\n1,7\n4,6\n") {
      ($0.timeColumn, $0.countColumn) = ("minute", "requests")
      $0.timeFormat = .number(unit: Self.minute)
    }
    #expect(input.counts == IntervalCounts(interval: Self.minute, counts: [5, 7, 0, 0, 6]))
    #expect(input.notes == ["2 of 5 intervals have no row: they count 0"])
    let report = try FitReport(input, file: "minutes.csv", train: nil, tolerance: 0.1)
    #expect(report.laws == nil && report.arrivals == nil && report.counts?.requests == 18)
  }

  @Test("The World Cup of 1998 by the minute: all 1,352,804,107 requests, replayed by its text")
  func worldCup() throws {
    var query = MeasurementQuery()
    (query.timeColumn, query.countColumn) = ("period", "count")
    let file = "scenarios/data/worldcup98_requests_per_minute.csv"
    let input = try MeasurementReader.read(
      .path(Repository.root.appending(path: file).path()), query)
    let report = try FitReport(input, file: file, train: nil, tolerance: 0.1)
    let counts = try #require(report.counts)
    #expect(counts.requests == 1_352_804_107 && counts.interval == Self.minute)
    #expect(counts.kind == .trace)
    #expect(
      counts.text
        == "{\"type\": \"trace\", \"file\": \"\(file)\", \"time\": {\"column\": \"period\"}, "
        + "\"count\": {\"column\": \"count\", \"interval\": \"60s\"}}")
    _ = try Self.scenario(counts.text)
  }

  @Test("Mistakes of a file are told with their places")
  func mistakes() {
    func told(_ rows: String) -> [String] {
      complaint("t_s,n\n" + rows) { ($0.timeColumn, $0.countColumn) = ("t_s", "n") }
    }
    #expect(
      told("0,1\n60,-1\n120,1.5\n180,x\n240,\n") == [
        "3:4: \"-1\" is no count: a whole number from 0 to 10^12",
        "4:5: \"1.5\" is no count: a whole number from 0 to 10^12",
        "5:5: \"x\" is no count: a whole number from 0 to 10^12",
        "6:5: \"\" is no count: a whole number from 0 to 10^12",
      ])
    #expect(
      told("0,1\n60,1\n60,1\n30,1\n") == [
        "4:1: \"60\" is not later than the interval before it",
        "5:1: \"30\" is not later than the interval before it",
      ])
    #expect(
      told("0,1\n60,1\n150,1\n210,1\n") == [
        "4:1: this row begins 90s after the one before it, no multiple of the interval, 60s"
      ])
    #expect(told("0,1\n60,1\n") == ["1:1: the file has 2 intervals; a rate needs three"])
    #expect(
      told("0,1\n1,1\n20000000,1\n") == [
        "4:1: from the first row to this one there are 20000001 intervals of 1s; at most 10000000"
      ])
    #expect(
      complaint("t_s,n\n0,1\n") { $0.countColumn = "n" } == [
        "question: '--count' needs '--time', the column of when each interval begins"
      ])
    #expect(
      complaint("t_s,n\n0,1\n") {
        ($0.timeColumn, $0.countColumn, $0.column) = ("t_s", "n", "n")
      } == ["question: '--column', '--by' and '--unit' are for rows of requests, not of counts"])
    #expect(
      complaint("t_s,n\n0,1\n") { ($0.timeColumn, $0.countColumn) = ("t_s", "m") } == [
        "question: the file has no column 'm'; it has 't_s', 'n'"
      ])
  }

  private static func scenario(_ arrivals: String) throws -> Scenario {
    try Scenario.load(
      SourceText(
        name: "fit.jsonc",
        text: """
          { "tailrace": 1, "name": "fit", "seed": 5,
            "run": { "duration": "3000s", "warm_up": "0s", "replications": 2 },
            "workloads": { "users": {
              "arrivals": \(arrivals), "steps": [{ "call": "server" }] } },
            "services": { "server": { "concurrency": "unlimited",
              "handler": [{ "work": "1ms" }] } } }
          """), folder: Repository.root.path())
  }

  private func rounded(_ rate: Double) -> Double { SignificantDigits.rounded(rate, to: 5) }
}
