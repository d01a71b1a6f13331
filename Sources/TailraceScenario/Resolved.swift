import TailraceCatalog

extension Scenario.Variant {
  /// The document with the variant, `--set` and every default applied, and no variants left.
  ///
  /// It reads as a scenario of one variant that gives the same numbers. Keys stand in the order
  /// of their declarations, named things in the order of the file. A default that depends on
  /// something else, such as a workload's class, stays out.
  public func resolved(of scenario: Scenario) -> Node {
    // Defaults and presets have been filled in.
    let members = ScenarioDeclaration.resolvedMembers(of: document).filter {
      !["variants", "sweep", "name", "defaults", "preset"].contains($0.name)
    }.map { member in
      guard member.name == "services" else { return member }
      let services = member.value.mappingMembers { service in
        service.replacingMembers(
          with: (service.object?.members ?? []).filter { $0.name != "preset" })
      }
      return Node.Member(name: member.name, nameRange: member.nameRange, value: services)
    }
    let name = Node.string(scenario.name, from: Node.standardName)
    let given = document.object?["name"].flatMap { $0.value.isNull ? nil : $0 }
    let first = given ?? Node.Member(name: "name", nameRange: name.range, value: name)
    return document.replacingMembers(with: [first] + members)
  }

  /// The resolved document as plain JSON.
  public func resolvedText(of scenario: Scenario) -> String {
    JSONWriter.text(resolved(of: scenario))
  }

  /// The resolved document as JSONC that says behind each value where it comes from.
  public func explainedText(of scenario: Scenario) -> String {
    let changes = document["variants"]
    let defaults = document["defaults"]
    return JSONWriter.text(resolved(of: scenario)) { node in
      if node.source.name == Node.standardName { return Node.standardName }
      if node.source.order > 0 { return node.source.name }
      if let changes, changes.range.lower <= node.range.lower,
        node.range.upper <= changes.range.upper
      {
        return "variant \(name), line \(node.position.line)"
      }
      if let defaults, defaults.range.lower <= node.range.lower,
        node.range.upper <= defaults.range.upper
      {
        return "defaults, line \(node.position.line)"
      }
      return "line \(node.position.line)"
    }
  }
}
