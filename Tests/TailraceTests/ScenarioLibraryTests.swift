import Foundation
import Tailrace
import TailraceDiagnosis
import TailraceModel
import TailraceReports
import TailraceTheory
import Testing

/// The bundled scenarios, found from this file's place.
enum Library {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static var files: [URL] {
    let folder = root.appending(path: "scenarios")
    let all = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (all ?? []).filter { $0.pathExtension == "jsonc" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  static func load(_ file: URL) throws -> (SourceText, Scenario) {
    let source = SourceText(
      name: "scenarios/\(file.lastPathComponent)", bytes: Array(try Data(contentsOf: file)))
    return (source, try Scenario.load(source, folder: root.appending(path: "scenarios").path()))
  }

  /// The files that `tailrace run <scenario> --variant <variant> -o` writes.
  static func outputs(
    _ source: SourceText, _ scenario: Scenario, _ variant: Scenario.Variant, jobs: Int = 2
  ) throws -> [ReportFile] {
    var experiment = variant.experiment(of: scenario)
    experiment.jobs = jobs
    let result = try experiment.run()
    return try ReportFile.standardSet(
      result,
      scenario: ScenarioIdentity(
        source: source.bytes, resolvedJSON: variant.resolvedText(of: scenario),
        inputs: variant.inputs), options: [:],
      version: ToolVersion(tool: Tailrace.version, format: SummaryJSON.schemaVersion),
      theory: Theory.report(experiment.topology, result),
      findings: Diagnosis.findings(experiment.topology, result),
      topology: TopologyGraph(experiment.topology, result))
  }
}

extension Library {
  /// Whether results/ holds a file: not the two largest tables, and one report for each scenario.
  ///
  /// The others are held by their SHA-256 in the manifest, which is compared for all.
  static func isStored(_ name: String, ofFirstVariant isFirst: Bool) -> Bool {
    switch name {
    case "latency_over_time.csv", "replicas_over_time.csv": false
    case ReportFile.reportName: isFirst
    default: true
    }
  }
}

@Suite("Scenario library") struct ScenarioLibraryTests {
  @Test("results/ holds the very bytes that each scenario's command writes, or their SHA-256")
  func results() throws {
    let recording = ProcessInfo.processInfo.environment["RECORD"] != nil
    #expect(Library.files.count >= 6)
    for file in Library.files {
      let (source, scenario) = try Library.load(file)
      #expect(scenario.name == file.deletingPathExtension().lastPathComponent)
      for variant in scenario.variants {
        let folder = Library.root.appending(path: "results/\(scenario.name)/\(variant.name)")
        let isFirst = variant.name == scenario.variants[0].name
        for output in try Library.outputs(source, scenario, variant)
        where Library.isStored(output.name, ofFirstVariant: isFirst) {
          let place = folder.appending(path: output.name)
          let recorded = try? Data(contentsOf: place)
          let isSame = recorded == Data(output.contents)
          #expect(isSame, "\(scenario.name)/\(variant.name)/\(output.name) differs")
          if recording && !isSame {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(output.contents).write(to: place, options: .atomic)
          }
        }
      }
    }
  }

  @Test("The same bytes for one, two and eight threads")
  func threads() throws {
    let file = Library.root.appending(path: "scenarios/replicated-lb.jsonc")
    let (source, scenario) = try Library.load(file)
    for variant in scenario.variants {
      let one = try Library.outputs(source, scenario, variant, jobs: 1)
      #expect(try one == Library.outputs(source, scenario, variant, jobs: 2))
      #expect(try one == Library.outputs(source, scenario, variant, jobs: 8))
    }
  }

  @Test("Replayed traces give the same bytes for one and two threads")
  func tracesInThreads() throws {
    let (source, scenario) = try Library.load(
      Library.root.appending(path: "scenarios/world-cup.jsonc"))
    let variant = try #require(scenario.variant("bounded"))
    let one = try Library.outputs(source, scenario, variant, jobs: 1)
    #expect(try one == Library.outputs(source, scenario, variant, jobs: 2))
  }

  @Test("A storm of retries outlives its trigger, but not under its cures")
  func retryStorm() throws {
    let (_, scenario) = try Library.load(
      Library.root.appending(path: "scenarios/retry-storm.jsonc"))
    func late(_ variant: String) throws -> (failed: UInt64, extra: UInt64) {
      let spec = try #require(scenario.variant(variant))
      var settings = Replication.Settings(
        seed: spec.seed, number: 0, window: 120_000_000_000..<180_000_000_000)
      settings.forcesEvents = true
      let run = Replication.run(spec.topology, settings)
      let sum = run.services[0].rows[0].attempts
      return (
        run.workloads[0].outcomes[Int(TailraceExperiment.Outcome.timeout.rawValue)],
        sum?.retries ?? 0
      )
    }
    // 12,000 requests begin in the last minute, well over a minute after the stall.
    let storm = try late("retries")
    #expect(storm.failed > 11_000 && storm.extra > 30_000)
    #expect(try late("drop").failed > 11_000)
    for cure in ["no-retries", "budget", "bounded", "lifo", "budget-drop"] {
      let calm = try late(cure)
      #expect(calm.failed == 0 && calm.extra == 0, "\(cure)")
    }
  }

  /// The share of a workload's requests that is not answered, in a scenario's first replication.
  private func failures(_ name: String, _ variant: String, workload: Int, to end: UInt64) throws
    -> Double
  {
    let (_, scenario) = try Library.load(Library.root.appending(path: "scenarios/\(name).jsonc"))
    let spec = try #require(scenario.variant(variant))
    let run = Replication.run(
      spec.topology,
      .init(seed: spec.seed, number: 0, window: 10_000_000_000..<end * 1_000_000_000))
    #expect(run.violations.isEmpty)
    let outcomes = run.workloads[workload].outcomes
    let answered = outcomes[0] + outcomes[Int(TailraceExperiment.Outcome.degraded.rawValue)]
    return 1 - Double(answered) / Double(outcomes.reduce(0, +))
  }

  @Test("Members do not notice an attack behind a limit for each class, but behind no other")
  func rateLimits() throws {
    func members(_ variant: String) throws -> Double {
      try failures("rate-limits", variant, workload: 1, to: 120)
    }
    #expect(try members("none") > 0.7)
    #expect(abs(try members("one-for-all") - 0.22) < 0.02)
    #expect(try members("by-class") == 0)
    #expect(try members("behind-work") == members("none"))
  }

  @Test("A slow dependency takes the shop down, but not past a bulkhead, a breaker or a timeout")
  func bulkheads() throws {
    func users(_ variant: String) throws -> Double {
      try failures("bulkheads", variant, workload: 0, to: 180)
    }
    #expect(abs(try users("shared-threads") - 0.346) < 0.02)
    #expect(abs(try users("timeout-1s") - 0.097) < 0.02)
    for cure in ["timeout-200ms", "bulkhead", "breaker"] {
      #expect(try users(cure) < 0.01, "\(cure)")
    }
  }

  @Test("The notes' examples: 4.90 % of requests over 2 s, 63.4 % of requests fail")
  func notes() throws {
    func share(_ name: String, _ outcome: TailraceExperiment.Outcome) throws -> Double {
      let (_, scenario) = try Library.load(Library.root.appending(path: "scenarios/\(name).jsonc"))
      let result = try #require(scenario.variant(nil)).experiment(of: scenario).run()
      let workload = result.workloads[0]
      return Double(workload.outcomes[Int(outcome.rawValue)]) / Double(workload.requests)
    }
    // A million and a hundred thousand requests: three standard errors are 0.07 % and 0.5 %.
    #expect(abs(try share("slow-leaves", .timeout) - 0.04901) < 0.0007)
    #expect(abs(try share("failing-leaves", .applicationError) - 0.63397) < 0.005)
  }
}
