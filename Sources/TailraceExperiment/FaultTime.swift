import TailraceModel

/// When a fault strikes, as far as that is known before the run.
public struct FaultTime: Sendable {
  public var name: String
  /// `crash`, `pause`, `slow_down`, `fail` or `flush`.
  public var verb: String
  /// The service or the cache that it strikes.
  public var target: String
  /// When it begins for the only time, in nanoseconds; nil where it comes again and again.
  public var at: UInt64?
  /// When it ends, in nanoseconds; nil where it lasts to the end of the run or by chance.
  public var end: UInt64?

  init(_ fault: FaultSpec) {
    name = fault.name
    at = fault.at
    end = fault.end
    switch fault.verb {
    case .crash: (verb, target) = ("crash", fault.target.service)
    case .pause: (verb, target) = ("pause", fault.target.service)
    case .slowDown: (verb, target) = ("slow_down", fault.target.service)
    case .fail: (verb, target) = ("fail", fault.target.service)
    case .flush(let cache): (verb, target) = ("flush", cache)
    }
  }
}
