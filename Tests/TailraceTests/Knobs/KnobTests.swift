import Tailrace
import Testing

/// Every declared key does something, and the table says what: none without a line, no stale line.
@Suite("Knobs") struct KnobTests {
  /// Components with keys, each once.
  private static let declared: [String: Component] = Dictionary(
    Catalogue.shelves.flatMap(\.components).filter { !$0.keys.isEmpty }.map { ($0.kind, $0) },
    uniquingKeysWith: { first, _ in first })

  static func key(_ name: String, of kind: String) -> Component.KeyInfo? {
    declared[kind]?.keys.first { $0.name == name }
  }

  /// A line with its group.
  struct Line: CustomTestStringConvertible, Sendable {
    var group: Knobs
    var knob: Knob
    var name: String { "\(group.kind): \(knob.key)" }
    var testDescription: String { name }
  }

  static let lines = Knobs.all.flatMap { group in
    group.knobs.map { Line(group: group, knob: $0) }
  }

  @Test("Turning it moves its metric, and each of its words another way", arguments: lines)
  func turning(_ line: Line) throws {
    let key = try #require(Self.key(line.knob.key, of: line.group.kind))
    if let complaint = try line.group.complaint(line.knob, of: key) {
      Issue.record("\(line.name): \(complaint)")
    }
  }

  @Test("Every declared key has a line, and every line a declared key")
  func everyKey() {
    let keys = Set(
      Self.declared.flatMap { kind, component in
        component.keys.map { "\(kind): \($0.name)" }
      })
    let written = Set(Self.lines.map(\.name))
    #expect(keys.subtracting(written).sorted() == [], "these keys have no line")
    #expect(written.subtracting(keys).sorted() == [], "these lines have no key")
    print("knobs: \(keys.count) keys in \(Self.lines.count) lines")
  }

  @Test("Every word of every enumeration is tried")
  func everyWord() {
    var missing: [String] = []
    var count = 0
    for (kind, component) in Self.declared {
      for key in component.keys {
        let lines = Self.lines.filter { $0.group.kind == kind && $0.knob.key == key.name }
        for word in Set(key.schema.words) {
          count += 1
          if !lines.contains(where: { $0.knob.tries(word) }) {
            missing.append("\(kind): \(key.name) \"\(word)\"")
          }
        }
      }
    }
    #expect(missing.sorted() == [], "these words are in no line")
    print("knobs: \(count) words")
  }

  @Test("Every policy, preset and kind of arrivals is a component with keys, or a word of a key")
  func everyComponent() {
    let words = Set(Self.declared.values.flatMap(\.keys).flatMap(\.schema.words))
    for shelf in Catalogue.shelves where shelf.name != "metrics" {
      for component in shelf.components where component.keys.isEmpty {
        #expect(words.contains(component.name), "\(shelf.name): \(component.name)")
      }
    }
  }

  @Test("A line turns its own key: its name stands in the path or in the values")
  func ownKey() {
    for line in Self.lines {
      #expect(line.knob.names(in: line.group.path(of: line.knob)), "\(line.name)")
    }
  }

  @Test("A knob without effect is found out")
  func idle() throws {
    let group = Knobs("service", in: .shop, at: "services.log", [])
    for knob: Knob in [
      .turn("replicas", "2", "2", changes: .latency),
      .turn("replicas", "2", "2", raises: .latency),
      .turn("replicas", "2", "3", lowers: .users("no_such_number")),
      .words("concurrency_model", tellApart: .latency),
      .limit("replicas", "2", refuses: "3"), .constant("replicas", refuses: "3"),
      .texts("replicas") { ("", "") },
    ] {
      let key = try #require(Self.key(knob.key, of: "service"))
      #expect(try group.complaint(knob, of: key) != nil, "\(knob)")
    }
  }
}

extension Knob {
  /// Whether one of its runs has a word of its key's enumeration.
  func tries(_ word: String) -> Bool {
    switch proof {
    case .words: true
    case .turn(let one, let two, _, _):
      [one ?? "", two].contains {
        $0 == word || $0.contains("'\(word)'")
      }
    case .limit, .constant, .texts: false
    }
  }

  /// Whether what it writes names its key.
  func names(in path: String) -> Bool {
    let names = path.split(separator: ".")
    guard case .turn(let one, let two, _, _) = proof, names.last != key[...] else {
      if case .texts = proof { return true }
      return names.last == key[...]
    }
    return [one ?? "", two].contains { $0.contains("\(key):") || $0.contains("\(key)=") }
  }
}
