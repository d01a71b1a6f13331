import Foundation
import Testing

/// A row of `Tests/Fixtures/expectations.md`: what users expect, and a check in the shell.
struct Expectation: Sendable, CustomTestStringConvertible {
  enum Priority: Character {
    case must = "M"
    case should = "S"
    case could = "C"
  }

  var number: Int
  var priority: Priority
  var wish: String
  /// Programs and, as `python:name`, packages of Python.
  var needs: [String]
  /// Lines for bash; the exit code 0 says that users have what they expect.
  var check: String

  var testDescription: String { "\(number) \(priority.rawValue) \(wish)" }

  static let file = Library.root.appending(path: "Tests/Fixtures/expectations.md")

  /// All rows, in the file's order; what is not read as a row is missed by its number.
  static let all: [Expectation] = {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "\n### ").dropFirst().compactMap(read)
  }()

  private static func read(_ part: String) -> Expectation? {
    let blocks = part.components(separatedBy: "\n```")
    let head = blocks[0].split(separator: "\n")
    let words = head[0].split(separator: " ", maxSplits: 2)
    guard words.count == 3, let number = Int(words[0]), words[1].count == 1,
      let priority = Priority(rawValue: words[1].first!),
      blocks.count == 3, blocks[1].hasPrefix("sh\n")
    else { return nil }
    let check = String(blocks[1].dropFirst(3))
    var needs = head.filter { $0.hasPrefix("Needs: ") }
      .flatMap { $0.dropFirst(7).split(separator: " ").map(String.init) }
    if check.contains("$PY") { needs.append("python:json") }
    return Expectation(
      number: number, priority: priority, wish: String(words[2]), needs: needs, check: check)
  }

  /// The first of its needs that this machine has not.
  var missing: String? {
    needs.first { need in
      let name = need.split(separator: ":").last!
      return need.hasPrefix("python:")
        ? !Tools.succeeds("\"\(Tools.python)\" -c 'import \(name)'")
        : !Tools.succeeds("command -v \(name)")
    }
  }

  /// Runs the check in an empty folder, as its preface says.
  ///
  /// - Returns: the exit code, 124 where five minutes were not enough, and what was printed.
  func run(program: String = Program.path.path()) throws -> (status: Int32, text: String) {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let printed = folder.appendingPathExtension("txt")
    try Data().write(to: printed)
    defer { try? FileManager.default.removeItem(at: printed) }
    let root = Library.root.path()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", "-c", check]
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging([
      "T": program, "EX": root + "scenarios", "FX": root + "Tests/Fixtures",
      "BAD": root + "Tests/bad", "TOOLS": root + "Tests/tools", "PY": Tools.python,
    ]) { $1 }
    process.standardInput = FileHandle.nullDevice
    let output = try FileHandle(forWritingTo: printed)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let began = ContinuousClock.now
    while process.isRunning, .now - began < .seconds(300) { usleep(5_000) }
    let isLate = process.isRunning
    if isLate { process.terminate() }
    process.waitUntilExit()
    let text = try String(contentsOf: printed, encoding: .utf8)
    return (isLate ? 124 : process.terminationStatus, text)
  }
}

/// The table of what users expect, row by row, run as users would.
@Suite("What users expect", .serialized) struct ExpectationTests {
  @Test("Every expectation holds", arguments: Expectation.all)
  func holds(_ row: Expectation) throws {
    if let missing = row.missing {
      print("expectation \(row.number) is skipped: no \(missing)")
      try Test.cancel("no \(missing)")
    }
    let (status, text) = try row.run()
    #expect(status == 0, "\(row.testDescription): exit code \(status)\n\(text.suffix(2_000))")
  }

  @Test("The table has 53 rows, each once")
  func whole() {
    #expect(Expectation.all.map(\.number).sorted() == Array(1...53))
    #expect(Set(Expectation.all.map(\.wish)).count == 53)
  }

  @Test(
    "No check holds for a program that does nothing, well or badly",
    arguments: ["true", "false"])
  func canFail(program: String) throws {
    for row in Expectation.all {
      let (status, _) = try row.run(program: program)
      #expect(status != 0, "\(row.testDescription)")
    }
  }
}
