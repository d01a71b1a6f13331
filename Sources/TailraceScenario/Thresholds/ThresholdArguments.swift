import TailraceCatalog
import TailraceExperiment

extension Loader {
  /// What is wrong with texts that do not part a metric from its condition, once for all variants.
  var thresholdMistakes: [Diagnostic] {
    thresholds.filter { Self.colon(of: $0) == nil }.map { source in
      let node = Self.trimmed(source, 0, source.bytes.endIndex)
      let text = TextPiece(node)
      return text.mistake(
        ThresholdText.withoutMetric(text.string) ?? ThresholdText.withoutColon(text.string))
    }
  }

  /// The colon behind the labels, which have colons of their own; nil where there is none.
  private static func colon(of source: SourceText) -> Int? {
    let bytes = source.bytes
    let open = bytes.firstIndex(of: UInt8(ascii: "{")) ?? bytes.endIndex
    let first = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    let from = open < first ? bytes.firstIndex(of: UInt8(ascii: "}")) ?? bytes.endIndex : 0
    return bytes[from...].firstIndex(of: UInt8(ascii: ":"))
  }

  /// The document with the thresholds of the command line behind those of the file.
  func withThresholds(_ document: Node, in variant: String) -> Node {
    guard !thresholds.isEmpty, let object = document.object else { return document }
    var given = document["thresholds"]?.object?.members ?? []
    if let written = document["thresholds"], !written.isNull, written.object == nil {
      return document
    }
    for source in thresholds {
      guard let colon = Self.colon(of: source) else { continue }
      let name = Self.trimmed(source, 0, colon)
      let condition = Self.trimmed(source, colon + 1, source.bytes.endIndex)
      let subject = name.string ?? ""
      let earlier = given.first { $0.name == subject }?.value.array ?? []
      let list = Node(.array(earlier + [condition]), source: source, range: source.wholeRange)
      given.removeAll { $0.name == subject }
      given.append(Node.Member(name: subject, nameRange: name.range, value: list))
    }
    let all = Node(
      .object(Node.Object(given)), source: document["thresholds"]?.source ?? document.source,
      range: document["thresholds"]?.range ?? document.range)
    let member = Node.Member(
      name: "thresholds", nameRange: object["thresholds"]?.nameRange ?? all.range, value: all)
    return document.replacingMembers(
      with: object.members.filter { $0.name != "thresholds" } + [member])
  }

  private static func trimmed(_ source: SourceText, _ lower: Int, _ upper: Int) -> Node {
    var (lower, upper) = (lower, upper)
    while lower < upper, source.bytes[lower] == UInt8(ascii: " ") { lower += 1 }
    while lower < upper, source.bytes[upper - 1] == UInt8(ascii: " ") { upper -= 1 }
    let range = SourceRange(lower: lower, upper: upper)
    return Node(.string(source.text(in: range)), source: source, range: range)
  }
}
