import Foundation
import Tailrace
import Testing

@testable import TailraceModel
@testable import TailraceScenario

/// A folder with a trace beside a scenario that replays it.
struct TraceBench {
  let folder: URL

  init(_ trace: String) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(trace.utf8).write(to: folder.appending(path: "t.csv"))
  }

  func load(
    _ arrivals: String, workload: String = "", work: String = "'1ns'"
  ) throws -> Scenario.Variant {
    let text = """
      { tailrace: 1, run: { duration: "1h" },
        workloads: { w: {
          arrivals: { type: "trace", file: "t.csv", \(arrivals) }, \(workload)
          steps: [{ call: "s" }] } },
        services: { s: { concurrency: "unlimited", handler: [{ work: \(work) }] } } }
      """
    let scenario = try Scenario.load(
      SourceText(name: "bench.jsonc", text: text), folder: folder.path())
    return try #require(scenario.variants.first)
  }

  func run(
    _ arrivals: String, workload: String = "", work: String = "'1ns'", seed: UInt64 = 1,
    duration: UInt64 = 3_600_000_000_000
  ) throws -> Replication {
    defer { try? FileManager.default.removeItem(at: folder) }
    let variant = try load(arrivals, workload: workload, work: work)
    var settings = Replication.Settings(seed: seed, number: 0, window: 0..<duration)
    settings.keepsRequests = true
    let run = Replication.run(variant.topology, settings)
    #expect(run.violations.isEmpty)
    return run
  }
}

extension Replication {
  /// Instants of all requests, in milliseconds.
  fileprivate var milliseconds: [Double] {
    requests.sorted { $0.number < $1.number }.map { Double($0.began) / 1e6 }
  }
}

@Suite("Replayed traces") struct TraceTests {
  @Test("Times are read by their format, and the first is 0")
  func times() throws {
    let expected = [0, 0.5, 2.25]
    for (format, rows) in [
      ("format: 's'", ["17.0000", "17.0005", "17.00225"]),
      ("format: 'ms'", ["-1", "-0.5", "1.25"]),
      ("format: 'us'", ["1e3", "1.5e3", "3250"]),
      ("", ["2020-02-29 23:59:59.999", "2020-02-29T23:59:59.9995Z", "2020-03-01 00:00:00.00125"]),
    ] {
      let bench = try TraceBench("x,at\n" + rows.map { "1,\($0)\n" }.joined())
      let run = try bench.run("time: { column: 'at', \(format) }")
      #expect(run.milliseconds == expected, "\(format)")
    }
  }

  @Test("Rows at an interval; lines skipped, comments, no header")
  func interval() throws {
    let bench = try TraceBench("junk\n*\n7\n7\n*\n7\n")
    let run = try bench.run("interval: '20ms', header: false, skip_lines: 1, comment: '*'")
    #expect(run.milliseconds == [0, 20, 40])
  }

  @Test("Scale divides times; a loop goes on one mean gap behind the last row")
  func scaleAndLoop() throws {
    let text = "at\n10\n20\n40\n"
    let scaled = try TraceBench(text).run("time: { column: 'at', format: 'ms' }, scale: 2")
    #expect(scaled.milliseconds == [0, 5, 15])
    let looped = try TraceBench(text).run(
      "time: { column: 'at', format: 'ms' }, loop: true", duration: 100_000_000)
    #expect(looped.milliseconds == [0, 10, 30, 45, 55, 75, 90])
    let both = try TraceBench(text).run(
      "time: { column: 'at', format: 'ms' }, loop: true, scale: 0.5", duration: 100_000_000)
    #expect(both.milliseconds == [0, 20, 60, 90])
    let even = try TraceBench("a\n1\n1\n").run("interval: '7ms', loop: true", duration: 30_000_000)
    #expect(even.milliseconds == [0, 7, 14, 21, 28])
  }

  @Test("Counts stay in their intervals, each as many as the row says, the same for one seed")
  func counts() throws {
    let text = "n\n3\n0\n5\n1\n"
    let arrivals = "count: { column: 'n', interval: '10ms' }"
    func histogram(_ run: Replication) -> [Int] {
      run.milliseconds.reduce(into: [0, 0, 0, 0]) { $0[Int($1 / 10)] += 1 }
    }
    let run = try TraceBench(text).run(arrivals)
    #expect(histogram(run) == [3, 0, 5, 1])
    #expect(run.milliseconds == run.milliseconds.sorted())
    #expect(try TraceBench(text).run(arrivals).requests == run.requests)
    #expect(try TraceBench(text).run(arrivals, seed: 2).requests != run.requests)
    // Four and a half of nine: what is left over is carried on.
    #expect(try histogram(TraceBench(text).run(arrivals + ", scale: 0.5")) == [1, 0, 3, 0])
    #expect(try histogram(TraceBench(text).run(arrivals + ", scale: 2")) == [6, 0, 10, 2])
    // Rows that are missing in the file are quiet intervals.
    let gap = try TraceBench("at,n\n0,2\n30,4\n").run(
      "time: { column: 'at', format: 'ms' }, " + arrivals)
    #expect(histogram(gap) == [2, 0, 0, 4])
  }

  /// Kolmogorov-Smirnov against even placement, on one interval with many requests.
  @Test("Counts are placed evenly and independently")
  func placement() throws {
    let n = 20_000
    let run = try TraceBench("n\n\(n)\n").run("count: { column: 'n', interval: '1s' }")
    let places = run.requests.map { Double($0.began) / 1e9 }.sorted()
    #expect(places.count == n)
    var largest = 0.0
    for (i, place) in places.enumerated() {
      largest = max(largest, abs(place - (Double(i) + 0.5) / Double(n)))
    }
    // The 99.9 % point of the statistic; and it may not be better than chance either.
    #expect(largest < 1.95 / Double(n).squareRoot())
    #expect(largest > 0.35 / Double(n).squareRoot())
    // Gaps of even independent places are exponential but for the end: variation 1.
    let gaps = zip(places.dropFirst(), places).map { $0 - $1 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    #expect(abs(variance.squareRoot() / mean - 1) < 0.05)
  }

  @Test("Work from columns: a duration, and a base with so much for each unit")
  func work() throws {
    let text = "at,cost,tokens\n0,1.5,3\n1,0.25,0\n2,4,1.5\n"
    let column = try TraceBench(text).run(
      "time: { column: 'at', format: 's' }",
      work: "{ type: 'column', column: 'cost', unit: 'ms' }")
    #expect(column.requests.map { $0.ended - $0.began } == [1_500_000, 250_000, 4_000_000])
    let linear = try TraceBench(text).run(
      "time: { column: 'at', format: 's' }",
      workload: "attributes: { tokens: { type: 'column', column: 'tokens' }, two: 2 },",
      work: "{ type: 'linear', base: '1us', per: { tokens: '10us', two: '100us' } }")
    #expect(linear.requests.map { $0.ended - $0.began } == [231_000, 201_000, 216_000])
  }

  @Test("An attribute is drawn once for each request, however often it is used")
  func attributes() throws {
    let bench = try TraceBench("a\n" + String(repeating: "1\n", count: 200))
    let run = try bench.run(
      "interval: '1ms'",
      workload: "attributes: { size: { type: 'exponential', mean: 1000 } },",
      work: "{ type: 'linear', per: { size: '1us' } }, }, { work: { type: 'linear', "
        + "per: { size: '2us' } }")
    var seen: Set<UInt64> = []
    for request in run.requests {
      let latency = request.ended - request.began
      // Both pieces are rounded to whole nanoseconds.
      #expect(abs(Double(latency).remainder(dividingBy: 3)) <= 2)
      seen.insert(latency)
    }
    #expect(seen.count > 190)
  }

  @Test("Classes from a column, in any order of first meeting")
  func classes() throws {
    let text = "at,kind\n0,slow\n1,fast\n2,\"slow\"\n3,fast\n"
    let run = try TraceBench(text).run(
      "time: { column: 'at', format: 'ms' }", workload: "class: { column: 'kind' },",
      work: "{ type: 'by_class', classes: { fast: '1us', slow: '9us' } }")
    #expect(run.classes == ["fast", "slow"])
    let rows = run.requests.sorted { $0.number < $1.number }
    #expect(rows.map(\.classIndex) == [1, 0, 1, 0])
    #expect(rows.map { $0.ended - $0.began } == [9_000, 1_000, 9_000, 1_000])
  }

  @Test("Batches of a row share its columns")
  func batches() throws {
    let run = try TraceBench("at,c\n0,5\n10,7\n").run(
      "time: { column: 'at', format: 'ms' }, batch: 3",
      work: "{ type: 'column', column: 'c', unit: 'us' }")
    #expect(run.milliseconds == [0, 0, 0, 10, 10, 10])
    #expect(run.requests.map { $0.ended - $0.began } == [5_000, 5_000, 5_000, 7_000, 7_000, 7_000])
  }

  @Test("An empirical law draws the values of its file alike, sorted so that luck goes with size")
  func measured() throws {
    let text = "c\n" + (0..<1_000).map { "\(($0 * 37) % 50 + 1)\n" }.joined()
    let run = try TraceBench(text).run(
      "interval: '1s', loop: true",
      work: "{ type: 'empirical', file: 't.csv', column: 'c', unit: 'us' }",
      duration: 20_000_000_000_000)
    #expect(run.requests.count == 20_000)
    var counts = [Int](repeating: 0, count: 51)
    for request in run.requests {
      let latency = Int(request.ended - request.began)
      #expect(latency % 1_000 == 0)
      counts[latency / 1_000] += 1
    }
    // Chi-square with 49 degrees of freedom: 99.9 % lie below 85.4.
    let expected = 400.0
    let chi = counts[1...50].reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
    #expect(counts[0] == 0 && chi / expected < 85.4)
  }

  @Test("Keys are numbers where all of a column are, else the same key for the same text")
  func keys() throws {
    func words(_ text: String) throws -> [UInt64] {
      let bench = try TraceBench(text)
      defer { try? FileManager.default.removeItem(at: bench.folder) }
      var query = TraceQuery(path: bench.folder.appending(path: "t.csv").path())
      query.interval = 1
      query.columns = [ColumnName("k", .key)]
      var found: [UInt64] = []
      let survey = TraceSurvey(query)
      #expect(survey.mistakes.isEmpty)
      let replay = TraceReplay(query: query, survey: survey, shownPath: "t.csv")
      var chunk = TraceChunk()
      try TraceFileReader(replay).read(into: &chunk)
      found += chunk.words
      return found
    }
    #expect(try words("k\n7\n0\n9007199254740991\n7\n") == [7, 0, 9_007_199_254_740_991, 7])
    let texts = try words("k\n7\nuser-1\n7\nuser-2\nuser-1\n")
    #expect(texts[0] == texts[2] && texts[1] == texts[4] && Set(texts).count == 3)
    #expect(texts.allSatisfy { $0 < 1 << 53 })
  }

  /// Rows are read ahead in portions of 4,096: the seams must not show, nor early and late ends.
  @Test("Many rows, many in the system at once")
  func portions() throws {
    var text = "at,c\n"
    for i in 0..<10_000 { text += "\(i),\((i * 7_919) % 20_000 + 1)\n" }
    let run = try TraceBench(text).run(
      "time: { column: 'at', format: 'ms' }", work: "{ type: 'column', column: 'c', unit: 'ms' }")
    #expect(run.requests.count == 10_000)
    for request in run.requests {
      let i = Int(request.number)
      #expect(request.began == UInt64(i) * 1_000_000)
      #expect(request.ended - request.began == UInt64((i * 7_919) % 20_000 + 1) * 1_000_000)
    }
  }

  @Test("A file that has changed since it was checked is a fault of the run, not a wrong number")
  func changed() throws {
    let bench = try TraceBench("at\n1\n2\n")
    defer { try? FileManager.default.removeItem(at: bench.folder) }
    let variant = try bench.load("time: { column: 'at', format: 's' }")
    #expect(variant.inputs.map(\.path) == ["t.csv"])
    #expect(variant.inputs.map(\.byteCount) == [7])
    try Data("at\n1\nx\n".utf8).write(to: bench.folder.appending(path: "t.csv"))
    let run = Replication.run(
      variant.topology, Replication.Settings(seed: 1, number: 0, window: 0..<10_000_000_000))
    #expect(
      run.violations == ["t.csv:3:1: \"x\" is no number; the file has changed since it was checked"]
    )
  }

  @Test("A row that was added since is a fault too")
  func grown() throws {
    let bench = try TraceBench("at\n1\n2\n")
    defer { try? FileManager.default.removeItem(at: bench.folder) }
    let variant = try bench.load("time: { column: 'at', format: 's' }")
    try Data("at\n1\n2\n3\n".utf8).write(to: bench.folder.appending(path: "t.csv"))
    let settings = Replication.Settings(seed: 1, number: 0, window: 0..<10_000_000_000)
    for _ in 0..<2 {
      #expect(
        Replication.run(variant.topology, settings).violations == [
          "t.csv:4:1: a row more than there were; the file has changed since it was checked"
        ])
    }
  }
}
