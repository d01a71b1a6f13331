#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Tailrace

/// The same ratio for every scenario of a folder, whatever it is.
enum ScenarioSection {
  static func run(_ options: Options) {
    let files = files(in: options.scenarios)
    print("\nScenarios of '\(options.scenarios)', every variant, in \(options.rounds) rounds")
    guard !files.isEmpty else { return print("none found: --scenarios names their folder") }
    print(
      "ratio: visits to services per CPU second of the model over requests per CPU second of the"
        + " hand-written M/M/1 loop; 1 means that a visit here costs what a whole request costs there"
    )
    Report.row(
      "scenario variant",
      [
        "departures", "requests", "req/s", "visits/req", "events/visit", "ns/visit", "ratio",
      ])
    for file in files {
      let path = options.scenarios + "/" + file
      guard let bytes = FileManager.default.contents(atPath: path) else {
        print("\(path): cannot be read")
        continue
      }
      do {
        let scenario = try Scenario.load(SourceText(name: path, bytes: Array(bytes)))
        for variant in scenario.variants {
          show(file.split(separator: ".")[0] + " " + variant.name, variant, options)
        }
      } catch {
        print("\(path): \(error.diagnostics.count) mistakes; see tailrace validate")
      }
    }
  }

  private static func show(_ name: String, _ variant: Scenario.Variant, _ options: Options) {
    guard Path.allCases.contains(where: { "\(name) \($0.rawValue)".contains(options.only) })
    else { return }
    let result = ScenarioCost(variant, visits: options.visits, rounds: options.rounds)
    let perRequest = Double(result.visits) / Double(max(1, result.requests))
    for (path, cost) in result.costs where "\(name) \(path.rawValue)".contains(options.only) {
      Report.row(
        name,
        [
          path.rawValue, "\(result.requests)", Report.whole(cost.requestRate),
          Report.fixed(perRequest, 2), Report.fixed(cost.happenings, 2),
          Report.fixed(1e9 / cost.visitRate, 1), Report.fixed(cost.ratio, 2),
        ])
    }
  }

  /// Scenario files of a folder, by name.
  private static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".jsonc") || $0.hasSuffix(".json5") }.sorted()
  }
}
