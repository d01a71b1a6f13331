import Foundation
import Tailrace
import TailraceReports

/// One run of a base scenario with settings: what it prints, and the facts in it.
struct KnobRun {
  let base: KnobBase
  let settings: [String]

  /// Why the scenario was refused.
  struct Refused: Error, CustomStringConvertible {
    var description: String
  }

  private func load() throws -> (Scenario, Scenario.Variant) {
    let scenario: Scenario
    do throws(Scenario.Invalid) {
      scenario = try Scenario.load(
        SourceText(name: "knobs.jsonc", text: base.text), settings: settings,
        folder: KnobBase.folder)
    } catch {
      throw Refused(description: error.diagnostics.map(\.message).joined(separator: "; "))
    }
    return (scenario, scenario.variants[0])
  }

  /// The scenario with its settings, as plain JSON.
  func document() throws -> String { JSONWriter.text(try load().1.document) }

  var isAccepted: Bool { (try? load()) != nil }

  /// The fact as text; nil where the output has none.
  func fact(_ fact: Fact) throws -> String? {
    let (scenario, variant) = try load()
    switch fact {
    case .resolved: return variant.resolvedText(of: scenario)
    case .file(let name):
      let files = try Library.outputs(
        SourceText(name: "knobs.jsonc", text: base.text), scenario, variant, jobs: 1)
      return files.first { $0.name == name }.map { String(decoding: $0.contents, as: UTF8.self) }
    case .json(let path):
      var experiment = variant.experiment(of: scenario)
      experiment.jobs = 1
      let text = try SummaryJSON(try experiment.run()).text()
      let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
      guard let found = Self.member(document, at: path.split(separator: ".")[...]) else {
        return nil
      }
      let data = try JSONSerialization.data(
        withJSONObject: found, options: [.fragmentsAllowed, .sortedKeys])
      return String(decoding: data, as: UTF8.self)
    }
  }

  /// What stands at a path of names; in a list a name is a member's, a number its index.
  private static func member(_ value: Any, at path: ArraySlice<Substring>) -> Any? {
    guard let name = path.first else { return value is NSNull ? nil : value }
    if let object = value as? [String: Any] {
      return object[String(name)].flatMap { member($0, at: path.dropFirst()) }
    }
    guard let list = value as? [Any] else { return nil }
    let item =
      Int(name).map { $0 < list.count ? list[$0] : nil }
      ?? list.first { ($0 as? [String: Any])?["name"] as? String == String(name) }
    return item.flatMap { member($0, at: path.dropFirst()) }
  }
}

extension Knobs {
  /// A knob's path as `--set` takes it.
  func path(of knob: Knob) -> String {
    guard let path = knob.path else { return place.isEmpty ? knob.key : "\(place).\(knob.key)" }
    return path.isEmpty ? place : whole(path)
  }

  /// A setting; those that begin with a dot start at the group's place.
  private func whole(_ setting: String) -> String {
    setting.hasPrefix(".") ? place + setting : setting
  }

  /// The run with one value of the knob; nil leaves the key as the base has it.
  func run(_ knob: Knob, _ value: String?, and more: [String] = []) -> KnobRun {
    let fixed = (beside + knob.beside + more).map(whole)
    return KnobRun(
      base: base, settings: fixed + (value.map { ["\(path(of: knob))=\($0)"] } ?? []))
  }

  /// The runs of a proof that must be accepted, by the value of the knob.
  func accepted(_ knob: Knob, of key: Component.KeyInfo) -> [(value: String, run: KnobRun)] {
    switch knob.proof {
    case .turn(let one, let two, _, _): [one, two].map { ($0 ?? "base", run(knob, $0)) }
    case .words(_, _, _, let needs, let form):
      key.schema.words.map { word in
        (word, run(knob, form.replacing("%", with: word), and: needs[word] ?? []))
      }
    case .limit(let accepted, _): [(accepted ?? "base", run(knob, accepted))]
    case .constant, .texts: []
    }
  }

  /// What is wrong with the proof of a knob of this group, whose key is declared so; nil where it
  /// holds.
  func complaint(_ knob: Knob, of key: Component.KeyInfo) throws -> String? {
    switch knob.proof {
    case .turn(let one, let two, let fact, let direction):
      let (before, after) = (try run(knob, one).fact(fact), try run(knob, two).fact(fact))
      let holds =
        switch direction {
        case .either: before != after
        case .up: Self.numbers(before, after).map { $0 < $1 } ?? false
        case .down: Self.numbers(before, after).map { $0 > $1 } ?? false
        }
      return holds ? nil : "\(one ?? "base") gives \(before ?? "none"), \(two) \(after ?? "none")"
    case .words(let fact, let orNone, let synonyms, _, _):
      var facts = try accepted(knob, of: key).map { ($0, try $1.fact(fact) ?? "none") }
      if orNone { facts.append(("none", try run(knob, nil).fact(fact) ?? "none")) }
      let groups = Dictionary(grouping: facts, by: \.1).filter {
        $0.value.count > 1 && Set($0.value.map(\.0)) != synonyms
      }
      if groups.isEmpty {
        let known = facts.filter { synonyms.contains($0.0) }
        return Set(known.map(\.1)).count > 1 ? "\(synonyms.sorted()) differ" : nil
      }
      return groups.map { "\($0.value.map(\.0)) give \($0.key.prefix(200))" }.sorted().joined(
        separator: "; ")
    case .limit(let accepted, let refused):
      if !run(knob, accepted).isAccepted { return "\(accepted ?? "base") is refused" }
      return run(knob, refused).isAccepted ? "\(refused) is accepted" : nil
    case .constant(let other):
      return run(knob, other).isAccepted ? "\(other) is accepted" : nil
    case .texts(let texts):
      let (one, two) = try texts()
      return one == two ? "nothing differs" : nil
    }
  }

  private static func numbers(_ one: String?, _ two: String?) -> (Double, Double)? {
    guard let one = one.flatMap(Double.init), let two = two.flatMap(Double.init) else { return nil }
    return (one, two)
  }
}
