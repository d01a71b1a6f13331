import TailraceExperiment

/// A unit in which times are shown to people; files for other programs never change unit.
public enum TimeUnit: String, CaseIterable, Sendable {
  case nanoseconds = "ns"
  case microseconds = "us"
  case milliseconds = "ms"
  case seconds = "s"

  /// The power of ten of a nanosecond in this unit, negated: 6 for milliseconds.
  public var power: Int {
    switch self {
    case .nanoseconds: 0
    case .microseconds: 3
    case .milliseconds: 6
    case .seconds: 9
    }
  }

  /// A time in nanoseconds as a number of this unit, correctly rounded.
  public func value(of nanoseconds: Double) -> Double {
    nanoseconds / scale
  }

  /// The largest unit in which the smallest of the times, zeros aside, is at least a tenth.
  public static func fitting(_ times: [Double]) -> TimeUnit {
    guard let least = times.filter({ $0 > 0 && $0.isFinite }).min() else { return .milliseconds }
    return allCases.last { least >= $0.scale / 10 } ?? .nanoseconds
  }

  /// The largest unit in which the largest of the times is at least a tenth: a table may have times
  /// that are next to nothing beside those that matter.
  static func fittingLargest(_ times: [Double]) -> TimeUnit {
    guard let most = times.filter({ $0 > 0 && $0.isFinite }).max() else { return .milliseconds }
    return allCases.last { most >= $0.scale / 10 } ?? .nanoseconds
  }

  /// A span of time in the largest unit that keeps it at least one: "90.5 s", "250 us".
  public static func text(_ nanoseconds: UInt64) -> String {
    let unit = allCases.last { Double(nanoseconds) >= $0.scale } ?? .nanoseconds
    var number = Decimal(nanoseconds, exponent: -unit.power)
    number = number.rounded(toPlace: -3)
    let decimals = max(0, -number.exponent)
    return number.text(decimals: decimals, grouped: true) + " " + unit.rawValue
  }

  /// Nanoseconds of one unit.
  var size: Double { scale }

  private var scale: Double {
    switch self {
    case .nanoseconds: 1
    case .microseconds: 1e3
    case .milliseconds: 1e6
    case .seconds: 1e9
    }
  }
}
