import Foundation
import Testing

@Suite("Words of plan and sweep") struct PlanWordsTests {
  private static let scenario = "scenarios/one-server.jsonc"
  private static let short = ["--set", "run.duration=6s", "--set", "run.warm_up=1s"]
  private static let threshold = ["--threshold", "latency: p(99) < 20ms"]

  @Test("A search says what it searched and what its intervals mean, in text and on its page")
  func plan() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let ended = try Program(
      [
        "plan", Self.scenario, "--find-max", "workloads.users.arrivals.rate", "-o", place.path(),
      ] + Self.threshold + Self.short)
    #expect(ended.status == 0 && ended.errors == "")
    let lines = ended.output.split(separator: "\n")
    #expect(lines[0] == "one-server · variant base · seed 42 · plan")
    #expect(lines[1].hasPrefix("largest workloads.users.arrivals.rate that meets the threshold: "))
    #expect(
      lines.contains("  Each interval holds with 99.4 %, so that all looks together do with 95 %."))
    let page = try String(contentsOf: place.appending(path: "report.html"), encoding: .utf8)
    #expect(page.contains("<title>one-server · base · plan</title>"))
    #expect(page.contains("<p>Largest workloads.users.arrivals.rate that meets"))
    #expect(page.contains("in the order of the list below"))
    // A search has neither a number of replications nor a digest of its own.
    #expect(!page.contains(">digest of the results</th>"))
    #expect(page.contains(">SHA-256 of the scenario file</th>"))
  }

  @Test("A sweep of one parameter counts its points once, says units and what failed")
  func sweep() throws {
    let one = ["--param", "workloads.users.arrivals.rate=200/s,900/s", "--replications", "2"]
    let dry = try Program(["sweep", Self.scenario, "--dry-run"] + one)
    #expect(dry.output == "2 points × 2 replications = 4 runs\n")
    let ended = try Program(["sweep", Self.scenario] + one + Self.threshold + Self.short)
    #expect(ended.status == 99)
    let lines = ended.output.split(separator: "\n")
    #expect(lines[0] == "one-server · 2 points × 2 replications")
    let heading = lines[1].split { $0 == " " }.joined(separator: " ")
    #expect(
      heading.hasPrefix(
        "arrivals.rate mean (ms) ± p50 (ms) p99 (ms) ± slot time (ms) goodput/s errors"))
    #expect(lines.last == "✗ thresholds failed at 1 of 2 points (exit 99)")
  }
}
