import TailraceCatalog

/// What a product does where nothing is configured, by the name of the product.
public struct Preset: Sendable {
  public let name: String
  public let summary: String
  public let values: [Value]

  /// What has defaults.
  public enum Kind: String, CaseIterable, Sendable {
    case call, workload, service, cache, pool
    case rateLimit = "rate_limit"
  }

  /// One default with its source.
  public struct Value: Sendable {
    enum Amount: Sendable {
      /// A value as it would be written.
      case text(String)
      /// One for each replica of the callee but the first.
      case otherReplicas
    }
    public let kind: Kind
    /// Names joined by dots, below the thing.
    public let path: String
    let amount: Amount
    /// The mechanism that must have been named; nil where the product has it unasked.
    public let mechanism: String?
    public let source: String

    /// The value as it would be written.
    public var text: String {
      switch amount {
      case .text(let text): text
      case .otherReplicas: "the replicas of the callee, less one"
      }
    }

    /// What the product does unasked.
    static func unasked(_ kind: Kind, _ path: String, _ text: String, _ source: String) -> Value {
      Value(kind: kind, path: path, amount: .text(text), mechanism: nil, source: source)
    }

    /// What a mechanism has where the file names it.
    static func named(_ kind: Kind, _ path: String, _ text: String, _ source: String) -> Value {
      let mechanism = Preset.mechanisms.first { path.hasPrefix($0 + ".") }
      return Value(
        kind: kind, path: path, amount: .text(text), mechanism: mechanism, source: source)
    }

    /// One retry for each other replica.
    static func otherReplicas(_ kind: Kind, _ path: String, _ source: String) -> Value {
      Value(kind: kind, path: path, amount: .otherReplicas, mechanism: nil, source: source)
    }
  }

  init(_ name: String, _ summary: String, _ values: [Value]) {
    self.name = name
    self.summary = summary
    self.values = values
  }

  /// Mechanisms that do not exist unless they are named.
  static let mechanisms = [
    "retry_policy", "hedge_policy", "circuit_breakers.retry_budget", "circuit_breakers",
    "outlier_detection", "readiness_probe", "liveness_probe", "slow_start_config", "breaker",
    "adaptive_throttling",
  ]

  /// The order of its texts among others: behind the file, `--set` and built-in defaults.
  static let order = 3

  /// The values of a kind as an object.
  ///
  /// - Parameters:
  ///   - kind: what they are for.
  ///   - has: whether a mechanism is there.
  ///   - replicas: of the callee.
  /// - Returns: the object, whose values say where they come from; nil where it would be empty.
  func tree(for kind: Kind, where has: (String) -> Bool, replicas: Int) -> Node? {
    var root: Node?
    for value in values where value.kind == kind && (value.mechanism.map(has) ?? true) {
      let text: String
      switch value.amount {
      case .text(let written): text = written
      case .otherReplicas: text = "\(replicas - 1)"
      }
      let source = SourceText(
        name: "preset \(name): \(value.source)", text: text, order: Self.order)
      guard let leaf = JSON5Reader.read(source).0 else { continue }
      let names = value.path.split(separator: ".").map(String.init)
      root = Self.putting(leaf, at: names[...], in: root)
    }
    return root
  }

  private static func putting(_ leaf: Node, at names: ArraySlice<String>, in node: Node?) -> Node {
    guard let name = names.first else { return leaf }
    let below = putting(leaf, at: names.dropFirst(), in: node?[name])
    let member = Node.Member(name: name, nameRange: leaf.range, value: below)
    let members = (node?.object?.members ?? []).filter { $0.name != name } + [member]
    return Node(.object(Node.Object(members)), source: leaf.source, range: leaf.range)
  }
}
