import Foundation
import Testing

@Suite("tailrace graph") struct GraphProgramTests {
  private let scenario = "scenarios/cache-vs-no-cache.jsonc"

  @Test("Mermaid on the terminal: what is called, what is asked, what a miss calls")
  func mermaid() throws {
    let program = try Program(["graph", scenario])
    #expect(
      program.output == """
        flowchart LR
          accTitle: cache-vs-no-cache, cache
          n0(["browse<br/>2,000/s"])
          n1["db<br/>4 × 16"]
          n2["web<br/>8 × 32"]
          n3[("page_cache<br/>shared, 40,000 entries")]
          n0 --> n2
          n2 -.->|"miss"| n1
          n2 --> n3

        """)
    #expect(program.status == 0 && program.errors == "")
  }

  @Test("The output's ending says the format, a run's folder the numbers")
  func results() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let out = place.appending(path: "out").path()
    let short = ["--replications", "1", "--set", "run.duration=12s", "--set", "run.warm_up=4s"]
    let run = try Program(["run", scenario, "-q", "-o", out] + short)
    #expect(run.status == 0 || run.status == 99)
    for (name, head) in [("g.svg", "<svg class"), ("g.dot", "digraph {"), ("g.mmd", "flowchart")] {
      let file = place.appending(path: name)
      let program = try Program(["graph", scenario, "--results", out, "-o", file.path()])
      #expect(program.status == 0 && program.output == "" && program.errors == "")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.hasPrefix(head) && text.contains("/s") && text.contains("utilization"))
      // The folder alone gives the same.
      #expect(try Program(["graph", "--results", out, "-o", file.path()]).status == 0)
      #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
    let other = try Program(["graph", scenario, "--variant", "no-cache", "--results", out])
    #expect(other.status == 2 && other.errors.contains("another topology than"))
    let set = try Program(["graph", "--results", out, "--set", "seed=4"])
    #expect(set.status == 2 && set.errors.contains("need a scenario"))
  }

  @Test("Neither scenario nor folder, no folder, a bad scenario: their own codes")
  func mistakes() throws {
    let nothing = try Program(["graph"])
    #expect(nothing.status == 2 && nothing.errors.contains("needs a scenario or '--results DIR'"))
    let missing = try Program(["graph", "--results", "/nowhere"])
    #expect(missing.status == 1 && missing.errors.contains("/nowhere/summary.json"))
    for name in ["g.png", "g"] {
      let place = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: place) }
      let file = place.appending(path: name).path()
      let unknown = try Program(["graph", scenario, "-o", file])
      #expect(unknown.status == 2 && unknown.errors.contains("end it in .svg, .dot, .gv, .mmd"))
      #expect(!FileManager.default.fileExists(atPath: file))
    }
    let bad = try Program(["graph", "Tests/bad/arrivals-renewal-zero.jsonc"])
    #expect(bad.status == 3 && bad.output == "")
  }
}
