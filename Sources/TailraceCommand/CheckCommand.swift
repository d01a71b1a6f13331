import Tailrace
import TailraceCommandLine
import TailraceReports
import TailraceTheory

/// `tailrace check`: simulate one variant and print what theory says beside it, nothing else.
enum CheckCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let (_, scenario) = try ScenarioFile.load(command)
    guard let scenario else { return .invalidScenario }
    let variant = try ScenarioFile.variant(of: scenario, command)
    let experiment = try RunCommand.experiment(variant, of: scenario, command)
    let timeUnit: TimeUnit? = try command.choice("time-unit")
    let began = ProgressLine.monotonicTime()
    let progress = ProgressLine.standardError(for: command)
    guard let result = RunCommand.simulate(experiment, progress) else { return .failure }
    progress.finish()
    let report = Theory.report(experiment.topology, result)
    if command.has("json") {
      try Streams.printResult(try CheckJSON(result, report).text())
    } else {
      let style = Style.standardOutput(try command.choice("color"))
      let text = TheoryText(
        result, report, isVerbose: command.has("verbose"), hasColor: style.hasColor,
        timeUnit: timeUnit)
      try Streams.printResult(text.text)
    }
    progress.conclude(after: ProgressLine.monotonicTime() - began)
    if let code = Interrupt.exitCode { return code }
    return result.cutShort == nil ? .success : .limitReached
  }
}
