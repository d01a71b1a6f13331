import TailraceCatalog

extension Catalogue {
  /// What a name means: components, keys with the components they belong to, and values of keys.
  public struct Meaning: Sendable {
    public var components: [Component] = []
    public var keys: [(owner: Component, key: Component.KeyInfo)] = []
    public var values: [(owner: Component, key: Component.KeyInfo)] = []

    public init() {}

    public var isEmpty: Bool { components.isEmpty && keys.isEmpty && values.isEmpty }
  }

  /// What a name means, in the order of the shelves; `outlier_detection.interval` is a key of what
  /// it stands in.
  public static func find(_ name: String) -> Meaning {
    var meaning = Meaning()
    let parts = name.split(separator: ".").map(String.init)
    if parts.count > 1 {
      let kinds = kinds(of: parts[parts.count - 2])
      for component in shelves.flatMap(\.components) where kinds.contains(component.kind) {
        meaning.keys += component.keys.filter { $0.name == parts[parts.count - 1] }
          .map { (component, $0) }
      }
      return meaning
    }
    for component in shelves.flatMap(\.components) {
      if component.name == name || component.kind == name { meaning.components.append(component) }
      for key in component.keys {
        if key.name == name { meaning.keys.append((component, key)) }
        if key.schema.words.contains(name) { meaning.values.append((component, key)) }
      }
    }
    // A policy is described as a component; that 'lb_policy' takes it is no second meaning.
    if !meaning.components.isEmpty { meaning.values = [] }
    return meaning
  }

  /// Kinds of the components that are called so, or that stand under a key of that name.
  private static func kinds(of name: String) -> Set<String> {
    var kinds = Set<String>()
    for component in shelves.flatMap(\.components) {
      if component.name == name || component.kind == name { kinds.insert(component.kind) }
      for key in component.keys where key.name == name { kinds.formUnion(key.schema.references) }
    }
    return kinds
  }
}

extension Component.KeyInfo {
  /// What the summary says of one type of admission control: clauses about others are left out.
  func told(of type: String) -> String {
    let names = Set(AdmissionPolicies.all.map { $0.name })
    var kept: [String] = []
    for sentence in summary.split(separator: ". ") {
      let text = sentence.hasSuffix(".") ? sentence.dropLast() : sentence
      // A clause that names no type is about those of the clause before it.
      var isOwn = true
      let clauses = text.split(separator: "; ").filter { clause in
        let words = clause.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
        let named = names.intersection(words)
        if !named.isEmpty { isOwn = named.contains(type) }
        return isOwn
      }
      if !clauses.isEmpty { kept.append(clauses.joined(separator: "; ") + ".") }
    }
    return kept.joined(separator: " ")
  }
}
