// How a value of the wrong shape would be written.

extension Declared {
  /// "; write { "by": "client" }" where a value stands for an object that needs one key, "; write {}"
  /// where `true` stands for one that needs none; else nothing.
  static func asObject(_ node: Node) -> String {
    let required = keys.filter(\.isRequired)
    if node.boolean == true && required.isEmpty { return "; write {}" }
    guard required.count == 1, required[0].schema.references.isEmpty,
      node.string != nil || node.number != nil, node.spelling.count <= 40
    else { return "" }
    return "; write { \"\(required[0].name)\": \(node.spelling) }"
  }
}

extension Schema {
  /// "; write ["5xx", "reset"]" where a text or a number stands for a list of these; else nothing.
  func asList(_ node: Node) -> String {
    if node.number != nil {
      switch self {
      case .integer, .real, .number: return "; write [\(node.spelling)]"
      default: return ""
      }
    }
    guard let text = node.string, text.utf8.count <= 80 else { return "" }
    switch self {
    case .choice, .string, .name:
      let words = text.split { $0 == "," || $0 == " " }.map { "\"\(String($0).clipped)\"" }
      return words.isEmpty ? "" : "; write [\(words.joined(separator: ", "))]"
    default: return ""
    }
  }
}
