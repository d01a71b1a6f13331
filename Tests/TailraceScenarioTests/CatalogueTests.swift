import Tailrace
import TailraceModel
import Testing

@testable import TailraceScenario

/// What no reviewer should have to check: every declared word is described everywhere.
@Suite struct CatalogueTests {
  @Test func generatedPagesAreUpToDate() {
    Recorded.expect(ReferenceText.make(), in: Corpus.bundled.appending(path: "REFERENCE.md"))
    Recorded.expect(
      SchemaText.make(), in: Corpus.bundled.appending(path: "scenario.schema.json"))
  }

  @Test func everyComponentAndKeyIsDescribed() {
    for component in Catalogue.shelves.flatMap(\.components) {
      #expect(component.summary.hasSuffix("."), "\(component.kind)")
      #expect(Set(component.keys.map(\.name)).count == component.keys.count)
      for key in component.keys {
        let place = "\(component.kind): \(key.name)"
        #expect(key.summary.hasSuffix("."), "\(place)")
        #expect(!key.meaning.isEmpty, "\(place)")
        #expect(Self.isKeyName(key.name), "\(place)")
        if case .number = key.schema { Issue.record("\(place) has no limits") }
        if case .quantity(_, let pattern, let limits) = key.schema {
          #expect(pattern != nil && limits != nil, "\(place) has no pattern or no limits")
        }
      }
    }
  }

  /// A default is a value of the file, or said not to be one.
  @Test func everyDefaultReadsBack() {
    for component in Catalogue.shelves.flatMap(\.components) {
      for key in component.keys where !key.isRequired && key.standard != "none" {
        let isContextual = ["the workload's name"].contains(key.standard)
        #expect(
          isContextual || Node.standard(key.standard) != nil,
          "\(component.kind): \(key.name) has default \(key.standard)")
      }
    }
  }

  /// Every word that parses is in `explain`, in the schema and on the reference page.
  @Test func everyWordIsEverywhere() {
    let schema = SchemaText.make()
    let page = ReferenceText.make()
    var words = Set(
      Verbs.all.map { $0.name } + Arrivals.all.map { $0.name } + Distributions.all.map { $0.name }
        + BalancingPolicies.all.map { $0.name } + [SineDeclaration.name, PulseDeclaration.name])
    for component in Catalogue.shelves.flatMap(\.components) {
      words.formUnion(component.keys.map(\.name))
      words.formUnion(component.keys.flatMap(\.schema.words))
    }
    #expect(words.count > 100)
    for word in words.sorted() {
      #expect(!Catalogue.find(word).isEmpty, "\(word)")
      #expect(schema.contains("\"\(word)\""), "\(word) is not in the schema")
      #expect(page.contains(word), "\(word) is not on the reference page")
    }
  }

  /// Whatever a key refers to is defined, so that a reader of the schema finds it.
  @Test func everyReferenceIsDefined() {
    let schema = SchemaText.make()
    var rest = schema[...]
    let mark = "#/$defs/"
    var count = 0
    while let found = rest.firstRange(of: mark) {
      let name = rest[found.upperBound...].prefix { $0 != "\"" }
      let plain = name.split(separator: "%20").joined(separator: " ")
      #expect(schema.contains("\n    \"\(plain)\": {"), "\(plain)")
      rest = rest[found.upperBound...]
      count += 1
    }
    #expect(count > 50)
  }

  /// A key in what it stands in, called by its kind or by the key above it.
  @Test func keysAreFoundBelowTheirOwners() {
    func owners(_ path: String) -> [String] { Catalogue.find(path).keys.map { $0.owner.kind } }
    #expect(owners("outlier_detection.interval") == ["outlier_detection"])
    #expect(owners("queue.codel") == ["queue of a service"])
    #expect(owners("services.app.queue.codel") == ["queue of a service"])
    #expect(owners("queue.interval").isEmpty && owners("nothing.interval").isEmpty)
  }

  /// A policy's keys are told with its own defaults, and each discipline in words of its own.
  @Test func policiesAreToldOneByOne() throws {
    let rate = try #require(Catalogue.find("SUCCESS_RATE").components.first)
    #expect(Set(rate.details.map(\.name)) == Set(SuccessRate.keys))
    let window = try #require(rate.details.first { $0.name == "window" })
    #expect(window.text.contains("the answers that count; 30s"))
    #expect(!window.text.contains("DAGOR") && !window.text.contains("how often"))
    let summaries = Discipline.allCases.map { Catalogue.find($0.rawValue).components.last?.summary }
    #expect(Set(summaries).count == summaries.count)
  }

  private static func isKeyName(_ name: String) -> Bool {
    name == "$schema"
      || name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
  }
}
