import TailraceCatalog
import TailraceModel

/// A kind of popularity of keys.
public protocol PopularityDeclaration: Declared {
  static var name: String { get }
  /// The law over keys 0 to `count - 1`; nil where a mistake has been noted.
  func law(of count: Int, at node: Node, _ reading: inout Reading) -> KeyLaw?
}

extension PopularityDeclaration {
  public static var kind: String { "popularity \(name)" }
}

/// A popularity as it was read, and where; the number of keys is known later.
public struct Popularity: Sendable {
  public var declared: any PopularityDeclaration
  public var node: Node
}

/// The kinds of popularity by name.
public enum Popularities {
  public static let all: [any PopularityDeclaration.Type] = [
    UniformKeys.self, ZipfKeys.self, ListedKeys.self, ScannedKeys.self, MixedKeys.self,
  ]
}

/// Every key alike.
public struct UniformKeys: PopularityDeclaration {
  public static let name = "uniform"
  public static let summary = "Every key is drawn alike."
  public static let keys: [Key<Self>] = [
    Key("range", \.range, .keyRange, "First and last key."),
    Key("shift_every", \.shiftEvery, .shift, KeyShift.summary + " Needs 'range'."),
  ]
  var range: Pair<Int, Int>?
  var shiftEvery: UInt64?
  public init() {}

  public func law(of count: Int, at node: Node, _ reading: inout Reading) -> KeyLaw? {
    guard let keys = KeyRangeCheck.range(range, of: count, at: node, &reading) else { return nil }
    if shiftEvery != nil && keys.count == count {
      reading.report(
        .wrongType, at: node["shift_every"] ?? node,
        "'shift_every' moves a 'range' through the other keys; here every key is drawn alike")
      return nil
    }
    return KeyShift.law(.uniform(keys), shiftEvery, of: count)
  }
}

/// The k-th key is drawn as often as k to the power of minus the exponent.
public struct ZipfKeys: PopularityDeclaration {
  public static let name = "zipf"
  public static let summary = "The k-th key is drawn in proportion to k^-exponent, from k = 1."
  public static let keys: [Key<Self>] = [
    Key(
      "exponent", \.exponent, .real(0...64), required: true,
      "How fast popularity falls; 0 is uniform, web content is near 1."),
    Key("range", \.range, .keyRange, "First (most popular) and last key."),
    Key("shift_every", \.shiftEvery, .shift, KeyShift.summary),
  ]
  var exponent: Double?
  var range: Pair<Int, Int>?
  var shiftEvery: UInt64?
  public init() {}

  public func law(of count: Int, at node: Node, _ reading: inout Reading) -> KeyLaw? {
    guard let exponent else { return nil }
    return KeyRangeCheck.range(range, of: count, at: node, &reading)
      .map { KeyShift.law(.zipf($0, exponent: exponent), shiftEvery, of: count) }
  }
}

/// Some keys, alike or with weights.
public struct ListedKeys: PopularityDeclaration {
  public static let name = "keys"
  public static let summary = "Only the keys of a list are drawn, alike or by weight."
  public static let keys: [Key<Self>] = [
    Key(
      "keys", \.listed, .list(.listedKey), required: true, "Each a key, or a pair [key, weight].")
  ]
  var listed: [Located<WeightedKey>]?
  public init() {}

  public func law(of count: Int, at node: Node, _ reading: inout Reading) -> KeyLaw? {
    guard let listed else { return nil }
    var seen = Set<UInt64>()
    for entry in listed {
      if entry.value.key >= UInt64(count) {
        reading.report(
          .outOfRange, at: entry.node,
          "key \(entry.value.key) of \(count) keys, which end with "
            + "\(count - 1)")
        return nil
      }
      if !seen.insert(entry.value.key).inserted {
        reading.report(
          .outOfRange, at: entry.node, "key \(entry.value.key) is listed twice; give it a weight")
        return nil
      }
    }
    guard listed.contains(where: { $0.value.weight > 0 }) else {
      reading.report(
        .outOfRange, at: node["keys"] ?? node, "'keys' needs a key with a weight above 0")
      return nil
    }
    return .list(listed.map(\.value))
  }
}

/// One key after the other.
public struct ScannedKeys: PopularityDeclaration {
  public static let name = "scan"
  public static let summary =
    "One key after the other by the number of the request, again and again: a batch job, a crawler."
  public static let keys: [Key<Self>] = [
    Key(
      "range", \.range, .keyRange,
      "First and last key. In a mixture the scan advances by its share of the requests; each client of "
        + "a closed loop scans by itself.")
  ]
  var range: Pair<Int, Int>?
  public init() {}

  public func law(of count: Int, at node: Node, _ reading: inout Reading) -> KeyLaw? {
    KeyRangeCheck.range(range, of: count, at: node, &reading).map { .scan($0) }
  }
}

/// A popularity that wanders through its key space.
enum KeyShift {
  static let summary =
    "Each time that this has passed the key before the first becomes the most popular and all others "
    + "sink a rank: popularity moves down by one key, around the key space. Requests keep the keys "
    + "with which they began."
  /// Most shifts in a run.
  static let turnsMax: UInt64 = 1_000_000

  static func law(_ law: KeyLaw, _ every: UInt64?, of count: Int) -> KeyLaw {
    every.map { .shifting(law, every: $0, count: UInt64(count)) } ?? law
  }
}

extension ValueForm where Value == UInt64 {
  static var shift: ValueForm { .duration(1...QuantityScanner.delayMax) }
}

/// One of several popularities: a hot set beside the rest.
public struct MixedKeys: PopularityDeclaration {
  public static let name = "mixture"
  public static let summary =
    "One of several popularities, drawn by weight: a hot set and the rest."
  public static let keys: [Key<Self>] = [
    Key("of", \.parts, .list(.weightedPopularity), required: true, "Members: {weight, type, ...}."),
    Key("shift_every", \.shiftEvery, .shift, KeyShift.summary),
  ]
  var parts: [WeightedPopularity]?
  var shiftEvery: UInt64?
  public init() {}

  public func law(of count: Int, at node: Node, _ reading: inout Reading) -> KeyLaw? {
    guard let parts else { return nil }
    guard parts.contains(where: { $0.weight > 0 }) else {
      reading.report(.outOfRange, at: node, "mixture needs a member with a weight above 0")
      return nil
    }
    var laws: [WeightedKeyLaw] = []
    for part in parts {
      let member = part.popularity
      guard let law = member.declared.law(of: count, at: member.node, &reading) else { return nil }
      if case .shifting = law {
        reading.report(
          .wrongType, at: member.node["shift_every"] ?? member.node,
          "members of a mixture shift together: write 'shift_every' beside 'of'")
        return nil
      }
      laws.append(WeightedKeyLaw(weight: part.weight, law: law))
    }
    return KeyShift.law(.mixture(laws), shiftEvery, of: count)
  }
}

/// A member of a mixture of popularities.
public struct WeightedPopularity: Sendable {
  public var weight: Double
  public var popularity: Popularity
}

/// Ranges of keys within a key space.
enum KeyRangeCheck {
  /// The keys from first to last, all of them if no range is given; a wrong range is noted.
  static func range(
    _ pair: Pair<Int, Int>?, of count: Int, at node: Node, _ reading: inout Reading
  ) -> ClosedRange<UInt64>? {
    guard let pair else { return 0...UInt64(count - 1) }
    if pair.first > pair.second || pair.second >= count {
      reading.report(
        .outOfRange, at: node["range"] ?? node,
        "'range' from \(pair.first) to \(pair.second) does not lie within 0 to \(count - 1), the "
          + "\(count) keys there are")
      return nil
    }
    return UInt64(pair.first)...UInt64(pair.second)
  }
}

// MARK: Forms

extension ValueForm where Value == Int {
  static var keyNumber: ValueForm { .integer(0...(1 << 40)) }
}

extension ValueForm where Value == Pair<Int, Int> {
  static var keyRange: ValueForm { .pair(.keyNumber, .keyNumber) }
}

extension ValueForm where Value == Located<WeightedKey> {
  /// A key, or `[key, weight]`.
  static var listedKey: ValueForm {
    let pair = ValueForm<Pair<Int, Double>>.pair(.keyNumber, .weight)
    return ValueForm(
      "a key, or a pair [key, weight]",
      schema: .anyOf([ValueForm<Int>.keyNumber.schema, pair.schema]), write: { "\($0.value.key)" },
      read: { node, key, reading in
        if node.array != nil {
          return pair.read(node, key, &reading).map {
            Located(value: WeightedKey(UInt64($0.first), weight: $0.second), node: node)
          }
        }
        return ValueForm<Int>.keyNumber.read(node, key, &reading)
          .map { Located(value: WeightedKey(UInt64($0)), node: node) }
      })
  }
}

extension ValueForm where Value == WeightedPopularity {
  static var weightedPopularity: ValueForm {
    ValueForm(
      "{weight, type, ...}",
      schema: .anyOf(Popularities.all.map { .reference("weighted \($0.kind)") }),
      write: { _ in "{...}" },
      read: { node, key, reading in
        guard let weightNode = node["weight"], !weightNode.isNull else {
          reading.report(.missingKey, at: node, "each member of '\(key)' needs 'weight'")
          return nil
        }
        let weight = ValueForm<Double>.weight.read(weightNode, "weight", &reading)
        let popularity = reading.popularity(node, key, besides: ["weight"])
        guard let weight, let popularity else { return nil }
        return WeightedPopularity(weight: weight, popularity: popularity)
      })
  }
}

extension ValueForm where Value == Popularity {
  static var popularity: ValueForm {
    ValueForm(
      "a popularity such as {type: \"zipf\", exponent: 1}",
      schema: .anyOf(Popularities.all.map { .reference($0.kind) }), write: { _ in "{...}" },
      read: { node, key, reading in reading.popularity(node, key, besides: []) })
  }
}

extension Reading {
  /// Reads a popularity by its type.
  mutating func popularity(_ node: Node, _ key: String, besides others: [String]) -> Popularity? {
    let words = Popularities.all.map { $0.name }
    guard let object = node.object else {
      report(.wrongType, at: node, "'\(key)' must be an object with a 'type', not \(node.kindName)")
      return nil
    }
    guard let type = object["type"]?.value, !type.isNull else {
      report(
        .missingKey, at: node, "'\(key)' needs 'type': one of \(words.joined(separator: ", "))")
      return nil
    }
    guard let found = Popularities.all.first(where: { $0.name == type.string }) else {
      report(.unknownChoice(type, key: "type", among: words))
      return nil
    }
    return found.read(node, others, &self).map { Popularity(declared: $0, node: node) }
  }
}

extension PopularityDeclaration {
  static func read(
    _ node: Node, _ others: [String], _ reading: inout Reading
  ) -> (any PopularityDeclaration)? {
    reading.object(node, as: Self.self, named: "popularity \(name)", besides: ["type"] + others)
  }
}
