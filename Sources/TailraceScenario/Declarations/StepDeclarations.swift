import TailraceCatalog
import TailraceModel

/// A step as it was read: its verb, its common fields and where it stands.
public struct StepDeclaration: Sendable {
  public var verb: any VerbDeclaration
  public var common: StepCommon
  public var node: Node
}

/// A verb of the step language; its operand is the key of its own name.
public protocol VerbDeclaration: Declared {
  static var name: String { get }
}

extension VerbDeclaration {
  public static var kind: String { "step \(name)" }
}

/// The verbs by name; a new one is a declaration, a line here and a line in `TopologyBuilder`.
public enum Verbs {
  public static let all: [any VerbDeclaration.Type] = [
    WorkStep.self, WaitStep.self, CallStep.self, ScatterStep.self, ParallelStep.self,
    SplitStep.self, RepeatStep.self, FailStep.self, CacheStep.self, RateLimitStep.self,
    HoldStep.self,
  ]
  static let later = [
    "publish", "detach", "await",
  ]
}

/// Fields that every step may have.
public struct StepCommon: Declared {
  public static let kind = "step"
  public static let summary = "Fields that every step may have."
  public static let keys: [Key<Self>] = [
    Key("name", \.name, .name, "What paths call the step."),
    Key("when", \.when, .object(ConditionDeclaration.self), "Condition for taking the step."),
    Key(
      "on_error", \.onError, .errorRule,
      "What a failure does: \"fail\", \"ignore\", or steps to take instead."),
    Key("enabled", \.enabled, .boolean, "Whether the step is there at all."),
  ]
  var name: String?
  var when = ConditionDeclaration()
  var onError = ErrorRuleDeclaration.fail
  var enabled = true
  public init() {}
}

/// A condition for taking a step.
public struct ConditionDeclaration: Declared {
  public static let kind = "condition"
  public static let summary = "All of it must hold."
  public static let keys: [Key<Self>] = [
    Key("probability", \.probability, .real(0...1), "Chance, drawn for each visit."),
    Key("class", \.classes, .names, "Only requests of this class, or of one of these."),
    Key(
      "queue_below", \.queueBelow, .integer(1...1_000_000_000),
      "Only while fewer visits than this wait at the replica that takes the step; in handlers. What "
        + "can be left out is left out under load."),
  ]
  var probability = 1.0
  var classes: [Located<String>]?
  var queueBelow: Located<Int>?
  public init() {}
}

public indirect enum ErrorRuleDeclaration: Sendable {
  case fail, ignore
  case fallback([StepDeclaration])
}

extension ValueForm where Value == ErrorRuleDeclaration {
  static var errorRule: ValueForm {
    ValueForm(
      "\"fail\", \"ignore\" or a list of steps",
      schema: .anyOf([.choice(["fail", "ignore"]), .array(.reference("step"))]),
      write: { rule in if case .ignore = rule { "\"ignore\"" } else { "\"fail\"" } },
      read: { node, key, reading in
        switch node.string {
        case "fail": return .fail
        case "ignore": return .ignore
        case nil where node.array != nil:
          return ValueForm<[StepDeclaration]>.steps.read(node, key, &reading).map { .fallback($0) }
        default:
          if node.string == nil {
            reading.report(
              .wrongType, at: node,
              "'\(key)' must be \"fail\", \"ignore\" or a list of steps, not \(node.kindName)")
          } else {
            reading.report(.unknownChoice(node, key: key, among: ["fail", "ignore"]))
          }
          return nil
        }
      }
    ).resolving { $0.mappingItems(Verbs.resolved) }
  }
}

extension ValueForm where Value == [StepDeclaration] {
  /// A list of steps.
  static var steps: ValueForm {
    ValueForm(
      "a list of steps", schema: .array(.reference("step")), write: { _ in "[...]" },
      read: { node, key, reading in
        guard let items = node.array else {
          reading.report(
            .wrongType, at: node, "'\(key)' must be a list of steps, not \(node.kindName)")
          return nil
        }
        var steps: [StepDeclaration] = []
        for item in items {
          if let step = reading.step(item) { steps.append(step) }
        }
        return steps
      }
    ).resolving { $0.mappingItems(Verbs.resolved) }
  }
}

extension Verbs {
  /// A checked step with the defaults of its verb and the common ones.
  static func resolved(_ step: Node) -> Node {
    guard let verb = all.first(where: { step[$0.name] != nil }) else { return step }
    let own = verb.resolvedMembers(of: step)
    return step.replacingMembers(with: own + StepCommon.resolvedMembers(of: step))
  }
}

extension Reading {
  /// Reads a step: exactly one verb with its fields, and the common fields.
  mutating func step(_ node: Node) -> StepDeclaration? {
    guard let object = node.object else {
      report(.wrongType, at: node, "a step must be an object, not \(node.kindName)")
      return nil
    }
    let members = object.members
    for member in members where Verbs.later.contains(member.name) {
      report(
        Diagnostic(
          .notInThisVersion, source: node.source, range: member.nameRange,
          message: "step '\(member.name)' is not in this version"))
      return nil
    }
    let found = Verbs.all.filter { verb in object[verb.name] != nil }
    guard let verb = found.first else {
      let words = Verbs.all.map { $0.name }
      let strange = members.filter { member in
        StepCommon.key(member.name) == nil
          && !Verbs.all.contains { $0.hasKey(member.name) }
      }
      // The misspelt verb, if there is one; its fields are not to blame.
      let near = strange.first {
        NearestWord.suggest($0.name, among: words) != nil
          || ForeignWords.entry(for: $0.name, among: words) != nil
      }
      if let member = near ?? strange.first {
        report(.unknownKey(member, in: "a step", among: words + Verbs.later))
      } else {
        report(.missingKey, at: node, "a step needs a verb: one of \(words.joined(separator: " "))")
      }
      return nil
    }
    if found.count > 1 {
      let words = found.map { "'\($0.name)'" }.joined(separator: " and ")
      report(.wrongType, at: node, "a step has one verb, not \(words)")
      return nil
    }
    var common = StepCommon()
    for member in members {
      if let key = StepCommon.key(member.name), !member.value.isNull {
        key.readValue(member.value, &common, &self)
      }
    }
    guard let value = verb.readStep(node, &self) else { return nil }
    return StepDeclaration(verb: value, common: common, node: node)
  }
}

extension StepCommon {
  static func key(_ name: String) -> Key<StepCommon>? { keys.first { $0.name == name } }
}

extension VerbDeclaration {
  static func hasKey(_ name: String) -> Bool {
    laterKeys.contains(name) || keys.contains { $0.name == name }
  }

  static func readStep(_ node: Node, _ reading: inout Reading) -> (any VerbDeclaration)? {
    reading.object(
      node, as: Self.self, named: "step '\(name)'", besides: StepCommon.keys.map(\.name))
  }
}
