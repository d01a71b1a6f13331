extension Node {
  /// Makes `null` that comes from an option and no file.
  public static func null(from name: String) -> Node {
    synthetic(.null, text: "null", from: name)
  }

  /// Makes a truth value that comes from an option and no file.
  public static func boolean(_ value: Bool, from name: String) -> Node {
    synthetic(.boolean(value), text: value ? "true" : "false", from: name)
  }

  /// Makes a whole number that comes from an option and no file.
  public static func integer(_ value: Int64, from name: String) -> Node {
    let text = String(value)
    let number = Number(spelling: text, double: Double(value), integer: value)
    return synthetic(.number(number), text: text, from: name)
  }

  /// Makes a real number that comes from an option and no file.
  public static func real(_ value: Double, from name: String) -> Node {
    precondition(value.isFinite, "A number is finite")
    let text = QuantityText.real(value)
    // Not `Int64(exactly:)`, which needs the C library.
    let truncated = value.magnitude < 0x1p63 ? Int64(value) : 0
    let integer = Double(truncated) == value ? truncated : nil
    let number = Number(spelling: text, double: value, integer: integer)
    return synthetic(.number(number), text: text, from: name)
  }

  /// Makes text that comes from an option and no file.
  public static func string(_ value: String, from name: String) -> Node {
    synthetic(.string(value), text: value, from: name)
  }

  private static func synthetic(_ value: Value, text: String, from name: String) -> Node {
    let source = SourceText(name: name, text: text, order: 1)
    return Node(value, source: source, range: source.wholeRange)
  }
}
