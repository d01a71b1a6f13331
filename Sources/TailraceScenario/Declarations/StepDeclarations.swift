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
    SplitStep.self, RepeatStep.self, FailStep.self, CacheStep.self,
  ]
  static let later = [
    "hold", "rate_limit", "publish", "detach", "await",
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
  ]
  public static let laterKeys = ["queue_below"]
  var probability = 1.0
  var classes: [Located<String>]?
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
      let near = strange.first { NearestWord.suggest($0.name, among: words) != nil }
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

// MARK: The verbs

/// Uses a slot and a core.
public struct WorkStep: VerbDeclaration {
  public static let name = "work"
  public static let summary = "Uses a slot and a core for a time."
  public static let keys: [Key<Self>] = [
    Key("work", \.time, .law, required: true, "Time it takes at speed 1.")
  ]
  var time: LawSpec?
  public init() {}
}

/// Lets time pass without a core.
public struct WaitStep: VerbDeclaration {
  public static let name = "wait"
  public static let summary = "Lets time pass without a core: I/O, a third party, a client."
  public static let keys: [Key<Self>] = [
    Key("wait", \.time, .law, required: true, "Time it takes.")
  ]
  var time: LawSpec?
  public init() {}
}

/// Calls a service and waits for its answer.
public struct CallStep: VerbDeclaration, CallPolicyFields, MessageFields {
  public static let name = "call"
  public static let summary = "Calls a service and waits for its answer."
  public static let keys: [Key<Self>] =
    [
      Key(
        "call", \.service, .text, required: true, "The service, or \"service/handler\"."),
      Key(
        "timeout", \.timeout, .timeout, "Time from the call to giving up, all attempts together."),
    ] + policyKeys + messageKeys
  static let laterCallKeys = [
    "breaker", "adaptive_throttling", "op", "keys", "class",
  ]
  public static let laterKeys = laterCallKeys
  var service: Located<String>?
  var timeout: UInt64?
  var policy = CallPolicyDeclaration()
  var sizes = MessageSizes()
  public init() {}
}

extension ValueForm where Value == UInt64 {
  static var timeout: ValueForm { .duration(1...QuantityScanner.delayMax) }
}

/// Calls in parallel and joins the answers.
public struct ScatterStep: VerbDeclaration, CallPolicyFields, MessageFields {
  public static let name = "scatter"
  public static let summary = "Sends calls in parallel and joins their answers."
  public static let keys: [Key<Self>] =
    [
      Key(
        "scatter", \.service, .text, required: true, "The service, or \"service/handler\"."),
      Key(
        "to", \.to, .choice(targets.map { ($0, $0) }),
        "Whom to ask: each shard; for each key of the request the shard that owns it; each replica "
          + "(of the key's shard); the other replicas of the caller's shard; the callee's shards "
          + "below the caller's, dealt out in order."),
      Key(
        "fan_out", \.fanOut, .integer(1...100_000), "That many balanced calls instead."),
      Key("timeout", \.timeout, .timeout, "Time from each call to giving it up."),
      Key("wait_for", \.waitFor, .waitFor, "How many answers the join needs."),
      Key("deadline", \.deadline, .timeout, "Time after which to go on with what is there."),
      Key(
        "max_parallel", \.maxParallel, .integer(1...100_000),
        "Most calls out at a time; the next goes when one comes back."),
      Key(
        "canary", \.canary, .integer(1...1_000),
        "Calls that go first: the others follow when all of these have been answered."),
    ] + policyKeys + messageKeys
  static let targets = ["shards", "keys", "replicas", "peers", "child_shards"]
  public static let laterKeys = CallStep.laterCallKeys
  var service: Located<String>?
  var to: String?
  var fanOut: Int?
  var timeout: UInt64?
  var waitFor = Join.Need.all
  var deadline: UInt64?
  var maxParallel: Int?
  var canary: Int?
  var policy = CallPolicyDeclaration()
  var sizes = MessageSizes()
  public init() {}
}

/// Runs lists of steps in parallel.
public struct ParallelStep: VerbDeclaration {
  public static let name = "parallel"
  public static let summary = "Runs several lists of steps in parallel and joins them."
  public static let keys: [Key<Self>] = [
    Key("parallel", \.branches, .list(.steps), required: true, "The branches."),
    Key("wait_for", \.waitFor, .waitFor, "How many branches the join needs."),
    Key("deadline", \.deadline, .timeout, "Time after which to go on with what is there."),
  ]
  var branches: [[StepDeclaration]]?
  var waitFor = Join.Need.all
  var deadline: UInt64?
  public init() {}
}

/// Takes one of several arms.
public struct SplitStep: VerbDeclaration {
  public static let name = "split"
  public static let summary = "Takes one of several weighted arms, drawn for each visit."
  public static let keys: [Key<Self>] = [
    Key(
      "split", \.arms, .map(.component(ArmDeclaration.self, "arm")), required: true,
      "The arms, by name.")
  ]
  public static let laterKeys = ["by"]
  var arms: [Named<ArmDeclaration>]?
  public init() {}
}

/// An arm of a split.
public struct ArmDeclaration: Declared {
  public static let kind = "arm of a split"
  public static let summary = "An alternative with its weight."
  public static let keys: [Key<Self>] = [
    Key("weight", \.weight, .real(0...1e9), required: true, "Weight against the other arms."),
    Key("steps", \.steps, .steps, required: true, "Its program."),
  ]
  var weight: Double?
  var steps: [StepDeclaration]?
  public init() {}
}

/// Ends the program with an outcome.
public struct FailStep: VerbDeclaration {
  public static let name = "fail"
  public static let summary = "Ends the program here with an outcome."
  public static let keys: [Key<Self>] = [
    Key("fail", \.outcome, .failure, required: true, "The outcome.")
  ]
  var outcome = Outcome.applicationError
  public init() {}
}

extension ValueForm where Value == Outcome {
  static var failure: ValueForm {
    .choice(
      [Outcome.applicationError, .connectionFailure, .timeout, .shed, .rejected, .cancelled]
        .map { ($0.word, $0) })
  }
}

/// The long form of `wait_for`.
public struct WaitForDeclaration: Declared {
  public static let kind = "wait_for"
  public static let summary = "How many answers a join needs: exactly one of the two."
  public static let keys: [Key<Self>] = [
    Key("responses", \.responses, .integer(1...100_000), "A number of answers."),
    Key(
      "fraction", \.fraction, .real(Double.leastNonzeroMagnitude...1), "A share of the calls sent."),
  ]
  var responses: Int?
  var fraction: Double?
  public init() {}
}

extension ValueForm where Value == Join.Need {
  static var waitFor: ValueForm {
    ValueForm(
      "\"all\", {responses: n} or {fraction: x}",
      schema: .anyOf([.choice(["all"]), .reference(WaitForDeclaration.kind)]),
      write: { need in
        switch need {
        case .all: "\"all\""
        case .responses(let n): "{responses: \(n)}"
        case .fraction(let x): "{fraction: \(QuantityText.real(x))}"
        }
      },
      read: { node, key, reading in
        if node.string == "all" { return .all }
        guard node.object != nil else {
          let found = node.string.map { "\"\($0.clipped)\"" } ?? node.kindName
          reading.report(
            .wrongType, at: node,
            "'\(key)' must be \"all\", {responses: n} or {fraction: x}, not \(found)")
          return nil
        }
        let mistakes = reading.diagnostics.count
        guard let long = reading.object(node, as: WaitForDeclaration.self, named: "'\(key)'")
        else { return nil }
        guard reading.diagnostics.count == mistakes else { return nil }
        switch (long.responses, long.fraction) {
        case (let n?, nil): return .responses(n)
        case (nil, let x?): return .fraction(x)
        default:
          reading.report(
            .missingKey, at: node, "'\(key)' needs exactly one of 'responses' and 'fraction'")
          return nil
        }
      })
  }
}
