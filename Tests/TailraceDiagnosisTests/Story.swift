import Foundation
import Tailrace
import TailraceDiagnosis
import TailraceModel
import TailraceReports

/// A scenario that was run, with what the diagnosis says about it.
struct Story {
  let topology: Topology
  let result: RunResult
  let findings: [Finding]

  struct Mistake: Error { var text: String }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A scenario of the library, or a text that begins with a brace; with changes, each a path and a
  /// value as after `--set`. Four replications at most: the stories need no more.
  init(
    _ source: String, _ variant: String? = nil, set settings: [String] = [],
    replications: Int? = nil
  ) throws {
    let folder = Self.root.appending(path: "scenarios")
    let text: SourceText
    if source.hasPrefix("{") {
      text = SourceText(name: "story.jsonc", bytes: Array(source.utf8))
    } else {
      let file = folder.appending(path: source + ".jsonc")
      text = SourceText(name: source + ".jsonc", bytes: Array(try Data(contentsOf: file)))
    }
    let scenario: Scenario
    do throws(Scenario.Invalid) {
      scenario = try Scenario.load(text, settings: settings, folder: folder.path())
    } catch {
      throw Mistake(text: error.diagnostics.map(\.message).joined(separator: "; "))
    }
    guard let chosen = variant.map({ scenario.variant($0) }) ?? scenario.variants[0] else {
      throw Mistake(text: "no variant '\(variant ?? "")'")
    }
    try self.init(chosen, of: scenario, replications: replications)
  }

  init(_ variant: Scenario.Variant, of scenario: Scenario, replications: Int? = nil) throws {
    var experiment = variant.experiment(of: scenario)
    experiment.replications = replications ?? min(4, variant.replications)
    experiment.jobs = 2
    experiment.keepOnlyTotals()
    topology = experiment.topology
    result = try experiment.run()
    findings = Diagnosis.findings(topology, result)
  }

  subscript(rule: String) -> Finding? { findings.first { $0.rule == rule } }

  /// The rules that spoke.
  var rules: [String] { findings.map(\.rule) }

  /// A quantile of the first workload's latency, in milliseconds; infinite where it has none.
  func latency(_ quantile: Double) -> Double {
    let row = result.workloads[0].quantiles.first { $0.quantile == quantile }
    return (row?.latency.value ?? .infinity) / 1e6
  }

  var p99: Double { latency(0.99) }
  var mean: Double { (result.workloads[0].latencyMean.value ?? .infinity) / 1e6 }
  var goodput: Double { result.workloads[0].goodput.value ?? 0 }
  var errors: Double { result.workloads[0].errorsShare ?? 0 }

  func busy(_ service: String) -> Double {
    result.services.first { $0.name == service }?.utilization.value ?? 0
  }

  /// The section as one text, wherever its lines end.
  var words: String {
    section.joined(separator: " ").split(separator: " ").joined(separator: " ")
  }

  /// The lines of the summary's section.
  var section: [String] {
    let text = SummaryText(result, findings: findings).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let first = lines.firstIndex(of: "DIAGNOSIS") else { return [] }
    return Array(lines[(first + 1)...].prefix { !$0.isEmpty })
  }
}

extension Finding {
  /// A number by its name, in the units of evidence; not a number where there is none.
  func number(_ name: String) -> Double {
    evidence.first { $0.name == name }?.value ?? .nan
  }
}

/// Whether two numbers differ by at most a part of the second.
func near(_ value: Double, _ wanted: Double, within part: Double) -> Bool {
  abs(value - wanted) <= part * abs(wanted)
}
