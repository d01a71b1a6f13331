import TailraceCatalog
import TailraceModel

/// What things have that do not say otherwise, by kind.
public struct DefaultsDeclaration: Declared {
  public static let kind = "defaults"
  public static let summary =
    "What things of a kind have where they, and their 'preset', say nothing; null is without it."
  public static let keys: [Key<Self>] = [
    Key("call", \.call, .defaults(of: CallDefaultsDeclaration.self), "Every call and scatter."),
    Key("workload", \.workload, .defaults(of: WorkloadDeclaration.self), "Every workload."),
    Key("service", \.service, .defaults(of: ServiceDeclaration.self), "Every service."),
    Key("cache", \.cache, .defaults(of: CacheDeclaration.self), "Every cache."),
    Key(
      "rate_limit", \.limit, .defaults(of: RateLimitDeclaration.self),
      "Every rate limit, as far as it is of a type for which they mean something."),
    Key("pool", \.pool, .defaults(of: PoolDeclaration.self), "Every pool."),
  ]
  public static let laterKeys = ["queue", "subscription"]
  var call: Node?
  var workload: Node?
  var service: Node?
  var cache: Node?
  var limit: Node?
  var pool: Node?
  public init() {}
}

/// What every call and scatter has.
public struct CallDefaultsDeclaration: CallPolicyFields {
  public static let kind = "defaults of calls"
  public static let summary = "What every call and scatter has that does not say otherwise."
  public static let keys: [Key<Self>] =
    [Key("timeout", \.timeout, .timeout, "Time from a call to giving it up.")] + policyKeys
  public static let laterKeys = CallStep.laterCallKeys
  var timeout: UInt64?
  var policy = CallPolicyDeclaration()
  public init() {}
}

extension ValueForm where Value == Node {
  /// Some keys of a component: those that are missing are looked for elsewhere.
  static func defaults<Owner: Declared>(of type: Owner.Type) -> ValueForm {
    ValueForm(
      "an object with keys of \(Owner.kind)", schema: .reference(Owner.kind),
      write: { $0.spelling },
      read: { node, key, reading in
        var own = Reading()
        own.folder = reading.folder
        _ = own.object(node, as: type, named: "'defaults.\(key)'")
        for mistake in own.diagnostics where mistake.code != .missingKey { reading.report(mistake) }
        return node
      })
  }
}

extension ValueForm where Value == String {
  /// The name of a preset.
  static var preset: ValueForm {
    .choice(Presets.all.map { ($0.name, $0.name) }, later: Presets.later)
  }
}
