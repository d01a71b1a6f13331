import TailraceCatalog
import TailraceModel

/// Fields of calls and scatters about attempts: one list for both verbs.
protocol CallPolicyFields: Declared {
  var policy: CallPolicyDeclaration { get set }
}

extension CallPolicyFields {
  static var policyKeys: [Key<Self>] {
    [
      Key(
        "luck", \.policy.repeatsLuck, .choice([("attempt", false), ("request", true)]),
        "Whether each attempt draws afresh, or the request's draw is the same in all."),
      Key(
        "retry_policy", \.policy.retry, .object(RetryPolicyDeclaration.self),
        "When to send the call again."),
      Key(
        "hedge_policy", \.policy.hedge, .object(HedgePolicyDeclaration.self),
        "When to send a further copy while the first is out."),
      Key(
        "propagate_deadline", \.policy.propagatesDeadline, .boolean,
        "Whether the callee is told when its caller gives up: its own calls end then."),
      Key(
        "breaker", \.policy.breaker, .object(BreakerDeclaration.self),
        "When attempts are rejected unsent for a while, since too many have failed."),
      Key(
        "adaptive_throttling", \.policy.throttling, .object(AdaptiveThrottlingDeclaration.self),
        "Rejects the more attempts unsent the fewer the callee accepts."),
    ]
  }
}

/// What those fields hold.
struct CallPolicyDeclaration: Sendable {
  var repeatsLuck = false
  var retry: RetryPolicyDeclaration?
  var hedge: HedgePolicyDeclaration?
  var propagatesDeadline = false
  var breaker: BreakerDeclaration?
  var throttling: AdaptiveThrottlingDeclaration?
}

/// Fields of calls and scatters about what is sent.
protocol MessageFields: Declared {
  var sizes: MessageSizes { get set }
}

struct MessageSizes: Sendable {
  var request: LawSpec?
  var response: LawSpec?
  var operation = CallOperation.read
}

extension MessageFields {
  static var messageKeys: [Key<Self>] {
    [
      Key(
        "request_size", \.sizes.request, .sizeLaw,
        "Bytes of the request, which a link's bandwidth carries; none if not given."),
      Key(
        "response_size", \.sizes.response, .sizeLaw,
        "Bytes of the answer; none if not given. A failure's is empty."),
      Key(
        "op", \.sizes.operation, .choice(CallOperation.allCases.map { ($0.rawValue, $0) }),
        "Of a call or a scatter to replicas: what it does to its key. Where a service is written, "
          + "each replica has the version of the last write whose visit has ended there, down or "
          + "not; a read whose newest answer is older than a write that had been answered when it "
          + "began is 'stale': never if reads and writes wait for more replicas together than there "
          + "are. Nothing mends a replica that missed a write but the next one."),
    ]
  }
}

/// When a call is sent again.
public struct RetryPolicyDeclaration: Declared {
  public static let kind = "retry_policy"
  public static let summary = "When a call is sent again after an attempt came to nothing."
  public static let keys: [Key<Self>] = [
    Key(
      "retry_on", \.outcomes, .retriedOutcomes, required: true,
      "Outcomes of an attempt after which the next one goes."),
    Key(
      "num_retries", \.retries, .integer(0...Int64(RetryPolicy.retriesMax)),
      "Attempts beyond the first."),
    Key("per_try_timeout", \.perTryTimeout, .timeout, "Time from an attempt to giving it up."),
    Key(
      "retry_back_off", \.backOff, .backOff,
      "The pause before a retry, from the end of the attempt before."),
    Key(
      "retry_other_host", \.prefersOthers, .boolean,
      "Whether replicas that this call has not tried come first."),
    Key(
      "respect_retry_after", \.respectsRetryAfter, .boolean,
      "Whether a retry after an attempt that a rate limit of the called service has shed waits for x "
        + "to 1.5 x, evenly drawn, instead of its back-off: x is the time until the limit would let "
        + "it pass; above 300s it is not believed (Envoy)."),
  ]
  var outcomes: [Outcome]?
  var retries = 1
  var perTryTimeout: UInt64?
  var backOff = BackOff.standard
  var prefersOthers = false
  var respectsRetryAfter = false
  public init() {}

  var policy: RetryPolicy? {
    guard let outcomes else { return nil }
    var policy = RetryPolicy(on: outcomes)
    policy.retries = retries
    policy.perTryTimeout = perTryTimeout
    policy.backOff = backOff
    policy.prefersOthers = prefersOthers
    policy.respectsRetryAfter = respectsRetryAfter
    return policy
  }
}

/// Pauses that double.
public struct BackOffDeclaration: Declared {
  public static let kind = "retry_back_off"
  public static let summary = "A pause that doubles with each retry."
  public static let keys: [Key<Self>] = [
    Key("base_interval", \.base, .timeout, "The first pause, before its jitter."),
    Key("max_interval", \.most, .timeout, "The longest pause; ten times the first if not given."),
    Key(
      "jitter", \.jitter, .choice(Jitter.allCases.map { ($0.rawValue, $0) }),
      "full: from 0 to the pause; equal: from half of it; decorrelated: from the base to three times"
        + " the pause before; none: the pause itself; plus_minus_20_percent: 0.8 to 1.2 of it, as"
        + " gRPC."),
  ]
  var base: UInt64 = 25_000_000
  var most: UInt64?
  var jitter = Jitter.full
  public init() {}
}

/// When further copies of a call are sent.
public struct HedgePolicyDeclaration: Declared {
  public static let kind = "hedge_policy"
  public static let summary = "When a further copy of a call goes to another replica."
  public static let keys: [Key<Self>] = [
    Key(
      "hedging_delay", \.delay, .hedgingDelay, required: true,
      "Time from one copy to the next while none has come back."),
    Key(
      "max_attempts", \.attempts, .integer(2...Int64(HedgePolicy.attemptsMax)),
      "Copies in all, the first among them."),
    Key(
      "cancel_losers", \.cancelsLosers, .boolean,
      "Whether copies that lose are given up; what stops then is the callee's 'cancel'."),
    Key(
      "budget_percent", \.budget, .percent(Double.leastNonzeroMagnitude...100),
      "Most further copies, in per cent of the calls of the last 10 s."),
    Key(
      "tied", \.isTied, .boolean,
      "Whether the copy that starts first withdraws those that have not started."),
    Key(
      "non_fatal", \.nonFatal, .nonFatalOutcomes,
      "Outcomes of a copy after which the next goes at once, not after the delay, unless "
        + "'retry_policy' sends the call again; any other failure ends the call."),
  ]
  var delay: HedgePolicy.Delay?
  var attempts = 2
  var cancelsLosers = true
  var budget: Double?
  var isTied = false
  var nonFatal = HedgePolicy.failures
  public init() {}

  var policy: HedgePolicy? {
    guard let delay else { return nil }
    var policy = HedgePolicy(delay: delay)
    policy.attempts = attempts
    policy.cancelsLosers = cancelsLosers
    policy.budgetPercent = budget
    policy.isTied = isTied
    policy.nonFatal = nonFatal
    return policy
  }
}

/// The long form of `hedging_delay`.
public struct HedgingDelayDeclaration: Declared {
  public static let kind = "hedging_delay"
  public static let summary = "A delay that follows the latencies of the last 10 s."
  public static let keys: [Key<Self>] = [
    Key(
      "percentile", \.percentile, .real(1...99.99), required: true,
      "The percentile to wait for; at least 1 ms, and none before 100 answers.")
  ]
  var percentile: Double?
  public init() {}
}

/// Limits of a caller's balancer.
public struct CircuitBreakersDeclaration: Declared {
  public static let kind = "circuit_breakers"
  public static let summary = "Limits of each caller's balancer; none unless named."
  public static let keys: [Key<Self>] = [
    Key(
      "retry_budget", \.budget, .object(RetryBudgetDeclaration.self),
      "How many retries go through."),
    Key(
      "max_requests", \.requestsMax, .integer(1...1_000_000),
      "Most attempts that a balancer has out; one more is 'rejected' (Envoy has 1024)."),
    Key(
      "max_connections", \.connectionsMax, .integer(1...1_000_000),
      "Connections of a balancer, each with one request at a time: further calls wait for one at the "
        + "balancer, in the order of arrival (Envoy has 1024)."),
    Key(
      "max_pending_requests", \.pendingMax, .integer(0...1_000_000),
      "Most calls that wait for a connection; one more is 'rejected' (Envoy has 1024)."),
    Key(
      "max_retries", \.retriesMax, .integer(0...1_000_000),
      "Most retries from their decision to their end, back-off included (Envoy has 3); "
        + "'retry_budget' replaces it."),
  ]
  var requestsMax: Int?
  var connectionsMax: Int?
  var pendingMax: Int?
  var retriesMax: Int?
  var budget: RetryBudgetDeclaration?
  public init() {}
}

/// How many retries go through.
public struct RetryBudgetDeclaration: Declared {
  public static let kind = "retry_budget"
  public static let summary = "How many retries a caller may send to a service."
  public static let keys: [Key<Self>] = [
    Key(
      "type", \.type, .choice(RetryBudgetType.allCases.map { ($0.rawValue, $0) }),
      "CONCURRENCY: at a time (Envoy); RATE: of the calls of late (Finagle); THROTTLE: none while "
        + "failures prevail (gRPC); QUOTA: tokens that success gives back (AWS)."),
    Key(
      "budget_percent", \.percent, .percent(0...100),
      "CONCURRENCY: of the attempts out; RATE: of the calls; 20 if not given."),
    Key(
      "min_retry_concurrency", \.least, .integer(0...1_000_000),
      "CONCURRENCY: retries that may be out in any case; 3 if not given."),
    Key("ttl", \.window, .timeout, "RATE: the window; 10s if not given."),
    Key(
      "min_retry_rate", \.rate, .rate, "RATE: retries that may go in any case; 10/s if not given."),
    Key(
      "max_tokens", \.tokens, .integer(1...1_000_000),
      "THROTTLE: tokens in all, required; QUOTA: 500 if not given."),
    Key(
      "token_ratio", \.ratio, .real(0.001...1_000),
      "THROTTLE: tokens that a success gives, required; a failure takes one."),
    Key(
      "retry_cost", \.cost, .integer(0...1_000_000),
      "QUOTA: tokens that a retry takes; 5 if not given."),
    Key(
      "timeout_cost", \.timeoutCost, .integer(0...1_000_000),
      "QUOTA: tokens that a retry after a timeout takes; 10 if not given."),
  ]
  var type = RetryBudgetType.concurrency
  var percent: Double?
  var least: Int?
  var window: UInt64?
  var rate: Double?
  var tokens: Int?
  var ratio: Double?
  var cost: Int?
  var timeoutCost: Int?
  public init() {}
}

enum RetryBudgetType: String, CaseIterable, Sendable {
  case concurrency = "CONCURRENCY"
  case rate = "RATE"
  case throttle = "THROTTLE"
  case quota = "QUOTA"

  /// The keys that mean something to it.
  var keys: [String] {
    switch self {
    case .concurrency: ["budget_percent", "min_retry_concurrency"]
    case .rate: ["budget_percent", "ttl", "min_retry_rate"]
    case .throttle: ["max_tokens", "token_ratio"]
    case .quota: ["max_tokens", "retry_cost", "timeout_cost"]
    }
  }
}

// MARK: Forms

extension ValueForm where Value == [Outcome] {
  /// Outcomes, and sets of them in Envoy's words.
  static var retriedOutcomes: ValueForm { failures(orNone: false) }

  /// The same, or none.
  static var nonFatalOutcomes: ValueForm { failures(orNone: true) }

  private static func failures(orNone: Bool) -> ValueForm {
    let failures = HedgePolicy.failures
    let words =
      failures.map { ($0.word, [$0]) } + [
        ("5xx", Array(failures.prefix(4))),
        ("gateway-error", [.connectionFailure, .timeout, .shed]),
      ]
    let list = ValueForm<[[Outcome]]>.list(.choice(words))
    return ValueForm(
      list.meaning, schema: list.schema,
      write: { "[" + $0.map { "\"\($0.word)\"" }.joined(separator: ", ") + "]" },
      read: { node, key, reading in
        guard let sets = list.read(node, key, &reading) else { return nil }
        if sets.isEmpty && !orNone {
          reading.report(.missingKey, at: node, "'\(key)' needs at least one outcome")
          return nil
        }
        return failures.filter { outcome in sets.contains { $0.contains(outcome) } }
      })
  }
}

extension ValueForm where Value == BackOff {
  /// A doubling pause, or a distribution.
  static var backOff: ValueForm {
    let law = ValueForm<LawSpec>.law
    return ValueForm(
      "{base_interval, max_interval, jitter}, a duration or a distribution",
      schema: .anyOf([.reference(BackOffDeclaration.kind), law.schema]),
      write: { pause in
        guard case .doubling(let base, let most, let jitter) = pause else { return "{...}" }
        return "{base_interval: \"\(QuantityText.duration(base))\", max_interval: "
          + "\"\(QuantityText.duration(most))\", jitter: \"\(jitter.rawValue)\"}"
      },
      read: { node, key, reading in
        if node.object == nil || node["type"] != nil {
          return law.read(node, key, &reading).map { .drawn($0) }
        }
        guard let pause = reading.object(node, as: BackOffDeclaration.self, named: "'\(key)'")
        else { return nil }
        let (tenfold, overflow) = pause.base.multipliedReportingOverflow(by: 10)
        let standard = overflow ? QuantityScanner.delayMax : min(tenfold, QuantityScanner.delayMax)
        let most = pause.most ?? standard
        if most < pause.base {
          reading.report(
            .outOfRange, at: node["max_interval"] ?? node,
            "'max_interval' must not be below 'base_interval'")
          return nil
        }
        return .doubling(base: pause.base, most: most, pause.jitter)
      }
    ).resolving { node in
      node.object != nil && node["type"] == nil
        ? BackOffDeclaration.resolved(node) : law.resolve(node)
    }
  }
}

extension ValueForm where Value == HedgePolicy.Delay {
  /// A fixed delay, or a percentile of late.
  static var hedgingDelay: ValueForm {
    let fixed = ValueForm<UInt64>.duration(0...QuantityScanner.delayMax)
    return ValueForm(
      "a duration, or {percentile: 95}",
      schema: .anyOf([fixed.schema, .reference(HedgingDelayDeclaration.kind)]),
      write: { _ in "{...}" },
      read: { node, key, reading in
        if node.object == nil { return fixed.read(node, key, &reading).map { .fixed($0) } }
        return reading.object(node, as: HedgingDelayDeclaration.self, named: "'\(key)'")?
          .percentile.map { .percentile($0) }
      })
  }
}
