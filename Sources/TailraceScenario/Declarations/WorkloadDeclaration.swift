import TailraceCatalog
import TailraceModel

/// A workload: where requests come from and what each does.
public struct WorkloadDeclaration: Declared {
  public static let kind = "workload"
  public static let summary = "Where requests come from, and what each does."
  public static let keys: [Key<Self>] = [
    Key("arrivals", \.arrivals, .arrivals, required: true, "When requests begin."),
    Key("steps", \.steps, .steps, required: true, "The client's program."),
    Key("enabled", \.enabled, .boolean, "Whether it sends anything."),
  ]
  public static let laterKeys = [
    "closed", "session", "class", "keys", "attributes", "zones",
  ]

  var arrivals: ArrivalSpec?
  var steps: [StepDeclaration]?
  var enabled = true

  public init() {}
}

/// A kind of open arrivals.
public protocol ArrivalDeclaration: Declared {
  static var name: String { get }
  func arrivals() -> ArrivalSpec?
  /// Notes what is wrong with the arrivals as a whole.
  func check(at node: Node, _ reading: inout Reading)
}

extension ArrivalDeclaration {
  public static var kind: String { "arrivals \(name)" }

  public func check(at node: Node, _ reading: inout Reading) {}
}

/// The kinds of arrivals by name.
public enum Arrivals {
  public static let all: [any ArrivalDeclaration.Type] = [
    PoissonDeclaration.self, ConstantDeclaration.self, RenewalDeclaration.self,
  ]
  static let later = ["mmpp", "trace"]
}

/// Independent arrivals at a rate.
public struct PoissonDeclaration: ArrivalDeclaration {
  public static let name = "poisson"
  public static let summary = "Independent arrivals: exponential gaps."
  public static let keys: [Key<Self>] = [
    Key("rate", \.rate, .rate, required: true, "Mean arrivals in a time.")
  ]
  public static let laterKeys = ["batch", "scale"]
  var rate: Double?
  public init() {}
  public func arrivals() -> ArrivalSpec? { rate.map { .poisson(ratePerSecond: $0) } }
}

/// Equal gaps.
public struct ConstantDeclaration: ArrivalDeclaration {
  public static let name = "constant"
  public static let summary = "Equal gaps, the first request at 0."
  public static let keys: [Key<Self>] = [
    Key("rate", \.rate, .rate, required: true, "Arrivals in a time.")
  ]
  public static let laterKeys = ["batch", "scale"]
  var rate: Double?
  public init() {}
  public func arrivals() -> ArrivalSpec? { rate.map { .constant(ratePerSecond: $0) } }
}

/// Independent gaps from a distribution.
public struct RenewalDeclaration: ArrivalDeclaration {
  public static let name = "renewal"
  public static let summary = "Independent gaps from a distribution."
  public static let keys: [Key<Self>] = [
    Key("interval", \.interval, .law, required: true, "Time between two arrivals.")
  ]
  public static let laterKeys = ["batch", "scale"]
  var interval: LawSpec?
  public init() {}
  public func arrivals() -> ArrivalSpec? { interval.map { .renewal(interval: $0) } }

  public func check(at node: Node, _ reading: inout Reading) {
    if let mean = interval?.mean, mean < 0.5 {
      reading.report(
        .outOfRange, at: node["interval"] ?? node, "'interval' must be above 0 on average")
    }
  }
}

extension ArrivalDeclaration {
  static func read(_ node: Node, _ reading: inout Reading) -> ArrivalSpec? {
    let declared = reading.object(
      node, as: Self.self, named: "arrivals \(name)", besides: ["type"])
    declared?.check(at: node, &reading)
    return declared?.arrivals()
  }
}

extension ValueForm where Value == ArrivalSpec {
  static var arrivals: ValueForm {
    ValueForm(
      "arrivals such as {type: \"poisson\", rate: \"200/s\"}",
      schema: .anyOf(Arrivals.all.map { .reference($0.kind) }), write: { _ in "{...}" },
      read: { node, key, reading in
        guard let object = node.object else {
          reading.report(
            .wrongType, at: node, "'\(key)' must be an object with a 'type', not \(node.kindName)")
          return nil
        }
        guard let type = object["type"]?.value else {
          reading.report(
            .missingKey, at: node,
            "'\(key)' needs 'type': one of "
              + Arrivals.all.map { $0.name }.joined(separator: ", "))
          return nil
        }
        if let word = type.string, Arrivals.later.contains(word) {
          reading.report(
            .notInThisVersion, at: type, "arrivals of type \"\(word)\" are not in this version")
          return nil
        }
        guard let found = Arrivals.all.first(where: { $0.name == type.string }) else {
          reading.report(.unknownChoice(type, key: "type", among: Arrivals.all.map { $0.name }))
          return nil
        }
        return found.read(node, &reading)
      })
  }
}
