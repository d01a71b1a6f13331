import Foundation
import Tailrace
import TailraceCatalog
import TailraceReports
import Testing

@testable import TailraceFit

/// The shipped example: laws of the first half of a real trace, judged by the second.
@Suite("One half of a trace foretells the other") struct AzureTests {
  private static func fit(
    _ change: (inout MeasurementQuery) -> Void
  ) throws(MeasurementFailure) -> FitReport {
    var query = MeasurementQuery()
    change(&query)
    return try FitReport(
      try MeasurementReader.read(.path(Repository.azure), query),
      file: "data/azure_llm_2023_code.csv", train: 0.5, tolerance: 0.1)
  }

  private static func tokens(_ column: String) throws(MeasurementFailure) -> FitReport {
    try fit { ($0.column, $0.quantity) = (column, .count) }
  }

  private static func times() throws(MeasurementFailure) -> FitReport {
    try fit { $0.timeColumn = "TIMESTAMP" }
  }

  @Test("results/llm-fit holds the very text that the commands print")
  func results() throws {
    let recording = ProcessInfo.processInfo.environment["RECORD"] != nil
    for (file, report) in [
      ("fit-context", try Self.tokens("ContextTokens")),
      ("fit-generated", try Self.tokens("GeneratedTokens")), ("fit-arrivals", try Self.times()),
    ] {
      let text = FitText(report, name: "data/azure_llm_2023_code.csv").text
      let place = Repository.root.appending(path: "results/llm-fit/\(file).txt")
      let recorded = try? String(contentsOf: place, encoding: .utf8)
      let isSame = recorded == text
      #expect(isSame, "\(file).txt differs")
      if recording && !isSame {
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place, options: .atomic)
      }
    }
  }

  @Test("Quantiles of the second half are foretold: 1.8 % and 9.6 % off at most, up to p99")
  func tokens() throws {
    for (column, worst, last) in [
      ("ContextTokens", 0.019, 0.002), ("GeneratedTokens", 0.097, 0.02),
    ] {
      let report = try Self.tokens(column)
      let laws = try #require(report.laws)
      let prediction = try #require(report.prediction)
      #expect(prediction.trained == 4_409 && prediction.tested == 4_410)
      // No smooth law is near, and none is recommended.
      #expect(laws.recommended.name == "empirical")
      #expect(laws.fits.allSatisfy { $0.worstError > 0.1 })
      #expect(prediction.rows.map(\.measured.level) == [0.5, 0.9, 0.95, 0.99])
      #expect(prediction.rows.allSatisfy { $0.errors[0].magnitude < worst })
      #expect(prediction.rows[3].errors[0].magnitude < last)
      // What a smooth law would have said of p99.
      #expect(prediction.rows[3].errors[1].magnitude > 0.15)
    }
  }

  /// Counted independently, with NumPy 2: sorted halves of the columns, nearest rank.
  @Test("The measured quantiles are those that others count")
  func counted() throws {
    let generated = try #require(try Self.tokens("GeneratedTokens").prediction)
    #expect(generated.rows.map(\.measured.value) == [13, 57, 94, 253])
    #expect(isClose(generated.mean, 28.246031746031747, within: 1e-12))
    let context = try #require(try Self.tokens("ContextTokens").laws)
    #expect(isClose(try #require(context.mean), 2040.7768201406216, within: 1e-12))
    let all = try MeasurementReader.read(
      .path(Repository.azure),
      {
        var query = MeasurementQuery()
        query.timeColumn = "TIMESTAMP"
        return query
      }())
    let facts = ArrivalFacts(try #require(all.times))
    #expect(facts.times.count == 8_819)
    #expect(isClose(Double(facts.span) / 1e9, 3435.948056, within: 1e-12))
    #expect(isClose(facts.variation, 13.151291, within: 1e-3))
  }

  @Test("Arrivals come in bursts, and the scenario is told so")
  func arrivals() throws {
    let report = try #require(try Self.times().arrivals)
    #expect(report.kind == .trace && report.alternative?.kind == .renewal)
    #expect(report.dispersions.allSatisfy { $0.index > 10 * $0.poisson.upperBound })
    let prediction = try #require(try Self.times().arrivalPrediction)
    #expect(isClose(prediction.rateError, 0.416, within: 0.01))
  }

  @Test("The scenario has the laws that the fits print")
  func scenario() throws {
    let file = Repository.root.appending(path: "scenarios/llm-fit.jsonc")
    let source = SourceText(name: "llm-fit.jsonc", bytes: Array(try Data(contentsOf: file)))
    let root = try #require(JSON5Reader.read(source).0)
    func written(_ text: String) throws -> String {
      JSONWriter.text(try #require(JSON5Reader.read(SourceText(name: "fit", text: text)).0))
    }
    let attributes = root["workloads"]?["coders"]?["attributes"]
    for (attribute, column) in [("context", "ContextTokens"), ("generated", "GeneratedTokens")] {
      let node = try #require(attributes?[attribute])
      let laws = try #require(try Self.tokens(column).laws)
      #expect(JSONWriter.text(node) == (try written(laws.recommended.text)), "\(attribute)")
    }
    let fitted = try #require(root["variants"]?["fitted"]?["workloads.coders.arrivals"])
    let arrivals = try #require(try Self.times().arrivals)
    #expect(JSONWriter.text(fitted) == (try written(try #require(arrivals.alternative).text)))
    let rate = root["variants"]?["poisson"]?["workloads.coders.arrivals"]?["rate"]?.string
    #expect(rate == "\(SignificantDigits.rounded(arrivals.rate, to: 5))/s")
  }

  @Test("The same bytes twice, as text and as JSON")
  func determinism() throws {
    func bytes() throws -> [String] {
      try [Self.tokens("GeneratedTokens"), Self.times()].flatMap { report in
        [
          FitText(report, name: "x", isVerbose: true).text,
          try FitJSON.text(report, file: "x", version: "0"),
        ]
      }
    }
    #expect(try bytes() == bytes())
  }
}
