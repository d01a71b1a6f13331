import Tailrace
import TailraceCommandLine
import TailraceReports

/// A search of the command line: what is searched, and what is told of it.
struct PlanJob {
  let command: ParsedCommand
  let source: SourceText
  let scenario: Scenario
  let variant: Scenario.Variant
  /// Most replications of a probe; nil is the search's own.
  let replicationsMax: Int?
  let jobs: Int

  // MARK: One number

  /// Looks for the largest or least value of a number.
  func find(_ number: SearchedNumber, _ goal: CapacitySearch.Goal) throws -> ExitCode {
    var search = CapacitySearch(
      goal, from: number.start, in: number.isWhole ? 1...1e9 : 1e-6...1e12,
      isWhole: number.isWhole)
    search.jobs = jobs
    search.replicationsMax = replicationsMax ?? search.replicationsMax
    search.spelled = { "\(number.path)=\(number.text($0))" }
    return try run { (progress) throws(SearchFailure) in
      let answer = try search.run(
        make: { experiment(["\(number.path)=\(number.text($0))"], of: variant.name) },
        shouldStop: { Interrupt.isRequested },
        progress: { progress.announce("\(number.text($0)): \($1) replications") })
      let rows = answer.probes.map { ProbeRow($0, label: number.text($0.value)) }
      return Findings(
        rows: rows, paths: [number.path], level: answer.level, isFound: answer.meets != nil,
        json: { try CapacityJSON(answer, path: number.path, unit: number.unit).text() },
        text: {
          CapacityText(answer, path: number.path, hasColor: $0, spelled: number.text).text
        })
    }
  }

  // MARK: A grid

  /// Looks for the cheapest combination of values.
  func findCheapest() throws -> ExitCode {
    let names =
      command.has("variants") ? try SweepJob.variants(of: scenario, command) : [variant.name]
    guard
      let (plan, count) = try SweepJob.plan(
        source, scenario, variants: names, command, countMax: CheapestSearch.candidatesMax)
    else { return .invalidScenario }
    let grid: CheapestGrid
    do throws(CheapestGrid.Refusal) {
      grid = try CheapestGrid(plan, count: count)
    } catch {
      switch error {
      case .invalid(let point, let mistakes):
        try ScenarioFile.report(mistakes, name: label(point, plan), command)
        return .invalidScenario
      case .free(let point):
        throw UsageError(
          "nothing has a price in \(label(point, plan)): give services or caches a 'price'",
          command: command.spec)
      }
    }
    var search = CheapestSearch(grid.candidates)
    search.jobs = jobs
    search.replicationsMax = replicationsMax ?? search.replicationsMax
    let paths = plan.parameters.map(\.path)
    return try run { [search] (progress) throws(SearchFailure) in
      let answer = try search.run(
        make: { point in
          let (variant, values) = plan.point(point)
          return experiment(
            zip(plan.parameters, values).map { "\($0.path)=\($1.setting)" }, of: variant)
        },
        spelled: { label($0, plan) }, shouldStop: { Interrupt.isRequested },
        progress: { progress.announce("\(label($0, plan)): \($1) replications") })
      let rows = answer.probes.map { probe in
        ProbeRow(
          probe, label: label(probe.candidate, plan),
          values: plan.point(probe.candidate).values.map(\.text))
      }
      return Findings(
        rows: rows, paths: paths, level: answer.level, isFound: answer.best != nil,
        json: { try CheapestJSON(answer, rows: rows, paths: paths).text() },
        text: {
          CheapestText(
            answer, rows: rows, variant: plan.variants.count == 1 ? plan.variants[0] : nil,
            hasColor: $0
          ) { label($0, plan) }.text
        })
    }
  }

  /// `web.replicas=4, db.replicas=2`, with the variant where there are several.
  private func label(_ point: Int, _ plan: SweepPlan) -> String {
    let (variant, values) = plan.point(point)
    let parts = zip(Self.names(plan), values).map { "\($0)=\($1.text)" }
    return ((plan.variants.count > 1 ? [variant] : []) + parts).joined(separator: ", ")
  }

  /// Paths without the section's word, where they stay apart without it.
  private static func names(_ plan: SweepPlan) -> [String] {
    let paths = plan.parameters.map(\.path)
    let short = paths.map { path in
      let parts = path.split(separator: ".")
      return parts.count > 2 ? parts.dropFirst().joined(separator: ".") : path
    }
    return Set(short).count == short.count ? short : paths
  }

  // MARK: Both

  /// What a search found, ready to be told.
  private struct Findings {
    var rows: [ProbeRow]
    var paths: [String]
    var level: Double
    var isFound: Bool
    var json: () throws -> String
    var text: (_ hasColor: Bool) -> String
  }

  private func run(
    _ search: (ProgressLine) throws(SearchFailure) -> Findings
  ) throws -> ExitCode {
    try ExperimentOptions.prepareOutputs(command)
    Interrupt.install()
    let began = ProgressLine.monotonicTime()
    let progress = ProgressLine.standardError(for: command)
    let findings: Findings
    do throws(SearchFailure) {
      findings = try search(progress)
    } catch {
      progress.finish()
      switch error {
      case .fault(let fault): return ExperimentOptions.report(fault)
      case .invalid(let tried, let mistake):
        Streams.printMessage("error: \(tried): \(mistake.text)\n")
        return .invalidScenario
      }
    }
    progress.finish()
    try write(findings)
    try show(findings)
    progress.conclude(after: ProgressLine.monotonicTime() - began)
    if let code = Interrupt.exitCode { return code }
    return findings.isFound ? .success : .thresholdFailed
  }

  private func write(_ findings: Findings) throws {
    try ExperimentOptions.writeSet(command) {
      try ReportFile.planSet(
        findings.rows, paths: findings.paths, level: findings.level, json: findings.json(),
        text: findings.text(false),
        scenario: ScenarioIdentity(
          source: source.bytes, resolvedJSON: variant.resolvedText(of: scenario),
          inputs: variant.inputs),
        options: ExperimentOptions.ofResults(command), version: ExperimentOptions.version)
    }
  }

  private func show(_ findings: Findings) throws {
    if command.text("html") == "-" { return }
    if let path = command.text("csv") {
      let csv = ReportTables.probes(findings.rows, paths: findings.paths, level: findings.level)
      if path == "-" {
        try Streams.printResult(csv)
        return
      }
      try FileSet.write(Array(csv.utf8), to: path)
    }
    if command.has("json") {
      try Streams.printResult(findings.json())
    } else {
      try Streams.printResult(
        findings.text(Style.standardOutput(try command.choice("color")).hasColor))
    }
  }

  /// The experiment of a variant with some values, or the mistakes of its scenario.
  private func experiment(
    _ settings: [String], of variant: String
  ) -> Result<Experiment, PointMistake> {
    do throws(Scenario.Invalid) {
      let scenario = try Scenario.load(
        source, settings: command.texts("set") + settings,
        thresholds: command.texts("threshold"), only: variant)
      var experiment = scenario.variants[0].experiment(of: scenario)
      do throws(UsageError) {
        try ExperimentOptions.apply(
          command, to: &experiment, replicationsMax: scenario.variants[0].replicationsMax)
      } catch {
        return .failure(PointMistake(error.message))
      }
      experiment.keepOnlyTotals()
      return .success(experiment)
    } catch {
      return .failure(
        PointMistake(error.diagnostics.map(\.message).prefix(3).joined(separator: "; ")))
    }
  }
}
