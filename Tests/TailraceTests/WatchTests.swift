import Foundation
import Testing

@testable import TailraceCommandLine

@Suite("tailrace run --watch") struct WatchTests {
  private static let scenario = """
    {
      "tailrace": 1, "name": "s", "seed": 5,
      "run": { "duration": "2s", "warm_up": "0s", "replications": 4 },
      "workloads": {
        "users": {
          "arrivals": { "type": "poisson", "rate": "200/s" }, "steps": [{ "call": "api" }],
        },
      },
      "services": {
        "api": {
          "replicas": 2, "handler": [{ "work": { "type": "exponential", "mean": "3ms" } }],
        },
      },
    }
    """

  /// Waits until a text is there; the machine may be busy.
  private func waits(for text: String, times: Int = 1, in output: () -> String) -> Bool {
    for _ in 0..<3_000 {
      if output().components(separatedBy: text).count > times { return true }
      usleep(10_000)
    }
    return false
  }

  @Test("Run, save, change; a mistake is shown and waited out; Ctrl-C is 130")
  func story() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let file = place.appending(path: "s.jsonc")
    func save(_ text: String) throws { try Data(text.utf8).write(to: file) }
    try save(Self.scenario)
    let running = try Program.Running(["run", file.path(), "--watch"], dies: true)
    // 1. The first run has nothing to be compared with.
    #expect(waits(for: "watching", in: { running.errorsSoFar }))
    #expect(running.outputSoFar.contains("LATENCY") && !running.outputSoFar.contains("CHANGE"))
    // 2. More replicas: rows that moved, paired by seed; arrivals stay the same.
    try save(Self.scenario.replacing("\"replicas\": 2", with: "\"replicas\": 4"))
    #expect(waits(for: "watching", times: 2, in: { running.errorsSoFar }))
    let second = running.outputSoFar
    #expect(second.contains("CHANGE against the last run (paired by seed 5)"))
    let changed = second.components(separatedBy: "CHANGE").last ?? ""
    #expect(changed.contains("utilization") && changed.contains("lower"))
    #expect(!changed.contains("offered") && !changed.contains("identical"))
    // 3. The same bytes again are no save, half a file is one with a mistake.
    try save(Self.scenario.replacing("\"replicas\": 2", with: "\"replicas\": 4"))
    usleep(900_000)
    try save(String(Self.scenario.prefix(200)))
    #expect(waits(for: "Nothing was run.", in: { running.errorsSoFar }))
    #expect(running.outputSoFar.components(separatedBy: "LATENCY").count == 3)
    // 4. A comment changes nothing.
    try save("// More.\n" + Self.scenario.replacing("\"replicas\": 2", with: "\"replicas\": 4"))
    #expect(
      waits(for: "CHANGE against the last run (paired by seed 5): identical") {
        running.outputSoFar
      })
    // 5. Ctrl-C while it waits.
    #expect(waits(for: "watching", times: 4, in: { running.errorsSoFar }))
    kill(running.process.processIdentifier, SIGINT)
    let program = try running.finish()
    #expect(program.status == 130)
    #expect(!program.output.contains("\u{1B}"), "no terminal, nothing to clear")
  }

  @Test("A file that the scenario reads is watched too")
  func inputs() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let rows = place.appending(path: "rows.csv")
    try Data("at\n0.1\n0.2\n0.3\n".utf8).write(to: rows)
    let arrivals = """
      "arrivals": { "type": "trace", "file": "rows.csv", "time": { "column": "at", "format": "s" } }
      """
    let text = Self.scenario.replacing(
      "\"arrivals\": { \"type\": \"poisson\", \"rate\": \"200/s\" }", with: arrivals)
    let file = place.appending(path: "s.jsonc")
    try Data(text.utf8).write(to: file)
    let running = try Program.Running(["run", file.path(), "--watch"], dies: true)
    #expect(waits(for: "watching 2 files", in: { running.errorsSoFar }))
    try Data("at\n0.1\n0.2\n0.3\n0.4\n".utf8).write(to: rows)
    #expect(waits(for: "CHANGE", in: { running.outputSoFar }))
    kill(running.process.processIdentifier, SIGTERM)
    #expect(try running.finish().status == 143)
  }

  @Test(
    "What cannot be watched",
    arguments: [
      (["-"], "needs a file"), (["scenarios/one-server.jsonc", "--json"], "exclude each other"),
      (["scenarios/one-server.jsonc", "--hdrplot", "-"], "both want standard output"),
    ])
  func refusals(arguments: [String], words: String) throws {
    let program = try Program(["run", "--watch"] + arguments)
    #expect(program.status == 2 && program.errors.contains(words))
  }

  @Test("A watch tells saves from touches, and half-written files from whole ones")
  func watch() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let path = place.appending(path: "f").path()
    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
    try write("one")
    // What was read before is older than what is there: seen at once.
    var watch = FileWatch([path], read: [path: Array("nought".utf8)])
    let wasOlder = watch.wait(shouldStop: { false })
    #expect(wasOlder)
    // A touch is none, a stop ends the wait.
    var looks = 0
    try write("one")
    let isStopped = !watch.wait {
      looks += 1
      return looks > 4
    }
    #expect(isStopped)
    try write("two")
    let wasSaved = watch.wait(shouldStop: { false })
    #expect(wasSaved)
  }
}
