/// Writes a document as plain JSON, keys in the order of the document.
public enum JSONWriter {
  /// The document with two spaces of indentation and a final newline.
  ///
  /// - Parameters:
  ///   - node: the document.
  ///   - remark: a comment behind a value that holds no others; nil, the default, for none.
  /// - Returns: JSON, or JSONC where there are remarks.
  public static func text(_ node: Node, remark: (Node) -> String? = { _ in nil }) -> String {
    var text = ""
    write(node, indent: 0, &text, remark)
    return text + "\n"
  }

  /// A text as a JSON literal.
  public static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  private static func write(
    _ node: Node, indent: Int, _ text: inout String, _ remark: (Node) -> String?
  ) {
    switch node.value {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .number(let number): text += number.integer.map { String($0) } ?? "\(number.double)"
    case .string(let value): text += quoted(value)
    case .array(let items):
      lines("[", "]", items, indent, &text, remark) { i, text in
        write(items[i], indent: indent + 1, &text, remark)
      }
    case .object(let object):
      let members = object.members
      lines("{", "}", members.map(\.value), indent, &text, remark) { i, text in
        text += quoted(members[i].name) + ": "
        write(members[i].value, indent: indent + 1, &text, remark)
      }
    }
  }

  private static func lines(
    _ open: String, _ close: String, _ values: [Node], _ indent: Int, _ text: inout String,
    _ remark: (Node) -> String?, _ item: (Int, inout String) -> Void
  ) {
    if values.isEmpty {
      text += open + close
      return
    }
    text += open
    for i in values.indices {
      text += "\n" + String(repeating: "  ", count: indent + 1)
      item(i, &text)
      if i < values.count - 1 { text += "," }
      if !values[i].holdsValues, let note = remark(values[i]) { text += "  // " + note }
    }
    text += "\n" + String(repeating: "  ", count: indent) + close
  }
}

extension Node {
  /// Whether this is a list or an object that is not empty.
  fileprivate var holdsValues: Bool {
    switch value {
    case .array(let items): !items.isEmpty
    case .object(let object): !object.members.isEmpty
    default: false
    }
  }
}
