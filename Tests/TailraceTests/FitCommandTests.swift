import Foundation
import Testing

/// `tailrace fit` from outside: exit codes, streams, bytes.
@Suite("tailrace fit") struct FitCommandTests {
  private static let azure = "scenarios/data/azure_llm_2023_code.csv"

  @Test(
    "Exit codes and streams",
    arguments: [
      (0, [azure, "--column", "ContextTokens", "--unit", "count"], "VERDICT", ""),
      (0, [azure, "--time", "TIMESTAMP", "--train", "50"], "\"arrivals\": ", ""),
      (2, [], "", "missing argument <measurements>"),
      (2, [azure], "", "say which with '--column'"),
      (2, [azure, "--column", "ContextTokens"], "", "does not tell its unit: give --unit ms"),
      (2, [azure, "--column", "Context"], "", "no column 'Context'; it has 'TIMESTAMP', "),
      (
        2, [azure, "--time", "TIMESTAMP", "--by", "TIMESTAMP", "--train", "50"], "",
        "'--train' does not go with '--count' or '--by'"
      ),
      (2, [azure, "--count", "ContextTokens"], "", "'--count' needs '--time'"),
      (2, [azure, "--train", "0", "--time", "TIMESTAMP"], "", "'--train' must be a whole number"),
      (2, [azure, "--format", "hdr"], "", "'--format' cannot be 'hdr'"),
      (2, [azure, "--time-format", "s"], "", "'--time-format' needs '--time COLUMN'"),
      (1, ["no/such.csv"], "", "error: cannot read 'no/such.csv': no such file"),
      (1, ["scenarios"], "", "error: cannot read 'scenarios': it is a folder"),
      (3, [azure, "--column", "TIMESTAMP", "--unit", "s"], "", ":2:1: error: \"2023-11-16"),
    ] as [(Int32, [String], String, String)])
  func codes(code: Int32, arguments: [String], output: String, errors: String) throws {
    let ended = try Program(["fit"] + arguments)
    #expect(ended.status == code)
    #expect(output.isEmpty ? ended.output.isEmpty : ended.output.contains(output))
    #expect(
      errors.isEmpty ? ended.errors.isEmpty : ended.errors.contains(errors), "\(ended.errors)")
  }

  @Test("A story: percentiles of another tool become a law, from a pipe")
  func story() throws {
    let ended = try Program(["fit", "-"], input: "p50: 8ms\np90: 24ms\np99: 60ms\n")
    #expect(ended.status == 0 && ended.errors.isEmpty)
    let lines = ended.output.split(separator: "\n")
    #expect(lines[0] == "standard input · 3 quantiles")
    #expect(lines.contains("MEASURED (ms)                  p50     p90     p99"))
    #expect(lines.contains { $0.hasPrefix("* lognormal ") })
    #expect(lines.contains { $0.hasPrefix("  lognormal: within ") && $0.hasSuffix(" up to p99") })
    #expect(lines.contains { $0.hasPrefix("  {\"type\": \"lognormal\", \"p50\": \"7.") })
    #expect(ended.output.contains("\nnote: nothing is known below p50 and above p99"))
    let quiet = try Program(["fit", "-", "-q"], input: "p50: 8ms\np90: 24ms\np99: 60ms\n")
    #expect(!quiet.output.contains("note:") && quiet.output.contains("VERDICT"))
    let bad = try Program(["fit", "-"], input: "p50: 8ms\np90: 2ms\n")
    #expect(bad.status == 3 && bad.output.isEmpty)
    #expect(
      bad.errors == "standard input:2:1: error: \"p90\" has a lower value than p50 below it\n")
  }

  @Test("A story: requests of two routes, then their counts by the minute")
  func groupsAndCounts() throws {
    var rows = "at_s,route,took_ms\n"
    var minutes = "minute,requests\n"
    for i in 0..<600 {
      rows += "\(i),\(i % 3 == 0 ? "write" : "read"),\(10 + i % 7)\n"
      minutes += "\(i),\(30 + i % 2)\n"
    }
    let arguments = ["fit", "-", "--column", "took_ms", "--time", "at_s", "--by", "route"]
    let grouped = try Program(arguments, input: rows)
    #expect(grouped.status == 0 && grouped.errors.isEmpty)
    let lines = grouped.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.contains { $0.prefix(4) == ["BY", "route", "rows", "share"] })
    #expect(lines.contains { $0.prefix(4) == ["read", "400", "66.7", "%"] })
    #expect(grouped.output.contains("\"class\": {\"read\": 400, \"write\": 200}"))
    #expect(grouped.output.contains("{\"type\": \"by_class\", \"classes\": {\"read\": "))
    let json = try Program(arguments + ["--json"], input: rows)
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let groups = try #require(root["groups"] as? [[String: Any]])
    #expect(groups.map { $0["name"] as? String } == ["read", "write"])
    #expect((groups[0]["law"] as? [String: Any])?["count"] as? Double == 400)

    let counts = [
      "fit", "-", "--time", "minute", "--time-format", "m", "--count", "requests",
    ]
    let counted = try Program(counts, input: minutes)
    #expect(counted.status == 0 && counted.errors.isEmpty)
    #expect(
      counted.output.hasPrefix(
        "standard input · requests · 18,300 requests in 600 intervals of 60 s\n"))
    #expect(
      counted.output.contains("\"arrivals\": {\"type\": \"constant\", \"rate\": \"0.50833/s\"}"))
    let facts = try Program(counts + ["--json"], input: minutes)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(facts.output.utf8)) as? [String: Any])
    #expect((document["counts"] as? [String: Any])?["kind"] as? String == "constant")
  }

  @Test("JSON for programs says what the text says")
  func json() throws {
    let arguments = ["fit", Self.azure, "--column", "GeneratedTokens", "--unit", "count"]
    let ended = try Program(arguments + ["--train", "50", "--json"])
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
    #expect(root["format_version"] as? Int == 1 && root["format"] as? String == "values")
    let law = try #require(root["law"] as? [String: Any])
    #expect(law["recommended"] as? String == "empirical")
    #expect((law["fits"] as? [Any])?.count ?? 0 >= 10)
    let verdict = try #require(law["verdict"] as? [String])
    let text = try Program(arguments + ["--train", "50"]).output
    let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(verdict.count == 2 && verdict.allSatisfy(words.contains))
    let prediction = try #require(law["prediction"] as? [String: Any])
    #expect(prediction["trained"] as? Int == 4_409 && prediction["tested"] as? Int == 4_410)
  }

  @Test("The same bytes twice, in any locale and with any number of cores")
  func bytes() throws {
    let arguments = ["fit", Self.azure, "--time", "TIMESTAMP", "--column", "ContextTokens"]
    let options = ["--unit", "count", "--train", "50", "-v"]
    let plain = try Program(arguments + options)
    let other = try Program(
      arguments + options,
      environment: ["LC_ALL": "de_DE.UTF-8", "LIBDISPATCH_COOPERATIVE_POOL_STRICT": "1"])
    #expect(plain.output == other.output && plain.output.contains("PREDICTION"))
  }

  @Test("Control characters of a file do not reach the terminal")
  func controls() throws {
    let ended = try Program(["fit", "-"], input: "v_ms\n\u{9B}31m\n")
    #expect(ended.status == 3 && ended.errors.contains("\\u{9B}31m"))
    let named = try Program(
      ["fit", "-", "--column", "a\u{202E}_ms"], input: "a\u{202E}_ms,b\n1,2\n")
    #expect(named.status == 0)
    #expect(!named.output.contains("\u{202E}"))
  }
}
