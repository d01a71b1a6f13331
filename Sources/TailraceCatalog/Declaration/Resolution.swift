extension Declared {
  /// A checked object with every default filled in, keys in the order of the declaration.
  ///
  /// - Parameters:
  ///   - node: the object as it was read, without mistakes.
  ///   - first: keys that somebody else reads, kept as they are and put first.
  /// - Returns: the object; it reads as the same component.
  public static func resolved(_ node: Node, first: [String] = []) -> Node {
    node.replacingMembers(with: node.members(named: first) + resolvedMembers(of: node))
  }

  /// The members of an object that this declares, defaults included.
  public static func resolvedMembers(of node: Node) -> [Node.Member] {
    let standard = Self()
    return keys.compactMap { key in
      if let member = node.object?[key.name], !member.value.isNull {
        return Node.Member(
          name: key.name, nameRange: member.nameRange, value: key.resolve(member.value))
      }
      if let rival = supplanted[key.name], !node.members(named: [rival]).isEmpty { return nil }
      // A default that cannot be written, such as "none", stays out.
      guard !key.isRequired, let value = Node.standard(key.write(standard)) else { return nil }
      return Node.Member(name: key.name, nameRange: value.range, value: key.resolve(value))
    }
  }
}

extension Node {
  /// The name of the text that defaults come from.
  public static let standardName = "default"

  /// A default as a value; nil where its text is none, such as "none".
  public static func standard(_ text: String) -> Node? {
    let (node, mistakes) = JSON5Reader.read(SourceText(name: standardName, text: text, order: 2))
    return mistakes.isEmpty ? node : nil
  }

  /// The members of these names that are there and not null.
  public func members(named names: [String]) -> [Member] {
    names.compactMap { name in object?[name].flatMap { $0.value.isNull ? nil : $0 } }
  }

  /// An object at the same place with other members.
  public func replacingMembers(with members: [Member]) -> Node {
    Node(.object(Object(members)), source: source, range: range)
  }

  /// A list with every item changed; anything else as it is.
  public func mappingItems(_ change: (Node) -> Node) -> Node {
    guard let items = array else { return self }
    return Node(.array(items.map(change)), source: source, range: range)
  }

  /// An object with every value changed and nulls left out; anything else as it is.
  public func mappingMembers(_ change: (Node) -> Node) -> Node {
    guard let object else { return self }
    return replacingMembers(
      with: object.members.filter { !$0.value.isNull }.map {
        Member(name: $0.name, nameRange: $0.nameRange, value: change($0.value))
      })
  }
}
