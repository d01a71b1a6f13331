/// A value of a JSON5 document that knows where it was written.
public struct Node: Sendable {
  /// The text that the value was read from.
  public let source: SourceText
  /// The bytes of the value, quotes and brackets included.
  public let range: SourceRange
  /// What the value is.
  public let value: Value

  /// The six kinds of value.
  public indirect enum Value: Sendable {
    case null
    case boolean(Bool)
    case number(Number)
    case string(String)
    case array([Node])
    case object(Object)
  }

  /// Makes a value that stands at a place.
  public init(_ value: Value, source: SourceText, range: SourceRange) {
    self.value = value
    self.source = source
    self.range = range
  }

  /// The value as it is written in its source.
  public var spelling: String { source.text(in: range) }

  /// The place where the value begins.
  public var position: SourcePosition { source.position(at: range.lower) }

  /// The kind of the value in words for a message, such as `a number`.
  public var kindName: String {
    switch value {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// Whether the value is `null`.
  public var isNull: Bool { if case .null = value { true } else { false } }

  /// The truth value, if the value is one.
  public var boolean: Bool? { if case .boolean(let it) = value { it } else { nil } }

  /// The number, if the value is one.
  public var number: Number? { if case .number(let it) = value { it } else { nil } }

  /// The text, if the value is a string.
  public var string: String? { if case .string(let it) = value { it } else { nil } }

  /// The elements, if the value is a list.
  public var array: [Node]? { if case .array(let it) = value { it } else { nil } }

  /// The members, if the value is an object.
  public var object: Object? { if case .object(let it) = value { it } else { nil } }

  /// The value of a member, if the value is an object that has it.
  public subscript(name: String) -> Node? { object?[name]?.value }
}
