import TailraceCatalog
import TailraceModel

/// What lets visits into a replica.
public struct AdmissionControlDeclaration: Declared {
  public static let kind = "admission_control"
  public static let summary =
    "Which visits come into a replica: those that do not are 'shed' at its door, before the queue. "
    + "Each replica decides for itself. A visit is inside from the door to its end, at work, waiting "
    + "or calling. An end by timeout, refusal or a broken connection is a drop; an application error is "
    + "none, and tells nothing of the load. Visits that are stopped since their callers gave up count "
    + "as nothing. A replica that crashes begins anew."
  public static let keys: [Key<Self>] = [
    Key(
      "type", \.type, .admissionType, required: true,
      "How it decides: 'tailrace explain AIMD' tells of one."),
    Key(
      "limit", \.limit, .integer(1...1_000_000),
      "FIXED: most visits inside, required; AIMD, VEGAS, GRADIENT2: what they begin with, 20 if not "
        + "given."),
    Key(
      "min_limit", \.least, .integer(1...1_000_000),
      "The limit never falls below it; if not given, AIMD and GRADIENT2: 20, VEGAS: 1 (Netflix), "
        + "ADAPTIVE_CONCURRENCY: 3 (Envoy)."),
    Key(
      "max_limit", \.most, .integer(1...1_000_000),
      "The limit never grows above it; if not given, AIMD and GRADIENT2: 200, VEGAS: 1000 (Netflix), "
        + "ADAPTIVE_CONCURRENCY: 1000 (Envoy)."),
    Key(
      "target", \.target, .timeout,
      "AIMD: a visit that takes longer counts as dropped; 5s if not given (Netflix). DAGOR: a mean "
        + "wait for a slot above it is overload; 20ms if not given (WeChat)."),
    Key(
      "back_off_ratio", \.backOff, .real(0.01...0.99),
      "AIMD: what a drop leaves of the limit; 0.9 if not given (Netflix)."),
    Key(
      "window", \.window, .duration(1_000...QuantityScanner.delayMax),
      "ADAPTIVE_CONCURRENCY: how often the limit moves; 100ms if not given (Envoy's "
        + "'concurrency_update_interval', required there). SUCCESS_RATE: the answers that count; 30s "
        + "(Envoy). DAGOR: how often levels move; 1s (WeChat)."),
    Key(
      "buffer_percent", \.buffer, .percent(0...1_000),
      "ADAPTIVE_CONCURRENCY: how much longer than the shortest time a visit may take; 25 if not given "
        + "(Envoy)."),
    Key(
      "min_rtt_interval", \.minRTTInterval, .duration(1_000_000...QuantityScanner.delayMax),
      "ADAPTIVE_CONCURRENCY: how often the shortest time is measured; 60s if not given (Envoy's "
        + "example)."),
    Key(
      "sr_threshold", \.threshold, .share,
      "SUCCESS_RATE: with fewer answered, visits are refused; 95% if not given (Envoy)."),
    Key(
      "aggression", \.aggression, .real(1...1_000),
      "SUCCESS_RATE: above 1 the chance grows faster at first; 1 if not given (Envoy)."),
    Key(
      "max_rejection_percent", \.mostRejected, .percent(0...100),
      "SUCCESS_RATE: the chance never grows above it; 80 if not given (Envoy)."),
  ]
  var type: String?
  var limit: Int?
  var least: Int?
  var most: Int?
  var target: UInt64?
  var backOff: Double?
  var window: UInt64?
  var buffer: Double?
  var minRTTInterval: UInt64?
  var threshold: Double?
  var aggression: Double?
  var mostRejected: Double?
  public init() {}
}

/// The admission policies by name; a new one is a file and a line.
public enum AdmissionPolicies {
  public static let all: [any DeclaredAdmission.Type] = [
    FixedLimit.self, AIMDLimit.self, VegasLimit.self, Gradient2Limit.self,
    AdaptiveConcurrency.self, SuccessRate.self, DAGOR.self,
  ]
}

/// An admission policy that a scenario can name.
public protocol DeclaredAdmission: AdmissionPolicy {
  /// The keys that mean something to it.
  static var keys: [String] { get }
  /// Its 'max_limit' if none is given; nil where it has none.
  static var builtInMost: Int32? { get }
  /// The policy with its settings; nil where one that it needs is missing.
  init?(_ declared: AdmissionControlDeclaration)
}

extension DeclaredAdmission {
  public static var builtInMost: Int32? { nil }
}

extension ValueForm where Value == String? {
  static var admissionType: ValueForm {
    ValueForm<String>.choice(AdmissionPolicies.all.map { ($0.name, $0.name) }).optional
  }
}

extension FixedLimit: DeclaredAdmission {
  public static let keys = ["limit"]
  public init?(_ declared: AdmissionControlDeclaration) {
    guard let limit = declared.limit else { return nil }
    self.init(Int32(limit))
  }
}

extension AIMDLimit: DeclaredAdmission {
  public static let keys = ["limit", "min_limit", "max_limit", "target", "back_off_ratio"]
  public static var builtInMost: Int32? { Self().most }
  public init?(_ declared: AdmissionControlDeclaration) {
    self.init()
    (start, least, most) = declared.limits(start, least, most)
    target = declared.target ?? target
    backOffRatio = declared.backOff ?? backOffRatio
  }
}

extension VegasLimit: DeclaredAdmission {
  public static let keys = ["limit", "min_limit", "max_limit"]
  public static var builtInMost: Int32? { Self().most }
  public init?(_ declared: AdmissionControlDeclaration) {
    self.init()
    (start, least, most) = declared.limits(start, least, most)
  }
}

extension Gradient2Limit: DeclaredAdmission {
  public static let keys = ["limit", "min_limit", "max_limit"]
  public static var builtInMost: Int32? { Self().most }
  public init?(_ declared: AdmissionControlDeclaration) {
    self.init()
    (start, least, most) = declared.limits(start, least, most)
  }
}

extension AdaptiveConcurrency: DeclaredAdmission {
  public static let keys = [
    "min_limit", "max_limit", "window", "buffer_percent", "min_rtt_interval",
  ]
  public static var builtInMost: Int32? { Self().most }
  public init?(_ declared: AdmissionControlDeclaration) {
    self.init()
    (_, least, most) = declared.limits(least, least, most)
    window = declared.window ?? window
    buffer = declared.buffer.map { $0 / 100 } ?? buffer
    minRTTInterval = declared.minRTTInterval ?? minRTTInterval
  }
}

extension SuccessRate: DeclaredAdmission {
  public static let keys = ["sr_threshold", "aggression", "window", "max_rejection_percent"]
  public init?(_ declared: AdmissionControlDeclaration) {
    self.init()
    threshold = declared.threshold ?? threshold
    aggression = declared.aggression ?? aggression
    window = declared.window ?? window
    mostRejected = declared.mostRejected.map { $0 / 100 } ?? mostRejected
  }
}

extension DAGOR: DeclaredAdmission {
  public static let keys = ["target", "window"]
  public init?(_ declared: AdmissionControlDeclaration) {
    self.init()
    target = declared.target ?? target
    window = declared.window ?? window
  }
}

extension AdmissionControlDeclaration {
  /// What a policy begins with and its bounds: those that are given move those that are not.
  fileprivate func limits(
    _ start: Int32, _ least: Int32, _ most: Int32
  ) -> (start: Int32, least: Int32, most: Int32) {
    let given = limit.map { Int32($0) }
    var low = self.least.map { Int32($0) } ?? least
    var high = self.most.map { Int32($0) } ?? most
    if self.least == nil { low = min(low, self.most.map { _ in high } ?? low, given ?? low) }
    if self.most == nil { high = max(high, low, given ?? high) }
    return (max(low, min(high, given ?? start)), low, high)
  }
}
