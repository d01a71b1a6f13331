import TailraceCatalog
import TailraceModel

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
    "keys", "class",
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
  public static let summary =
    "Takes one of several weighted arms, drawn for each visit or by a key."
  public static let keys: [Key<Self>] = [
    Key(
      "split", \.arms, .map(.component(ArmDeclaration.self, "arm")), required: true,
      "The arms, by name."),
    Key(
      "by", \.by, .name,
      "Key space whose key decides: who has it comes to the same arm each time, as in an experiment "
        + "by user. Each split deals the keys out anew."),
  ]
  var arms: [Named<ArmDeclaration>]?
  var by: Located<String>?
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
