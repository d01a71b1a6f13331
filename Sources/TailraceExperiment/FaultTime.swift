import TailraceModel

/// When a fault strikes, as far as that is known before the run.
public struct FaultTime: Sendable {
  public var name: String
  /// The word that says what happens, such as `crash`.
  public var verb: String
  /// What it strikes: a service, a cache, a zone or the sides of a partition.
  public var target: String
  /// When it begins for the only time, in nanoseconds; nil where it comes again and again.
  public var at: UInt64?
  /// When it ends, in nanoseconds; nil where it lasts to the end of the run or by chance.
  public var end: UInt64?

  /// - Parameters:
  ///   - fault: what happens.
  ///   - zones: names of zones by number.
  init(_ fault: FaultSpec, zones: [String]) {
    name = fault.name
    at = fault.at
    end = fault.end
    target = fault.target.words(zones)
    switch fault.verb {
    case .crash: verb = "crash"
    case .pause: verb = "pause"
    case .slowDown: verb = "slow_down"
    case .load: verb = "load"
    case .fail: verb = "fail"
    case .loss: verb = "loss"
    case .delay: verb = "delay"
    case .partition(let partition):
      verb = "partition"
      let (from, to) = (partition.from?.words(zones), partition.to?.words(zones))
      target = [from, to].compactMap { $0 }.joined(separator: partition.bothWays ? " | " : " > ")
    case .flush(let cache): (verb, target) = ("flush", cache)
    }
  }
}

extension FaultTarget {
  /// Its service or its zone.
  fileprivate func words(_ zones: [String]) -> String {
    guard let zone, service.isEmpty else { return service }
    return "zone " + zones[zone]
  }
}
