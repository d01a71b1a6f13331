import Tailrace
import TailraceCommandLine
import TailraceReports

/// `tailrace trace`: follow chosen requests of one variant and show what each did.
enum TraceCommand {
  /// How traces are written.
  enum Format: String, CaseIterable {
    case text, chrome, folded, otlp
  }

  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let (_, scenario) = try ScenarioFile.load(command)
    guard let scenario else { return .invalidScenario }
    let variant = try ScenarioFile.variant(of: scenario, command)
    var experiment = variant.experiment(of: scenario)
    try ExperimentOptions.apply(
      command, to: &experiment, replicationsMax: variant.replicationsMax)
    let choice = try choice(command, experiment)
    let only = try replication(command, experiment)
    // What a file is called says what it is for.
    let isJSON = command.text("output")?.hasSuffix(".json") ?? false
    let format: Format = try command.choice("format") ?? (isJSON ? .chrome : .text)
    let timeUnit: TimeUnit? = try command.choice("time-unit")
    if timeUnit != nil && format != .text {
      throw UsageError("'--time-unit' is for text only", command: command.spec)
    }
    try ExperimentOptions.prepareOutputs(command)
    Interrupt.install()
    let began = ProgressLine.monotonicTime()
    let progress = ProgressLine.standardError(for: command)
    let result: TraceResult
    do throws(TraceFailure) {
      result = try experiment.trace(
        choice, in: only, shouldStop: { Interrupt.isRequested },
        progress: { progress.update($0, done: $1, total: $2) })
    } catch {
      progress.finish()
      return tell(error)
    }
    progress.announce("writing")
    let text = try text(result, format, command, timeUnit)
    progress.finish()
    try FileSet.write(Array(text.utf8), to: command.text("output") ?? "-")
    for request in result.requests where format == .folded && request.trace.ended == nil {
      Streams.printMessage("request \(request.id) of \(request.workload) had no end: no lines\n")
    }
    progress.conclude(after: ProgressLine.monotonicTime() - began)
    return .success
  }

  // MARK: The command line

  private static func choice(
    _ command: ParsedCommand, _ experiment: Experiment
  ) throws(UsageError) -> TraceChoice {
    let workloads = experiment.topology.workloads
    let workload = command.text("workload")
    if let workload, !workloads.contains(where: { $0.name == workload }) {
      let names = workloads.map(\.name).sorted()
      let near = NearestWord.hint(workload, among: names)
      throw UsageError(
        "no workload '\(workload)'\(near); there is \(names.joined(separator: ", "))",
        command: command.spec)
    }
    let count = try command.integer("slowest", in: 1...1_000)
    let ids = command.texts("request")
    if ids.isEmpty { return .slowest(count ?? 1, workload: workload) }
    if count != nil {
      throw UsageError("'--slowest' and '--request' exclude each other", command: command.spec)
    }
    guard let spec = workloads.first(where: { $0.name == workload ?? workloads[0].name }),
      workload != nil || workloads.count == 1
    else {
      let names = workloads.map(\.name).sorted().joined(separator: ", ")
      throw UsageError(
        "'--request' needs '--workload': there are \(names)", command: command.spec)
    }
    var isClosed = false
    if case .closed = spec.arrivals { isClosed = true }
    var names: [TraceChoice.Name] = []
    for id in ids {
      guard let number = RequestID.number(id, isClosed: isClosed) else {
        throw command.error(
          "request", isClosed ? "client-turn, such as 3-17" : "a number, such as 812345", id)
      }
      let name = TraceChoice.Name(workload: spec.name, number: number)
      if names.contains(name) {
        throw UsageError("'--request' names \(id) twice", command: command.spec)
      }
      names.append(name)
    }
    if names.count > 1_000 {
      throw UsageError(
        "\(names.count) requests; at most 1000 at a time", command: command.spec)
    }
    return .named(names)
  }

  private static func replication(
    _ command: ParsedCommand, _ experiment: Experiment
  ) throws(UsageError) -> Int? {
    try command.integer("replication", in: 0...experiment.replications - 1)
  }

  // MARK: Output

  private static func text(
    _ result: TraceResult, _ format: Format, _ command: ParsedCommand, _ timeUnit: TimeUnit?
  ) throws -> String {
    switch format {
    case .text:
      let isScreen = command.text("output") ?? "-" == "-"
      let color: ColorChoice? = try command.choice("color")
      let style = Style.standardOutput(color)
      return TraceText(
        result, isVerbose: command.has("verbose"),
        hasColor: style.hasColor && (isScreen || color == .always), timeUnit: timeUnit
      ).text
    case .chrome: return ChromeTrace(result).text
    case .folded: return FoldedTrace(result).text
    case .otlp: return OTLPTrace(result, version: Tailrace.version).text
    }
  }

  private static func tell(_ failure: TraceFailure) -> ExitCode {
    switch failure {
    case .fault(let fault): return ExperimentOptions.report(fault)
    case .interrupted: return Interrupt.exitCode ?? .failure
    case .overcrowded:
      Streams.printMessage(
        "error: more was in flight than memory is made for; a shorter 'run.duration' may do\n")
      return .failure
    case .nothingAnswered:
      Streams.printMessage(
        "error: no request of the measured window was answered, so none was slowest; "
          + "'--request' follows one by its number\n")
      return .failure
    case .tooManySpans(let spans, let begun, let chosen):
      Streams.printMessage("error: \(tooMany(spans, begun, chosen))\n")
      return .failure
    case .unknown(let name, let id, let begun, let clients, let replication):
      Streams.printMessage(
        "error: no request \(id) of \(name.workload) in replication \(replication): "
          + "\(numbers(begun, clients)). Nothing was traced.\n")
      return .invalidScenario
    }
  }

  /// Nothing is written then, so it is not the partial result that exit code 4 stands for.
  private static func tooMany(_ spans: Int, _ begun: Int, _ chosen: Int) -> String {
    let most = TraceFailure.spansMax
    if chosen == 1 { return "the request has more than \(most) spans, the most that are kept" }
    let each = max(1, spans / max(1, begun))
    return "\(begun) of \(chosen) requests have \(spans) spans, \(each) each: all would have about "
      + "\(chosen) x \(each) = \(chosen * each); at most \(most), so about \(most / each) requests"
  }

  private static func numbers(_ begun: UInt64, _ clients: UInt64) -> String {
    if begun == 0 { return "it had none" }
    return clients > 0
      ? "clients go from 0 to \(clients - 1), and turns up to \(begun - 1)"
      : "numbers go from 0 to \(begun - 1)"
  }
}
