import TailraceEngine

/// Estimates how many wait inside from the shortest time seen, and keeps that between two bounds.
public struct VegasLimit: AdmissionPolicy {
  public static let name = "VEGAS"
  public static let summary =
    "Netflix concurrency-limits: takes limit x (1 - shortest time / time) for the queue inside, and "
    + "keeps it between 3 and 6 times log10 of the limit."

  /// Netflix `VegasLimit`: 20, 1000.
  public var least: Int32 = 1
  public var most: Int32 = 1_000
  private var estimate = 20.0
  /// The shortest time since it was last forgotten; 0 before the first.
  private var shortest: UInt64 = 0
  private var samples = 0.0
  /// It is forgotten after about so many times the limit.
  private static let probeMultiplier = 30.0
  private var jitter = 1.0

  public init() {}

  /// The limit that it begins with.
  public var start: Int32 {
    get { Int32(estimate) }
    set { estimate = Double(newValue) }
  }

  public var limit: Int32? { Int32(estimate) }

  public mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {
    if visit.outcome == .applicationError { return }
    let time = max(1, visit.time)
    samples += 1
    if samples >= jitter * Self.probeMultiplier * estimate {
      jitter = 0.5 + luck.unit() / 2
      samples = 0
      shortest = time
      return
    }
    if shortest == 0 || time < shortest {
      shortest = time
      return
    }
    let queue = (estimate * (1 - Double(shortest) / Double(time))).rounded(.up)
    let step = Self.logarithm(estimate)
    var next = estimate
    if visit.isDrop {
      next -= step
    } else if Double(visit.inFlight) * 2 < estimate {
      return
    } else if queue <= step {
      next += 6 * step
    } else if queue < 3 * step {
      next += step
    } else if queue > 6 * step {
      next -= step
    }
    estimate = max(Double(least), min(Double(most), next))
  }

  /// The logarithm to base 10 without its fraction, at least 1.
  private static func logarithm(_ limit: Double) -> Double {
    var digits = 1.0
    var bound = 100.0
    while limit >= bound {
      digits += 1
      bound *= 10
    }
    return digits
  }
}
