import TailraceDiagnosis
import Testing

@Suite("The program's diagnosis") struct DiagnosisProgramTests {
  @Test("explain lists the rules, explains one, and helps with a misspelt one")
  func explain() throws {
    let table = try Program(["explain", "diagnosis"])
    #expect(table.status == 0)
    for rule in Diagnosis.rules {
      #expect(
        table.output.contains("\(rule.name) (\(rule.question.rawValue))\n    \(rule.summary)"))
      let one = try Program(["explain", rule.name])
      #expect(one.output.hasPrefix("\(rule.name): \(rule.summary)\n"))
      #expect(one.output.contains(rule.looksAt))
    }
    let misspelt = try Program(["explain", "held-slot"])
    #expect(misspelt.status == 2)
    #expect(misspelt.errors.contains("did you mean 'held-slots'?"))
  }

  @Test("run ends with what limits and what makes the tail; its document has the numbers")
  func run() throws {
    let text = try Program(["run", "scenarios/one-server.jsonc", "--replications", "3"])
    #expect(text.output.contains("\nDIAGNOSIS\n  limit   server is "))
    #expect(text.output.contains("\n  tail    Above p99, "))
    let json = try Program(["run", "scenarios/one-server.jsonc", "--replications", "3", "--json"])
    #expect(json.output.contains("\"rule\": \"saturated-station\""))
    #expect(json.output.contains("\"load_max_per_s\": "))
  }
}
