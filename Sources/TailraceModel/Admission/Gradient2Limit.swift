import TailraceEngine

/// Follows the ratio of the times of long and of the moment.
public struct Gradient2Limit: AdmissionPolicy {
  public static let name = "GRADIENT2"
  public static let summary =
    "Netflix concurrency-limits: a fifth of the way, with each answer, to 4 more than the limit "
    + "times 1.5 x mean time of long / time now, that ratio kept within 0.5 and 1. The mean follows: "
    + "an overload that lasts becomes the norm."

  /// Netflix `Gradient2Limit`: 20, 20, 200; means over about 600 answers.
  public var least: Int32 = 20
  public var most: Int32 = 200
  private var estimate = 20.0
  private var mean = 0.0
  private var samples = 0.0
  private static let longWindow = 600.0
  private static let warmUp = 10.0
  private static let tolerance = 1.5
  private static let queueSize = 4.0
  private static let smoothing = 0.2

  public init() {}

  /// The limit that it begins with.
  public var start: Int32 {
    get { Int32(estimate) }
    set { estimate = Double(newValue) }
  }

  public var limit: Int32? { Int32(estimate) }

  public mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom) {
    if visit.outcome == .applicationError { return }
    let time = Double(max(1, visit.time))
    if samples < Self.warmUp {
      mean = (mean * samples + time) / (samples + 1)
      samples += 1
    } else {
      mean += (time - mean) * 2 / (Self.longWindow + 1)
    }
    // After an overload the mean finds back faster.
    if mean > 2 * time { mean *= 0.95 }
    if Double(visit.inFlight) < estimate / 2 { return }
    let gradient = max(0.5, min(1, Self.tolerance * mean / time))
    let next = estimate * gradient + Self.queueSize
    estimate = estimate * (1 - Self.smoothing) + next * Self.smoothing
    estimate = max(Double(least), min(Double(most), estimate))
  }
}
