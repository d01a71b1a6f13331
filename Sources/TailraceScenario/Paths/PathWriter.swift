import TailraceCatalog

/// Writes a value at a path of names into a document: what `variants` and `--set` do.
///
/// Below a list of steps the next name is a step's, however deep it is nested in that list. A
/// missing object on the way is made; a missing name of a component or a step is a mistake.
struct PathWriter {
  /// The path, and where it was written.
  let path: String
  let source: SourceText
  let range: SourceRange
  let value: Node

  init(path: String, source: SourceText, range: SourceRange, value: Node) {
    (self.path, self.source, self.range, self.value) = (path, source, range, value)
  }

  struct Mistake: Error {
    let diagnostic: Diagnostic
  }

  /// Most names of a path: no scenario is nested deeper.
  static let namesMax = 64

  /// The path as messages show it.
  private var shown: String { path.clipped }

  private var names: [String] {
    path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// The document with the value in place.
  func applied(to root: Node) throws(Mistake) -> Node {
    let names = names
    if names.contains("") { throw mistake("'\(shown)' is no path: names joined by dots") }
    if names.count > Self.namesMax {
      throw mistake("'\(shown)' has \(names.count) names; at most \(Self.namesMax)")
    }
    if names[0] == "variants" || names[0] == "sweep" {
      let what = names[0] == "variants" ? "the variants themselves" : "what is varied"
      throw mistake("'\(shown)' would change \(what), which takes no effect")
    }
    var writer = self
    writer.keepsNull = Self.hasDefaults(root)
    return try writer.write(names[...], in: root, at: [])
  }

  /// Where defaults may apply, `null` is written: without it, whatever they say.
  private var keepsNull = false

  private static func hasDefaults(_ root: Node) -> Bool {
    let services = root["services"]?.object?.members ?? []
    return ["defaults", "preset"].contains { root[$0].map { !$0.isNull } ?? false }
      || services.contains { $0.value["preset"].map { !$0.isNull } ?? false }
  }

  private func mistake(_ message: String) -> Mistake {
    Mistake(
      diagnostic: Diagnostic(.unknownPath, source: source, range: range, message: message))
  }

  private func write(
    _ names: ArraySlice<String>, in node: Node, at place: [String]
  ) throws(Mistake) -> Node {
    guard let name = names.first else { return value }
    if let items = node.array { return try write(names, inSteps: items, of: node, at: place) }
    guard let object = node.object else {
      throw mistake("'\(shown)' meets nothing: \(Self.text(place)) has no parts")
    }
    let rest = names.dropFirst()
    var members: [Node.Member] = []
    var found = false
    for member in object.members {
      if member.name != name {
        members.append(member)
        continue
      }
      found = true
      if rest.isEmpty && value.isNull && !keepsNull { continue }
      let below = member.value.isNull && !rest.isEmpty ? emptyObject : member.value
      members.append(
        Node.Member(
          name: name, nameRange: rest.isEmpty ? nameRange(for: member) : member.nameRange,
          value: try write(rest, in: below, at: place + [name])))
    }
    if !found {
      if rest.isEmpty && value.isNull && !(keepsNull && place.count > 1) {
        throw mistake("'\(shown)' removes nothing: there is no '\(name.clipped)'")
      }
      let isNewSection = place.isEmpty && ScenarioDeclaration.keys.contains { $0.name == name }
      if !rest.isEmpty && Self.holdsNames(place) && !isNewSection {
        let known =
          place.isEmpty ? ScenarioDeclaration.keys.map(\.name) : object.members.map(\.name)
        var near = NearestWord.hint(name, among: known)
        if place.isEmpty && near.isEmpty { near = PathSuggestion.hint(self.names, in: node) }
        throw mistake(
          "'\(shown)' meets nothing: no '\(name.clipped)' in \(Self.text(place))\(near)")
      }
      members.append(
        Node.Member(
          name: name, nameRange: range,
          value: try write(rest, in: emptyObject, at: place + [name])))
    }
    return Node(.object(Node.Object(members)), source: node.source, range: node.range)
  }

  private static func text(_ place: [String]) -> String {
    place.isEmpty ? "the scenario" : "'\(place.joined(separator: ".").clipped)'"
  }

  /// A member that was replaced is named where its new value was.
  private func nameRange(for member: Node.Member) -> SourceRange {
    value.source === member.value.source ? member.nameRange : range
  }

  private var emptyObject: Node { Node(.object(Node.Object([])), source: source, range: range) }

  /// Whether the keys of the object at a place are names of components.
  private static func holdsNames(_ place: [String]) -> Bool {
    let maps: Set<String> = [
      "workloads", "services", "caches", "keys", "classes", "faults", "changes", "queues", "pools",
      "rate_limits", "nodes", "handlers", "groups",
    ]
    guard let last = place.last else { return true }
    return (place.count == 1 && maps.contains(last)) || last == "handlers" || last == "groups"
  }

  // MARK: Steps

  private func write(
    _ names: ArraySlice<String>, inSteps items: [Node], of node: Node, at place: [String]
  ) throws(Mistake) -> Node {
    guard let name = names.first else { return value }
    let steps = StepNames.all(in: items)
    let same = steps.filter { $0.name == name }
    let list = Self.text(place)
    if same.isEmpty {
      let known = steps.map(\.name)
      let near = NearestWord.suggest(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw mistake("'\(shown)' meets nothing: no step '\(name.clipped)' in \(list)\(near)")
    }
    if same.count > 1 {
      let places = same.prefix(4).map { "\($0.step.position)" }.joined(separator: " and ")
      throw mistake(
        "'\(shown)' is ambiguous: \(same.count) steps in \(list) are called '\(name.clipped)', at "
          + "\(places); give one a 'name'")
    }
    return try rebuilt(node, names, at: place)
  }

  /// The container with the one step of that name rewritten, wherever it is nested.
  private func rebuilt(
    _ node: Node, _ names: ArraySlice<String>, at place: [String]
  ) throws(Mistake) -> Node {
    guard let name = names.first else { return value }
    switch node.value {
    case .array(let items):
      var copy: [Node] = []
      for item in items { copy.append(try rebuilt(item, names, at: place)) }
      return Node(.array(copy), source: node.source, range: node.range)
    case .object(let object):
      if StepNames.name(of: node) == name {
        return try write(names.dropFirst(), in: node, at: place + [name])
      }
      var members: [Node.Member] = []
      for member in object.members {
        let nested = StepNames.holdsSteps(member)
        members.append(
          Node.Member(
            name: member.name, nameRange: member.nameRange,
            value: nested ? try rebuilt(member.value, names, at: place) : member.value))
      }
      return Node(.object(Node.Object(members)), source: node.source, range: node.range)
    default: return node
    }
  }
}

/// What paths call steps.
enum StepNames {
  /// Its `name`, else its operand if that is a name (`db/get` is `db`), else its verb.
  static func name(of step: Node) -> String? {
    guard let object = step.object else { return nil }
    if let name = object["name"]?.value.string { return name }
    for verb in Verbs.all {
      guard let operand = object[verb.name]?.value else { continue }
      if let text = operand.string,
        verb == CallStep.self || verb == ScatterStep.self
          || verb == CacheStep.self || verb == RateLimitStep.self || verb == HoldStep.self
      {
        return text.split(separator: "/").first.map(String.init) ?? verb.name
      }
      return verb.name
    }
    return nil
  }

  /// Whether a member of a step (or of an arm) holds further steps.
  static func holdsSteps(_ member: Node.Member) -> Bool {
    switch member.name {
    case "parallel", "steps", "on_miss", "on_stale", "store", "on_error":
      member.value.array != nil
    case "split": member.value.object != nil
    default: member.value.object?["steps"] != nil
    }
  }

  /// The steps that have a name, in the order of the file.
  static func all(in items: [Node]) -> [(name: String, step: Node)] {
    var names: [(name: String, step: Node)] = []
    for item in items { collect(item, &names) }
    return names
  }

  private static func collect(_ node: Node, _ names: inout [(name: String, step: Node)]) {
    switch node.value {
    case .array(let items): for item in items { collect(item, &names) }
    case .object(let object):
      if let name = name(of: node) { names.append((name, node)) }
      for member in object.members where holdsSteps(member) { collect(member.value, &names) }
    default: break
    }
  }
}

extension Diagnostic.Code {
  static let unknownPath: Diagnostic.Code = "unknown-path"
}
