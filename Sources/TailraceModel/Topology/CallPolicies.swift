/// When a call is sent again after an attempt came to nothing.
public struct RetryPolicy: Sendable {
  /// Outcomes of an attempt after which the next one goes.
  public var outcomes: [Outcome]
  /// Attempts beyond the first.
  public var retries = 1
  /// From an attempt to giving it up, in nanoseconds.
  public var perTryTimeout: UInt64?
  public var backOff = BackOff.standard
  /// Whether replicas that this call has not tried come first.
  public var prefersOthers = false
  /// Whether a retry after an attempt that a rate limit has shed waits until the limit would let it
  /// pass, and up to half as long again, instead of its back-off; longer waits than `hintMax` are
  /// not believed (Envoy's `rate_limited_retry_back_off`).
  public var respectsRetryAfter = false

  public init(on outcomes: [Outcome]) { self.outcomes = outcomes }

  /// Most attempts beyond the first.
  public static let retriesMax = 100
  /// Longest wait that a caller lets a limiter name, in nanoseconds.
  public static let hintMax: UInt64 = 300_000_000_000
}

/// The pause before a retry.
public enum BackOff: Sendable {
  /// `base`, doubled for each retry up to `most`, in nanoseconds, as a jitter spreads it.
  case doubling(base: UInt64, most: UInt64, Jitter)
  case drawn(LawSpec)

  /// 25 ms to 250 ms with full jitter.
  public static let standard = BackOff.doubling(base: 25_000_000, most: 250_000_000, .full)
}

/// How pauses are spread; see "Exponential Backoff And Jitter" (Brooker, 2015).
public enum Jitter: String, CaseIterable, Sendable, BitwiseCopyable {
  /// Uniform from 0 to the pause.
  case full
  /// Half of the pause, and uniform up to all of it.
  case equal
  /// Uniform from the base to three times the pause before.
  case decorrelated
  /// The pause itself.
  case none
  /// Uniform from four fifths of the pause to six fifths, as gRPC does.
  case aFifth = "plus_minus_20_percent"

  /// The longest pause in terms of the unspread one's bound.
  var most: Double { self == .aFifth ? 1.2 : 1 }
}

/// When further copies of a call are sent while the first has not come back.
public struct HedgePolicy: Sendable {
  public enum Delay: Sendable {
    /// Nanoseconds after the copy before.
    case fixed(UInt64)
    /// The percentile of the attempts of late, from 0 to 100.
    case percentile(Double)
  }
  public var delay: Delay
  /// Copies in all, the first among them.
  public var attempts = 2
  /// Whether copies that lose are given up; else they run on.
  public var cancelsLosers = true
  /// Most copies beyond the first, in per cent of the calls; nil is any number.
  public var budgetPercent: Double?
  /// Whether the copy that starts first cancels those that wait.
  public var isTied = false
  /// Outcomes of a copy after which the next goes at once; any other failure ends the call.
  public var nonFatal = HedgePolicy.failures

  /// All outcomes that are no answer.
  public static let failures: [Outcome] = [
    .applicationError, .connectionFailure, .timeout, .shed, .rejected, .cancelled,
  ]

  public init(delay: Delay) { self.delay = delay }

  /// Most copies.
  public static let attemptsMax = 100
}

/// How many retries a caller may send to a service.
public enum RetryBudget: Sendable {
  /// Retries at a time: a share of the attempts that are out, or `least` (Envoy).
  case concurrency(percent: Double, least: Int)
  /// A share of the calls of the last `window` nanoseconds, and `least` per second (Finagle).
  case rate(percent: Double, window: UInt64, least: Double)
  /// Tokens: a failure costs one, a success gives `ratio`; none is sent at half or less (gRPC).
  case throttle(tokens: Double, ratio: Double)
  /// Tokens: a retry costs some, given back if it succeeds; a first success gives one (AWS).
  case quota(tokens: Int, cost: Int, timeoutCost: Int)
}

extension CallSpec {
  /// Whether more than one attempt may be made, or a deadline be told.
  var hasPolicy: Bool {
    retry != nil || hedge != nil || propagatesDeadline || isGuarded
  }

  /// Whether its caller may reject it.
  public var isGuarded: Bool { breaker != nil || throttling != nil }
}
