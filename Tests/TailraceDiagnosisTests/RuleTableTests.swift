import Foundation
import Tailrace
import TailraceDiagnosis
import TailraceReports
import Testing

/// What holds of all rules, and of all findings in all bundled scenarios.
@Suite("Diagnosis: rules") struct RuleTableTests {
  @Test("Every rule has a name of its own and says what it looks at")
  func table() {
    #expect(Set(Diagnosis.rules.map(\.name)).count == Diagnosis.rules.count)
    for rule in Diagnosis.rules {
      #expect(rule.name.allSatisfy { $0.isLowercase || $0 == "-" })
      #expect(rule.summary.hasSuffix(".") && !rule.looksAt.isEmpty)
    }
    #expect(Set(Diagnosis.rules.map(\.question)) == Set(Question.allCases))
  }

  static let variants: [(scenario: Scenario, variant: Scenario.Variant)] = {
    let folder = Story.root.appending(path: "scenarios")
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "jsonc" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .flatMap { file -> [(Scenario, Scenario.Variant)] in
        guard let data = try? Data(contentsOf: file) else { return [] }
        let source = SourceText(name: file.lastPathComponent, bytes: Array(data))
        guard let scenario = try? Scenario.load(source, folder: folder.path()) else { return [] }
        return scenario.variants.map { (scenario, $0) }
      }
  }()

  @Test("All bundled scenarios: finite numbers, known subjects, no contradictions, short texts")
  func bundled() throws {
    #expect(Self.variants.count > 170)
    var spoken: Set<String> = []
    for (scenario, variant) in Self.variants {
      let name = "\(scenario.name) \(variant.name)"
      let story = try Story(variant, of: scenario, replications: min(2, variant.replications))
      spoken.formUnion(story.rules)
      for finding in story.findings { check(finding, story, name) }
      let contradictions = Self.contradictions(story.findings)
      #expect(contradictions.isEmpty, "\(name): \(contradictions)")
      #expect(story.section.count <= 8, "\(name)")
      #expect(story.section.allSatisfy { $0.count <= 100 }, "\(name)")
    }
    // A rule that never speaks here speaks in a story of its own.
    #expect(Set(Diagnosis.rules.map(\.name)).subtracting(spoken).isEmpty)
  }

  private func check(_ finding: Finding, _ story: Story, _ name: String) {
    let names = finding.evidence.map(\.name)
    #expect(Set(names).count == names.count, "\(name): \(finding.rule)")
    for number in finding.evidence {
      #expect(number.value.isFinite && number.value >= 0, "\(name): \(number.name)")
    }
    // Every number in the sentence is evidence.
    for number in finding.sentence.numbers {
      #expect(finding.evidence.contains(number), "\(name): \(number.name)")
    }
    #expect(finding.weight >= 0 && finding.weight <= 1)
    let subject = finding.subject
    let isKnown =
      switch subject.kind {
      case .service: story.result.services.contains { $0.name == subject.name }
      case .workload: story.result.workloads.contains { $0.name == subject.name }
      case .cache: story.result.caches.contains { $0.name == subject.name }
      case .pool: story.result.pools.contains { $0.name == subject.name }
      case .ports: story.result.ports.contains { subject.name.hasPrefix($0.link) }
      }
    #expect(isKnown, "\(name): \(subject.name)")
  }

  /// Pairs of findings that cannot both be right.
  static func contradictions(_ findings: [Finding]) -> [String] {
    func subjects(_ rule: String) -> [Subject] {
      findings.filter { $0.rule == rule }.map(\.subject)
    }
    var found: [String] = []
    let limits = ["saturated-station", "held-slots", "uneven-load", "amplified-load", "bursts"]
    // Nothing limits, and something does.
    if !subjects("no-limit").isEmpty {
      found += limits.filter { !subjects($0).isEmpty }.map { "no-limit and \($0)" }
    }
    // What limits is not idle.
    for subject in subjects("idle-replicas") {
      found += limits.filter { subjects($0).contains(subject) }.map { "idle and \($0)" }
    }
    // Its slots are full of waiting, and it is what all wait for.
    for subject in subjects("held-slots") where subjects("saturated-station").contains(subject) {
      found.append("held-slots and saturated-station")
    }
    // More of it would not help the tail, and waiting for it makes the tail.
    for finding in findings where finding.rule == "busy-but-not-tail" {
      let others = findings.filter {
        $0.question == .tail && $0.rule != finding.rule && $0.workload == finding.workload
      }
      if others.contains(where: { $0.subject == finding.subject }) {
        found.append("busy-but-not-tail and \(others.map(\.rule))")
      }
    }
    // One cause for the requests of a workload.
    let causes = ["tail-cause", "fan-out", "cache-misses"]
    for workload in Set(findings.compactMap(\.workload)) {
      let own = findings.filter { $0.workload == workload && causes.contains($0.rule) }
      if own.count > 1 { found.append("\(own.map(\.rule)) of \(workload)") }
    }
    return found
  }

  @Test("Services, workloads and caches declared the other way round: the same findings")
  func order() throws {
    for (name, variant) in [
      ("two-tier", "threads"), ("cache-tiers", "both"), ("write-policies", "through"),
    ] {
      let story = try Story(name, variant, replications: 2)
      var turned = story.topology
      turned.services.reverse()
      turned.workloads.reverse()
      turned.caches.reverse()
      func words(_ findings: [Finding]) -> [String] {
        findings.map { "\($0.rule) \($0.subject.name) \($0.weight) \($0.evidence)" }
      }
      #expect(!story.findings.isEmpty)
      #expect(words(Diagnosis.findings(turned, story.result)) == words(story.findings))
    }
  }

  @Test("The text of a finding in the document is the sentence of the summary")
  func sameWords() throws {
    let story = try Story("one-server", replications: 3)
    let json = try SummaryJSON(story.result, findings: story.findings).text()
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
    let root = try #require(object as? [String: Any])
    let rows = try #require(root["diagnosis"] as? [[String: Any]])
    #expect(rows.count == story.findings.count)
    let text = try #require(rows[0]["text"] as? String)
    let lines = story.section.map { $0.trimmingCharacters(in: .whitespaces) }
    #expect("limit   " + text == lines[0])
    let evidence = try #require(rows[0]["evidence"] as? [String: Double])
    #expect(near(try #require(evidence["utilization_ratio"]), story.busy("server"), within: 1e-12))
    let load = try #require(evidence["load_max_per_s"])
    #expect(near(load, story.findings[0].number("load_max"), within: 1e-12))
    #expect(try !SummaryJSON(story.result).text().contains("diagnosis"))
  }
}
