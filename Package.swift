// swift-tools-version: 6.3
import PackageDescription

/// Every target checks its unsafe code; language mode 6.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]

/// The architecture: (target, what it may know). Arrows point one way only.
let libraries: [(name: String, knows: [String])] = [
  ("TailraceEngine", []),
]
let executables: [(name: String, target: String, knows: [String])] = []

let package = Package(
  name: "tailrace",
  products: [],
  targets: libraries.map {
    .target(name: $0.name, dependencies: $0.knows.map { .byName(name: $0) }, swiftSettings: settings)
  } + [
    .testTarget(name: "TailraceEngineTests", dependencies: ["TailraceEngine"], swiftSettings: settings)
  ]
)
