import Foundation
import Tailrace
import Testing

/// The resolved scenario is the scenario: it loads again and gives the same numbers.
@Suite struct ResolvedTests {
  @Test func everyBundledVariantResolvesToItself() throws {
    for file in try Corpus.files(in: Corpus.bundled) {
      let source = SourceText(name: file.lastPathComponent, bytes: try Corpus.bytes(file))
      let scenario = try Scenario.load(source, folder: Corpus.bundled.path)
      for variant in scenario.variants {
        let text = variant.resolvedText(of: scenario)
        // Another file name: the scenario keeps its own.
        let again = try Scenario.load(
          SourceText(name: "resolved.json", text: text), folder: Corpus.bundled.path)
        let place = "\(scenario.name) \(variant.name)"
        #expect(again.name == scenario.name)
        #expect(again.variants.count == 1, "\(place)")
        #expect(again.variants[0].resolvedText(of: again) == text, "\(place)")
        #expect(
          try digest(again.variants[0], again) == digest(variant, scenario), "\(place)")
        let explained = variant.explainedText(of: scenario)
        let third = try Scenario.load(
          SourceText(name: "explained.jsonc", text: explained), folder: Corpus.bundled.path)
        #expect(third.variants[0].resolvedText(of: third) == text, "\(place)")
      }
    }
  }

  @Test func eachValueSaysWhereItComesFrom() throws {
    let source = SourceText(
      name: "shop.jsonc",
      text: """
        {
          tailrace: 1, run: { duration: "1s" },
          workloads: { w: { closed: { clients: 2, think_time: "5ms" }, steps: [{ call: "db" }] } },
          services: { db: { replicas: 2, queue: null, handler: [{ work: "1ms" }] } },
          variants: { base: {}, big: { "services.db.replicas": 8 } },
        }
        """)
    let scenario = try Scenario.load(source, settings: ["services.db.cores=4"])
    let text = try #require(scenario.variant("big")).explainedText(of: scenario)
    for line in [
      #""name": "shop",  // default"#, #""duration": "1s",  // line 2"#,
      #""replicas": 8,  // variant big, line 5"#, #""cores": 4,  // --set"#,
      #""max_length": "unlimited",  // default"#, #""ramp_up": "0s"  // default"#,
    ] { #expect(text.contains(line), "\(line) in \(text)") }
    #expect(!text.contains("variants\""))
    #expect(!text.contains("null"))
  }

  private func digest(_ variant: Scenario.Variant, _ scenario: Scenario) throws -> UInt64 {
    var experiment = variant.experiment(of: scenario)
    experiment.replications = 2
    experiment.eventsMax = 50_000
    return try experiment.run().digest
  }
}
