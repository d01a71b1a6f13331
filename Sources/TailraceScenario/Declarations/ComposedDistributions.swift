import TailraceCatalog
import TailraceModel

/// One of several distributions, drawn by weight; of exponentials it is hyperexponential.
public struct MixtureDeclaration: DistributionDeclaration {
  public static let name = "mixture"
  public static let summary = "One of several distributions, drawn by weight."
  public static let keys: [Key<Self>] = [
    Key(
      "of", \.parts, .list(.weightedLaw), required: true,
      "Members: {weight, type, ...} or {weight, value}.")
  ]
  var parts: [WeightedLaw]?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let parts else { return nil }
    guard parts.contains(where: { $0.weight > 0 }) else {
      return needs("a member with a weight above 0", at: node, &reading)
    }
    return .mixture(parts)
  }
}

/// One of several values, drawn by weight.
public struct DiscreteDeclaration: DistributionDeclaration {
  public static let name = "discrete"
  public static let summary = "One of several values, drawn by weight."
  public static let keys: [Key<Self>] = [
    Key(
      "values", \.values, .list(.pair(.quantity, .weight)), required: true,
      "Pairs [value, weight].")
  ]
  var values: [Pair<Double, Double>]?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let values else { return nil }
    guard values.contains(where: { $0.second > 0 }) else {
      return needs("a value with a weight above 0", at: node, &reading)
    }
    return .discrete(values.map { WeightedValue(value: $0.first, weight: $0.second) })
  }
}

/// Whole numbers from 1 on: how many tries until the first success.
public struct GeometricDeclaration: DistributionDeclaration {
  public static let name = "geometric"
  public static let summary = "Whole numbers from 1 on: tries until the first success."
  public static let keys: [Key<Self>] = [
    Key("mean", \.mean, .quantity, required: true, "Mean, at least 1 (a count) or 1ns.")
  ]
  var mean: Double?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let mean else { return nil }
    guard mean >= 1 else { return needs("a 'mean' of at least 1", at: node, &reading) }
    return .geometric(mean: mean)
  }
}

/// A distribution for each class of requests.
public struct ByClassDeclaration: DistributionDeclaration {
  public static let name = "by_class"
  public static let summary = "A distribution for each class of requests."
  public static let keys: [Key<Self>] = [
    Key("classes", \.classes, .map(.innerLaw), required: true, "Class -> distribution.")
  ]
  var classes: [Named<LawSpec>]?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let classes else { return nil }
    var laws: [String: LawSpec] = [:]
    for entry in classes { laws[entry.name] = entry.value }
    return .byClass(laws)
  }
}

// MARK: Forms

/// Two values written as a list of two.
public struct Pair<First: Sendable, Second: Sendable>: Sendable {
  public var first: First
  public var second: Second
}

extension ValueForm where Value == Double {
  /// A weight against others.
  static var weight: ValueForm { .real(0...1e12) }
}

extension ValueForm {
  /// `[a, b]`.
  static func pair<First, Second>(
    _ first: ValueForm<First>, _ second: ValueForm<Second>
  ) -> ValueForm where Value == Pair<First, Second> {
    ValueForm(
      "a pair [\(first.meaning), \(second.meaning)]",
      schema: .tuple([first.schema, second.schema]),
      write: { "[\(first.write($0.first)), \(second.write($0.second))]" },
      read: { node, key, reading in
        guard let items = node.array, items.count == 2 else {
          reading.report(.wrongType, at: node, "each member of '\(key)' must be a pair [a, b]")
          return nil
        }
        let a = first.read(items[0], key, &reading)
        let b = second.read(items[1], key, &reading)
        guard let a, let b else { return nil }
        return Pair(first: a, second: b)
      })
  }
}

extension ValueForm where Value == WeightedLaw {
  /// `{weight, type, ...}` or `{weight, value}`.
  static var weightedLaw: ValueForm {
    ValueForm(
      "{weight, type, ...} or {weight, value}",
      schema: .anyOf(
        [.reference(WeightedValueDeclaration.kind)]
          + Distributions.all.map { .reference("weighted \($0.kind)") }),
      write: { _ in "{...}" },
      read: { node, key, reading in
        guard let object = node.object, let weightNode = object["weight"]?.value else {
          reading.report(.missingKey, at: node, "each member of '\(key)' needs 'weight'")
          return nil
        }
        let weight = ValueForm<Double>.weight.read(weightNode, "weight", &reading)
        let law: LawSpec?
        if object["type"] == nil, let value = object["value"]?.value {
          let known = WeightedValueDeclaration.keys.map(\.name)
          for member in object.members where !known.contains(member.name) {
            reading.report(.unknownKey(member, in: "a member of '\(key)'", among: known))
          }
          law = ValueForm<Double>.quantity.read(value, "value", &reading).map { .constant($0) }
        } else {
          law = reading.distribution(node, key, besides: ["weight"])
        }
        guard let weight, let law else { return nil }
        return WeightedLaw(weight: weight, law: law)
      }
    ).resolving { Distributions.resolved($0, first: ["weight"]) }
  }
}

/// A member of a mixture that is one value.
public struct WeightedValueDeclaration: Declared {
  public static let kind = "weighted value"
  public static let summary = "A member of a mixture that is one value."
  public static let keys: [Key<Self>] = [
    Key("weight", \.weight, .weight, required: true, "Weight against the other members."),
    Key("value", \.value, .quantity, required: true, "The value."),
  ]
  var weight: Double?
  var value: Double?
  public init() {}
}
