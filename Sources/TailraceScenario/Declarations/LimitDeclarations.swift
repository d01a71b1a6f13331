import TailraceCatalog
import TailraceModel

/// How many requests may pass in a time.
public struct RateLimitDeclaration: Declared {
  public static let kind = "rate_limit"
  public static let summary =
    "How many requests may pass in a time; steps 'rate_limit' ask it. One for each class's quota."
  public static let keys: [Key<Self>] = [
    Key(
      "type", \.type, .choice(RateLimitType.allCases.map { ($0.rawValue, $0) }), required: true,
      "token_bucket: tokens that come with time; fixed_window: so many in each window, up to twice "
        + "as many across a boundary; sliding_window: with the share of the window before that is "
        + "still covered; sliding_log: so many in any window, exactly."),
    Key(
      "max_tokens", \.mostTokens, .integer(1...1_000_000_000),
      "token_bucket: tokens of a full bucket, which it is at first; required."),
    Key(
      "tokens_per_fill", \.perFill, .integer(1...1_000_000_000),
      "token_bucket: tokens that each fill brings; 1 if not given."),
    Key(
      "fill_interval", \.fillInterval, .timeout, "token_bucket: time from fill to fill; required."),
    Key(
      "refill", \.refill, .choice(RateLimitRefill.allCases.map { ($0.rawValue, $0) }),
      "token_bucket: stepwise, as Envoy, at the multiples of 'fill_interval' from time 0 on; or "
        + "continuous, which is GCRA, as NGINX and redis-cell; stepwise if not given."),
    Key(
      "limit", \.limit, .integer(1...1_000_000_000),
      "Of the windows: how many may pass in one; required."),
    Key("window", \.window, .timeout, "Of the windows: how long one is; required."),
    Key("key", \.key, .name, "The key space with a bucket for each key; one for all if not given."),
    Key(
      "placement", \.placement,
      .choice(RateLimitSpec.Placement.allCases.map { ($0.rawValue, $0) }),
      "One for all who ask, or one in each replica of the service whose step asks: k proxies admit "
        + "k times as many."),
    Key(
      "on_limit", \.onLimit, .choice(RateLimitAnswer.allCases.map { ($0.rawValue, $0) }),
      "Whether who finds no token is 'shed', or waits for the one that will be his, in order; his "
        + "token is gone even if he is given up meanwhile."),
    Key(
      "max_delay", \.maxDelay, .timeout,
      "Of \"delay\": longest time to wait; who would wait longer is shed; required."),
    Key("enabled", \.enabled, .boolean, "Whether it is there; without it all pass."),
  ]
  var type: RateLimitType?
  var mostTokens: Int?
  var perFill: Int?
  var fillInterval: UInt64?
  var refill: RateLimitRefill?
  var limit: Int?
  var window: UInt64?
  var key: Located<String>?
  var placement = RateLimitSpec.Placement.shared
  var onLimit = RateLimitAnswer.reject
  var maxDelay: UInt64?
  var enabled = true
  public init() {}
}

enum RateLimitType: String, CaseIterable, Sendable {
  case tokenBucket = "token_bucket"
  case fixedWindow = "fixed_window"
  case slidingWindow = "sliding_window"
  case slidingLog = "sliding_log"

  /// The keys that mean something to it alone.
  var keys: [String] {
    self == .tokenBucket
      ? ["max_tokens", "tokens_per_fill", "fill_interval", "refill"] : ["limit", "window"]
  }
}

enum RateLimitRefill: String, CaseIterable, Sendable { case stepwise, continuous }

enum RateLimitAnswer: String, CaseIterable, Sendable { case reject, delay }

/// Permits that steps hold.
public struct PoolDeclaration: Declared {
  public static let kind = "pool"
  public static let summary =
    "Permits that steps 'hold': a bulkhead, or with one permit for each key a lock."
  public static let keys: [Key<Self>] = [
    Key("size", \.size, .integer(1...1_000_000), required: true, "Permits."),
    Key(
      "placement", \.placement,
      .choice(RateLimitSpec.Placement.allCases.map { ($0.rawValue, $0) }),
      "One pool for all who hold permits, or one in each replica of the service whose step does."),
    Key(
      "key", \.key, .name,
      "The key space of which each key has 'size' permits of its own: a lock each."),
    Key(
      "discipline", \.discipline, .choice(PoolSpec.Discipline.allCases.map { ($0.rawValue, $0) }),
      "Who of those that wait comes first: the first or the last to come."),
    Key(
      "max_waiting", \.maxWaiting, .limit(0...1_000_000),
      "Most that may wait for a permit; one more is 'rejected'."),
    Key("enabled", \.enabled, .boolean, "Whether it is there; without it steps go straight on."),
  ]
  public static let laterKeys = ["service", "min_idle", "idle_timeout", "max_lifetime"]
  var size: Int?
  var placement = RateLimitSpec.Placement.perReplica
  var key: Located<String>?
  var discipline = PoolSpec.Discipline.fifo
  var maxWaiting: Int?
  var enabled = true
  public init() {}
}

/// Passes a rate limit.
public struct RateLimitStep: VerbDeclaration {
  public static let name = "rate_limit"
  public static let summary = "Passes a rate limit, or is 'shed'; before work or behind it."
  public static let keys: [Key<Self>] = [
    Key("rate_limit", \.limit, .text, required: true, "The limit."),
    Key("tokens", \.tokens, .integer(1...1_000_000_000), "Tokens that it takes."),
  ]
  var limit: Located<String>?
  var tokens = 1
  public init() {}
}

/// Takes steps with a permit.
public struct HoldStep: VerbDeclaration {
  public static let name = "hold"
  public static let summary =
    "Takes steps with a permit of a pool; it goes back however they end, also in a crash."
  public static let keys: [Key<Self>] = [
    Key("hold", \.pool, .text, required: true, "The pool."),
    Key("steps", \.steps, .steps, required: true, "What is done with the permit."),
    Key(
      "timeout", \.timeout, .timeout,
      "Longest wait for the permit: then the step is 'rejected'. The wait counts as queueing."),
  ]
  var pool: Located<String>?
  var steps: [StepDeclaration]?
  var timeout: UInt64?
  public init() {}
}
