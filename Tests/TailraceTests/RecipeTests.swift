import Foundation
import Testing

/// Other programs that pages and recipes use.
enum Tools {
  static let python = ProcessInfo.processInfo.environment["TAILRACE_PYTHON"] ?? "python3"
  static let hasPandas = succeeds("\"\(python)\" -c 'import pandas, matplotlib'")
  static let hasGnuplot = succeeds("gnuplot -e 'exit status GPVAL_VERSION < 5.4'")

  static func succeeds(_ command: String) -> Bool {
    (try? output(of: command))?.status == 0
  }

  /// What a command of the shell prints, in the root of the repository unless elsewhere, and its
  /// exit code.
  static func output(
    of command: String, in folder: URL = Library.root, environment: [String: String]? = nil
  ) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = folder
    if let environment { process.environment = environment }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }
}

/// The pictures that `results/recipes` draws.
@Suite("Recipes") struct RecipeTests {
  private func draw(
    _ command: String, of results: String, _ format: String, designs: String = ""
  ) throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let picture = folder.appending(path: "picture.\(format)")
    let (status, text) = try Tools.output(
      of: "\(command) '\(results)' '\(picture.path())' \(designs)")
    #expect(status == 0 && text.isEmpty, "\(text)")
    let bytes = try Data(contentsOf: picture)
    #expect(bytes.count > 20_000, "\(bytes.count) bytes are no picture")
    let isSVG = String(decoding: bytes.prefix(400), as: UTF8.self).contains("<svg")
    #expect(format == "svg" ? isSVG : bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }

  @Test(
    "gnuplot draws the comparison without a word", .enabled(if: Tools.hasGnuplot, "no gnuplot 5.4"),
    arguments: ["png", "svg"])
  func gnuplot(format: String) throws {
    try draw(Self.gnuplot, of: Self.stored, format, designs: "cache no-cache")
  }

  @Test(
    "pandas and matplotlib draw the comparison without a word",
    .enabled(if: Tools.hasPandas, "no python3 with pandas and matplotlib (TAILRACE_PYTHON)"),
    arguments: ["png", "svg"])
  func matplotlib(format: String) throws {
    try draw(Self.python, of: Self.stored, format, designs: "cache no-cache")
  }

  private static let stored = "results/cache-vs-no-cache"
  private static let gnuplot = "gnuplot -c results/recipes/cache-comparison.gp"
  private static let python = "'\(Tools.python)' results/recipes/cache_comparison.py"

  /// Designs of other names, in one folder.
  @Test("Both draw what 'compare -o' wrote, and say so where a folder holds no results")
  func comparison() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let ended = try Program([
      "compare", "scenarios/replicated-lb.jsonc", "--variants", "random,p2c", "-o", folder.path(),
      "-q", "--replications", "2", "--set", "run.duration=6s", "--set", "run.warm_up=1s",
    ])
    #expect(ended.status == 0 || ended.status == 99, "\(ended.errors)")
    let tools = (Tools.hasGnuplot ? [Self.gnuplot] : []) + (Tools.hasPandas ? [Self.python] : [])
    for command in tools {
      try draw(command, of: folder.path(), "png")
      let (status, text) = try Tools.output(of: "\(command) scenarios '\(folder.path())/x.png'")
      #expect(status == 1 && text.contains("no latency_percentiles.csv in scenarios"), "\(text)")
    }
  }
}
