import Tailrace
import Testing

@testable import TailraceScenario

@Suite("Values of a sweep in words") struct SweepTextTests {
  private func values(_ text: String) throws -> [String] {
    try SweepParameter(argument: "services.db.replicas=\(text)").values.map(\.text)
  }

  private func message(_ text: String) -> String? {
    do throws(Diagnostic) {
      _ = try SweepParameter(argument: text)
      return nil
    } catch {
      return error.message
    }
  }

  @Test(
    "Ranges hold their ends, steps are exact in decimal, factors multiply",
    arguments: [
      ("6..14 step 2", "6 8 10 12 14"), ("6..13 step 2", "6 8 10 12"), ("1..4", "1 2 3 4"),
      ("1..64 factor 2", "1 2 4 8 16 32 64"), ("0.1..0.5 step 0.1", "0.1 0.2 0.3 0.4 0.5"),
      ("1..10 factor 2.5", "1 2.5 6.25"), ("100/s..300/s step 100/s", "100/s 200/s 300/s"),
      ("10ms..40ms factor 2", "10ms 20ms 40ms"), ("0.5%..1.5% step 0.5%", "0.5% 1% 1.5%"),
      ("7..7", "7"), ("0..0.3 step 0.15", "0 0.15 0.3"),
    ])
  func ranges(text: String, expected: String) throws {
    #expect(try values(text).joined(separator: " ") == expected)
  }

  @Test("Lists are cut at commas outside brackets and quotes")
  func lists() throws {
    #expect(try values("RANDOM, LEAST_REQUEST,\"1..2x\"").count == 3)
    #expect(try values("1,2,5,10") == ["1", "2", "5", "10"])
    #expect(
      try values(#"[["0s","5/s"],["9s","7/s"]],{"a":1,"b":2}"#)
        == [#"[["0s","5/s"],["9s","7/s"]]"#, #"{"a":1,"b":2}"#])
  }

  @Test(
    "Mistakes say what is wrong and what is right",
    arguments: [
      (
        "services.db.replicas",
        "--param needs PATH=VALUES, such as services.db.replicas=2..8 step 2"
      ),
      ("a.b=", "'a.b' needs at least one value"),
      ("a.b=1..8 setp 2", "'setp' is neither step nor factor; did you mean 'step'?"),
      ("a.b=1..8 step 0", "a step must be above 0"),
      ("a.b=0..8 factor 2", "a factor must be above 1 and the range begin above 0"),
      ("a.b=8..1", "the range ends before it begins"),
      ("a.b=1ms..8 step 1ms", "both ends need one unit, not 'ms' and ''"),
      ("a.b=1ms..8ms step 2", "the step needs the unit of the ends: 'ms'"),
      ("a.b=1ms..8ms factor 2ms", "a factor has no unit: '2ms'"),
      ("a.b=1,2,1", "'a.b' has the value '1' twice"),
      ("a.b=1,,2", "'a.b' has an empty value"),
      ("a.b=1..1000000", "the range has more than 100000 values"),
      ("a.b=1..2..3", "'1..2..3' is no range: write 6..14, 6..14 step 2 or 1..64 factor 2"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test("The file's section holds lists of any values, and ranges")
  func section() throws {
    let source = SourceText(
      name: "s.jsonc",
      text: """
        { "tailrace": 1, "run": { "duration": "1s" },
          "workloads": { "users": { "arrivals": { "type": "poisson", "rate": "10/s" },
            "steps": [{ "call": "db" }] } },
          "services": { "db": { "handler": [{ "work": "1ms" }] } },
          "sweep": { "services.db.replicas": "1..4 factor 2",
                     "services.db.handler.work.work": ["1ms", { "type": "exponential", "mean": "2ms" }] } }
        """)
    let parameters = try Scenario.load(source).parameters
    #expect(parameters.map(\.path) == ["services.db.replicas", "services.db.handler.work.work"])
    #expect(parameters[0].values.map(\.text) == ["1", "2", "4"])
    #expect(
      parameters[1].values.map(\.text) == ["1ms", #"{ "type": "exponential", "mean": "2ms" }"#])
    let plan = SweepPlan(
      source, variants: ["base"], parameters: parameters, settings: [], thresholds: [])
    #expect(plan.count == 6)
    #expect(plan.arithmetic == "3 × 2")
    // The last parameter is innermost.
    #expect((0..<6).map { plan.point($0).values[0].text } == ["1", "1", "2", "2", "4", "4"])
    let last = try plan.scenario(of: 5)
    #expect(last.variants[0].topology.services[0].replicas == 4)
  }
}
