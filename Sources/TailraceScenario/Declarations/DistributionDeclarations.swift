import TailraceCatalog
import TailraceEngine
import TailraceModel

/// A distribution as a scenario writes it: `{type: ..., parameters}`.
public protocol DistributionDeclaration: Declared {
  /// Its `type`.
  static var name: String { get }
  /// The law it stands for; nil where its parameters do not make one, which is noted.
  func law(at node: Node, _ reading: inout Reading) -> LawSpec?
}

extension DistributionDeclaration {
  public static var kind: String { "distribution \(name)" }

  func needs(_ what: String, at node: Node, _ reading: inout Reading) -> LawSpec? {
    reading.report(.missingKey, at: node, "distribution \(Self.name) needs \(what)")
    return nil
  }
}

/// The distributions by name; a new one is a file and a line.
public enum Distributions {
  public static let all: [any DistributionDeclaration.Type] = [
    UniformDeclaration.self, ExponentialDeclaration.self, ErlangDeclaration.self,
    GammaDeclaration.self, LognormalDeclaration.self, NormalDeclaration.self,
    WeibullDeclaration.self, ParetoDeclaration.self, GeometricDeclaration.self,
    DiscreteDeclaration.self, EmpiricalDeclaration.self, MixtureDeclaration.self,
    ByClassDeclaration.self, LinearDeclaration.self, ColumnDeclaration.self,
  ]
}

extension ValueForm where Value == LawSpec {
  /// A distribution of durations: a bare duration is a constant.
  public static var law: ValueForm {
    law(
      "a duration or a distribution such as {type: \"exponential\", mean: \"10ms\"}",
      bare: ValueForm<UInt64>.duration(0...QuantityScanner.delayMax).schema)
  }

  /// A distribution of what the one around it is of.
  static var innerLaw: ValueForm {
    law("a quantity or a distribution", bare: ValueForm<Double>.quantity.schema)
  }

  private static func law(_ meaning: String, bare: Schema) -> ValueForm {
    ValueForm(
      meaning, schema: .anyOf([bare, .anyOf(Distributions.all.map { .reference($0.kind) })]),
      write: { _ in "{...}" },
      read: { node, key, reading in
        if node.object == nil {
          return ValueForm<Double>.quantity.read(node, key, &reading).map { .constant($0) }
        }
        return reading.distribution(node, key)
      }
    ).resolving { Distributions.resolved($0) }
  }
}

extension Distributions {
  /// A checked distribution with its defaults; a bare value as it is.
  static func resolved(_ node: Node, first: [String] = []) -> Node {
    guard let name = node["type"]?.string, let found = all.first(where: { $0.name == name }) else {
      return node
    }
    return found.resolved(node, first: first + ["type"])
  }
}

extension Reading {
  /// Reads `{type: ..., parameters}`.
  mutating func distribution(
    _ node: Node, _ key: String, besides others: [String] = []
  ) -> LawSpec? {
    guard let type = node["type"] else {
      report(
        .missingKey, at: node,
        "the distribution of '\(key)' needs 'type': one of "
          + Distributions.all.map { $0.name }.joined(separator: ", "))
      return nil
    }
    guard let found = Distributions.all.first(where: { $0.name == type.string }) else {
      report(.unknownChoice(type, key: "type", among: Distributions.all.map { $0.name }))
      return nil
    }
    return found.read(node, besides: others, &self)
  }
}

extension DistributionDeclaration {
  static func read(
    _ node: Node, besides others: [String], _ reading: inout Reading
  ) -> LawSpec? {
    let mistakes = reading.diagnostics.count
    let declared = reading.object(
      node, as: Self.self, named: "distribution \(name)", besides: ["type"] + others)
    // Parameters that were not understood make no second mistake.
    guard reading.diagnostics.count == mistakes else { return nil }
    return declared?.law(at: node, &reading)
  }
}

/// Every value from `min` to `max` alike.
public struct UniformDeclaration: DistributionDeclaration {
  public static let name = "uniform"
  public static let summary = "Every value from min to max is equally likely."
  public static let keys: [Key<Self>] = [
    Key("min", \.min, .quantity, required: true, "Smallest value."),
    Key("max", \.max, .quantity, required: true, "Largest value."),
  ]
  var min: Double?
  var max: Double?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let min, let max else { return nil }
    guard min <= max else {
      reading.report(.outOfRange, at: node, "'max' of a uniform distribution lies below 'min'")
      return nil
    }
    return .uniform(min, max)
  }
}

/// Memoryless: the gap between independent arrivals.
public struct ExponentialDeclaration: DistributionDeclaration {
  public static let name = "exponential"
  public static let summary = "Memoryless, like the gaps between independent arrivals."
  public static let keys: [Key<Self>] = [
    Key("mean", \.mean, .quantity, required: true, "Mean.")
  ]
  var mean: Double?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    mean.flatMap { $0 > 0 ? .exponential(mean: $0) : zeroMean(node, &reading) }
  }
}

extension DistributionDeclaration {
  func zeroMean(_ node: Node, _ reading: inout Reading) -> LawSpec? {
    reading.report(.outOfRange, at: node, "'mean' of distribution \(Self.name) must be above 0")
    return nil
  }
}

/// The sum of `k` equal exponential stages.
public struct ErlangDeclaration: DistributionDeclaration {
  public static let name = "erlang"
  public static let summary = "The sum of k equal exponential stages: less variable than one."
  public static let keys: [Key<Self>] = [
    Key("mean", \.mean, .quantity, required: true, "Mean of the sum."),
    Key("k", \.stages, .integer(1...1_000), required: true, "Number of stages."),
  ]
  var mean: Double?
  var stages = 1
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    mean.flatMap { $0 > 0 ? .erlang(mean: $0, stages: stages) : zeroMean(node, &reading) }
  }
}

/// A positive value with a given mean and coefficient of variation.
public struct GammaDeclaration: DistributionDeclaration {
  public static let name = "gamma"
  public static let summary = "Positive, with a given mean and coefficient of variation."
  public static let keys: [Key<Self>] = [
    Key("mean", \.mean, .quantity, required: true, "Mean."),
    Key("cv", \.cv, .real(0.01...100), required: true, "Standard deviation over mean."),
  ]
  var mean: Double?
  var cv = 1.0
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    mean.flatMap { $0 > 0 ? .gamma(mean: $0, variation: cv) : zeroMean(node, &reading) }
  }
}

/// Many small causes that multiply: the usual shape of latencies.
public struct LognormalDeclaration: DistributionDeclaration {
  public static let name = "lognormal"
  public static let summary = "Many small causes that multiply: the usual shape of latencies."
  public static let keys: [Key<Self>] = [
    Key("p50", \.p50, .quantity, "Median; with p99."),
    Key("p99", \.p99, .quantity, "99th percentile; with p50."),
    Key("mean", \.mean, .quantity, "Mean; with cv."),
    Key("cv", \.cv, .real(0...100), "Standard deviation over mean; with mean."),
  ]
  var p50: Double?
  var p99: Double?
  var mean: Double?
  var cv: Double?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    switch (p50, p99, mean, cv) {
    case (let p50?, let p99?, nil, nil):
      guard p50 > 0, p99 >= p50 else {
        reading.report(.outOfRange, at: node, "lognormal needs 0 < p50 <= p99")
        return nil
      }
      return .lognormal(LognormalLaw(median: p50, percentile99: p99))
    case (nil, nil, let mean?, let cv?):
      guard mean > 0 else { return zeroMean(node, &reading) }
      return .lognormal(LognormalLaw(mean: mean, variation: cv))
    default: return needs("either 'p50' and 'p99' or 'mean' and 'cv'", at: node, &reading)
    }
  }
}

/// Symmetric around the mean; values below zero become zero.
public struct NormalDeclaration: DistributionDeclaration {
  public static let name = "normal"
  public static let summary = "Symmetric around the mean; values below zero become zero."
  public static let keys: [Key<Self>] = [
    Key("mean", \.mean, .quantity, required: true, "Mean, before the cut at zero."),
    Key("cv", \.cv, .real(0...100), required: true, "Standard deviation over mean."),
  ]
  var mean: Double?
  var cv = 1.0
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    mean.flatMap { $0 > 0 ? .normal(mean: $0, variation: cv) : zeroMean(node, &reading) }
  }
}

/// A hazard that grows (shape above 1) or falls (below 1) with age.
public struct WeibullDeclaration: DistributionDeclaration {
  public static let name = "weibull"
  public static let summary = "A hazard that grows (shape above 1) or falls (below 1) with age."
  public static let keys: [Key<Self>] = [
    Key("mean", \.mean, .quantity, required: true, "Mean."),
    Key("shape", \.shape, .real(0.1...100), required: true, "Shape; 1 is exponential."),
  ]
  var mean: Double?
  var shape = 1.0
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    mean.flatMap { $0 > 0 ? .weibull(mean: $0, shape: shape) : zeroMean(node, &reading) }
  }
}

/// A power-law tail, cut at `max` where given.
public struct ParetoDeclaration: DistributionDeclaration {
  public static let name = "pareto"
  public static let summary = "A power-law tail from min on, cut at max where given."
  public static let keys: [Key<Self>] = [
    Key("min", \.min, .quantity, required: true, "Smallest value."),
    Key(
      "shape", \.shape, .real(0.1...100), required: true,
      "Tail exponent; at most 1 has no mean, at most 2 no variance."),
    Key("max", \.max, .quantity, "Largest value."),
  ]
  var min: Double?
  var shape = 1.0
  var max: Double?
  public init() {}

  public func law(at node: Node, _ reading: inout Reading) -> LawSpec? {
    guard let min else { return nil }
    guard min > 0, max.map({ $0 > min }) ?? true else {
      reading.report(.outOfRange, at: node, "pareto needs 0 < min < max")
      return nil
    }
    return .pareto(minimum: min, shape: shape, maximum: max)
  }
}
