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
    /// Processor time of the program: what a busy machine does not change.
    var work: Double
  }

  /// Processor time of all children that have ended.
  private static var childTime: Double {
    var usage = rusage()
    // RUSAGE_CHILDREN, whose type differs between C libraries.
    _ = unsafe getrusage(-1, &usage)
    let (user, system) = (usage.ru_utime, usage.ru_stime)
    return Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
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
    let before = childTime
    try process.run()
    // What the tests ask for fits into a pipe, so that one can be read after the other.
    let told = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let took = (ContinuousClock.now - began) / .seconds(1)
    return Ended(
      code: process.terminationStatus, output: String(decoding: told, as: UTF8.self),
      errors: String(decoding: complained, as: UTF8.self), seconds: took,
      work: childTime - before)
  }

  /// Runs it again and again, prints how long that took, and judges the least of its work: other
  /// tests' children may have been counted with it.
  static func time(
    _ name: String, _ count: Int, below limit: Double, _ run: () throws -> Ended
  ) rethrows {
    var seconds: [Double] = []
    var work: [Double] = []
    for _ in 0..<count {
      let ended = try run()
      seconds.append(ended.seconds * 1e3)
      work.append(ended.work * 1e3)
    }
    seconds.sort()
    work.sort()
    print(
      "\(name): \(count) runs, median \(seconds[count / 2]) ms, least \(seconds[0]) ms; "
        + "processor time \(work[0]) ms")
    #expect(work[0] < limit)
  }
}

@Suite(
  "The executable", .serialized,
  .enabled(if: Executable.isBuilt, "skipped: no executable beside the tests"))
struct ExecutableTests {
  @Test("Help comes at once")
  func help() throws {
    try Executable.time("tailrace --help", 20, below: 20) {
      let ended = try Executable.run("--help")
      #expect(ended.code == 0 && ended.output.contains("USAGE: tailrace <command>"))
      return ended
    }
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
    try Executable.time("50 mistakes in 1,000 lines", 20, below: 100) {
      let ended = try Executable.run("validate", file.path())
      #expect(ended.code == 3)
      #expect(ended.errors.hasSuffix("50 errors. Nothing was run.\n"))
      return ended
    }
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
    #expect(try Executable.run("explain", "SRPT").output.hasPrefix("SRPT: A 'discipline': "))
    let value = try Executable.run("explain", "running")
    #expect(value.output.hasPrefix("a value of 'cancel' in service:"))
    let path = try Executable.run("explain", "outlier_detection.interval")
    #expect(path.output.hasPrefix("in outlier_detection:\n  interval\n"))
    let foreign = try Executable.run("explain", "p2c")
    #expect(
      foreign.output.hasPrefix("p2c: here 'LEAST_REQUEST' (Finagle's p2c)\n\nLEAST_REQUEST: "))
    let table = try Executable.run("explain", "ADMISSION")
    #expect(table.output.hasPrefix("ADMISSION: A table of the summary. "))
    #expect(try Executable.run("explain", "panic").output.hasPrefix("BALANCERS: A table "))
    let slip = try Executable.run("explain", "replcas")
    #expect(slip.code == 2 && slip.errors.contains("did you mean 'replicas'?"))
  }

  @Test("Verbose text says why departures are events")
  func departures() throws {
    let ended = try Executable.run(
      "run", "-v", "scenarios/two-tier.jsonc", "--set", "run.duration=21s", "--replications", "1")
    #expect(
      ended.output.contains(
        """
        DEPARTURES
          db               computed on arrival
          web              events, since its slots are held during other steps

        """))
  }

  @Test("One file that cannot be read does not hide the mistakes of another")
  func validatesAll() throws {
    let ended = try Executable.run("validate", "nowhere.jsonc", "Tests/bad/three-errors.jsonc")
    #expect(ended.code == 1)
    #expect(ended.errors.contains("cannot read 'nowhere.jsonc'"))
    #expect(ended.errors.contains("Tests/bad/three-errors.jsonc: 3 errors. Nothing was run."))
  }
}
