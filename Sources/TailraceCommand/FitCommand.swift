import Tailrace
import TailraceCommandLine
import TailraceFit
import TailraceReports

/// `tailrace fit`: laws and arrivals for a scenario from measurements.
enum FitCommand {
  /// The largest error of a law that is recommended, in per cent, unless the user says otherwise.
  private static let tolerance = 10

  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let path = command.arguments[0]
    let name = ScenarioFile.name(of: path)
    let query = try query(of: command)
    let train = try command.integer("train", in: 1...99).map { Double($0) / 100 }
    let tolerance = try command.integer("tolerance", in: 1...100) ?? Self.tolerance
    let source: MeasurementSource = path == "-" ? .bytes(try Streams.read(path)) : .path(path)
    let report: FitReport
    do throws(MeasurementFailure) {
      report = try FitReport(
        try MeasurementReader.read(source, query), file: path == "-" ? nil : path, train: train,
        tolerance: Double(tolerance) / 100)
    } catch {
      return try refuse(error, path, name, command)
    }
    if command.has("json") {
      try Streams.printResult(
        try FitJSON.text(report, file: name, version: Tailrace.version))
    } else {
      let style = Style.standardOutput(try command.choice("color"))
      try Streams.printResult(
        FitText(
          report, name: name, hasColor: style.hasColor, isVerbose: command.has("verbose"),
          isQuiet: command.has("quiet")
        ).text)
    }
    return .success
  }

  private static func query(of command: ParsedCommand) throws(UsageError) -> MeasurementQuery {
    var query = MeasurementQuery()
    query.format = try command.choice("format")
    query.column = command.text("column")
    query.quantity = command.text("unit").flatMap { MeasuredQuantity(word: $0) }
    query.timeColumn = command.text("time")
    query.timeFormat = command.text("time-format").flatMap { TimeSpelling(word: $0) }
    query.metric = command.text("metric")
    query.countColumn = command.text("count")
    query.groupColumn = command.text("by")
    if query.timeFormat != nil, query.timeColumn == nil {
      throw UsageError("'--time-format' needs '--time COLUMN'", command: command.spec)
    }
    return query
  }

  /// Says why there is no report.
  private static func refuse(
    _ failure: MeasurementFailure, _ path: String, _ name: String, _ command: ParsedCommand
  ) throws -> ExitCode {
    switch failure {
    case .file(let reason): throw FileError("read", path, cause: reason)
    case .question(let message): throw UsageError(message.escapedForTerminal, command: command.spec)
    case .mistakes(let mistakes):
      for mistake in mistakes {
        Streams.printMessage(
          "\(name):\(mistake.line):\(mistake.column): error: "
            + "\(mistake.message.escapedForTerminal)\n")
      }
      return .invalidScenario
    }
  }
}
