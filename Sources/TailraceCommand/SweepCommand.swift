import Synchronization
import Tailrace
import TailraceCommandLine
import TailraceReports

/// `tailrace sweep`: every point of a grid, here or as one of many tasks.
enum SweepCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    if command.has("find-max") || command.has("find-min") {
      if command.has("max-wall") {
        throw UsageError(
          "'--max-wall' has no meaning for a search: a part of it finds nothing",
          command: command.spec)
      }
      return try PlanCommand.run(command, asSweep: true)
    }
    if command.has("variant") {
      throw UsageError("a sweep takes '--variants', not '--variant'", command: command.spec)
    }
    guard let job = try SweepJob.load(command) else { return .invalidScenario }
    if command.has("dry-run") {
      let runs = job.count * job.replications
      try Streams.printResult(
        "\(job.plan.points) × \(job.replications) replications = "
          + "\(runs) runs\n")
      return .success
    }
    if command.has("task-id") || command.has("task-count") || command.has("results") {
      return try SweepTask.run(job, command)
    }
    return try runHere(job, command)
  }

  /// All points in this process.
  ///
  /// With `-o` each finished point goes to a journal at once, and a killed sweep that is started
  /// again goes on behind it.
  private static func runHere(_ job: SweepJob, _ command: ParsedCommand) throws -> ExitCode {
    let timeUnit: TimeUnit? = try command.choice("time-unit")
    let jobs = try ExperimentOptions.jobs(command)
    let style = Style.standardOutput(try command.choice("color"))
    var known: [Int: String] = [:]
    var journal: AppendFile?
    try ExperimentOptions.prepareOutputs(command)
    if let folder = command.text("output") {
      guard let opened = try open(folder, job) else { return .failure }
      (known, journal) = opened
    }
    let wall = WallLimit(after: try ExperimentOptions.duration("max-wall", command))
    Interrupt.install()
    let began = ProgressLine.monotonicTime()
    let progress = ProgressLine.standardError(for: command)
    let gathered = Mutex(Gathered(rows: known))
    let rest = (0..<job.count).filter { known[$0] == nil }
    let total = job.count
    let file = journal
    progress.begin(done: known.count)
    let fault = job.run(rest, jobs: jobs, wall: wall) { point in
      gathered.withLock { all in
        all.rows[point.index] = point.rows
        do throws(FileError) {
          try file?.append(SweepJournal.entry(point.index, point.rows))
        } catch {
          all.failure = error
        }
        progress.update("points", done: all.rows.count, total: total)
      }
    }
    progress.finish()
    if let fault { return ExperimentOptions.report(fault) }
    let done = gathered.withLock { $0 }
    if let failure = done.failure { throw failure }
    if let code = Interrupt.exitCode {
      let kept = command.has("output") ? "; start it again to go on" : ""
      Streams.printMessage("\(done.rows.count) of \(total) points are done\(kept)\n")
      return code
    }
    let rows = (0..<total).compactMap { done.rows[$0] }
    let table = SweepRows(job.table, rows: rows)
    if rows.count < total { return try stopped(job, table, done: rows.count, command, style) }
    let text = table.text(
      hasVariants: job.plan.variants.count > 1, hasColor: style.hasColor, timeUnit: timeUnit)
    try ExperimentOptions.writeSet(command) {
      let plain = table.text(
        hasVariants: job.plan.variants.count > 1, hasColor: false, timeUnit: timeUnit)
      return try ReportFile.sweepSet(
        table.csv,
        text: "\(job.scenario) · \(job.plan.points)\n\n" + plain,
        json: try table.json(scenario: job.scenario), scenario: job.scenario, plan: job.digest,
        points: total, options: ExperimentOptions.ofResults(command),
        version: ExperimentOptions.version)
    }
    if command.text("html") == "-" {
      return table.failedThresholds == 0 ? .success : .thresholdFailed
    }
    if let folder = command.text("output") {
      try DurableFile.remove(folder + "/" + SweepJournal.fileName)
    }
    if let path = command.text("csv") {
      try FileSet.write(Array(table.csv.utf8), to: path)
      if path == "-" { return table.failedThresholds == 0 ? .success : .thresholdFailed }
    }
    if command.has("json") {
      try Streams.printResult(try table.json(scenario: job.scenario))
      progress.conclude(after: ProgressLine.monotonicTime() - began)
      return table.failedThresholds == 0 ? .success : .thresholdFailed
    }
    try Streams.printResult(
      "\(job.scenario) · \(job.plan.points) × \(job.replications) "
        + "replications\n\n" + text)
    progress.conclude(after: ProgressLine.monotonicTime() - began)
    return table.failedThresholds == 0 ? .success : .thresholdFailed
  }

  /// What a sweep leaves that its time did not suffice for: whole points, and a journal to go on.
  private static func stopped(
    _ job: SweepJob, _ table: SweepRows, done: Int, _ command: ParsedCommand, _ style: Style
  ) throws -> ExitCode {
    let kept = command.has("output") ? "; start it again to go on" : ""
    Streams.printMessage(
      "stopped by --max-wall: \(done) of \(job.count) points are done\(kept)\n")
    if let path = command.text("csv") { try FileSet.write(Array(table.csv.utf8), to: path) }
    if command.text("csv") == "-" || command.has("json") || done == 0 { return .limitReached }
    try Streams.printResult(
      "\(job.scenario) · PARTIAL: stopped by --max-wall · \(done) of \(job.plan.points) "
        + "× \(job.replications) replications\n\n"
        + table.text(
          hasVariants: job.plan.variants.count > 1, hasColor: style.hasColor,
          timeUnit: try command.choice("time-unit")))
    return .limitReached
  }

  /// Rows by point, and why they could not be kept.
  private struct Gathered {
    var rows: [Int: String]
    var failure: FileError?
  }

  /// What an earlier run of the same sweep has done, and the journal behind it; nil where the folder
  /// holds the journal of another sweep, which has been told.
  private static func open(
    _ folder: String, _ job: SweepJob
  ) throws -> ([Int: String], AppendFile)? {
    let path = folder + "/" + SweepJournal.fileName
    let head = SweepJournal.header(plan: job.digest, tool: Tailrace.version)
    guard let bytes = try DurableFile.read(path, limit: 1 << 32), !bytes.isEmpty else {
      let file = try AppendFile(path, keeping: 0)
      try file.append(head)
      return ([:], file)
    }
    guard let read = SweepJournal.read(bytes, plan: job.digest, tool: Tailrace.version) else {
      Streams.printMessage(
        "error: '\(path)' belongs to another sweep (the scenario, an option or the version "
          + "changed); remove it or choose another folder\n")
      return nil
    }
    let file = try AppendFile(path, keeping: read.whole)
    if read.whole == 0 { try file.append(head) }
    if !read.rows.isEmpty {
      Streams.printMessage("going on: \(read.rows.count) of \(job.count) points are done\n")
    }
    return (read.rows.filter { $0.key < job.count }, file)
  }
}
