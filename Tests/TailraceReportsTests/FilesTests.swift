import Foundation
import TailraceExperiment
import TailraceTables
import Testing

@testable import TailraceReports

@Suite("Files for other programs")
struct FilesTests {
  @Test("JSON has explicit nulls, a version and percentiles by name")
  func summaryJSON() throws {
    let result = sampleResult(cutShort: .interrupted, down: [0, 6_000_000_000])
    let text = try SummaryJSON(result).text()
    #expect(text.contains("\"partial\": true"))
    #expect(text.contains("\"p99.99\": null"))
    #expect(text.contains("\"digest\": \"00abcdef01234567\""))
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let document = try #require(object as? [String: Any])
    #expect(document["schema_version"] as? Int == 1)
    let workloads = try #require(document["workloads"] as? [[String: Any]])
    let latency = try #require(workloads[0]["latency_ms"] as? [String: Any])
    #expect(latency["p99"] as? Double == 82.04)
    #expect(latency["p99.99"] is NSNull)
    let widths = try #require(workloads[0]["latency_ms_ci95"] as? [String: Any])
    #expect(widths["p99"] as? Double == 0.61)
    let services = try #require(document["services"] as? [[String: Any]])
    #expect(services[0]["wait_p99_ms"] as? Double == 3.25)
    #expect(services[1]["utilization_ratio"] is NSNull)
    #expect(services[1]["slots"] is NSNull)
    #expect(services[0]["down_ratio"] as? Double == 0.025)
    let breakdown = try #require(workloads[0]["breakdown"] as? [String: [[String: Any]]])
    #expect(breakdown["all"]?.count == 3)
  }

  @Test("Infinite numbers become null")
  func infinite() throws {
    var result = sampleResult()
    result.workloads[0].offered.value = .infinity
    #expect(try SummaryJSON(result).text().contains("\"offered_per_s\": null"))
  }

  @Test("JSON is laid out with care for text that looks like structure")
  func layout() {
    let compact = #"{"a":[],"b":{},"c":[1,{"x\"{,:":"\\"}],"d":null}"#
    let expected = """
      {
        "a": [],
        "b": {},
        "c": [
          1,
          {
            "x\\"{,:": "\\\\"
          }
        ],
        "d": null
      }
      """
    #expect(JSONText.laidOut(compact.utf8) == expected)
  }

  @Test(
    "Cells are quoted only where needed",
    arguments: [
      ("plain", "plain"), ("a b", "a b"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
      ("two\nlines", "\"two\nlines\""), ("\r\n", "\"\r\n\""), ("", ""), ("é", "é"),
    ])
  func quoting(cell: String, expected: String) {
    #expect(CSVWriter.quoted(cell) == expected)
  }

  @Test("Percentiles have one row a replication and empty cells where missing")
  func percentiles() {
    let rows = ReportTables.latencyPercentiles([sampleResult()]).split(separator: "\n")
    #expect(
      rows[0] == "scenario,variant,replication,seed,workload,outcome,quantile,inverse_tail,"
        + "latency_ms,count")
    #expect(rows.count { $0.contains(",0.99,") } == 10)
    #expect(
      rows[4] == "cache-vs-no-cache,cache,0,7,browse,success+degraded,0.99,100.0,82.040000,240001")
    #expect(rows[6].hasSuffix(",0.9999,10000.0,,240001"))
  }

  @Test("Latencies and replicas over time have a row for each interval and bucket or replica")
  func overTime() throws {
    let result = [sampleResult()]
    let head = "cache-vs-no-cache,cache,,7,"
    #expect(
      ReportTables.latencyOverTime(result).split(separator: "\n").dropFirst().map(String.init) == [
        head + "0.000000000,1.500000000,browse,success+degraded,1.000000,1.249999,7",
        head + "1.500000000,0.500000000,browse,success+degraded,80.000000,99.999999,2",
      ])
    #expect(
      try #require(ReportTables.replicasOverTime(result)).split(separator: "\n").dropFirst()
        .map(String.init) == [
          head + "0.000000000,1.500000000,db,0,1,0.25,4.0,0.5",
          head + "1.500000000,0.500000000,db,0,1,,0.0,0.0",
        ])
  }

  @Test("Each file has as many cells in a row as in its heading")
  func shapes() {
    for file in ReportTables.all([sampleResult(), sampleResult(replications: 1)]) {
      let rows = String(decoding: file.contents, as: UTF8.self).split(separator: "\n")
      let counts = Set(rows.map { $0.count { $0 == "," } })
      #expect(counts.count == 1, "\(file.name)")
      #expect(rows.count > 1, "\(file.name)")
      #expect(rows[0].hasPrefix("scenario,variant,replication,seed,"), "\(file.name)")
      #expect(!file.contents.isEmpty && file.contents.last == 10)
    }
  }

  @Test("Merged rows of the summary stand first and have an interval")
  func summaryRows() {
    let rows = ReportTables.summary([sampleResult()]).split(separator: "\n")
    let context = "cache-vs-no-cache,cache,"
    #expect(
      rows.contains("\(context),7,workload,browse,latency,p99,ms,82.040000,81.430000,82.650000,10")
    )
    #expect(rows.contains("\(context)3,7,workload,browse,latency,p99,ms,82.040000,,,1"))
    #expect(rows.contains("\(context)3,7,workload,browse,latency,p99.99,ms,,,,0"))
    #expect(rows.contains("\(context),7,workload,browse,latency,max,ms,808.250000,,,"))
  }

  @Test("Replicas by replication, then name")
  func serviceRows() {
    let result = sampleResult(down: [0, 6_000_000_000])
    let rows = ReportTables.services([result]).split(separator: "\n")
    let context = "cache-vs-no-cache,cache,0,7,db,0"
    let figures = "100,2,0,,0.25,0.5,7,0.2,3.000000,1.500000000"
    #expect(rows.count == 21)
    #expect(rows[1] == "\(context),0,\(figures),0.000000000")
    #expect(rows[2] == "\(context),1,\(figures),6.000000000")
  }

  @Test("A time series has a row for each interval and metric; missing is empty")
  func seriesRows() {
    let rows = ReportTables.timeSeries([sampleResult()]).split(separator: "\n")
    let context = "cache-vs-no-cache,cache,,7,"
    #expect(
      rows.dropFirst().elementsEqual([
        "\(context)0.000000000,1.500000000,workload,browse,offered,1/s,2000.5",
        "\(context)0.000000000,1.500000000,workload,browse,latency_p99,ms,82.000000",
        "\(context)1.500000000,0.500000000,workload,browse,offered,1/s,1999.0",
        "\(context)1.500000000,0.500000000,workload,browse,latency_p99,ms,",
      ]))
  }

  @Test("Calls by edge; requests with their parts, unfinished ones without an end")
  func detailRows() {
    let calls = ReportTables.calls([sampleResult()]).split(separator: "\n")
    #expect(calls.count == 11)
    #expect(
      calls[1] == "cache-vs-no-cache,cache,0,7,web,db,2000,2000,,,,3,40,1.500000,")
    let requests = ReportTables.requests([sampleResult()]).split(separator: "\n")
    #expect(
      requests.dropFirst().elementsEqual([
        "cache-vs-no-cache,cache,0,7,812345,browse,1.000000000,1.009000000,9.000000,success,,,,"
          + "2.000000,6.500000,0.500000,db",
        "cache-vs-no-cache,cache,0,7,812346,browse,1.000000500,,,unfinished,,,,,,,",
      ]))
  }

  @Test(
    "Standard vectors of SHA-256",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func sha256(message: String, expected: String) {
    #expect(HexText.of(SHA256.hash(Array(message.utf8))) == expected)
  }

  @Test("The manifest names every other file, the same bytes each time")
  func manifest() throws {
    func files() throws -> [ReportFile] {
      try ReportFile.standardSet(
        sampleResult(),
        scenario: ScenarioIdentity(source: Array("abc".utf8), resolvedJSON: #"{"b":[1.5,null]}"#),
        options: ["percentiles": ["50,99"]], version: ToolVersion(tool: "0.2.0", format: 1))
    }
    let set = try files()
    #expect(set == (try files()))
    #expect(set.last?.name == "manifest.json")
    let text = String(decoding: try #require(set.last).contents, as: UTF8.self)
    // FileSet of TailraceCommandLine knows its folders by this.
    #expect(text.contains("\"tool\": \"tailrace\""))
    #expect(text.contains("\"scenario_sha256\": \"ba7816bf"))
    #expect(text.contains("      1.5,\n      null"))
    for file in set.dropLast() { #expect(text.contains("\"name\": \"\(file.name)\"")) }
    #expect(set.map(\.name).contains("summary.csv"))
  }

  @Test("A resolved scenario that is not JSON is refused")
  func notJSON() {
    #expect(throws: (any Error).self) { try JSONTree(parsing: "{a: 1") }
  }
}
