import Foundation

/// The built `tailrace`, run as its users run it.
struct Program {
  var status: Int32
  var output: String
  var errors: String

  static let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  static let path = folder.appending(path: "tailrace")

  /// Runs the program to its end.
  init(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws {
    let running = try Running(arguments, environment: environment)
    running.input.fileHandleForWriting.write(Data(input.utf8))
    self = try running.finish(closingInput: true)
  }

  fileprivate init(status: Int32, output: String, errors: String) {
    self.status = status
    self.output = output
    self.errors = errors
  }

  /// A run that goes on, to be interrupted.
  struct Running {
    let process = Process()
    fileprivate let input = Pipe()
    private let output: URL
    private let errors: URL
    private let place: URL

    /// Starts the program; one that `dies` with the tests does not outlive them by more than a
    /// second.
    init(
      _ arguments: [String], environment: [String: String] = [:], dies: Bool = false
    ) throws {
      place = try temporaryFolder()
      output = place.appending(path: "stdout")
      errors = place.appending(path: "stderr")
      for file in [output, errors] { try Data().write(to: file) }
      process.executableURL = Program.path
      process.arguments = arguments
      process.currentDirectoryURL = Library.root
      process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
      process.standardInput = input
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = try FileHandle(forWritingTo: errors)
      try process.run()
      if dies { try Self.watch(process.processIdentifier) }
    }

    /// Has a shell kill a program as soon as this process is gone, however it went.
    private static func watch(_ child: Int32) throws {
      let watchdog = Process()
      watchdog.executableURL = URL(filePath: "/bin/sh")
      watchdog.arguments = [
        "-c",
        "while kill -0 $2; do kill -0 $1 || kill -KILL $2; sleep 1; done",
        "watchdog", "\(ProcessInfo.processInfo.processIdentifier)", "\(child)",
      ]
      watchdog.standardInput = FileHandle.nullDevice
      watchdog.standardOutput = FileHandle.nullDevice
      watchdog.standardError = FileHandle.nullDevice
      try watchdog.run()
    }

    /// Whether the program has put its handlers in place; the system tells (Linux).
    var catchesSignals: Bool {
      let facts = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      guard let line = facts?.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") }),
        let mask = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16)
      else { return false }
      return mask & (1 << UInt64(SIGINT - 1)) != 0
    }

    /// What it has printed until now.
    var outputSoFar: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
    var errorsSoFar: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    func finish(closingInput: Bool = false) throws -> Program {
      if closingInput { try input.fileHandleForWriting.close() }
      let began = ContinuousClock.now
      while process.isRunning, .now - began < .seconds(60) { usleep(2_000) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      defer { try? FileManager.default.removeItem(at: place) }
      // A death by a signal it did not catch is told apart from an exit code.
      let code = process.terminationStatus
      return Program(
        status: process.terminationReason == .uncaughtSignal ? -code : code,
        output: try String(contentsOf: output, encoding: .utf8),
        errors: try String(contentsOf: errors, encoding: .utf8))
    }
  }
}

/// A new folder for a test, which removes it.
func temporaryFolder() throws -> URL {
  let place = FileManager.default.temporaryDirectory.appending(
    path: "tailrace-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
  return place
}
