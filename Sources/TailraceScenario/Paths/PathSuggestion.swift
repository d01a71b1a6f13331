import TailraceCatalog

/// Finds the whole path of which only the end was written: `arrivals.rate` for
/// `workloads.users.arrivals.rate`.
enum PathSuggestion {
  /// Most suggestions.
  static let most = 3

  /// "; did you mean 'workloads.users.arrivals.rate'?", or nothing where no path ends so, or too
  /// many do.
  ///
  /// - Complexity: linear in the values of the document.
  static func hint(_ names: [String], in root: Node) -> String {
    guard let last = names.last else { return "" }
    var found = paths(ending: names, in: root)
    if found.isEmpty, names.count > 1 {
      // What stands there by default is not written, but that which has it is.
      found = paths(ending: names.dropLast(), in: root).map { $0 + "." + last }
    }
    guard (1...most).contains(found.count) else { return "" }
    let list = found.map { "'\($0.clipped)'" }
    let rest = list.dropLast().joined(separator: ", ")
    return "; did you mean \(rest.isEmpty ? "" : rest + " or ")\(list[list.count - 1])?"
  }

  private static func paths(ending names: [String], in root: Node) -> [String] {
    var found: [String] = []
    for member in root.object?.members ?? []
    where member.name != "variants" && member.name != "sweep" {
      collect(member.value, [member.name], names, &found)
    }
    return found
  }

  private static func collect(
    _ node: Node, _ place: [String], _ names: [String], _ found: inout [String]
  ) {
    if found.count > most { return }
    if place.count > names.count, place.suffix(names.count) == names[...] {
      let path = place.joined(separator: ".")
      if !found.contains(path) { found.append(path) }
    }
    if let items = node.array {
      // Steps go by name below the list that they are nested in, however deep.
      for (name, step) in StepNames.all(in: items) {
        for member in step.object?.members ?? [] where !StepNames.holdsSteps(member) {
          collect(member.value, place + [name, member.name], names, &found)
        }
      }
      return
    }
    for member in node.object?.members ?? [] {
      collect(member.value, place + [member.name], names, &found)
    }
  }
}
