import Foundation
import Testing

@testable import TailraceModel
@testable import TailraceScenario

/// The first replication streams the file, the second reads it for all that follow.
@Suite("Traces that replications share") struct SharedTraceTests {
  @Test(
    "The third needs no file and replays the same rows",
    arguments: [
      "time: { column: 'at', format: 'ms' }", "time: { column: 'at', format: 'ms' }, scale: 0.7",
      "time: { column: 'at', format: 'ms' }, loop: true",
      "time: { column: 'at', format: 'ms' }, count: { column: 'n', interval: '1ms' }, scale: 1.5",
    ])
  func shared(_ arrivals: String) throws {
    var text = "at,n,kind,c\n"
    for i in 0..<5_000 { text += "\(i),\(i % 3),k\(i % 4),\(i * 7_919 % 50 + 1)\n" }
    let bench = try TraceBench(text)
    defer { try? FileManager.default.removeItem(at: bench.folder) }
    let variant = try bench.load(
      arrivals, workload: "class: { column: 'kind' },",
      work: "{ type: 'column', column: 'c', unit: 'us' }")
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<12_000_000_000)
    settings.keepsRequests = true
    var runs: [[UInt64]] = []
    for turn in 0..<3 {
      if turn == 2 { try FileManager.default.removeItem(at: bench.folder) }
      let run = Replication.run(variant.topology, settings)
      #expect(run.violations.isEmpty)
      runs.append(run.requests.flatMap { [$0.number, $0.began, $0.ended] })
    }
    #expect(runs[0].count > 10_000 && runs[1] == runs[0] && runs[2] == runs[0])
  }

  @Test("What is kept counts as memory")
  func counted() throws {
    let bench = try TraceBench("at,c\n1,1\n2,1\n3,1\n")
    defer { try? FileManager.default.removeItem(at: bench.folder) }
    let variant = try bench.load(
      "time: { column: 'at', format: 'ms' }", work: "{ type: 'column', column: 'c', unit: 'us' }")
    let parts = Footprint(variant.topology, pairs: 0, policies: 0).parts
    let rows = try #require(parts.first { $0.what == "rows of the trace of 'w'" })
    // Three words: instant, count, cost.
    #expect(rows.count == 3 && rows.bytes == 24)
  }

  @Test("Rows beyond the budget are streamed, and those of one file are kept once")
  func budget() {
    var survey = TraceSurvey.columns(of: TraceQuery(path: "/nowhere"))
    survey.rows = 10
    var library = TraceLibrary()
    library.bytesLeft = 2 * 160 + 159
    let kept = ["a", "b", "a", "c", "b"].map { library.shelf(TraceQuery(path: $0), survey) }
    #expect(kept.map { $0 != nil } == [true, true, true, false, true])
    #expect(kept[0] === kept[2] && kept[1] === kept[4] && kept[0] !== kept[1])
  }
}
