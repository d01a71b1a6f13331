// swift-tools-version: 6.3
import PackageDescription

/// Language mode 6, and every use of unsafe memory is marked.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]

/// The architecture: a target and what it may know. Arrows point one way only.
let libraries: [(name: String, knows: [String])] = [
  ("TailraceEngine", []),
  ("TailraceStatistics", []),
  ("TailraceCatalog", []),
  ("TailraceTables", []),
  ("TailraceModel", ["TailraceEngine", "TailraceStatistics"]),
  ("TailraceExperiment", ["TailraceEngine", "TailraceStatistics", "TailraceModel"]),
  (
    "TailraceScenario",
    ["TailraceCatalog", "TailraceTables", "TailraceEngine", "TailraceModel", "TailraceExperiment"]
  ),
  ("TailraceFit", ["TailraceCatalog", "TailraceTables", "TailraceStatistics", "TailraceEngine"]),
  (
    "TailraceTheory",
    ["TailraceEngine", "TailraceStatistics", "TailraceModel", "TailraceExperiment"]
  ),
  ("TailraceDiagnosis", ["TailraceModel", "TailraceExperiment"]),
  (
    "TailraceReports",
    [
      "TailraceCatalog", "TailraceTables", "TailraceEngine", "TailraceStatistics", "TailraceFit",
      "TailraceModel",
      "TailraceExperiment", "TailraceTheory", "TailraceDiagnosis",
    ]
  ),
  ("TailraceTemplates", []),
  ("TailraceCommandLine", ["TailraceCatalog", "TailraceTemplates"]),
  ("Tailrace", ["TailraceCatalog", "TailraceScenario", "TailraceExperiment"]),
]
let programs: [(name: String, target: String, knows: [String])] = [
  (
    "tailrace", "TailraceCommand",
    [
      "Tailrace", "TailraceFit", "TailraceReports", "TailraceCommandLine", "TailraceTheory",
      "TailraceDiagnosis", "TailraceTemplates",
    ]
  ),
  (
    "tailrace-benchmark", "TailraceBenchmark",
    ["Tailrace", "TailraceEngine", "TailraceStatistics", "TailraceModel"]
  ),
]
let tests: [(name: String, knows: [String])] = [
  ("TailraceEngineTests", ["TailraceEngine"]),
  ("TailraceStatisticsTests", ["TailraceStatistics"]),
  ("TailraceCatalogTests", ["TailraceCatalog"]),
  ("TailraceTablesTests", ["TailraceTables"]),
  (
    "TailraceFitTests",
    ["TailraceFit", "TailraceEngine", "TailraceStatistics", "TailraceReports", "Tailrace"]
  ),
  (
    "TailraceExperimentTests", ["TailraceExperiment", "TailraceModel", "TailraceStatistics"]
  ),
  (
    "TailraceTheoryTests",
    ["TailraceTheory", "TailraceExperiment", "TailraceModel", "TailraceTables", "Tailrace"]
  ),
  (
    "TailraceDiagnosisTests",
    ["TailraceDiagnosis", "TailraceReports", "TailraceExperiment", "TailraceModel", "Tailrace"]
  ),
  (
    "TailraceReportsTests",
    [
      "TailraceReports", "TailraceTables", "TailraceExperiment", "TailraceTheory",
      "TailraceDiagnosis",
    ]
  ),
  (
    "TailraceTests",
    [
      "Tailrace", "TailraceReports", "TailraceTheory", "TailraceDiagnosis", "TailraceModel",
      "TailraceExperiment", "TailraceTemplates", "TailraceCommandLine",
    ]
  ),
  ("TailraceCommandLineTests", ["TailraceCommandLine"]),
  ("TailraceScenarioTests", ["Tailrace", "TailraceTables", "TailraceModel", "TailraceScenario"]),
  ("TailraceModelTests", ["TailraceEngine", "TailraceStatistics", "TailraceModel"]),
]

let package = Package(
  name: "tailrace",
  products: [.library(name: "Tailrace", targets: ["Tailrace"])]
    + programs.map { .executable(name: $0.name, targets: [$0.target]) },
  targets: libraries.map { library in
    .target(
      name: library.name, dependencies: library.knows.map { .byName(name: $0) },
      swiftSettings: settings)
  }
    + programs.map { program in
      .executableTarget(
        name: program.target, dependencies: program.knows.map { .byName(name: $0) },
        swiftSettings: settings)
    }
    + tests.map { test in
      .testTarget(
        name: test.name, dependencies: test.knows.map { .byName(name: $0) },
        swiftSettings: settings)
    }
)
