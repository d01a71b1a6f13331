import Tailrace
import TailraceCommandLine
import TailraceReports

/// Options that all commands which simulate have in common.
enum ExperimentOptions {
  /// Applies seed, replications, percentiles and limits of the command line.
  static func apply(
    _ command: ParsedCommand, to experiment: inout Experiment, replicationsMax: Int
  ) throws(UsageError) {
    if let seed = try command.unsigned("seed") { experiment.seed = seed }
    if let count = try command.integer("replications", in: 1...10_000) {
      guard count <= replicationsMax else {
        throw command.error(
          "replications", "at most \(replicationsMax) here, to fit in memory", "\(count)")
      }
      experiment.replications = count
    }
    if let quantiles = try command.quantiles("percentiles") { experiment.quantiles = quantiles }
    if let events = try command.integer("max-events", in: 1...Int.max) {
      experiment.eventsMax = UInt64(events)
    }
    experiment.jobs = try jobs(command)
  }

  /// How narrow intervals have to be; nil where nobody asks.
  static func precision(
    _ command: ParsedCommand, replicationsMax: Int
  ) throws(UsageError) -> Precision? {
    let most = try command.integer("max-replications", in: 2...10_000)
    guard let text = command.text("until-ci") else {
      if most != nil {
        throw UsageError("'--max-replications' needs '--until-ci'", command: command.spec)
      }
      return nil
    }
    let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
    guard let percent = Double(digits), percent >= 0.01, percent <= 100 else {
      throw command.error("until-ci", "from 0.01% to 100%", text)
    }
    if let most, most > replicationsMax {
      throw command.error(
        "max-replications", "at most \(replicationsMax) here, to fit in memory", "\(most)")
    }
    return Precision(
      relative: percent / 100, replicationsMax: most ?? min(1_000, replicationsMax))
  }

  static func jobs(_ command: ParsedCommand) throws(UsageError) -> Int {
    try command.integer("jobs", in: 1...1_024) ?? Streams.coreCount
  }

  /// A duration such as `500ms`, at most a year; nil where the option is not given.
  static func duration(
    _ option: String, _ command: ParsedCommand
  ) throws(UsageError) -> UInt64? {
    guard let text = command.text(option) else { return nil }
    do throws(Diagnostic) {
      return try QuantityScanner.duration(
        Node.string(text, from: "--\(option)"), key: "--\(option)",
        in: 1...QuantityScanner.runMax)
    } catch { throw UsageError(error.message, command: command.spec) }
  }

  /// Makes the folders for results and sees that files can be written, so that nothing fails at the
  /// end of a run that could have failed before it.
  static func prepareOutputs(_ command: ParsedCommand) throws {
    for name in ["output", "csv", "html", "hdrplot", "requests"] {
      guard let place = command.text(name), let option = command.spec?.options.option(long: name)
      else { continue }
      if option.isFolder {
        if place == "-" || place.isEmpty {
          throw UsageError("'--\(name)' needs a folder, not '\(place)'", command: command.spec)
        }
        try FileSet.prepare(place)
      } else {
        try FileSet.check(place)
      }
    }
  }

  /// The options that bear on results; never jobs, places or colours.
  static func ofResults(_ command: ParsedCommand) -> [String: [String]] {
    var options: [String: [String]] = [:]
    for name in [
      "seed", "replications", "percentiles", "interval", "max-events", "max-wall", "time-unit",
      "variants",
      "until-ci", "max-replications", "find-max", "find-min",
    ] {
      if let text = command.text(name) { options[name] = [text] }
    }
    for name in ["set", "threshold", "fail-if", "param"] {
      let texts = command.texts(name)
      if !texts.isEmpty { options[name] = texts }
    }
    for name in ["independent", "cheapest"] where command.has(name) { options[name] = [] }
    return options
  }

  /// Writes the standard set into the folder that was asked for, and its report alone.
  ///
  /// - Parameters:
  ///   - command: the command line.
  ///   - make: makes the files, once, where any is asked for.
  /// - Throws: where a file cannot be made or written.
  static func writeSet(_ command: ParsedCommand, _ make: () throws -> [ReportFile]) throws {
    guard command.has("output") || command.has("html") else { return }
    let files = try make()
    if let folder = command.text("output") {
      try FileSet(files.map { .init(name: $0.name, contents: $0.contents) }).write(to: folder)
    }
    if let path = command.text("html"),
      let page = files.first(where: { $0.name == ReportFile.reportName })
    {
      try FileSet.write(page.contents, to: path)
    }
  }

  /// Tells of a broken invariant: the program is at fault.
  static func report(_ fault: Experiment.Fault) -> ExitCode {
    Streams.printMessage(
      "internal fault in replication \(fault.replication) of seed \(fault.seed): "
        + fault.violations.joined(separator: "; ") + "\n")
    return .failure
  }

  static var version: ToolVersion {
    ToolVersion(tool: Tailrace.version, format: SummaryJSON.schemaVersion)
  }
}
