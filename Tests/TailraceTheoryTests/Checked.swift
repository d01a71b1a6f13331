import Tailrace
import TailraceExperiment

@testable import TailraceTheory

/// A small scenario with changes, run and held against theory.
struct Checked {
  var result: RunResult
  var report: TheoryReport

  /// One server at load 0.4.
  static let server = """
    {
      "tailrace": 1, "name": "t", "seed": 3,
      "run": { "duration": "20s", "warm_up": "2s", "replications": 3 },
      "keys": { "item": { "count": 50 } },
      "workloads": { "users": {
        "arrivals": { "type": "poisson", "rate": "80/s" },
        "keys": { "item": 1 },
        "steps": [{ "call": "server" }] } },
      "services": {
        "server": { "handler": [{ "name": "job",
          "work": { "type": "exponential", "mean": "5ms" } }] },
        "other": { "handler": [{ "work": { "type": "exponential", "mean": "2ms" } }] },
      },
    }
    """

  init(_ text: String = Checked.server, _ settings: [String] = []) throws {
    let source = SourceText(name: "t.jsonc", bytes: Array(text.utf8))
    let scenario: Scenario
    do throws(Scenario.Invalid) {
      scenario = try Scenario.load(source, settings: settings)
    } catch {
      throw Mistake(text: error.diagnostics.map(\.message).joined(separator: "; "))
    }
    let experiment = scenario.variants[0].experiment(of: scenario)
    result = try experiment.run()
    report = Theory.report(experiment.topology, result)
  }

  struct Mistake: Error { var text: String }

  /// Rows about a metric of something.
  func rows(_ name: String, _ metric: String, _ statistic: String? = nil) -> [TheoryRow] {
    report.rows.filter {
      $0.name == name && $0.metric == metric && (statistic == nil || $0.statistic == statistic)
    }
  }

  /// The first such row.
  func row(_ name: String, _ metric: String, _ statistic: String? = nil) -> TheoryRow? {
    rows(name, metric, statistic).first
  }

  /// Formulas that claim to be exact, or limits or approximations, about waits and latencies.
  var claims: [String] {
    report.rows.filter {
      ["wait", "latency", "goodput", "shed"].contains($0.metric)
        && ![TheoryKind.lowerBound, .upperBound].contains($0.kind)
    }.map { "\($0.name) \($0.metric): \($0.formula)" }
  }

  /// Reasons about something.
  func reasons(_ name: String) -> [String] {
    report.gaps.filter { $0.name == name }.map(\.reason)
  }
}
