import Foundation
import Testing

/// A trace ten times as long takes no more memory: its rows are streamed, in checking and running.
@Suite("Memory of long traces") struct TraceMemoryTests {
  @Test("100,000 rows and 1,000,000 rows peak alike", .enabled(if: program != nil))
  func flat() throws {
    let short = try Self.peak(rows: 100_000)
    let long = try Self.peak(rows: 1_000_000)
    print("a trace of 100,000 rows takes \(short) kB, one of 1,000,000 rows \(long) kB")
    #expect(short > 1_000)
    #expect(long < short + 4_000)
  }

  /// The program, which stands beside the tests.
  private static let program: URL? = {
    let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let program = folder.appending(path: "tailrace")
    return FileManager.default.isExecutableFile(atPath: program.path()) ? program : nil
  }()

  /// The most memory of a run of a generated trace, in kilobytes, as `/proc` says while it runs.
  private static func peak(rows: Int) throws -> Int {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var text = "at,cost,kind,user\n"
    text.reserveCapacity(rows * 32)
    for i in 0..<rows { text += "\(i).\(i % 10),\(i % 7 + 1),k\(i % 3),user-\(i)\n" }
    try Data(text.utf8).write(to: folder.appending(path: "t.csv"))
    let scenario = """
      { tailrace: 1, run: { duration: "\(rows)ms", warm_up: "0s", replications: 1 },
        workloads: { w: {
          arrivals: { type: "trace", file: "t.csv", time: { column: "at", format: "ms" } },
          class: { column: "kind" }, steps: [{ call: "s" }] } },
        services: { s: { concurrency: "unlimited", handler: [
          { work: { type: "column", column: "cost", unit: "ms" } }] } } }
      """
    let file = folder.appending(path: "s.jsonc")
    try Data(scenario.utf8).write(to: file)
    let process = Process()
    process.executableURL = program
    process.arguments = ["run", file.path(), "-j", "1"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var most = 0
    while process.isRunning {
      let status = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
      most = max(most, line.flatMap { Int($0.filter(\.isNumber)) } ?? 0)
      usleep(2_000)
    }
    #expect(process.terminationStatus == 0)
    return most
  }
}
