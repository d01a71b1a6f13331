/// How values of one type are read, written and described: stated once for all keys that use it.
public struct ValueForm<Value: Sendable>: Sendable {
  /// What may stand there, such as `a duration above 0ns`.
  public let meaning: String
  public let schema: Schema
  /// Reads a node; a mistake is noted under the key's name and gives nil.
  public let read: @Sendable (Node, String, inout Reading) -> Value?
  /// The value as it would be written.
  public let write: @Sendable (Value) -> String
  /// A checked value with every default below it filled in; most have nothing below.
  public private(set) var resolve: @Sendable (Node) -> Node = { $0 }

  public init(
    _ meaning: String, schema: Schema,
    write: @escaping @Sendable (Value) -> String,
    read: @escaping @Sendable (Node, String, inout Reading) -> Value?
  ) {
    self.meaning = meaning
    self.schema = schema
    self.read = read
    self.write = write
  }

  /// The same form with defaults below its values, which `fill` adds.
  public func resolving(_ fill: @escaping @Sendable (Node) -> Node) -> ValueForm {
    var form = self
    form.resolve = fill
    return form
  }

  /// The same form for a value that may be absent.
  public var optional: ValueForm<Value?> {
    ValueForm<Value?>(
      meaning, schema: schema, write: { $0.map(write) ?? "none" },
      read: { node, key, reading in
        guard let value = read(node, key, &reading) else { return nil }
        return .some(.some(value))
      }
    ).resolving(resolve)
  }

  /// The same form, remembering where the value stands.
  public var located: ValueForm<Located<Value>?> {
    ValueForm<Located<Value>?>(
      meaning, schema: schema, write: { $0.map { write($0.value) } ?? "none" },
      read: { node, key, reading in
        guard let value = read(node, key, &reading) else { return nil }
        return .some(Located(value: value, node: node))
      }
    ).resolving(resolve)
  }
}

/// A value and where it was written.
public struct Located<Value: Sendable>: Sendable {
  public var value: Value
  public var node: Node

  public init(value: Value, node: Node) {
    self.value = value
    self.node = node
  }
}
