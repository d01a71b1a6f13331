import TailraceCatalog
import TailraceModel

/// A key space: what requests can be about.
public struct KeySpaceDeclaration: Declared {
  public static let kind = "key space"
  public static let summary =
    "What requests can be about: products, users, terms. Three are always there: 'request', another "
    + "key for each; 'client', of a closed loop its client, else a new one for each request unless the "
    + "file declares 'client' and the workload names it; 'source_ip', what the callee sees: the "
    + "client's, then at each hop that of the calling replica."
  public static let keys: [Key<Self>] = [
    Key(
      "count", \.count, keyCount,
      "Number of keys, 0 to count - 1; not needed where columns of traces give all of them."),
    Key(
      "popularity", \.popularity, .popularity, "How often each key is drawn; uniform by default."),
    Key(
      "of", \.of, .list(.name),
      "Key spaces that these keys follow from, instead of being drawn; requests carry those. With "
        + "'count' each combination has one of so many values, dealt out by 'popularity' (each "
        + "document's user); without, the combinations themselves, the last running fastest."),
    Key("size", \.size, .sizeLaw, "Bytes of what a key stands for, drawn once for each key."),
    Key(
      "absent_fraction", \.absentFraction, .real(0...1),
      "Share of the keys that do not exist, drawn once for each key; caches store none of them."),
  ]
  static let keyCount = ValueForm<Int>.integer(1...(1 << 40))
  var count: Int?
  var popularity: Popularity?
  var of: Located<[String]>?
  var size: LawSpec?
  var absentFraction = 0.0
  public init() {}
}

/// Keys that a workload's requests carry, in the long form.
public struct CarriedKeysDeclaration: Declared {
  public static let kind = "keys of a workload"
  public static let summary = "Different keys of one space that each request carries."
  public static let keys: [Key<Self>] = [
    Key(
      "count", \.count, .keyCount,
      "How many; draws are cut to 1 and to the keys there are, at most 1024."),
    Key(
      "popularity", \.popularity, .popularity,
      "How often each key is drawn here, instead of the key space's own."),
    Key(
      "column", \.column, .text,
      "Column of the workload's trace that has a row's one key: a whole number, or any text."),
  ]
  var count = LawSpec.constant(1)
  var popularity: Popularity?
  var column: Located<String>?
  public init() {}

  /// Notes what would have no effect.
  func check(at node: Node, _ reading: inout Reading) {
    guard column != nil else { return }
    for key in ["count", "popularity"] {
      if let other = node[key], !other.isNull {
        reading.report(
          .wrongType, at: other, "'column' gives a row's one key: '\(key)' has no place beside it")
      }
    }
  }
}

extension ValueForm where Value == LawSpec {
  /// How many keys: a whole number or a distribution of counts.
  static var keyCount: ValueForm { .wholeOrLaw(1...Int64(CarriedKeys.limit)) }
}

extension ValueForm where Value == Located<CarriedKeysDeclaration> {
  /// How many keys of a space, or one of the long forms.
  static var carriedKeys: ValueForm {
    let count = ValueForm<LawSpec>.keyCount
    return ValueForm(
      "\(count.meaning), {count, popularity}, or {column} of the trace",
      schema: .anyOf([count.schema, .reference(CarriedKeysDeclaration.kind)]),
      write: { _ in "1" },
      read: { node, key, reading in
        if let object = node.object, object["type"] == nil {
          return reading.object(
            node, as: CarriedKeysDeclaration.self, named: "keys '\(key.clipped)'"
          ).map {
            $0.check(at: node, &reading)
            return Located(value: $0, node: node)
          }
        }
        var declared = CarriedKeysDeclaration()
        guard let law = count.read(node, key, &reading) else { return nil }
        declared.count = law
        return Located(value: declared, node: node)
      })
  }
}
