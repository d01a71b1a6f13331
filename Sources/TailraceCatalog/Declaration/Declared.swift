/// A component that declares its keys; parsing, help, schema and reference come from them alone.
public protocol Declared: Sendable {
  /// What it is called in messages and in the schema, such as `service`.
  static var kind: String { get }
  /// What it is, in one sentence that ends with a period.
  static var summary: String { get }
  static var keys: [Key<Self>] { get }
  /// Words of the language that this version does not have yet.
  static var laterKeys: [String] { get }
  /// Words of the language that have no meaning here, each with why and where they belong.
  static var misplacedKeys: [String: String] { get }
  /// Keys whose defaults do not hold where another, their value here, is written.
  static var supplanted: [String: String] { get }
  init()
}

extension Declared {
  public static var laterKeys: [String] { [] }
  public static var misplacedKeys: [String: String] { [:] }
  public static var supplanted: [String: String] { [:] }
}

/// One key of a declared component: name, form, limits, default and meaning, stated once.
public struct Key<Owner>: Sendable {
  public let name: String
  public let isRequired: Bool
  /// One sentence that ends with a period.
  public let summary: String
  /// What may stand there.
  public let meaning: String
  public let schema: Schema
  /// Reads a value into the owner; a mistake is noted and leaves the default.
  public let readValue: @Sendable (Node, inout Owner, inout Reading) -> Void
  /// The value as it would be written.
  public let write: @Sendable (Owner) -> String
  /// A checked value with every default below it filled in.
  public let resolve: @Sendable (Node) -> Node

  public init<Value>(
    _ name: String, _ path: WritableKeyPath<Owner, Value> & Sendable, _ form: ValueForm<Value>,
    required: Bool = false, _ summary: String
  ) {
    self.name = name
    self.summary = summary
    isRequired = required
    meaning = form.meaning
    schema = form.schema
    readValue = { node, owner, reading in
      if let value = form.read(node, name, &reading) { owner[keyPath: path] = value }
    }
    write = { form.write($0[keyPath: path]) }
    resolve = form.resolve
  }
}

extension Key {
  /// A key that may be absent: nil then.
  public init<Value>(
    _ name: String, _ path: WritableKeyPath<Owner, Value?> & Sendable, _ form: ValueForm<Value>,
    required: Bool = false, _ summary: String
  ) {
    self.init(name, path, form.optional, required: required, summary)
  }

  /// A key that remembers where its value stands.
  public init<Value>(
    _ name: String, _ path: WritableKeyPath<Owner, Located<Value>?> & Sendable,
    _ form: ValueForm<Value>, required: Bool = false, _ summary: String
  ) {
    self.init(name, path, form.located, required: required, summary)
  }
}

extension Reading {
  /// Reads an object by its declaration; nil only where it is no object.
  ///
  /// - Parameters:
  ///   - node: the object.
  ///   - type: what it declares.
  ///   - place: how messages call it, such as `service 'db'`.
  ///   - others: keys that somebody else reads.
  /// - Returns: the component with what could be read; mistakes are noted.
  public mutating func object<Owner: Declared>(
    _ node: Node, as type: Owner.Type, named place: String, besides others: [String] = []
  ) -> Owner? {
    guard let object = node.object else {
      report(
        .wrongType, at: node,
        "\(place) must be an object, not \(node.kindName)" + Owner.asObject(node))
      return nil
    }
    var owner = Owner()
    let keys = Owner.keys
    var meant = Set<String>()
    for member in object.members {
      if let key = keys.first(where: { $0.name == member.name }) {
        // `null` means: as if it were not there.
        if !member.value.isNull { key.readValue(member.value, &owner, &self) }
      } else if Owner.laterKeys.contains(member.name) {
        report(
          Diagnostic(
            .notInThisVersion, source: member.value.source, range: member.nameRange,
            message: "'\(member.name)' in \(place) is not in this version"))
      } else if let why = Owner.misplacedKeys[member.name] {
        report(
          Diagnostic(
            .unknownKey, source: member.value.source, range: member.nameRange,
            message: "'\(member.name)' has no place in \(place): \(why)"))
      } else if !others.contains(member.name) {
        let known = keys.map(\.name) + others + Owner.laterKeys
        report(.unknownKey(member, in: place, among: known))
        if let near = Diagnostic.meaning(of: member.name, among: known).suggestion {
          meant.insert(near)
        }
      }
    }
    // What was only misspelt is not missing too.
    for key in keys
    where key.isRequired && !meant.contains(key.name)
      && object[key.name].map(\.value.isNull) != false
    {
      report(
        Diagnostic(
          .missingKey, source: node.source, range: node.headRange,
          message: "\(place) needs '\(key.name)': \(key.meaning)"))
    }
    return owner
  }
}

extension Reading {
  /// Reads keys that several components share; what else stands there is somebody else's.
  public mutating func shared<Owner: Declared>(_ node: Node, as type: Owner.Type) -> Owner {
    var owner = Owner()
    let keys = Owner.keys
    for member in node.object?.members ?? [] where !member.value.isNull {
      if let key = keys.first(where: { $0.name == member.name }) {
        key.readValue(member.value, &owner, &self)
      }
    }
    return owner
  }
}

extension Node {
  /// The opening bracket of a container, else all of it: where "something is missing" points.
  var headRange: SourceRange {
    switch value {
    case .object, .array: SourceRange(lower: range.lower, upper: range.lower + 1)
    default: range
    }
  }
}

extension Diagnostic.Code {
  public static let badName: Diagnostic.Code = "bad-name"
  public static let missingKey: Diagnostic.Code = "missing-key"
  public static let notInThisVersion: Diagnostic.Code = "not-in-this-version"
}
