import Synchronization
import Tailrace
import TailraceCommandLine
import TailraceReports

/// One of the tasks that a sweep is cut into, and the folder of all of them.
struct SweepTask {
  let job: SweepJob
  let count: Int
  let folder: String

  /// The tasks of the command line.
  init(_ job: SweepJob, _ command: ParsedCommand) throws(UsageError) {
    for option in ["task-count", "results"] where !command.has(option) {
      throw UsageError("'--\(option)' is needed", command: command.spec)
    }
    self.job = job
    folder = command.text("results") ?? ""
    if folder.isEmpty || folder == "-" {
      throw UsageError("'--results' needs a folder, not '\(folder)'", command: command.spec)
    }
    count = try command.integer("task-count", in: 1...1_000_000) ?? 1
    guard count <= job.count else {
      throw UsageError(
        "'--task-count' is \(count), but there are only \(job.count) points to share",
        command: command.spec)
    }
  }

  // MARK: One task

  /// Runs one task, unless its part is already there and whole.
  static func run(_ job: SweepJob, _ command: ParsedCommand) throws -> ExitCode {
    for option in ["output", "csv", "time-unit"] where command.has(option) {
      throw UsageError(
        "'--\(option)' has no meaning for a part of a sweep", command: command.spec)
    }
    let tasks = try SweepTask(job, command)
    let task = try number(command, of: tasks.count)
    if case .success = try tasks.read(task) { return .success }
    try FileSet.prepare(tasks.folder)
    let wall = WallLimit(after: try ExperimentOptions.duration("max-wall", command))
    Interrupt.install()
    let points = Array(
      SweepShard.points(task: task, of: tasks.count, among: job.count))
    let rows = Mutex<[Int: String]>([:])
    let jobs = try command.integer("jobs", in: 1...1_024) ?? 1
    let fault = job.run(points, jobs: jobs, wall: wall) { point in
      rows.withLock { $0[point.index] = point.rows }
    }
    if let fault { return ExperimentOptions.report(fault) }
    if let code = Interrupt.exitCode { return code }
    let done = rows.withLock { $0 }
    if done.count < points.count {
      Streams.printMessage(
        "stopped by --max-wall: \(done.count) of \(points.count) points; a part is written when "
          + "it is whole\n")
      return .limitReached
    }
    try DurableFile.write(
      SweepShard.contents(
        plan: job.digest, tool: Tailrace.version, task: task, of: tasks.count,
        rows: points.compactMap { point in done[point].map { (point, $0) } }),
      to: tasks.path(task))
    return .success
  }

  /// Variables in which engines tell a task its number, counted from 0; the first that is set holds.
  static let variables = [
    "TAILRACE_TASK_ID", "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "PBS_ARRAY_INDEX",
    "AWS_BATCH_JOB_ARRAY_INDEX",
  ]

  private static func number(
    _ command: ParsedCommand, of count: Int
  ) throws(UsageError) -> Int {
    guard var text = command.text("task-id") else {
      throw UsageError("'--task-id' is needed: a number from 0, or auto", command: command.spec)
    }
    var name = "'--task-id'"
    if text == "auto" {
      guard
        let variable = variables.first(where: {
          Streams.environment($0).map { !$0.isEmpty } ?? false
        })
      else {
        throw UsageError(
          "'--task-id auto' finds none of \(variables.joined(separator: ", "))",
          command: command.spec)
      }
      text = Streams.environment(variable) ?? ""
      name = variable
    }
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let task = Int(text),
      task < count
    else {
      throw UsageError(
        "\(name) must be from 0 to \(count - 1), not '\(text)'", command: command.spec)
    }
    return task
  }

  // MARK: All tasks

  /// The file of a task.
  func path(_ task: Int) -> String { folder + "/" + SweepShard.name(task: task, of: count) }

  /// The largest part that is read: 1 GiB.
  private static let sizeMax = 1 << 30

  /// The rows of a part, or why it cannot be used.
  func read(
    _ task: Int
  ) throws(FileError) -> Result<[(point: Int, text: ArraySlice<UInt8>)], Absence> {
    guard let bytes = try DurableFile.read(path(task), limit: Self.sizeMax) else {
      return .failure(Absence(reason: "absent"))
    }
    do throws(SweepShard.Defect) {
      return .success(
        try SweepShard.read(
          bytes, plan: job.digest, tool: Tailrace.version, task: task, of: count,
          among: job.count))
    } catch {
      return .failure(Absence(reason: error.words))
    }
  }

  /// Why a part is not there.
  struct Absence: Error { let reason: String }

  /// The tasks without a whole part, each with the reason.
  func absent() throws(FileError) -> [(task: Int, reason: String)] {
    var absent: [(task: Int, reason: String)] = []
    for task in 0..<count {
      if case .failure(let absence) = try read(task) { absent.append((task, absence.reason)) }
    }
    return absent
  }

  /// Numbers as `sbatch --array` takes them: `3-5,39`.
  static func ranges(_ numbers: [Int]) -> String {
    var parts: [String] = []
    var first = 0
    while first < numbers.count {
      var last = first
      while last + 1 < numbers.count, numbers[last + 1] == numbers[last] + 1 { last += 1 }
      parts.append(
        first == last ? "\(numbers[first])" : "\(numbers[first])-\(numbers[last])")
      first = last + 1
    }
    return parts.joined(separator: ",")
  }
}

/// `tailrace missing`: parts that are absent, damaged or foreign.
enum MissingCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    guard let job = try SweepJob.load(command) else { return .invalidScenario }
    let absent = try SweepTask(job, command).absent()
    if absent.isEmpty { return .success }
    let numbers = absent.map(\.task)
    try Streams.printResult(
      command.text("format") == "ranges"
        ? SweepTask.ranges(numbers) + "\n" : numbers.map { "\($0)\n" }.joined())
    for (task, reason) in absent where reason != "absent" && !command.has("quiet") {
      Streams.printMessage("part \(task): \(reason)\n")
    }
    return .partsMissing
  }
}

/// `tailrace merge`: one table from all parts.
enum MergeCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    guard let job = try SweepJob.load(command) else { return .invalidScenario }
    let tasks = try SweepTask(job, command)
    guard let out = command.text("out") else {
      throw UsageError("'--out' is needed: where the table goes", command: command.spec)
    }
    let absent = try tasks.absent()
    guard absent.isEmpty else {
      for (task, reason) in absent.prefix(20) {
        Streams.printMessage("part \(task): \(reason)\n")
      }
      Streams.printMessage(
        "error: \(absent.count) of \(tasks.count) parts are missing: "
          + "\(SweepTask.ranges(absent.map(\.task))). Nothing was written.\n")
      return .partsMissing
    }
    var contents = Array(job.table.heading.utf8)
    var rows = [[UInt8]](repeating: [], count: job.count)
    for task in 0..<tasks.count {
      guard case .success(let parts) = try tasks.read(task) else { return .partsMissing }
      for part in parts { rows[part.point] = Array(part.text) }
    }
    for row in rows { contents += row }
    try FileSet.write(contents, to: out)
    return .success
  }
}
