// swift-tools-version: 6.3
import PackageDescription

/// Language mode 6, and every use of unsafe memory is marked.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]

/// The architecture: a target and what it may know. Arrows point one way only.
let libraries: [(name: String, knows: [String])] = [
  ("TailraceEngine", []),
  ("TailraceStatistics", []),
  ("TailraceCatalog", []),
  ("TailraceModel", ["TailraceEngine", "TailraceStatistics"]),
  ("TailraceExperiment", ["TailraceEngine", "TailraceStatistics", "TailraceModel"]),
  ("TailraceReports", ["TailraceExperiment"]),
  ("TailraceCommandLine", []),
]
let executables: [(name: String, product: String, knows: [String])] = [
  (
    "TailraceBenchmark", "tailrace-benchmark",
    ["TailraceEngine", "TailraceStatistics", "TailraceModel"]
  )
]
let tests: [(name: String, knows: [String])] = [
  ("TailraceEngineTests", ["TailraceEngine"]),
  ("TailraceStatisticsTests", ["TailraceStatistics"]),
  ("TailraceCatalogTests", ["TailraceCatalog"]),
  ("TailraceReportsTests", ["TailraceReports", "TailraceExperiment"]),
  ("TailraceCommandLineTests", ["TailraceCommandLine"]),
  ("TailraceModelTests", ["TailraceEngine", "TailraceStatistics", "TailraceModel"]),
]

let package = Package(
  name: "tailrace",
  products: executables.map { .executable(name: $0.product, targets: [$0.name]) },
  targets: libraries.map { library in
    .target(
      name: library.name, dependencies: library.knows.map { .byName(name: $0) },
      swiftSettings: settings)
  }
    + executables.map { executable in
      .executableTarget(
        name: executable.name, dependencies: executable.knows.map { .byName(name: $0) },
        swiftSettings: settings)
    }
    + tests.map { test in
      .testTarget(
        name: test.name, dependencies: test.knows.map { .byName(name: $0) },
        swiftSettings: settings)
    }
)
