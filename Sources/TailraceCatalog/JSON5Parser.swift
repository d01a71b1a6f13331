/// Reads one document by recursive descent; what went wrong is collected, not thrown.
///
/// Invariant: every step either moves `position` forward or ends the list it stands in; so time
/// is linear. The bytes are valid UTF-8 without NUL.
struct JSON5Parser {
  let source: SourceText
  let bytes: [UInt8]
  let limits: JSON5Limits
  let end: Int
  var position: Int
  var diagnostics: [Diagnostic] = []
  /// Whether no mistake has touched the shape of the tree.
  var isWhole = true
  /// Whether reading was given up; nothing more is reported then.
  var hasStopped = false
  /// The place of the last syntax error: one place has one error.
  var lastErrorOffset = -1
  /// Whether a string ran into the end of its line, and may have taken a comma with it.
  var resumesOnNextLine = false
  /// The offsets of the brackets that are open.
  var openBrackets: [Int] = []

  init(source: SourceText, range: SourceRange, limits: JSON5Limits) {
    self.source = source
    self.limits = limits
    bytes = source.bytes
    end = range.upper
    position = range.lower
    if position == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Whether all bytes are read.
  var isAtEnd: Bool { position >= end }

  /// The byte at the position; NUL at the end.
  var byte: UInt8 { position < end ? bytes[position] : 0 }

  /// The byte some places further; NUL behind the end.
  func byte(after count: Int) -> UInt8 {
    position + count < end ? bytes[position + count] : 0
  }

  /// A range from an offset to the position.
  func range(from lower: Int) -> SourceRange { SourceRange(lower: lower, upper: position) }

  /// A value from an offset to the position.
  func node(_ value: Node.Value, from lower: Int) -> Node {
    Node(value, source: source, range: range(from: lower))
  }

  mutating func parseDocument() -> (Node?, [Diagnostic]) {
    skipSpace()
    if isAtEnd, !hasStopped, diagnostics.isEmpty {
      report(.noValue, nil)
      return (nil, diagnostics)
    }
    let lower = position
    let node = parseValue()
    skipSpace()
    if byte == 0x3A, isWhole || diagnostics.count == 1 {
      diagnostics = []
      lastErrorOffset = -1
      report(.missingBrace, SourceRange(lower: lower, upper: position))
    } else if isWhole, !isAtEnd {
      report(.textAfterEnd, foundRange())
    }
    return (isWhole ? node : nil, diagnostics.sorted())
  }

  /// Reads a value; nil after a mistake, which is reported then.
  mutating func parseValue() -> Node? {
    let lower = position
    switch byte {
    case 0x7B: return parseContainer { $0.parseObject(from: lower) }
    case 0x5B: return parseContainer { $0.parseArray(from: lower) }
    case 0x22, 0x27:
      let text = parseString()
      return node(.string(text), from: lower)
    case 0x2B, 0x2D, 0x2E, 0x30...0x39: return parseNumber()
    default: break
    }
    if isAtNameStart { return parseWord() }
    report(.expected("a value", found: foundText()), foundRange())
    return nil
  }

  /// Keeps the depth while a list or an object is read.
  private mutating func parseContainer(_ body: (inout JSON5Parser) -> Node?) -> Node? {
    if openBrackets.count == limits.depthMax {
      report(.tooDeep(limits.depthMax), SourceRange(lower: position, upper: position + 1))
      stop()
      return nil
    }
    openBrackets.append(position)
    defer { openBrackets.removeLast() }
    position += 1
    return body(&self)
  }

  private mutating func parseArray(from lower: Int) -> Node? {
    var elements: [Node] = []
    while true {
      switch next(closer: 0x5D) {
      case .close: return node(.array(elements), from: lower)
      case .abandon: return nil
      case .item: break
      }
      if let element = parseValue() { elements.append(element) } else { recover() }
      parseSeparator(closer: "]")
    }
  }

  private mutating func parseObject(from lower: Int) -> Node? {
    var object = Node.Object()
    while true {
      switch next(closer: 0x7D) {
      case .close: return node(.object(object), from: lower)
      case .abandon: return nil
      case .item: break
      }
      if let member = parseMember() { append(member, to: &object) } else { recover() }
      parseSeparator(closer: "}")
    }
  }

  private mutating func append(_ member: Node.Member, to object: inout Node.Object) {
    guard let earlier = object.append(member) else { return }
    let first = source.position(at: earlier.nameRange.lower)
    report(.repeatedKey(member.name, first: first), member.nameRange)
  }

  private mutating func parseMember() -> Node.Member? {
    let lower = position
    guard let name = parseName() else { return nil }
    let nameRange = range(from: lower)
    skipSpace()
    if byte == 0x3A {
      position += 1
    } else {
      report(.expectedColon(key: name, found: foundText()), foundRange())
      if byte == 0x3D { position += 1 }
      if byte == 0x2C || byte == 0x7D || byte == 0x5D || resumesOnNextLine { return nil }
    }
    skipSpace()
    guard let value = parseValue() else { return nil }
    return Node.Member(name: name, nameRange: nameRange, value: value)
  }
}
