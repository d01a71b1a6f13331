import TailraceCatalog
import TailraceModel

// Keys that follow from others.
extension TopologyBuilder {
  /// Most keys of a space.
  private static let keysMax = 1 << 40
  /// Most key spaces that others follow from.
  private static let partsMax = 8

  /// Whether a key space says what its keys follow from, even if that was not understood.
  func isComputed(_ space: Named<KeySpaceDeclaration>) -> Bool {
    space.value.of != nil || writtenKeys?[space.name]?["of"].map { !$0.isNull } ?? false
  }

  /// How many keys a space has; nil where only a trace knows.
  func keyCount(of space: Named<KeySpaceDeclaration>) -> Int? {
    computedKeys[space.name].map { Int($0.count) } ?? space.value.count
  }

  /// The key spaces whose keys a workload's requests have, computed ones among them.
  func spacesCarried(by workload: WorkloadSpec) -> Set<String> {
    let own = Set(workload.keys.map(\.space) + builtInKeys(of: workload))
    let computed = computedKeys.filter { $0.value.parts.allSatisfy { own.contains($0.space) } }
    // What was not understood has been complained about.
    let unread = scenario.keys.filter { isComputed($0) && computedKeys[$0.name] == nil }
    return own.union(computed.keys).union(unread.map(\.name))
  }

  /// What keys follow from; nil where a mistake has been noted.
  mutating func computed(_ space: Named<KeySpaceDeclaration>) -> ComputedKeys? {
    guard let of = space.value.of else { return nil }
    guard (1...Self.partsMax).contains(of.value.count) else {
      reading.report(
        .outOfRange, at: of.node,
        "'of' of keys '\(space.name)' names \(of.value.count) key spaces; it must name 1 to "
          + "\(Self.partsMax)")
      return nil
    }
    var parts: [ComputedKeys.Part] = []
    // Names that were not understood have been complained about.
    guard let nodes = of.node.array, nodes.count == of.value.count else { return nil }
    for (name, node) in zip(of.value, nodes) {
      guard let found = keySpace(name, at: node) else { continue }
      if isComputed(found) {
        let what =
          found.name == space.name ? "themselves" : "'\(found.name)', which are computed too"
        reading.report(
          .wrongType, at: node,
          "keys '\(space.name)' cannot follow from \(what): name keys that requests carry")
      } else if parts.contains(where: { $0.space == found.name }) {
        reading.report(
          .repeatedKey, at: node, "'of' names keys '\(found.name)' twice")
      } else if found.value.count == nil && space.value.count == nil {
        reading.report(
          .missingKey, at: node,
          "to number combinations with keys '\(found.name)', these need 'count'")
      } else {
        parts.append(.init(found.name, count: UInt64(found.value.count ?? 0)))
      }
    }
    guard parts.count == of.value.count else { return nil }
    if let count = space.value.count {
      guard let popularity = space.value.popularity else {
        return ComputedKeys(
          of: parts, count: UInt64(count), law: .uniform(0...UInt64(count - 1)))
      }
      let law = popularity.declared.law(of: count, at: popularity.node, &reading)
      if let law, law.isInTime {
        reading.report(
          .wrongType, at: popularity.node,
          "keys '\(space.name)' follow from others once and for all: a popularity that shifts or scans "
            + "has no place there")
        return nil
      }
      return law.map { ComputedKeys(of: parts, count: UInt64(count), law: $0) }
    }
    if let popularity = space.value.popularity {
      reading.report(
        .wrongType, at: popularity.node,
        "'popularity' deals the values of keys '\(space.name)' out, so it needs their 'count'")
      return nil
    }
    let product = parts.reduce(1.0) { $0 * Double($1.count) }
    if product > Double(Self.keysMax) {
      let text = parts.map { "\($0.count)" }.joined(separator: " x ")
      reading.report(
        .outOfRange, at: of.node,
        "keys '\(space.name)' would have \(text) combinations; at most \(Self.keysMax)")
      return nil
    }
    return ComputedKeys(pairing: parts)
  }

  /// Most keys of a computed space that a request of a workload has; 0 where it carries not all.
  func computedMax(_ keys: ComputedKeys, _ carried: [CarriedKeys]) -> Int {
    let own = keys.parts.compactMap { part in
      carried.first { $0.space == part.space }?.countMax
        ?? (BuiltInKeys(rawValue: part.space) == nil ? nil : 1)
    }
    return own.count == keys.parts.count ? own.reduce(0, max) : 0
  }
}

extension KeyLaw {
  /// Whether its keys depend on when, or after how many others, a request comes.
  var isInTime: Bool {
    switch self {
    case .scan, .shifting: true
    case .mixture(let parts): parts.contains { $0.law.isInTime }
    case .uniform, .zipf, .list, .given, .column: false
    }
  }
}
