import TailraceCatalog
import TailraceModel

/// When a caller stops calling for a while.
public struct BreakerDeclaration: Declared {
  public static let kind = "breaker"
  public static let summary =
    "Stops calls that fail for a while: each calling replica and step has one. Each attempt asks it, "
    + "and is 'rejected' unsent while it is open. A failure is whatever is no answer: errors, "
    + "timeouts, connection failures and 'shed' too; not what was rejected here or given up."
  public static let keys: [Key<Self>] = [
    Key(
      "failure_rate_threshold", \.threshold, .percent(1...100, fromOne: true),
      "Failures in the window that open it, in per cent."),
    Key(
      "slow_call_duration", \.slow, .timeout,
      "An answer that takes this long counts as a failure; not if not given."),
    Key(
      "minimum_calls", \.minimumCalls, .integer(1...1_000_000),
      "Fewest attempts in the window that say anything."),
    Key(
      "sliding_window", \.window, .breakerWindow,
      "What failures are counted over: a time in ten parts (Hystrix), or so many of the latest "
        + "attempts (resilience4j)."),
    Key(
      "wait_duration_open", \.waitOpen, .timeout,
      "How long it rejects all; the next attempt after that begins a trial."),
    Key(
      "permitted_half_open", \.permitted, .integer(1...1_000),
      "Attempts of the trial: their own failures decide whether it closes or opens anew."),
  ]
  var threshold = 50.0
  var slow: UInt64?
  var minimumCalls = 20
  var window = BreakerSpec.Window.time(10_000_000_000)
  var waitOpen: UInt64 = 5_000_000_000
  var permitted = 1
  public init() {}

  var spec: BreakerSpec {
    var spec = BreakerSpec()
    spec.failureRateThreshold = threshold
    spec.slowCallDuration = slow
    spec.minimumCalls = minimumCalls
    spec.window = window
    spec.waitDurationOpen = waitOpen
    spec.permittedHalfOpen = permitted
    return spec
  }
}

/// Rejects the more of its own attempts the fewer are accepted.
public struct AdaptiveThrottlingDeclaration: Declared {
  public static let kind = "adaptive_throttling"
  public static let summary =
    "Rejects attempts with the chance max(0, (requests - k x accepts) / (requests + 1)): requests "
    + "counts attempts, rejected ones too, accepts those that the callee answered, with an error "
    + "too (Google SRE book, chapter 21). Each calling replica and step has one."
  public static let keys: [Key<Self>] = [
    Key(
      "k", \.k, .real(1...1_000), "Attempts that go for each that is accepted."),
    Key("window", \.window, .timeout, "Time over which both are counted, in ten parts."),
  ]
  var k = 2.0
  var window: UInt64 = 120_000_000_000
  public init() {}

  var spec: AdaptiveThrottlingSpec {
    var spec = AdaptiveThrottlingSpec()
    spec.k = k
    spec.window = window
    return spec
  }
}

extension ValueForm where Value == BreakerSpec.Window {
  /// A duration, or a number of attempts.
  static var breakerWindow: ValueForm {
    let time = ValueForm<UInt64>.timeout
    let count = ValueForm<Int>.integer(1...Int64(BreakerSpec.callsMax))
    return ValueForm(
      "\(time.meaning), or \(count.meaning)", schema: .anyOf([time.schema, count.schema]),
      write: { window in
        switch window {
        case .time(let length): time.write(length)
        case .calls(let number): count.write(number)
        }
      },
      read: { node, key, reading in
        if let text = node.string, let number = Int(text), (1...BreakerSpec.callsMax) ~= number {
          reading.report(
            .missingUnit, at: node,
            "'\(key)' is \(number) for so many attempts, \"\(number)s\" for a time, not \"\(text)\""
          )
          return nil
        }
        if node.string != nil { return time.read(node, key, &reading).map { .time($0) } }
        return count.read(node, key, &reading).map { .calls($0) }
      })
  }
}
