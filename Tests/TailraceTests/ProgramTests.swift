import Foundation
import Testing

/// The program from outside: exit codes, streams, files.
@Suite("The program") struct ProgramTests {
  private static let short = ["--set", "run.duration=2s", "--set", "run.warm_up=1s"]
  private static let scenario = "scenarios/one-server.jsonc"

  /// PRODUCT's table of exit codes, as far as `run` and `validate` can give them.
  struct ExitCase: CustomTestStringConvertible, Sendable {
    var code: Int32
    var arguments: [String]
    /// What standard output and standard error hold; empty is nothing at all.
    var output: String
    var errors: String
    var testDescription: String { "\(code): tailrace \(arguments.joined(separator: " "))" }
  }

  static let exitCases: [ExitCase] = [
    ExitCase(code: 0, arguments: ["run", scenario] + short, output: "LATENCY", errors: ""),
    ExitCase(
      code: 0, arguments: ["run", scenario, "--json", "-q"] + short, output: "\"digest\"",
      errors: ""),
    ExitCase(
      code: 0, arguments: ["run", scenario, "--print-resolved"], output: "\"workloads\"",
      errors: ""),
    ExitCase(code: 0, arguments: ["check", scenario] + short, output: "M/M/1", errors: ""),
    ExitCase(
      code: 0, arguments: ["check", scenario, "-v"] + short, output: "Erlang 1917", errors: ""),
    ExitCase(
      code: 0, arguments: ["check", scenario, "--json", "-q"] + short, output: "\"theory\"",
      errors: ""),
    ExitCase(
      code: 2, arguments: ["check", scenario, "-o", "out"], output: "",
      errors: "unknown option '-o'"),
    ExitCase(
      code: 3, arguments: ["check", "Tests/bad/three-errors.jsonc"], output: "", errors: "error"),
    ExitCase(
      code: 4, arguments: ["check", scenario, "--max-events", "1000"] + short, output: "PARTIAL",
      errors: ""),
    ExitCase(code: 0, arguments: ["validate", scenario], output: ": valid; variants", errors: ""),
    ExitCase(code: 0, arguments: ["validate", "-q", scenario], output: "", errors: ""),
    ExitCase(code: 0, arguments: ["run", "--help"], output: "EXIT CODES", errors: ""),
    ExitCase(
      code: 0, arguments: ["run", scenario, "--threshold", "latency: p(99) < 1h"] + short,
      output: "✓ latency", errors: ""),
    ExitCase(
      code: 99, arguments: ["run", scenario, "--threshold", "latency: p(99) < 1us"] + short,
      output: "✗ 1 of 1 threshold failed (exit 99)", errors: ""),
    ExitCase(
      code: 99,
      arguments: ["run", scenario, "--json", "--threshold", "goodput: value > 1000000/s"] + short,
      output: "\"status\": \"fail\"", errors: ""),
    ExitCase(
      code: 3, arguments: ["run", scenario, "--threshold", "latncy: p(99)<1s"], output: "",
      errors: "did you mean 'latency'?"),
    ExitCase(code: 1, arguments: ["run", "no/such.jsonc"], output: "", errors: "no/such.jsonc"),
    ExitCase(
      code: 1, arguments: ["validate", "no/such.jsonc"], output: "", errors: "no/such.jsonc"),
    ExitCase(
      code: 1, arguments: ["run", scenario, "-o", "/dev/null/out"] + short, output: "",
      errors: "error: cannot create"),
    ExitCase(
      code: 1, arguments: ["run", scenario, "--requests", "/dev/null/r"] + short, output: "",
      errors: "/dev/null/r"),
    // Before anything is simulated: as long as this no test may take.
    ExitCase(
      code: 1,
      arguments: ["run", scenario, "--html", "/no/such/r.html", "--set", "run.duration=100000s"],
      output: "", errors: "error: cannot write '/no/such/r.html': no such file or folder"),
    ExitCase(
      code: 1, arguments: ["trace", scenario, "-o", "/", "--set", "run.duration=100000s"],
      output: "", errors: "error: cannot write '/': it is a folder"),
    ExitCase(code: 2, arguments: [], output: "", errors: "tailrace"),
    ExitCase(code: 2, arguments: ["run"], output: "", errors: "usage: tailrace run"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "--sed", "4"], output: "",
      errors: "unknown option '--sed'; did you mean '--seed'?"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "--seed", "x"], output: "", errors: "'--seed' must be"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "--variant", "bsae"], output: "",
      errors: "no variant 'bsae'; did you mean 'base'?"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "-o", "/dev/null/x", "--interval", "4"], output: "",
      errors: "'--interval' needs a unit"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "-o", "/dev/null/x", "--interval", "1us"], output: "",
      errors: "110000000 intervals x 2 workloads and services = 220000000; at most 100000"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "--interval", "1s"], output: "",
      errors: "'--interval' needs '--output', '--csv' or '--html'"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "--sample", "10"], output: "",
      errors: "'--sample' needs '--requests FILE'"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "-o", "-"] + short, output: "",
      errors: "'--output' needs a folder, not '-'"),
    ExitCase(
      code: 2, arguments: ["run", scenario, "--csv", ""] + short, output: "",
      errors: "'--csv' needs a folder, not ''"),
    ExitCase(
      code: 2, arguments: ["validate", scenario, "--variant", "other"], output: "",
      errors: "no variant 'other'; there is only base"),
    ExitCase(
      code: 2, arguments: ["validate", scenario, "--variant", "other", "--json"], output: "",
      errors: "no variant 'other'"),
    ExitCase(
      code: 2, arguments: ["compare", scenario], output: "",
      errors: "the file has one variant only"),
    ExitCase(code: 2, arguments: ["validate"], output: "", errors: "usage: tailrace validate"),
    ExitCase(
      code: 3, arguments: ["run", "Tests/bad/arrivals-renewal-zero.jsonc"], output: "",
      errors: "Nothing was run."),
    ExitCase(
      code: 3, arguments: ["validate", "Tests/bad/arrivals-renewal-zero.jsonc", scenario],
      output: "one-server.jsonc: valid", errors: "Nothing was run."),
    ExitCase(
      code: 3, arguments: ["run", scenario, "--set", "run.interval=1h"], output: "",
      errors: "'interval' must not be longer than 'duration'"),
    ExitCase(
      code: 4, arguments: ["run", scenario, "--max-events", "1000"] + short,
      output: "PARTIAL: stopped by --max-events", errors: ""),
  ]

  @Test(
    "Every exit code, with results on standard output and talk on standard error",
    arguments: exitCases)
  func exitCodes(_ example: ExitCase) throws {
    let program = try Program(example.arguments)
    #expect(program.status == example.code)
    #expect(
      example.output.isEmpty ? program.output.isEmpty : program.output.contains(example.output))
    #expect(
      example.errors.isEmpty ? program.errors.isEmpty : program.errors.contains(example.errors))
    #expect(!(program.output + program.errors).contains("\u{1B}"), "no colour in a pipe")
  }

  @Test("A scenario from standard input; NO_COLOR and --color")
  func streams() throws {
    let text = try String(contentsOf: Library.root.appending(path: Self.scenario), encoding: .utf8)
    let piped = try Program(["run", "-"] + Self.short, input: text)
    #expect(piped.output == (try Program(["run", Self.scenario] + Self.short).output))
    let colored = try Program(["run", Self.scenario, "--color", "always"] + Self.short)
    #expect(colored.output.contains("\u{1B}"))
    // In a terminal of the system's `script`, where colours are the default.
    let plain = try terminal(["NO_COLOR": "1", "TERM": "xterm"])
    let vivid = try terminal(["TERM": "xterm"])
    if let plain, let vivid {
      #expect(!plain.contains("\u{1B}["))
      #expect(vivid.contains("\u{1B}["))
      #expect(plain.contains("\rwriting") && plain.hasSuffix(" s\r\n"), "progress; took 0.1 s")
    }
  }

  /// What a run shows in a terminal; nil where the machine has no `script`.
  private func terminal(_ environment: [String: String]) throws -> String? {
    let script = "/usr/bin/script"
    guard FileManager.default.isExecutableFile(atPath: script) else { return nil }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: script)
    let words = [Program.path.path, "run", Self.scenario] + Self.short
    process.arguments = ["-qec", words.joined(separator: " "), "/dev/null"]
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    process.currentDirectoryURL = Library.root
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  @Test("validate and run refuse the same files in the same words")
  func sameRefusals() throws {
    let folder = Library.root.appending(path: "Tests/bad")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".jsonc") }.sorted()
    // One in five from outside; all of them go through the same function in BadScenarioTests.
    for (i, name) in names.enumerated() where i % 5 == 0 {
      let checked = try Program(["validate", "Tests/bad/\(name)"])
      let ran = try Program(["run", "Tests/bad/\(name)"])
      #expect(checked.status == 3 && ran.status == 3, "\(name)")
      #expect(checked.errors == ran.errors, "\(name)")
      #expect(checked.output.isEmpty && ran.output.isEmpty, "\(name)")
    }
  }

  @Test("Requests on standard output stand alone; a sample is as large as asked for")
  func requests() throws {
    let program = try Program(
      ["run", Self.scenario, "--requests", "-", "--sample", "20", "--replications", "3"]
        + Self.short)
    let rows = program.output.split(separator: "\n")
    #expect(rows.count == 61)
    #expect(rows[0].hasPrefix("scenario,variant,replication,seed,request_id,workload,arrived_s"))
  }
}
