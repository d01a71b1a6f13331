import Foundation
import Testing

/// Ctrl-C: what is done is kept, whole and marked.
@Suite("Interrupted runs", .serialized) struct InterruptTests {
  /// Starts a run far too long, stops it, and reads its folder.
  private func interrupted(
    by signal: Int32, _ arguments: [String], after delay: Duration
  ) async throws -> (program: Program, files: [String: Data]) {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let out = place.appending(path: "out")
    let run = try Program.Running(
      ["run", "scenarios/one-server.jsonc", "-o", out.path, "-j", "2"] + arguments,
      dies: true)
    let began = ContinuousClock.now
    while !run.catchesSignals, run.process.isRunning, .now - began < .seconds(20) {
      try await Task.sleep(for: .milliseconds(5))
    }
    try await Task.sleep(for: delay)
    kill(run.process.processIdentifier, signal)
    let asked = ContinuousClock.now
    let program = try run.finish()
    #expect(.now - asked < .seconds(20), "at once, even on a busy machine")
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: out.path) {
      files[name] = try Data(contentsOf: out.appending(path: name))
    }
    return (program, files)
  }

  private func expectWhole(_ files: [String: Data]) throws {
    let manifest = try JSONSerialization.jsonObject(with: try #require(files["manifest.json"]))
    let document = try #require(manifest as? [String: Any])
    #expect(document["partial"] as? Bool == true)
    let listed = try #require(document["files"] as? [[String: Any]])
    // Every file stands there in full, and nothing else does: no temporary file was left.
    #expect(
      Set(files.keys) == Set(listed.compactMap { $0["name"] as? String } + ["manifest.json"]))
    for file in listed {
      let name = try #require(file["name"] as? String)
      #expect(files[name]?.count == file["bytes"] as? Int, "\(name)")
    }
    let summary = String(decoding: try #require(files["summary.json"]), as: UTF8.self)
    #expect(summary.contains("\"partial\": true"))
    #expect(summary.contains("\"cut_short\": \"interrupted\""))
  }

  @Test("In the first replication: it is kept as far as it came", arguments: [SIGINT, SIGTERM])
  func first(signal: Int32) async throws {
    let (program, files) = try await interrupted(
      by: signal, ["--set", "run.duration=100d"], after: .milliseconds(200))
    #expect(program.status == 128 + signal)
    #expect(program.errors.isEmpty)
    #expect(
      program.output.contains(
        "PARTIAL: interrupted; the figures cover a part of the first of 10 replications"))
    try expectWhole(files)
  }

  @Test("Among many replications: the whole ones are kept")
  func many() async throws {
    let (program, files) = try await interrupted(
      by: SIGINT, ["--replications", "10000"], after: .milliseconds(1_000))
    #expect(program.status == 130)
    try expectWhole(files)
    let summary = try JSONSerialization.jsonObject(with: try #require(files["summary.json"]))
    let document = try #require(summary as? [String: Any])
    let done = try #require(document["replications"] as? Int)
    #expect(1..<10_000 ~= done)
    #expect(document["replications_planned"] as? Int == 10_000)
    let percentiles = String(
      decoding: try #require(files["latency_percentiles.csv"]), as: UTF8.self)
    #expect(percentiles.split(separator: "\n").count == 1 + 6 * done)
  }
}
