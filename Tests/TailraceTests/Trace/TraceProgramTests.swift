import Foundation
import Testing

@Suite("The program: trace") struct TraceProgramTests {
  private static let scenario = "scenarios/one-server.jsonc"
  private static let short = [
    "--set", "run.duration=2s", "--set", "run.warm_up=1s", "--replications", "2",
  ]

  static let refusals: [(code: Int32, arguments: [String], errors: String)] = [
    (2, ["--slowest", "0"], "'--slowest' must be a whole number from 1 to 1000, not '0'"),
    (2, ["--slowest", "1001"], "'--slowest' must be a whole number from 1 to 1000"),
    (2, ["--slowest", "2", "--request", "3"], "'--slowest' and '--request' exclude each other"),
    (2, ["--request", "3-4"], "'--request' must be a number, such as 812345, not '3-4'"),
    (2, ["--request", "3", "--request", "3"], "'--request' names 3 twice"),
    (2, ["--workload", "user"], "no workload 'user'; did you mean 'users'?; there is users"),
    (2, ["--replication", "2"], "'--replication' must be a whole number from 0 to 1, not '2'"),
    (2, ["--format", "perfetto"], "'--format' cannot be 'perfetto'"),
    (2, ["--format", "otlp", "--time-unit", "ms"], "'--time-unit' is for text only"),
    (3, ["--request", "9999999"], "no request 9999999 of users in replication 0: numbers go"),
    (1, ["-o", "/dev/null/x"], "/dev/null/x"),
  ]

  @Test("What cannot be traced is refused in plain words", arguments: refusals)
  func refused(_ refusal: (code: Int32, arguments: [String], errors: String)) throws {
    let program = try Program(["trace", Self.scenario] + Self.short + refusal.arguments)
    #expect(program.status == refusal.code)
    #expect(program.output.isEmpty)
    #expect(program.errors.contains(refusal.errors), "\(program.errors)")
  }

  @Test("Requests of a closed loop are named by client and turn; of several workloads by both")
  func names() throws {
    let closed = ["trace", "scenarios/closed-loop.jsonc"] + Self.short
    let found = try Program(closed + ["--request", "2-0"])
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("request 2-0 of "))
    let wrong = try Program(closed + ["--request", "5"])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("'--request' must be client-turn, such as 3-17, not '5'"))
    let unknown = try Program(closed + ["--request", "2-999999"])
    #expect(unknown.status == 3)
    #expect(unknown.errors.contains("clients go from 0 to "))
  }

  @Test("Every format, to a file and to standard output, without a word on standard error")
  func formats() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    for format in ["text", "chrome", "folded", "otlp"] {
      let line = ["trace", Self.scenario, "--slowest", "3", "--format", format] + Self.short
      let shown = try Program(line)
      #expect(shown.status == 0 && shown.errors.isEmpty && !shown.output.isEmpty)
      let file = place.appending(path: format)
      let written = try Program(line + ["-o", file.path()])
      #expect(written.output.isEmpty)
      #expect(try String(contentsOf: file, encoding: .utf8) == shown.output)
    }
  }

  @Test("Tests/tools/trace_ok.py accepts a scatter's trace, and refuses one that was bent")
  func tool() throws {
    let python = "/usr/bin/python3"
    guard FileManager.default.isExecutableFile(atPath: python) else { return }
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let file = place.appending(path: "t.json")
    let traced = try Program(
      ["trace", "scenarios/scatter-gather-100.jsonc", "--slowest", "5"]
        + ["--set", "run.duration=12s", "--replications", "2", "-o", file.path()])
    #expect(traced.status == 0, "\(traced.errors)")
    func check(_ file: URL) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(filePath: python)
      let script = Library.root.appending(path: "Tests/tools/trace_ok.py")
      process.arguments = [script.path(), file.path()]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(try check(file) == 0)
    let text = try String(contentsOf: file, encoding: .utf8)
    for (old, new) in [
      ("\"ph\":\"e\"", "\"ph\":\"b\""), ("\"ph\":\"s\"", "\"ph\":\"f\""),
      ("\"displayTimeUnit\":\"ns\"", "\"displayTimeUnit\":\"ms\""), ("\"dur\":", "\"dur\":9"),
    ] {
      let bent = place.appending(path: "bent.json")
      let range = try #require(text.range(of: old, options: .backwards))
      try text.replacingCharacters(in: range, with: new).write(
        to: bent, atomically: true, encoding: .utf8)
      #expect(try check(bent) == 1, "\(old)")
    }
  }
}
