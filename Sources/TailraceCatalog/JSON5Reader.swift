/// Reads JSON5 documents, and reports all mistakes of one at a time.
///
/// The whole of JSON5 is read: comments, trailing commas, single quotes, bare names, hexadecimal,
/// signs, leading and trailing points, continued lines and all escapes. `Infinity` and `NaN` are
/// read and refused. Time and space are linear in the bytes.
public enum JSON5Reader {
  /// Reads a document.
  ///
  /// - Returns: The value and the mistakes in source order. The value is there exactly if the
  ///   only mistakes are repeated keys, so that its meaning can still be checked.
  public static func read(
    _ source: SourceText, limits: JSON5Limits = JSON5Limits()
  ) -> (Node?, [Diagnostic]) {
    if let refusal = SourceCheck.refusal(of: source, limits: limits) { return (nil, [refusal]) }
    var parser = JSON5Parser(source: source, range: source.wholeRange, limits: limits)
    return parser.parseDocument()
  }

  /// Reads the value of an option such as `--set path=value`, which begins at `offset`.
  ///
  /// What begins like a list, an object or a quoted string, or is a number or a word of JSON5, is
  /// read as such; all else is text, so that `timeout=250ms` needs no second pair of quotes.
  public static func readArgument(
    _ source: SourceText, from offset: Int, limits: JSON5Limits = JSON5Limits()
  ) -> (Node?, [Diagnostic]) {
    precondition((0...source.bytes.count).contains(offset), "The value begins in the text")
    if let refusal = SourceCheck.refusal(of: source, limits: limits) { return (nil, [refusal]) }
    let blanks: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20]
    var lower = offset
    var upper = source.bytes.count
    while lower < upper, blanks.contains(source.bytes[lower]) { lower += 1 }
    while upper > lower, blanks.contains(source.bytes[upper - 1]) { upper -= 1 }
    let range = SourceRange(lower: lower, upper: upper)
    let text = source.text(in: range)
    var isJSON5 = "{[\"'".utf8.contains(text.utf8.first ?? 0)
    isJSON5 = isJSON5 || ["null", "true", "false"].contains(text) || isNumber(text)
    guard isJSON5 else { return (Node(.string(text), source: source, range: range), []) }
    var parser = JSON5Parser(source: source, range: range, limits: limits)
    return parser.parseDocument()
  }

  private static func isNumber(_ text: String) -> Bool {
    let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    if unsigned == "Infinity" || unsigned == "NaN" { return true }
    if unsigned.hasPrefix("0x") || unsigned.hasPrefix("0X") {
      return unsigned.utf8.count > 2 && unsigned.dropFirst(2).allSatisfy(\.isHexDigit)
    }
    return DecimalSpelling(text.utf8) != nil
  }
}
