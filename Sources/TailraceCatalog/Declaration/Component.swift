/// A declared component as help, schema and reference see it.
public struct Component: Sendable {
  /// A key as help sees it.
  public struct KeyInfo: Sendable {
    public let name: String
    public let isRequired: Bool
    public let meaning: String
    /// The default as it would be written.
    public let standard: String
    public let summary: String
    public let schema: Schema
    /// The limits of its value in words; nil where there are none.
    public var limits: String? { schema.limits }
    /// What may stand there, with its limits where the meaning does not tell them.
    public var range: String {
      guard let limits, !meaning.contains(limits) else { return meaning }
      return "\(meaning), \(limits)"
    }
    /// The default in words: `required`, `none` or `default` and the value.
    public var presence: String {
      isRequired ? "required" : standard == "none" ? "optional" : "default \(standard)"
    }
  }

  /// What paths, `list` and `explain` call it.
  public let name: String
  /// Its name in the schema.
  public let kind: String
  public let summary: String
  public let keys: [KeyInfo]
  /// What else there is to say, line by line.
  public let details: [Detail]

  /// A named text with its source; the source may be empty.
  public struct Detail: Sendable {
    public let name: String
    public let text: String
    public let source: String

    public init(name: String, text: String, source: String) {
      (self.name, self.text, self.source) = (name, text, source)
    }
  }

  /// What a declaration says.
  public init<Owner: Declared>(
    _ type: Owner.Type, name: String? = nil, details: [Detail] = []
  ) {
    self.name = name ?? Owner.kind
    kind = Owner.kind
    summary = Owner.summary
    self.details = details
    let standard = Owner()
    keys = Owner.keys.map {
      KeyInfo(
        name: $0.name, isRequired: $0.isRequired, meaning: $0.meaning,
        standard: $0.write(standard), summary: $0.summary, schema: $0.schema)
    }
  }

  /// A component without keys.
  public init(name: String, summary: String, details: [Detail] = []) {
    self.details = details
    self.name = name
    kind = name
    self.summary = summary
    keys = []
  }
}
