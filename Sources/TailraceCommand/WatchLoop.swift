import Tailrace
import TailraceCommandLine
import TailraceReports

/// `tailrace run --watch`: run, wait for a save, run again, and tell what that changed.
enum WatchLoop {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    try check(command)
    Interrupt.install()
    let isTerminal = Streams.isTerminal(1) && Streams.environment("TERM") != "dumb"
    let style = Style.standardOutput(try command.choice("color"))
    let timeUnit: TimeUnit? = try command.choice("time-unit")
    var paths = [command.arguments[0]]
    var last: RunResult?
    var isFirst = true
    while true {
      if isTerminal {
        try Streams.printResult("\u{1B}[2J\u{1B}[H")
      } else if !isFirst {
        try Streams.printResult("\n")
      }
      var read: [String: [UInt8]] = [:]
      do {
        let (source, scenario) = try ScenarioFile.load(command)
        read[paths[0]] = source.bytes
        if let scenario {
          let variant = try ScenarioFile.variant(of: scenario, command)
          paths = [paths[0]] + variant.inputs.map { beside($0.path, paths[0]) }
          _ = try RunCommand.run(source, scenario, command) { result in
            if let last, result.cutShort == nil {
              try Streams.printResult(
                "\n"
                  + ComparisonText.change(
                    from: last, to: result, hasColor: style.hasColor, timeUnit: timeUnit))
            }
            if result.cutShort == nil { last = result }
          }
        }
      } catch let error as UsageError {
        // A wrong command line stays wrong; what a later save makes wrong may be mended.
        if isFirst { throw error }
        Streams.printMessage(error.text)
      } catch let error as FileError {
        if isFirst { throw error }
        Streams.printMessage(error.text)
      }
      if let code = Interrupt.exitCode { return code }
      isFirst = false
      if !command.has("quiet") {
        let files = paths.count == 1 ? paths[0] : "\(paths.count) files"
        Streams.printMessage("watching \(files); Ctrl-C ends\n")
      }
      var watch = FileWatch(paths, read: read)
      guard watch.wait(shouldStop: { Interrupt.isRequested }) else {
        return Interrupt.exitCode ?? .success
      }
    }
  }

  /// What cannot be watched, or says nothing about changes.
  private static func check(_ command: ParsedCommand) throws(UsageError) {
    if command.arguments[0] == "-" {
      throw UsageError("'--watch' needs a file, not standard input", command: command.spec)
    }
    for option in ["json", "print-resolved"] where command.has(option) {
      throw UsageError("'--watch' and '--\(option)' exclude each other", command: command.spec)
    }
    for option in ["requests", "hdrplot"] where command.text(option) == "-" {
      throw UsageError(
        "'--watch' and '--\(option) -' both want standard output", command: command.spec)
    }
  }

  /// A file that the scenario names, from where the program runs.
  private static func beside(_ path: String, _ scenario: String) -> String {
    guard !path.hasPrefix("/"), let slash = scenario.lastIndex(of: "/") else { return path }
    return scenario[...slash] + path
  }
}
