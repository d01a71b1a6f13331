import Foundation
import Testing

/// The program itself, as a shell starts it; it stands beside the tests.
enum Executable {
  static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "tailrace")
  static let isBuilt = FileManager.default.isExecutableFile(atPath: path.path())

  struct Ended {
    var code: Int32
    var output: String
    var errors: String
    var seconds: Double
  }

  /// Runs it to its end.
  static func run(_ arguments: String...) throws -> Ended {
    let process = Process()
    process.executableURL = path
    process.arguments = arguments
    process.currentDirectoryURL = Library.root
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    let began = ContinuousClock.now
    try process.run()
    // What the tests ask for fits into a pipe, so that one can be read after the other.
    let told = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let took = (ContinuousClock.now - began) / .seconds(1)
    return Ended(
      code: process.terminationStatus, output: String(decoding: told, as: UTF8.self),
      errors: String(decoding: complained, as: UTF8.self), seconds: took)
  }

  /// Seconds of `count` runs, the shortest first; a busy machine gets more tries.
  static func times(_ count: Int, below limit: Double, _ run: () throws -> Double) rethrows
    -> [Double]
  {
    var times: [Double] = []
    while times.count < count || (times.count < 10 * count && times.min() ?? 1 >= limit) {
      times.append(try run())
    }
    return times.sorted()
  }
}

@Suite(
  "The executable", .serialized,
  .enabled(if: Executable.isBuilt, "skipped: no executable beside the tests"))
struct ExecutableTests {
  @Test("Help comes at once")
  func help() throws {
    let times = try Executable.times(20, below: 0.020) {
      let ended = try Executable.run("--help")
      #expect(ended.code == 0 && ended.output.contains("USAGE: tailrace <command>"))
      return ended.seconds
    }
    print("tailrace --help: median \(times[times.count / 2] * 1e3) ms, least \(times[0] * 1e3) ms")
    #expect(times[0] < 0.020)
  }

  @Test("Fifty mistakes in a thousand lines are told at once")
  func fiftyMistakes() throws {
    var text = "{ tailrace: 1, run: { duration: \"1s\" }, workloads: { w: {\n"
    text += "  arrivals: { type: \"poisson\", rate: \"1/s\" }, steps: [{ call: \"s0\" }] } },\n"
    text += "services: {\n"
    for i in 0..<199 {
      let key = i < 50 ? "replicsa" : "replicas"
      text += "  s\(i): {\n    \(key): 2,\n    concurrency: 4,\n"
      text += "    handler: [{ work: \"1ms\" }],\n  },\n"
    }
    text += "} }\n"
    let file = FileManager.default.temporaryDirectory
      .appending(path: "tailrace-fifty-\(ProcessInfo.processInfo.processIdentifier).jsonc")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let times = try Executable.times(5, below: 0.100) {
      let ended = try Executable.run("validate", file.path())
      #expect(ended.code == 3)
      #expect(ended.errors.hasSuffix("50 errors. Nothing was run.\n"))
      return ended.seconds
    }
    print("50 mistakes: median \(times[times.count / 2] * 1e3) ms, least \(times[0] * 1e3) ms")
    #expect(times[0] < 0.100)
  }

  @Test("A folder is listed with the question of each scenario")
  func listsFolder() throws {
    let ended = try Executable.run("list", "scenarios/")
    #expect(ended.code == 0)
    #expect(
      ended.output.contains(
        """
        scenarios/one-server.jsonc
          how long do requests take at one server that is busy 80 % of the time?
          variants: base

        """))
    #expect(!ended.output.contains("schema"))
    #expect(try Executable.run("list", "nowhere/").code == 1)
  }

  @Test("Every value of a file is explained with its source")
  func explainsFile() throws {
    let ended = try Executable.run(
      "explain", "scenarios/one-server.jsonc", "--set", "services.server.replicas=3")
    #expect(ended.code == 0)
    for line in [
      "\"seed\": 42,  // line 12\n", "\"replicas\": 3,  // --set\n",
      "\"max_depth\": 64  // default\n",
    ] { #expect(ended.output.contains(line), "\(line)") }
  }

  @Test("A word is explained wherever it stands: a component, a key, a value")
  func explainsWords() throws {
    #expect(try Executable.run("explain", "LEAST_REQUEST").output.contains("choice_count\n"))
    #expect(try Executable.run("explain", "max_length").output.contains("a loss system"))
    let value = try Executable.run("explain", "SRPT")
    #expect(value.output.hasPrefix("a value of 'discipline' in queue of a service:"))
    let slip = try Executable.run("explain", "replcas")
    #expect(slip.code == 2 && slip.errors.contains("did you mean 'replicas'?"))
  }

  @Test("One file that cannot be read does not hide the mistakes of another")
  func validatesAll() throws {
    let ended = try Executable.run("validate", "nowhere.jsonc", "Tests/bad/three-errors.jsonc")
    #expect(ended.code == 1)
    #expect(ended.errors.contains("cannot read 'nowhere.jsonc'"))
    #expect(ended.errors.contains("Tests/bad/three-errors.jsonc: 3 errors. Nothing was run."))
  }
}
