/// Writes a document as plain JSON, keys in the order of the document.
public enum JSONWriter {
  /// The document with two spaces of indentation and a final newline.
  public static func text(_ node: Node) -> String {
    var text = ""
    write(node, indent: 0, &text)
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

  private static func write(_ node: Node, indent: Int, _ text: inout String) {
    switch node.value {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .number(let number): text += number.integer.map { String($0) } ?? "\(number.double)"
    case .string(let value): text += quoted(value)
    case .array(let items):
      lines("[", "]", items.count, indent, &text) { i, text in
        write(items[i], indent: indent + 1, &text)
      }
    case .object(let object):
      let members = object.members
      lines("{", "}", members.count, indent, &text) { i, text in
        text += quoted(members[i].name) + ": "
        write(members[i].value, indent: indent + 1, &text)
      }
    }
  }

  private static func lines(
    _ open: String, _ close: String, _ count: Int, _ indent: Int, _ text: inout String,
    _ item: (Int, inout String) -> Void
  ) {
    if count == 0 {
      text += open + close
      return
    }
    text += open
    for i in 0..<count {
      text += (i == 0 ? "\n" : ",\n") + String(repeating: "  ", count: indent + 1)
      item(i, &text)
    }
    text += "\n" + String(repeating: "  ", count: indent) + close
  }
}
