import TailraceCatalog
import TailraceModel

/// A kind of open arrivals.
public protocol ArrivalDeclaration: Declared {
  static var name: String { get }
  /// The arrivals with all rates times `scale`; nil where a mistake has been noted.
  func arrivals(scale: Double) -> ArrivalSpec?
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
    ModulatedDeclaration.self, TraceDeclaration.self,
  ]
}

/// Keys that all kinds of arrivals have.
public struct ArrivalCommon: Declared {
  public static let kind = "arrivals"
  public static let summary = "Keys that all kinds of arrivals have."
  public static let keys: [Key<Self>] = [
    Key("batch", \.batch, .countLaw, "How many requests an arrival brings; 1 if not given."),
    Key("scale", \.scale, .real(1e-6...1e6), "Factor on all rates."),
  ]
  var batch: LawSpec?
  var scale = 1.0
  public init() {}
}

/// Independent arrivals at a rate that may change.
public struct PoissonDeclaration: ArrivalDeclaration {
  public static let name = "poisson"
  public static let summary = "Independent arrivals: exponential gaps, at a rate that may change."
  public static let keys: [Key<Self>] = [
    Key("rate", \.rate, .rateFunction, required: true, "Mean arrivals in a time.")
  ]
  var rate: RateFunction?
  public init() {}

  public func arrivals(scale: Double) -> ArrivalSpec? {
    switch rate?.scaled(by: scale) {
    case .flat(let rate): .poisson(ratePerSecond: rate)
    case .changing(let rate): .rate(rate)
    case nil: nil
    }
  }
}

/// Equal gaps.
public struct ConstantDeclaration: ArrivalDeclaration {
  public static let name = "constant"
  public static let summary = "Equal gaps, the first request at 0."
  public static let keys: [Key<Self>] = [
    Key("rate", \.rate, .rate, required: true, "Arrivals in a time.")
  ]
  var rate: Double?
  public init() {}

  public func arrivals(scale: Double) -> ArrivalSpec? {
    rate.map { .constant(ratePerSecond: $0 * scale) }
  }
}

/// Independent gaps from a distribution.
public struct RenewalDeclaration: ArrivalDeclaration {
  public static let name = "renewal"
  public static let summary = "Independent gaps from a distribution."
  public static let keys: [Key<Self>] = [
    Key("interval", \.interval, .law, required: true, "Time between two arrivals.")
  ]
  var interval: LawSpec?
  public init() {}

  public func arrivals(scale: Double) -> ArrivalSpec? { interval.map { .renewal(interval: $0) } }

  public func check(at node: Node, _ reading: inout Reading) {
    if let interval, (interval.mean ?? 1) < 0.5 || interval.largest <= 0.5 {
      reading.report(
        .outOfRange, at: node["interval"] ?? node, "'interval' must be above 0 on average")
    }
    if let scale = node["scale"], !scale.isNull, scale.number?.double != 1 {
      reading.report(
        .wrongType, at: scale, "'scale' is for rates; for renewal arrivals change 'interval'")
    }
  }
}

/// Independent arrivals whose rate jumps between states.
public struct ModulatedDeclaration: ArrivalDeclaration {
  public static let name = "mmpp"
  public static let summary = "Independent arrivals whose rate goes through states in turn (MMPP)."
  public static let keys: [Key<Self>] = [
    Key(
      "states", \.states, .list(.object(RateStateDeclaration.self)), required: true,
      "States with their rates and mean stays.")
  ]
  var states: [RateStateDeclaration]?
  public init() {}

  public func arrivals(scale: Double) -> ArrivalSpec? {
    guard let states, states.contains(where: { ($0.rate ?? 0) > 0 }) else { return nil }
    return .modulated(
      states.map {
        ModulatedState(ratePerSecond: ($0.rate ?? 0) * scale, mean: Double($0.mean ?? 1))
      })
  }

  public func check(at node: Node, _ reading: inout Reading) {
    if let states, states.isEmpty {
      reading.report(.outOfRange, at: node["states"] ?? node, "'states' needs at least one state")
    }
  }
}

/// A state of MMPP arrivals.
public struct RateStateDeclaration: Declared {
  public static let kind = "state of mmpp"
  public static let summary = "A rate and how long it lasts on average."
  public static let keys: [Key<Self>] = [
    Key("rate", \.rate, .rate, required: true, "Rate within the state."),
    Key("mean", \.mean, .duration(1...(1 << 51)), required: true, "Mean stay, exponential."),
  ]
  var rate: Double?
  var mean: UInt64?
  public init() {}
}

/// Clients that wait for their answers.
public struct ClosedDeclaration: Declared {
  public static let kind = "closed"
  public static let summary = "Clients that wait for an answer and think before the next request."
  public static let keys: [Key<Self>] = [
    Key("clients", \.clients, .integer(1...10_000_000), required: true, "Number of clients."),
    Key(
      "think_time", \.thinkTime, .law, required: true, "Time from an answer to the next request."),
    Key("ramp_up", \.rampUp, .duration(0...(1 << 51)), "Time over which the clients begin."),
  ]
  var clients = 1
  var thinkTime: LawSpec?
  var rampUp: UInt64 = 0
  public init() {}

  var arrivals: ArrivalSpec? {
    thinkTime.map {
      var loop = ClosedLoop(clients: clients, thinkTime: $0)
      loop.rampUp = rampUp
      return .closed(loop)
    }
  }
}

// MARK: Forms

extension ArrivalDeclaration {
  static func read(_ node: Node, _ reading: inout Reading) -> ArrivalSpec? {
    let common = reading.shared(node, as: ArrivalCommon.self)
    let declared = reading.object(
      node, as: Self.self, named: "arrivals \(name)",
      besides: ["type"] + ArrivalCommon.keys.map(\.name))
    declared?.check(at: node, &reading)
    guard let arrivals = declared?.arrivals(scale: common.scale) else { return nil }
    guard let batch = common.batch else { return arrivals }
    if let mean = batch.mean, mean < 0.01 {
      reading.report(.outOfRange, at: node["batch"] ?? node, "'batch' must be above 0 on average")
    } else if batch.largest <= 0.5 {
      reading.report(
        .outOfRange, at: node["batch"] ?? node,
        "'batch' is rounded to whole requests, and none of its values is rounded to 1 or more")
    }
    return .batches(arrivals, size: batch)
  }
}

extension ValueForm where Value == LawSpec {
  /// A distribution of counts.
  static var countLaw: ValueForm {
    ValueForm(
      "a count or a distribution of counts",
      schema: .anyOf([
        .real(0...0x1p51), .anyOf(Distributions.all.map { .reference($0.kind) }),
      ]),
      write: { _ in "{...}" },
      read: { node, key, reading in
        let outer = reading.quantity
        reading.quantity = .count
        defer { reading.quantity = outer }
        return ValueForm<LawSpec>.law.read(node, key, &reading)
      })
  }
}

extension ValueForm where Value == LawSpec {
  /// A distribution of sizes in bytes.
  static var sizeLaw: ValueForm {
    ValueForm(
      "a size or a distribution of sizes",
      schema: .anyOf([
        .size(0...1 << 50), .anyOf(Distributions.all.map { .reference($0.kind) }),
      ]),
      write: { _ in "{...}" },
      read: { node, key, reading in
        let outer = reading.quantity
        reading.quantity = .size
        defer { reading.quantity = outer }
        return ValueForm<LawSpec>.law.read(node, key, &reading)
      })
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
        guard let found = Arrivals.all.first(where: { $0.name == type.string }) else {
          reading.report(.unknownChoice(type, key: "type", among: Arrivals.all.map { $0.name }))
          return nil
        }
        return found.read(node, &reading)
      }
    ).resolving { node in
      guard let found = Arrivals.all.first(where: { $0.name == node["type"]?.string }) else {
        return node
      }
      let own = found.resolved(node, first: ["type"]).object?.members ?? []
      return node.replacingMembers(with: own + ArrivalCommon.resolvedMembers(of: node))
    }
  }
}
